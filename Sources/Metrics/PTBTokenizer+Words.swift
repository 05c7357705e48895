/// Words and what apostrophes make of them.
extension PTBLexer {
  /// The first part of a contraction that is written as one word, "can" of "cannot"; 0 for other words.
  func contractionHead(at start: Int, end: Int) -> Int {
    switch end - start {
    case 6: spells("cannot", at: start) ? 3 : 0
    case 5:
      spells("gonna", at: start) || spells("gotta", at: start) || spells("lemme", at: start)
        || spells("gimme", at: start) || spells("wanna", at: start) ? 3 : 0
    default: 0
    }
  }

  mutating func offerContraction() {
    let start = position
    switch unit(start) | 0x20 {
    case 0x63:  // c
      if spells("cannot", at: start) { offer(3, reaching: 6, .asIs) }
    case 0x67, 0x6C, 0x77:  // g, l, w
      if contractionHead(at: start, end: start + 5) > 0 { offer(3, reaching: 5, .asIs) }
    case PTBUnit.apostrophe | 0x20:
      if spells("'twas", at: start) { offer(2, reaching: 5, .asIs) }
      if spells("'tis", at: start) { offer(2, reaching: 4, .asIs) }
    default: break
    }
  }

  mutating func offerProgrammingLanguage() {
    if spells("c++", at: position) { offer(3, .asIs) }
    if spells("c#", at: position) || spells("f#", at: position) { offer(2, .asIs) }
  }

  /// Words, before clitics ("it's" is "it" and "'s") and before "n't", which takes its n from the word.
  mutating func offerWords() {
    let start = position
    let end = wordEnd(start)
    guard end > start else { return }
    let clitic = cliticLength(at: end)
    if clitic > 0 { offer(end - start, reaching: end + clitic - start, .withoutSoftHyphens) }
    offerBeforeNegation()
    offer(end - start, .withoutSoftHyphens)
  }

  private mutating func offerBeforeNegation() {
    let start = position
    let lettersEnd = runEnd(start) { PTBUnit.isASCIILetter($0) || $0 == PTBUnit.softHyphen }
    guard lettersEnd - start >= 2 else { return }
    let negation = negationLength(at: lettersEnd - 1)
    guard negation > 0 else { return }
    // The last letter before "n't" is no n; soft hyphens may follow it.
    var last = lettersEnd - 2
    while last >= start, unit(last) == PTBUnit.softHyphen { last -= 1 }
    guard last >= start, unit(last) | 0x20 != 0x6E else { return }
    let length = lettersEnd - 1 - start
    offer(length, reaching: length + negation, .withoutSoftHyphens)
  }

  /// Words with an apostrophe that stays in them.
  mutating func offerApostropheWords() {
    if apostropheLength(at: position) > 0 {
      offerApostropheFirst()
    } else if PTBUnit.isASCIILetter(unit(position)) || PTBCharacter.isPlainLetter(unit(position)) {
      offerApostropheWithin()
    }
  }

  /// 'n', 'em, '90s, 'til, 'till and 'cause.
  private mutating func offerApostropheFirst() {
    let apostrophe = apostropheLength(at: position)
    let next = position + apostrophe
    if spells("n", at: next) { offer(apostrophe + 1 + apostropheLength(at: next + 1), .asIs) }
    if spells("em", at: next) { offer(apostrophe + 2, .asIs) }
    if (0x32...0x39).contains(unit(next)), spells("0s", at: next + 1) {
      offer(apostrophe + 3, .asIs)
    }
    if spells("til", at: next) {
      offer(apostrophe + 3 + length(of: "l", at: next + 3), .asIs)
    }
    if spells("cause", at: next) { offer(apostrophe + 5, .asIs) }
  }

