/// Addresses of the web and of mail, names in social media, tags.
extension PTBLexer {
  /// What ends any address.
  private static func endsAddress(_ unit: UInt16) -> Bool {
    switch unit {
    case 0x09, 0x0A, 0x0C, 0x0D, 0x20, 0x22, 0x28, 0x29, 0x3C, 0x3E, 0x7C, PTBUnit.none: true
    default: false
    }
  }

  private static func isBrace(_ unit: UInt16) -> Bool { unit == 0x7B || unit == 0x7D }

  private static func mayEndAddress(_ unit: UInt16) -> Bool {
    !endsAddress(unit) && !PTBUnit.isOne(unit, of: ".!?{},-")
  }

  /// Part of a host's name between periods after "www.".
  private static func isInHost(_ unit: UInt16) -> Bool {
    !endsAddress(unit) && !PTBUnit.isOne(unit, of: ".!?{},")
  }

  /// Part of a host's name where nothing announces it: no capitals, digits or hyphens either. (The
  /// original meant to leave out three characters and wrote a range.)
  private static func isInBareHost(_ unit: UInt16) -> Bool {
    isInHost(unit) && !PTBUnit.isOne(unit, of: "$'`") && !(0x2C...0x5F).contains(unit)
  }

  private static func isInMail(_ unit: UInt16) -> Bool {
    !endsAddress(unit) && !isBrace(unit) && unit != PTBUnit.noBreakSpace
  }

  /// The end of the longest run that is at least two units long and may end an address.
  private func addressEnd(_ start: Int, while belongs: (UInt16) -> Bool) -> Int? {
    var index = runEnd(start, while: belongs)
    while index - start >= 2, !Self.mayEndAddress(unit(index - 1)) { index -= 1 }
    return index - start >= 2 ? index : nil
  }

  /// http://…, https://…
  mutating func offerWebAddress() {
    guard spells("http", at: position) else { return }
    let scheme = position + 4 + length(of: "s", at: position + 4)
    guard spells("://", at: scheme),
      let end = addressEnd(scheme + 3, while: { !Self.endsAddress($0) && !Self.isBrace($0) })
    else { return }
    offer(end - position, .asIs)
  }

  /// www.…, or anything whose name ends in .com, .net, .org or .edu; maybe with a path.
  mutating func offerBareAddress() {
    if spells("www.", at: position) {
      var index = runEnd(position + 4, while: Self.isInHost)
      while index > position + 4, unit(index) == PTBUnit.period {
        let letters = runEnd(index + 1, limit: 4, while: PTBUnit.isASCIILetter)
        if letters - index > 2 { offerAddress(hostEnd: letters) }
        let next = runEnd(index + 1, while: Self.isInHost)
        guard next > index + 1 else { break }
        index = next
      }
    }
    var index = runEnd(position, while: Self.isInBareHost)
    while index > position, unit(index) == PTBUnit.period {
      for domain: StaticString in ["com", "net", "org", "edu"] where spells(domain, at: index + 1) {
        offerAddress(hostEnd: index + 4)
      }
      let next = runEnd(index + 1, while: Self.isInBareHost)
      guard next > index + 1 else { break }
      index = next
    }
  }

  private mutating func offerAddress(hostEnd: Int) {
    offer(hostEnd - position, .asIs)
    if unit(hostEnd) == PTBUnit.slash,
      let end = addressEnd(hostEnd + 1, while: { !Self.endsAddress($0) })
    {
      offer(end - position, .asIs)
    }
  }

  /// somebody@example.org, maybe in angle brackets.
  mutating func offerMailAddress() {
    var name = position
    if unit(name) == PTBUnit.less { name += 1 } else { name += length(of: "&lt;", at: name) }
    guard PTBUnit.isASCIIAlphanumeric(unit(name)) else { return }
    let addressEnd = runEnd(name, while: Self.isInMail)
    // Of several signs the last that a host follows reaches furthest.
    var sign = addressEnd - 1
    while sign > name {
      if unit(sign) == PTBUnit.at, let hostEnd = mailHostEnd(sign + 1) {
        let bracket = unit(hostEnd) == PTBUnit.greater ? 1 : length(of: "&gt;", at: hostEnd)
        offer(hostEnd + bracket - position, .asIs)
        return
      }
      sign -= 1
    }
  }

  private func mailHostEnd(_ start: Int) -> Int? {
    func partEnd(_ start: Int) -> Int {
      runEnd(start) { Self.isInMail($0) && $0 != PTBUnit.period }
    }
    var index = partEnd(start)
    guard index > start else { return nil }
    while unit(index) == PTBUnit.period {
      let next = partEnd(index + 1)
      guard next > index + 1 else { break }
      index = next
    }
    return index
  }

  /// @name and #subject.
  mutating func offerSocialName() {
    let start = position
    if unit(start) == PTBUnit.at {
      let first = unit(start + 1)
      guard PTBUnit.isASCIILetter(first) || first == PTBUnit.underscore else { return }
      let end = runEnd(start + 1) { PTBUnit.isASCIIAlphanumeric($0) || $0 == PTBUnit.underscore }
      offer(end - start, .asIs)
    } else if unit(start) == 0x23 {
      var index = start + 1
      while case let letter = letterLength(at: index), letter > 0 { index += letter }
      if index > start + 1 { offer(index - start, .asIs) }
    }
  }

  mutating func offerTag() {
    let length = tagLength(at: position)
    if length > 0 { offer(length, .joined) }
  }

  /// A tag of SGML, HTML or XML: `<b>`, `</b>`, `<a href="…">`, `<!-- … -->`.
  func tagLength(at start: Int) -> Int {
    guard unit(start) == PTBUnit.less else { return 0 }
    let first = unit(start + 1)
    if PTBUnit.isOne(first, of: "!?") {
      let second = unit(start + 2)
      guard PTBUnit.isASCIILetter(second) || second == PTBUnit.hyphen else { return 0 }
      let end = runEnd(start + 3) {
        $0 != PTBUnit.greater && $0 != 0x0D && $0 != PTBUnit.lineFeed
      }
      return unit(end) == PTBUnit.greater ? end + 1 - start : 0
    }
    let isClosing = first == PTBUnit.slash
    guard var index = tagNameEnd(start + (isClosing ? 2 : 1)) else { return 0 }
    if !isClosing {
      index = attributesEnd(index)
      let slash = spacesEnd(index)
      if unit(slash) == PTBUnit.slash { index = slash + 1 }
    }
    index = spacesEnd(index)
    return unit(index) == PTBUnit.greater ? index + 1 - start : 0
  }

  private func spacesEnd(_ start: Int) -> Int { runEnd(start) { $0 == PTBUnit.space } }

  private func tagNameEnd(_ start: Int) -> Int? {
    guard PTBUnit.isASCIILetter(unit(start)) else { return nil }
    return runEnd(start) { PTBUnit.isASCIIAlphanumeric($0) || PTBUnit.isOne($0, of: "_:.-") }
  }

  /// The end of attributes, each after a space: a name, or a name and a quoted value.
  private func attributesEnd(_ start: Int) -> Int {
    var index = start
    while true {
      let name = spacesEnd(index)
      guard name > index, let nameEnd = tagNameEnd(name) else { return index }
      index = nameEnd
      let equals = spacesEnd(nameEnd)
      guard unit(equals) == PTBUnit.equals else { continue }
      let quote = spacesEnd(equals + 1)
      let mark = unit(quote)
      guard mark == 0x22 || mark == PTBUnit.apostrophe else { return index }
      let close = runEnd(quote + 1) { $0 != mark }
      guard close < end else { return index }
      index = close + 1
    }
  }
}
