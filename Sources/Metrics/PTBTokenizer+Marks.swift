/// Punctuation, brackets, quotation marks, smileys, symbols.
extension PTBLexer {
  /// Entities of SGML, and dashes, which are no tokens that count.
  mutating func offerEntities() {
    let start = position
    guard unit(start) == PTBUnit.ampersand else { return }
    for dropped: StaticString in ["&md;", "&mdash;", "&ndash;", "&nbsp;"]
    where spells(dropped, at: start) { offer(dropped.utf8CodeUnitCount, .dropped) }
    for quote: StaticString in ["&quot;", "&apos;"] where spells(quote, at: start) {
      offer(6, .quotes)
    }
    if spells("&amp;", at: start) { offer(5, .ampersands) }
    if spells("&lt;", at: start) { offer(4, .lessThan) }
    if spells("&gt;", at: start) { offer(4, .greaterThan) }
    for name: StaticString in [
      "&ht;", "&tl;", "&ur;", "&lr;", "&qc;", "&ql;", "&qr;", "&odq;", "&cdq;",
    ] where spells(name, at: start) {
      offer(name.utf8CodeUnitCount, .asIs)
    }
    if unit(start + 1) == 0x23 {
      let digits = runEnd(start + 2, while: PTBUnit.isASCIIDigit)
      if digits > start + 2, unit(digits) == 0x3B { offer(digits + 1 - start, .asIs) }
    }
  }

  /// :-) and its like before anything but a letter or a digit.
  mutating func offerSmiley() {
    var index = position
    if PTBUnit.isOne(unit(index), of: "<>") { index += 1 }
    guard PTBUnit.isOne(unit(index), of: ":;=") else { return }
    index += 1
    if PTBUnit.isOne(unit(index), of: "-o*'") { index += 1 }
    guard PTBUnit.isOne(unit(index), of: "()DPdpO\\{@|[]") else { return }
    index += 1
    guard index < end, !PTBUnit.isASCIIAlphanumeric(unit(index)) else { return }
    offer(index - position, reaching: index + 1 - position, .brackets)
  }

  /// ^_^, (-_-), (^^).
  mutating func offerEyes() {
    let start = position
    func isEye(_ index: Int) -> Bool { PTBUnit.isOne(unit(index), of: "-^x=~<>'") }
    if isEye(start), unit(start + 1) == PTBUnit.underscore, isEye(start + 2) { offer(3, .brackets) }
    guard unit(start) == 0x28, isEye(start + 1) else { return }
    let middle = PTBUnit.isOne(unit(start + 2), of: "_.") ? 3 : 2
    if isEye(start + middle), unit(start + middle + 1) == 0x29 { offer(middle + 2, .brackets) }
    if unit(start + 1) != PTBUnit.hyphen, unit(start + 2) == PTBUnit.hyphen,
      isEye(start + 3) && unit(start + 3) != PTBUnit.hyphen || unit(start + 3) == 0x60,
      unit(start + 4) == 0x29
    {
      offer(5, .brackets)
    }
  }

  /// Hyphens, periods, and marks that stay together when repeated.
  mutating func offerRunOfMarks() {
    let start = position
    let first = unit(start)
    let run = runEnd(start) { $0 == first } - start
    switch first {
    case PTBUnit.hyphen: offer(run, run > 4 ? .asIs : .dropped)
    case PTBUnit.period: offerEllipsis(run)
    case PTBUnit.at, PTBUnit.underscore, 0x23, 0x2A: offer(run, .asIs)
    case PTBUnit.backslash:
      var stars = 0
      while stars < 3, spells("\\*", at: start + 2 * stars) { stars += 1 }
      offer(2 * stars, .asIs)
    case 0x21, 0x3F:
      let end = runEnd(start) { PTBUnit.isOne($0, of: "!?") }
      // One mark ends a sentence and is not counted; several are.
      offer(end - start, end - start > 1 ? .asIs : .dropped)
    default: break
    }
  }

  private mutating func offerEllipsis(_ run: Int) {
    if run >= 3 { offer(min(run, 5), .dropped) }
    var index = position
    var dots = 1
    while dots < 5, unit(index + 1) == PTBUnit.space || unit(index + 1) == PTBUnit.noBreakSpace,
      unit(index + 2) == PTBUnit.period
    {
      index += 2
      dots += 1
    }
    if dots >= 3 { offer(index + 1 - position, .dropped) }
  }

  /// An apostrophe that opens a quotation.
  mutating func offerOpeningQuote() {
    let start = position
    guard unit(start) == PTBUnit.apostrophe, PTBUnit.isASCIILetter(unit(start + 1)), start + 2 < end
    else { return }
    if !PTBUnit.isOne(unit(start + 2), of: " \t\n\r"), unit(start + 2) != PTBUnit.noBreakSpace {
      offer(1, reaching: 3, .dropped)
    }
  }

  /// Quotation marks, curly ones by two.
  mutating func offerQuotes() {
    if spells("''", at: position) { offer(2, .dropped) }
    let end = runEnd(position, limit: 2) { unit in
      switch unit {
      case 0x60, 0x91...0x94, 0xAB, 0xBB, 0x2018...0x201F, 0x2039, 0x203A: true
      default: false
      }
    }
    if end > position { offer(end - position, .quotes) }
  }

  /// What stands for itself.
  mutating func offerSingle() {
    let first = unit(position)
    let spaces = runEnd(position, while: PTBCharacter.isSpace)
    if spaces > position { offer(spaces - position, .dropped) }
    switch first {
    case PTBUnit.period, PTBUnit.comma, 0x3A, 0x3B, PTBUnit.apostrophe, 0x22: offer(1, .dropped)
    case 0x2013...0x2015, 0x96, 0x97, 0x2026, 0x85: offer(1, .dropped)
    case 0x28, 0x29, 0x5B, 0x5D, 0x7B, 0x7D: offer(1, .brackets)
    case PTBUnit.less, PTBUnit.greater:
      offer(unit(position + 1) == first ? 2 : 1, .asIs)
    case 0xBC...0xBE, 0x2153...0x215E: offer(1, .fraction)
    case 0x80, 0xA2...0xA5, 0x060B, 0x0E3F, 0x20A0, 0x20A4, 0x20AC, 0xFFE0...0xFFE1,
      0xFFE5...0xFFE6:
      offer(1, .currency)
    default:
      offer(1, PTBCharacter.isSymbol(first) ? .asIs : .dropped)
    }
  }
}
