/// Cuts the endings off English words, so that "running" and "runs" meet in "run".
///
/// The English stemmer of Snowball, also called Porter2 (Porter, 2002; a revision of "An algorithm for
/// suffix stripping", 1980), in the version of Snowball 1 that METEOR 1.5 uses. A stem need not be a word.
public struct EnglishStemmer: Sendable {
  public init() {}

  /// The stem of a word in small letters.
  public func stem(_ word: String) -> String {
    var letters = Letters(word)
    letters.stem()
    return letters.text
  }
}

/// A word on its way to its stem. Letters are UTF-16 units: what counts of others is their number.
private struct Letters {
  private var units: [UInt16]
  /// Where the endings begin that most steps may cut (R1 of the description), and a part thereof (R2).
  private var region1 = 0
  private var region2 = 0

  /// A y that is a consonant.
  private static let consonantY = UInt16(ascii: "Y")

  init(_ word: String) { units = Array(word.utf16) }

  var text: String { String(decoding: units, as: UTF16.self) }

  mutating func stem() {
    if let stem = Self.irregular[text] {
      units = Array(stem.utf16)
      return
    }
    guard units.count > 2 else { return }
    if units[0] == UInt16(ascii: "'") { units.removeFirst() }
    markConsonantYs()
    findRegions()
    cutPlural()
    if !Self.unchangedAfterPlural.contains(text) {
      cutPastAndParticiple()
      changeFinalY()
      replaceEnding(of: Self.longEndings, after: region1)
      cutThird()
      cutFourth()
      cutFinalEOrL()
    }
    for index in units.indices where units[index] == Self.consonantY {
      units[index] = UInt16(ascii: "y")
    }
  }

  // MARK: - Letters and regions

  private func isVowel(_ index: Int) -> Bool {
    switch units[index] {
    case 0x61, 0x65, 0x69, 0x6F, 0x75, 0x79: true  // a e i o u y
    default: false
    }
  }

  private mutating func markConsonantYs() {
    let y = UInt16(ascii: "y")
    if units.first == y { units[0] = Self.consonantY }
    for index in units.indices.dropFirst() where units[index] == y && isVowel(index - 1) {
      units[index] = Self.consonantY
    }
  }

  private mutating func findRegions() {
    region1 = units.count
    if let prefix = ["gener", "commun", "arsen"].first(where: { starts(with: $0) }) {
      region1 = prefix.utf16.count
    } else {
      region1 = regionEnd(from: 0)
    }
    region2 = regionEnd(from: region1)
  }

  /// Behind the first consonant that follows a vowel.
  private func regionEnd(from start: Int) -> Int {
    guard let vowel = units.indices[start...].first(where: isVowel),
      let consonant = units.indices[vowel...].first(where: { !isVowel($0) })
    else { return units.count }
    return consonant + 1
  }

  private func starts(with prefix: String) -> Bool { units.starts(with: prefix.utf16) }

  private func ends(with suffix: String) -> Bool {
    let count = suffix.utf16.count
    return units.count >= count && units.suffix(count).elementsEqual(suffix.utf16)
  }

  private func hasVowel(before end: Int) -> Bool { units.indices[..<end].contains(where: isVowel) }

  /// Whether the word ends in a short syllable, as "rap" or "at" does.
  private var endsShort: Bool {
    let count = units.count
    if count == 2 { return isVowel(0) && !isVowel(1) }
    guard count > 2, !isVowel(count - 3), isVowel(count - 2), !isVowel(count - 1) else {
      return false
    }
    return ![UInt16(ascii: "w"), UInt16(ascii: "x"), Self.consonantY].contains(units[count - 1])
  }

  private mutating func replaceLast(_ count: Int, by ending: String) {
    units.removeLast(count)
    units.append(contentsOf: ending.utf16)
  }

  /// Replaces the longest of the endings that the word has, if it lies within a region.
  private mutating func replaceEnding(
    of endings: [(ending: String, replacement: String)], after region: Int
  ) {
    guard let (ending, replacement) = endings.first(where: { ends(with: $0.ending) }),
      units.count - ending.utf16.count >= region
    else { return }
    switch ending {
    case "ogi" where !ends(with: "logi"): return
    case "li" where !isBeforeLi: return
    default: replaceLast(ending.utf16.count, by: replacement)
    }
  }