  private mutating func offerApostropheWithin() {
    let start = position
    let first = unit(start)
    let strict = apostropheLength(at: start + 1)
    let loose = looseApostropheLength(at: start + 1)
    if strict > 0, PTBUnit.isOne(first, of: "lLdDjJ") { offer(1 + strict, .asIs) }
    for stem: StaticString in ["dunkin", "somethin", "ol"] where spells(stem, at: start) {
      let stemLength = stem.utf8CodeUnitCount
      let apostrophe = apostropheLength(at: start + stemLength)
      if apostrophe > 0 { offer(stemLength + apostrophe, .asIs) }
    }
    if loose > 0 {
      // O'Neil and B'Gosh, but neither I'm nor Y'all.
      if PTBUnit.isASCIICapital(first) && first != 0x49 && first != 0x59 || first == 0x6E {
        let rest = runEnd(start + 1 + loose, while: PTBCharacter.isPlainLetter)
        if rest - start - 1 - loose >= 2 { offer(rest - start, .asIs) }
      }
      if first | 0x20 == 0x6F, spells("o", at: start + 1 + loose) { offer(2 + loose, .asIs) }
    }
    offerVowelsParted()
    for word: StaticString in [
      "nor'easter", "c'mon", "e'er", "s'mores", "ev'ry", "li'l", "nat'l", "cont'd.", "cont'd",
    ] where spells(word, at: start) {
      offer(word.utf8CodeUnitCount, .asIs)
    }
    // The y of y'all and y'know.
    if strict > 0, first | 0x20 == 0x79, PTBCharacter.isPlainLetter(unit(start + 1 + strict)) {
      offer(1 + strict, reaching: 2 + strict, .asIs)
    }
  }

  /// An apostrophe between vowels, as in Shi'ite, or before a capital.
  private mutating func offerVowelsParted() {
    let start = position
    let lettersEnd = runEnd(start, while: PTBCharacter.isPlainLetter)
    guard lettersEnd - start >= 2, PTBUnit.isOne(unit(lettersEnd - 1), of: "aeiouyAEIOUY") else {
      return
    }
    let apostrophe = looseApostropheLength(at: lettersEnd)
    let next = unit(lettersEnd + apostrophe)
    guard apostrophe > 0, PTBUnit.isOne(next, of: "aeiou") || PTBUnit.isASCIICapital(next) else {
      return
    }
    offer(runEnd(lettersEnd + apostrophe + 1, while: PTBCharacter.isPlainLetter) - start, .asIs)
  }

  mutating func offerClitic(beforeNonletter: Bool) {
    let length = cliticLength(at: position)
    guard length > 0 else { return }
    if beforeNonletter {
      let next = position + length
      guard next < end, !PTBUnit.isASCIILetter(unit(next)) else { return }
      offer(length, reaching: length + 1, .quotes)
    } else {
      offer(length, .quotes)
    }
  }

  mutating func offerNegationBeforeNonletter() {
    let length = negationLength(at: position)
    let next = position + length
    guard length > 0, next < end, !PTBUnit.isASCIILetter(unit(next)) else { return }
    offer(length, reaching: length + 1, .quotes)
  }

  mutating func offerNegation() {
    let length = negationLength(at: position)
    if length > 0 { offer(length, .quotes) }
  }

  /// Words that would be cut otherwise: pro-, anti-, S&P-500, S&Ls, Cap'n, c'est, and brackets by name.
  mutating func offerSpecialWords() {
    let start = position
    switch unit(start) | 0x20 {
    case PTBUnit.hyphen | 0x20:
      for name: StaticString in ["-rrb-", "-lrb-", "-rcb-", "-lcb-", "-rsb-", "-lsb-"]
      where spells(name, at: start) { offer(5, .asIs) }
    case 0x61: if spells("anti-", at: start) { offer(5, .asIs) }
    case 0x63:
      if spells("cap", at: start) { offerApostrophe(in: 3, before: "n") }
      offerApostrophe(in: 1, before: "est")
    case 0x70: if spells("pro-", at: start) { offer(4, .asIs) }
    case 0x73:
      let ampersand = max(length(of: "&", at: start + 1), length(of: "&amp;", at: start + 1))
      guard ampersand > 0 else { return }
      if spells("p-500", at: start + 1 + ampersand) { offer(6 + ampersand, .ampersands) }
      if spells("ls", at: start + 1 + ampersand) { offer(3 + ampersand, .ampersands) }
    default: break
    }
  }

  private mutating func offerApostrophe(in stemLength: Int, before rest: StaticString) {
    let apostrophe = apostropheLength(at: position + stemLength)
    guard apostrophe > 0, spells(rest, at: position + stemLength + apostrophe) else { return }
    offer(stemLength + apostrophe + rest.utf8CodeUnitCount, .asIs)
  }

  /// A word and its period before a comma or the like: an abbreviation.
  mutating func offerWordWithPeriod() {
    offerWithPeriod(wordEnd(position), .withoutSoftHyphens)
  }

  mutating func offerWithPeriod(_ wordEnd: Int, _ form: Form) {
    guard wordEnd > position, unit(wordEnd) == PTBUnit.period,
      PTBCharacter.isWithinSentence(unit(wordEnd + 1))
    else { return }
    offer(wordEnd + 1 - position, reaching: wordEnd + 2 - position, form)
  }
}
