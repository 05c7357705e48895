/// Numbers, dates, fractions, telephone numbers, money.
extension PTBLexer {
  private func digitsEnd(_ start: Int) -> Int { runEnd(start, while: PTBCharacter.isDigit) }

  private func asciiDigitsEnd(_ start: Int) -> Int { runEnd(start, while: PTBUnit.isASCIIDigit) }

  private func isDateSeparator(_ unit: UInt16) -> Bool {
    unit == PTBUnit.hyphen || unit == PTBUnit.slash
  }

  /// 1/12/2010, 1-2-10.
  mutating func offerDate() {
    let start = position
    let first = digitsEnd(start)
    guard (1...2).contains(first - start), isDateSeparator(unit(first)) else { return }
    let second = digitsEnd(first + 1)
    guard (1...2).contains(second - first - 1), isDateSeparator(unit(second)) else { return }
    let digits = min(4, digitsEnd(second + 1) - second - 1)
    if digits >= 2 { offer(second + 1 + digits - start, .asIs) }
  }

  /// 12, 1,000.5, 9:30, +.5, :5 and so on: groups of digits, each after a mark but perhaps the first.
  mutating func offerNumber() {
    var index = position
    if unit(index) == PTBUnit.plus || unit(index) == PTBUnit.hyphen { index += 1 }
    let signEnd = index
    index = digitsEnd(index)
    while isWithinNumber(unit(index)), PTBCharacter.isDigit(unit(index + 1)) {
      index = digitsEnd(index + 1)
    }
    if index > signEnd { offer(index - position, .withoutSoftHyphens) }
  }

  private func isWithinNumber(_ unit: UInt16) -> Bool {
    switch unit {
    case PTBUnit.comma, PTBUnit.period, 0x3A, PTBUnit.softHyphen, 0x066B, 0x066C: true
    default: false
    }
  }

  /// Superscript or subscript digits with their sign.
  mutating func offerScriptNumber() {
    var index = position
    switch unit(index) {
    case 0x207A, 0x207B, 0x208A, 0x208B: index += 1
    default: break
    }
    let superscripts = runEnd(index) { unit in
      switch unit {
      case 0xB2, 0xB3, 0xB9, 0x2070, 0x2074...0x2079: true
      default: false
      }
    }
    let subscripts = runEnd(index) { (0x2080...0x2089).contains($0) }
    let end = max(superscripts, subscripts)
    if end > index { offer(end - position, .asIs) }
  }

  /// 1/2, 5 1/2, 5-1/2, of up to four digits each.
  mutating func offerFraction() {
    let start = position
    var numerator = start
    let first = digitsEnd(start)
    guard (1...4).contains(first - start) else { return }
    var numeratorEnd = first
    switch unit(first) {
    case PTBUnit.space, PTBUnit.hyphen, PTBUnit.noBreakSpace:
      numerator = first + 1
      numeratorEnd = digitsEnd(numerator)
      guard (1...4).contains(numeratorEnd - numerator) else { return }
    default: break
    }
    let slash = slashLength(at: numeratorEnd, orFractionSlash: true)
    guard slash > 0 else { return }
    let denominator = numeratorEnd + slash
    let digits = min(4, digitsEnd(denominator) - denominator)
    if digits >= 1 { offer(denominator + digits - start, .joined) }
  }

  /// A slash, maybe after a backslash.
  func slashLength(at index: Int, orFractionSlash: Bool = false) -> Int {
    switch unit(index) {
    case PTBUnit.slash: 1
    case PTBUnit.fractionSlash: orFractionSlash ? 1 : 0
    case PTBUnit.backslash: unit(index + 1) == PTBUnit.slash ? 2 : 0
    default: 0
    }
  }

  /// $, US$.
  mutating func offerDollars() {
    let end = runEnd(position, while: PTBUnit.isASCIICapital)
    if unit(end) == 0x24 { offer(end + 1 - position, .asIs) }
  }

  /// An apostrophe and two digits before white space: a year.
  mutating func offerYear() {
    let apostrophe = apostropheLength(at: position)
    guard apostrophe > 0 else { return }
    let digits = position + apostrophe
    guard PTBUnit.isASCIIDigit(unit(digits)), PTBUnit.isASCIIDigit(unit(digits + 1)),
      PTBCharacter.isWhite(unit(digits + 2))
    else { return }
    offer(apostrophe + 2, reaching: apostrophe + 3, .asIs)
  }

  /// (555) 123-4567, +12 345 678, 555.123.4567.
  mutating func offerPhoneNumber() {
    let first = unit(position)
    guard PTBUnit.isASCIIDigit(first) || first == 0x28 || first == PTBUnit.plus else { return }
    if first == 0x28 {
      let close = asciiDigitsEnd(position + 1)
      guard (2...3).contains(close - position - 1), unit(close) == 0x29 else { return }
      offerSubscriber(at: close + 1)
      if isPhoneSpace(unit(close + 1)) { offerSubscriber(at: close + 2) }
      return
    }
    let number = runEnd(position, limit: 2) { $0 == PTBUnit.plus }
    // The groups before the subscriber's number: country or area or both, each with a mark after it.
    if let areaEnd = phoneGroupEnd(number) {
      offerSubscriber(at: areaEnd)
      if let secondEnd = phoneGroupEnd(areaEnd) { offerSubscriber(at: secondEnd) }
    }
    offerDottedPhoneNumber(from: number)
  }

  private func isPhoneSpace(_ unit: UInt16) -> Bool {
    unit == PTBUnit.space || unit == PTBUnit.noBreakSpace
  }

  private func isPhoneMark(_ unit: UInt16) -> Bool {
    unit == PTBUnit.hyphen || isPhoneSpace(unit)
  }

  /// The end of two to four digits and the mark after them.
  private func phoneGroupEnd(_ start: Int) -> Int? {
    let end = asciiDigitsEnd(start)
    return (2...4).contains(end - start) && isPhoneMark(unit(end)) ? end + 1 : nil
  }

  /// Three or four digits and three to five, a mark between them or none.
  private mutating func offerSubscriber(at start: Int) {
    let end = asciiDigitsEnd(start)
    if end - start >= 6 {
      offer(min(end, start + 9) - position, .brackets)
    } else if end - start == 3 || end - start == 4, isPhoneMark(unit(end)) {
      let digits = min(5, asciiDigitsEnd(end + 1) - end - 1)
      if digits >= 3 { offer(end + 1 + digits - position, .brackets) }
    }
  }

  private mutating func offerDottedPhoneNumber(from start: Int) {
    var groups: [Int] = []  // the digits of each group, parted by periods
    var ends: [Int] = []
    var index = start
    while groups.count < 4 {
      let end = asciiDigitsEnd(index)
      guard end > index else { break }
      groups.append(end - index)
      ends.append(end)
      guard unit(end) == PTBUnit.period else { break }
      index = end + 1
    }
    // Only a number with a country's group may have a plus sign.
    for country in [0, 1] where start == position || country == 1 {
      guard groups.count >= country + 3, country == 0 || (2...4).contains(groups[0]),
        (2...4).contains(groups[country]), (3...4).contains(groups[country + 1]),
        groups[country + 2] >= 3
      else { continue }
      let last = groups[country + 2]
      offer(ends[country + 2] - last + min(5, last) - position, .brackets)
    }
  }
}
