/// Words that keep their period.
///
/// What reaches how far decides: "co." with two more units wins over "co.u" but not over "co.uk".
extension PTBLexer {
  /// Abbreviations that end a sentence or not; a period is theirs. (Where the original then writes the
  /// period of the sentence once more, no metric counts it.)
  private static let ending = packedWords(
    """
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri \
    ala ariz calif colo conn ct dak fla ga ind kan kans ky md mich minn mo mont neb nev okla penn tenn \
    va vt wis wisc wyo inc co cos corp ltd plc rt bancorp bhd assn univ intl sys tel est ext sq \
    jr sr bros blvd rd esq etc al seq bldg
    """)

  /// States of America that are words too, and are abbreviations with a capital alone.
  private static let endingCapitalized = packedWords(
    "az ark del ill la mass miss ore pa tex wash")

  /// Firms, whose y or e is no capital.
  private static let companies = packedWords("pty ptys ppty pptys pte ptes ppte pptes")

  /// Abbreviations that more of the sentence follows.
  private static let leading = packedWords(
    """
    mr mrs ms dr drs prof profs sen sens rep reps atty attys lt col gen messrs gov govs adm rev maj sgt \
    cpl pvt capt st ste ave pres lieut rt hon brig comdr cmdr pfc spc supt supts det mt ft adj adv asst \
    assoc ens insp mlle mme msgr sfc vs alex wm jos cie cf treas ph invt elec natl dept
    """)

  /// Abbreviations before a number alone.
  private static let beforeNumbers = packedWords("no nos prop ca fig figs art arts bldg pp op")

  private static let fileExtensions = packedWords(
    """
    bat bmp c class cgi cpp dll doc docx exe gif gz h htm html jar java jpeg jpg mov mp3 pdf php pl png \
    ppt ps py sql tar txt wav x xml zip
    """)

  /// Words with a capital that start a sentence rather than follow an initial.
  private static let sentenceStarts: [StaticString] = [
    "about", "according", "additionally", "after", "an", "a", "as", "at", "but", "earlier", "he",
    "her", "here", "however", "if", "in", "it", "last", "many", "more", "mr.", "ms.", "now", "once",
    "one", "other", "our", "she", "since", "so", "some", "such", "that", "the", "their", "then",
    "there", "these", "they", "this", "we", "when", "while", "what", "yet", "you",
  ]

  /// "Plan B. The …": a letter whose period ends the sentence.
  mutating func offerInitialBeforeSentence() {
    let start = position
    guard PTBUnit.isASCIILetter(unit(start)), unit(start + 1) == PTBUnit.period else { return }
    let next = runEnd(start + 2, while: PTBCharacter.isWhite)
    guard next > start + 2 else { return }
    if PTBUnit.isASCIICapital(unit(next)) {
      for word in Self.sentenceStarts where spells(word, at: next) {
        let wordEnd = next + word.utf8CodeUnitCount
        if PTBCharacter.isWhite(unit(wordEnd)) {
          offer(1, reaching: wordEnd + 1 - start, .asIs)
        }
      }
    }
    let tag = tagLength(at: next)
    if tag > 0, PTBCharacter.isWhite(unit(next + tag)) {
      offer(1, reaching: next + tag + 1 - start, .asIs)
    }
  }

  mutating func offerAbbreviations() {
    let start = position
    guard PTBUnit.isASCIILetter(unit(start)) else { return }
    let letters = runEnd(start, limit: 9, while: PTBUnit.isASCIILetter)
    if unit(letters) == PTBUnit.period, let word = packedWord(start..<letters) {
      offerAbbreviation(word, end: letters)
    }
    if spells("ph.d.", at: start) || spells("ed.d.", at: start) { offerEnding(5) }
    let initials = initialsEnd(start)
    if initials > start { offer(initials - start, .asIs) }
    offerNations()
  }

  private mutating func offerAbbreviation(_ word: UInt64, end wordEnd: Int) {
    let start = position
    let length = wordEnd + 1 - start
    if Self.beforeNumbers.contains(word) {
      let number = wordEnd + 1 + (PTBCharacter.isWhite(unit(wordEnd + 1)) ? 1 : 0)
      if PTBCharacter.isDigit(unit(number)) {
        offer(length, reaching: number + 1 - start, .asIs)
      }
    }
    let isCompany = Self.companies.contains(word)
    if spells("co.", at: start) || spells("pty.", at: start) || spells("pte.", at: start),
      PTBCharacter.isSpace(unit(wordEnd + 1)),
      spells("ltd", at: wordEnd + 2) || spells("lim", at: wordEnd + 2)
    {
      offer(length, reaching: length + 4, .asIs)
    }
    if Self.ending.contains(word)
      || Self.endingCapitalized.contains(word) && PTBUnit.isASCIICapital(unit(start))
      || isCompany && hasSmallLetterAfterT()
    {
      offerEnding(length)
    }
    if Self.leading.contains(word) || isManufacturing() { offer(length, .asIs) }
  }

  /// An abbreviation that reaches over whatever two units follow, if there are two.
  private mutating func offerEnding(_ length: Int) {
    offer(length, reaching: position + length + 2 <= end ? length + 2 : length, .asIs)
  }

  private func hasSmallLetterAfterT() -> Bool {
    let letter = unit(runEnd(position) { $0 | 0x20 != 0x74 } + 1)
    return letter == 0x79 || letter == 0x65
  }

  /// Mtg. and Mfg., whose t or f is no capital.
  private func isManufacturing() -> Bool {
    spells("m", at: position) && spells("g.", at: position + 2)
      && PTBUnit.isOne(unit(position + 1), of: "ft")
  }

  /// Non-U.S., U.S.-U.K. and their like, with the last period or before white space without it.
  private mutating func offerNations() {
    let start = position
    for name: StaticString in [
      "canada-u.s", "sino-u.s", "korean-u.s", "eu-u.s", "japan-u.s", "non-u.s", "u.s.-u.k",
      "u.s.-u.s.s.r",
    ] where spells(name, at: start) {
      let length = name.utf8CodeUnitCount
      let next = unit(start + length)
      if next == PTBUnit.period { offer(length + 1, .asIs) }
      if PTBCharacter.isWhite(next) { offer(length, reaching: length + 1, .asIs) }
    }
  }

  /// "letter.txt" before white space or the end of a sentence.
  mutating func offerFileName() {
    let start = position
    func isPart(_ unit: UInt16) -> Bool {
      PTBCharacter.isLetter(unit) || PTBCharacter.isDigit(unit)
    }
    var index = runEnd(start, while: isPart)
    while index > start, unit(index) == PTBUnit.period {
      let partEnd = runEnd(index + 1, while: isPart)
      guard partEnd > index + 1 else { return }
      let next = unit(partEnd)
      if PTBCharacter.isWhite(next) || PTBUnit.isOne(next, of: ".?!,"),
        let part = packedWord(index + 1..<partEnd), Self.fileExtensions.contains(part)
      {
        offer(partEnd - start, reaching: partEnd + 1 - start, .asIs)
      }
      index = partEnd
    }
  }
}