  private var isBeforeLi: Bool {
    units.count > 2 && "cdeghkmnrt".utf16.contains(units[units.count - 3])
  }

  // MARK: - Steps

  private mutating func cutPlural() {
    for possessive in ["'s'", "'s", "'"] where ends(with: possessive) {
      units.removeLast(possessive.utf16.count)
      break
    }
    if ends(with: "sses") {
      units.removeLast(2)
    } else if ends(with: "ied") || ends(with: "ies") {
      units.removeLast(units.count > 4 ? 2 : 1)
    } else if ends(with: "s"), !ends(with: "us"), !ends(with: "ss") {
      // A vowel is needed, and not right before the s.
      if hasVowel(before: max(0, units.count - 2)) { units.removeLast() }
    }
  }

  private mutating func cutPastAndParticiple() {
    let endings = ["eedly", "ingly", "edly", "eed", "ing", "ed"]
    guard let ending = endings.first(where: ends) else { return }
    let stemEnd = units.count - ending.utf16.count
    if ending.hasPrefix("eed") {
      if stemEnd >= region1 { replaceLast(ending.utf16.count, by: "ee") }
      return
    }
    guard hasVowel(before: stemEnd) else { return }
    units.removeLast(ending.utf16.count)
    if ["at", "bl", "iz"].contains(where: ends) {
      replaceLast(0, by: "e")
    } else if ["bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"].contains(where: ends) {
      units.removeLast()
    } else if units.count == region1, endsShort {
      replaceLast(0, by: "e")
    }
  }

  private mutating func changeFinalY() {
    let count = units.count
    guard count > 2, ends(with: "y") || ends(with: "Y"), !isVowel(count - 2) else { return }
    replaceLast(1, by: "i")
  }

  private mutating func cutThird() {
    // The one ending of its step that asks for the smaller region.
    if ends(with: "ative") {
      if units.count - 5 >= max(region1, region2) { units.removeLast(5) }
    } else {
      replaceEnding(of: Self.thirdEndings, after: region1)
    }
  }

  private mutating func cutFourth() {
    guard let ending = Self.fourthEndings.first(where: ends),
      units.count - ending.utf16.count >= region2
    else { return }
    if ending == "ion", !ends(with: "sion"), !ends(with: "tion") { return }
    units.removeLast(ending.utf16.count)
  }

  private mutating func cutFinalEOrL() {
    let stemEnd = units.count - 1
    if ends(with: "e") {
      let whole = units
      units.removeLast()
      if stemEnd < region2 && (stemEnd < region1 || endsShort) { units = whole }
    } else if ends(with: "ll"), stemEnd >= region2 {
      units.removeLast()
    }
  }

  // MARK: - Tables, the longer endings first

  private static let longEndings: [(ending: String, replacement: String)] = [
    ("ational", "ate"), ("fulness", "ful"), ("iveness", "ive"), ("ization", "ize"),
    ("ousness", "ous"), ("biliti", "ble"), ("lessli", "less"), ("tional", "tion"),
    ("alism", "al"), ("aliti", "al"), ("ation", "ate"), ("entli", "ent"), ("fulli", "ful"),
    ("iviti", "ive"), ("ousli", "ous"), ("abli", "able"), ("alli", "al"), ("anci", "ance"),
    ("ator", "ate"), ("enci", "ence"), ("izer", "ize"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
  ]

  private static let thirdEndings: [(ending: String, replacement: String)] = [
    ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"),
    ("ical", "ic"), ("ness", ""), ("ful", ""),
  ]

  private static let fourthEndings = [
    "ement", "able", "ance", "ence", "ible", "ment", "ant", "ate", "ent", "ion", "ism", "iti",
    "ive", "ize", "ous", "al", "er", "ic",
  ]

  private static let irregular = [
    "skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "idly": "idl",
    "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli", "singly": "singl",
    "sky": "sky", "news": "news", "howe": "howe", "atlas": "atlas", "cosmos": "cosmos",
    "bias": "bias", "andes": "andes",
  ]

  private static let unchangedAfterPlural: Set<String> = [
    "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed",
  ]
}

extension UInt16 {
  fileprivate init(ascii scalar: Unicode.Scalar) { self = UInt16(UInt8(ascii: scalar)) }
}
