/// Words joined by hyphens, slashes, ampersands.
extension PTBLexer {
  /// Hyphenated words and numbers of ASCII: 5,000-foot, 3-D, U.S.-based.
  mutating func offerHyphenatedASCII() {
    guard PTBUnit.isASCIIAlphanumeric(unit(position)) else { return }
    let first = runEnd(position) {
      PTBUnit.isASCIIAlphanumeric($0) || $0 == PTBUnit.period || $0 == PTBUnit.comma
        || $0 == PTBUnit.softHyphen
    }
    var index = first
    while unit(index) == PTBUnit.hyphen {
      let initials = initialsEnd(index + 1)
      let part = runEnd(index + 1) { PTBUnit.isASCIIAlphanumeric($0) || $0 == PTBUnit.softHyphen }
      let partEnd = initials - index > 4 ? initials : part
      guard partEnd > index + 1 else { break }
      index = partEnd
    }
    guard index > first else { return }
    offerWithPeriod(index, .withoutSoftHyphens)
    offer(index - position, .withoutSoftHyphens)
  }

  /// Words and numbers of any script with hyphens or underscores; parts may begin as in d'Avignon.
  mutating func offerHyphenated() {
    guard var index = partEnd(position) else { return }
    while PTBCharacter.isHyphen(unit(index)), let next = partEnd(index + 1) { index = next }
    offerWithPeriod(index, .asIs)
    offer(index - position, .asIs)
  }

  private func partEnd(_ start: Int) -> Int? {
    func belongs(_ unit: UInt16) -> Bool {
      PTBCharacter.isPlainLetter(unit) || PTBCharacter.isDigit(unit)
    }
    let apostrophe = looseApostropheLength(at: start + 1)
    if apostrophe > 0, PTBUnit.isOne(unit(start), of: "dDoOlL") {
      let end = runEnd(start + 1 + apostrophe, while: belongs)
      if end - start - 1 - apostrophe >= 2 { return end }
    }
    let end = runEnd(start, while: belongs)
    return end > start ? end : nil
  }

  /// Two or three words of ASCII with slashes, each with up to two hyphens: and/or, 24-hour/day.
  mutating func offerSlashedWords() {
    guard var index = slashedPartEnd(position) else { return }
    var slashes = 0
    while slashes < 2, case let slash = slashLength(at: index), slash > 0,
      let next = slashedPartEnd(index + slash)
    {
      index = next
      slashes += 1
    }
    if slashes > 0 { offer(index - position, .asIs) }
  }

  private func slashedPartEnd(_ start: Int) -> Int? {
    var index = runEnd(start, while: PTBUnit.isASCIIAlphanumeric)
    guard index > start else { return nil }
    for _ in 0..<2 where unit(index) == PTBUnit.hyphen && PTBUnit.isASCIILetter(unit(index + 1)) {
      index = runEnd(index + 1, while: PTBUnit.isASCIILetter)
    }
    return index
  }

  /// AT&T, A+B.
  mutating func offerCapitalsJoined() {
    var index = runEnd(position, while: PTBUnit.isASCIICapital)
    guard index > position else { return }
    var parts = 1
    while true {
      let joint =
        unit(index) == PTBUnit.plus
        ? 1 : max(length(of: "&", at: index), length(of: "&amp;", at: index))
      let next = runEnd(index + joint, while: PTBUnit.isASCIICapital)
      guard joint > 0, next > index + joint else { break }
      index = next
      parts += 1
    }
    guard parts > 1 else { return }
    offerWithPeriod(index, .ampersands)
    offer(index - position, .ampersands)
  }
}
