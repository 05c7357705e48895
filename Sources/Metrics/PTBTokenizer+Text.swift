/// What the kinds of token are made of.
extension PTBLexer {
  /// Whether the ASCII text stands at an index, in capitals or not; `text` has no capitals.
  func spells(_ text: StaticString, at index: Int) -> Bool {
    let text = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    for (offset, byte) in text.enumerated() {
      guard UInt16(byte) == PTBUnit.folded(unit(index + offset)) else { return false }
    }
    return true
  }

  /// The length of the text if it stands at the index, else 0.
  func length(of text: StaticString, at index: Int) -> Int {
    spells(text, at: index) ? text.utf8CodeUnitCount : 0
  }

  /// The end of the run of units from an index on that satisfy `belongs`.
  @inline(__always)
  func runEnd(_ start: Int, limit: Int = .max, while belongs: (UInt16) -> Bool) -> Int {
    var index = start
    while index < end, index - start < limit, belongs(unit(index)) { index += 1 }
    return index
  }

  /// An apostrophe: straight, curly (in Unicode or in Windows' code page), or written as an entity.
  func apostropheLength(at index: Int) -> Int {
    switch unit(index) {
    case PTBUnit.apostrophe, 0x92, 0x2019: 1
    case PTBUnit.ampersand: length(of: "&apos;", at: index)
    default: 0
    }
  }

  /// An apostrophe or what is typed for one within a word.
  func looseApostropheLength(at index: Int) -> Int {
    switch unit(index) {
    case 0x60, 0x91, 0x2018, 0x201B: 1
    default: apostropheLength(at: index)
    }
  }

  /// A letter of a word; an accented vowel may be written as an entity.
  @inline(__always)
  func letterLength(at index: Int) -> Int {
    let unit = unit(index)
    if unit == PTBUnit.ampersand { return accentedVowelLength(at: index) }
    return PTBCharacter.isLetter(unit) ? 1 : 0
  }

  private func accentedVowelLength(at index: Int) -> Int {
    guard PTBUnit.isOne(unit(index + 1), of: "aeiouAEIOU") else { return 0 }
    for accent: StaticString in ["acute;", "grave;", "uml;"] where spells(accent, at: index + 2) {
      return 2 + accent.utf8CodeUnitCount
    }
    return 0
  }

  /// The end of a word: letters and digits, a letter first, and more such after single . ! or ?, as in
  /// a line that lacks a space between sentences. The index itself where no word starts.
  func wordEnd(_ start: Int) -> Int {
    var index = start
    var letter = letterLength(at: index)
    guard letter > 0 else { return start }
    while true {
      repeat {
        index += max(letter, 1)
        letter = letterLength(at: index)
      } while letter > 0 || PTBCharacter.isDigit(unit(index))
      guard PTBUnit.isOne(unit(index), of: ".!?") else { return index }
      letter = letterLength(at: index + 1)
      guard letter > 0 else { return index }
      index += 1
    }
  }

  /// What follows the subject in "it's", "we'll", …: an apostrophe with s, m, d, re, ve or ll.
  func cliticLength(at index: Int) -> Int {
    let apostrophe = apostropheLength(at: index)
    guard apostrophe > 0 else { return 0 }
    let next = index + apostrophe
    if PTBUnit.isOne(unit(next), of: "msdMSD") { return apostrophe + 1 }
    if spells("re", at: next) || spells("ve", at: next) || spells("ll", at: next) {
      return apostrophe + 2
    }
    return 0
  }

  /// The "n't" of "don't".
  func negationLength(at index: Int) -> Int {
    guard spells("n", at: index) else { return 0 }
    let apostrophe = looseApostropheLength(at: index + 1)
    return apostrophe > 0 && spells("t", at: index + 1 + apostrophe) ? apostrophe + 2 : 0
  }

  /// Letters parted by periods, "U.S.A." or "e.g.", up to the last period that a letter stands before.
  /// The index itself where there is no period.
  func initialsEnd(_ start: Int) -> Int {
    var index = start
    var lastPeriod = start
    while PTBUnit.isASCIILetter(unit(index)), unit(index + 1) == PTBUnit.period {
      index += 2
      lastPeriod = index
    }
    return lastPeriod
  }

  /// ASCII letters and digits as one number, without their case; nil if there are none or more than eight.
  func packedWord(_ range: Range<Int>) -> UInt64? {
    guard !range.isEmpty, range.count <= 8 else { return nil }
    var packed: UInt64 = 0
    for unit in self[range] {
      let folded = PTBUnit.folded(unit)
      guard PTBUnit.isASCIIAlphanumeric(folded) else { return nil }
      packed = packed << 8 | UInt64(folded)
    }
    return packed
  }

  /// A set of words for `packedWord`, written with spaces between them.
  static func packedWords(_ list: String) -> Set<UInt64> {
    Set(list.split(separator: " ").map { $0.utf8.reduce(0) { $0 << 8 | UInt64($1) } })
  }
}
