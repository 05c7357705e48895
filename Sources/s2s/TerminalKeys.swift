/// What a key asks for while a line is typed.
enum TerminalKey {
  case text(String)
  /// A suggestion, the first being 0.
  case take(Int)
  case backspace, deleteWord, deleteLine, enter, leave, other
}

/// Makes keys of the bytes that a terminal sends.
struct TerminalKeys {
  private let terminal: RawTerminal
  /// Whether what comes is pasted, so that a tab in it is text.
  private var isPasting = false
  /// A byte that was read and belongs to the next key.
  private var held: UInt8?

  init(_ terminal: RawTerminal) { self.terminal = terminal }

  /// Whether another key, or some of it, is there already.
  var hasMore: Bool { held != nil || terminal.hasMore() }

  /// The next key; nil at the end of input, or when the process is asked to stop.
  mutating func next() -> TerminalKey? {
    guard let byte = byte() else { return nil }
    switch byte {
    case 0x03, 0x04: return .leave
    case 0x08, 0x7F: return .backspace
    case 0x09: return isPasting ? .text(" ") : .take(0)
    case 0x0A, 0x0D: return .enter
    case 0x15: return .deleteLine
    case 0x17: return .deleteWord
    case 0x1B: return escape()
    case 0..<0x20: return .other
    default: return character(byte)
    }
  }

  private mutating func byte() -> UInt8? {
    defer { held = nil }
    return held ?? terminal.byte()
  }

  /// What comes after an escape, at once: a digit with Alt, an arrow or the like, or a mark around what is pasted.
  private mutating func escape() -> TerminalKey {
    var letters: [UInt8] = []
    // Far away, a key's bytes may come in two lots.
    while terminal.hasMore(within: 30), let next = terminal.byte() {
      // An arrow with Alt: the escape comes twice.
      if letters.isEmpty, next == 0x1B { continue }
      letters.append(next)
      // A console's F1 has two brackets.
      if letters == [0x5B] || letters == [0x4F] || letters == [0x5B, 0x5B] { continue }
      if letters.count == 1 || (0x40...0x7E).contains(next) { break }
    }
    if !isPasting, letters.count == 1, (0x31...0x39).contains(letters[0]) {
      return .take(Int(letters[0]) - 0x31)
    }
    if letters == Array("[200~".utf8) { isPasting = true }
    if letters == Array("[201~".utf8) { isPasting = false }
    return .other
  }

  /// A character of one to four bytes; what is none is passed over.
  private mutating func character(_ first: UInt8) -> TerminalKey {
    let count: Int
    switch first {
    case 0..<0x80: count = 1
    case 0xC2..<0xE0: count = 2
    case 0xE0..<0xF0: count = 3
    case 0xF0..<0xF5: count = 4
    default: return .other
    }
    var bytes = [first]
    while bytes.count < count {
      guard let next = byte() else { return .other }
      guard next & 0xC0 == 0x80 else {
        held = next
        return .other
      }
      bytes.append(next)
    }
    // A control character (U+0080 to U+009F) would be one to the terminal too.
    guard let text = String(validating: bytes, as: UTF8.self), bytes[0] != 0xC2 || bytes[1] >= 0xA0
    else { return .other }
    return .text(text)
  }
}
