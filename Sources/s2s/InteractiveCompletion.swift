import Completion

/// A line that is typed, with suggestions behind it.
final class InteractiveCompletion {
  private let session: CompletionSession
  private let count: Int
  private let terminal: RawTerminal
  private let output: TextOutput
  /// Lines ended so far.
  private var lines: [String] = []
  private var line = ""
  private var suggestions: [WordSuggestion] = []
  /// The line that they are for.
  private var suggestedLine: String?
  /// Bytes of a character that is not whole yet.
  private var pending: [UInt8] = []

  init(_ session: CompletionSession, count: Int, terminal: RawTerminal) throws {
    self.session = session
    self.count = count
    self.terminal = terminal
    output = try TextOutput(path: nil)
  }

  /// What a key asks for.
  private enum Key {
    case text(String)
    case backspace, deleteWord, deleteLine, take, enter, leave, other
  }

  func run() throws {
    remark("Tab takes the first suggestion, Enter ends the line, Ctrl-D leaves")
    show()
    while let key = key() {
      switch key {
      case .text(let text): line += text
      case .backspace: if !line.isEmpty { line.removeLast() }
      case .deleteWord:
        while line.last?.isWhitespace == true { line.removeLast() }
        while line.last?.isWhitespace == false { line.removeLast() }
      case .deleteLine: line = ""
      case .take:
        // A key may have come before its suggestions were looked for.
        suggest()
        if let first = suggestions.first { line += first.completion }
      case .enter: try endLine()
      case .leave:
        clear()
        try output.close()
        return
      case .other: continue
      }
      // What is pasted, or typed faster than it can be shown, is read first.
      if pending.isEmpty, !terminal.hasMore { show() }
    }
    clear()
    try output.close()
    if Interruption.signal != 0 { throw SilentEnd(signal: Interruption.signal) }
  }

  private func key() -> Key? {
    guard let byte = terminal.byte() else { return nil }
    switch byte {
    case 0x03, 0x04: return .leave
    case 0x08, 0x7F: return .backspace
    case 0x09: return .take
    case 0x0A, 0x0D: return .enter
    case 0x15: return .deleteLine
    case 0x17: return .deleteWord
    case 0x1B:
      // An arrow or the like: its letters come at once.
      while terminal.hasMore, let next = terminal.byte() {
        if (0x40...0x7E).contains(next), next != 0x5B, next != 0x4F { break }
      }
      return .other
    case 0..<0x20: return .other
    default:
      pending.append(byte)
      if let text = String(validating: pending, as: UTF8.self) {
        pending = []
        return .text(text)
      }
      // Four bytes make a character, or nothing does.
      if pending.count >= 4 { pending = [] }
      return .other
    }
  }

  private func endLine() throws {
    clear()
    try output.write(line)
    try output.flush()
    lines.append(line)
    line = ""
    suggestedLine = nil
  }

  private func clear() { writeToStandardError("\r\u{1B}[K") }

  /// Looks for what goes with the line as it stands.
  private func suggest() {
    guard suggestedLine != line else { return }
    suggestions = session.nextWords(
      after: (lines.suffix(20) + [line]).joined(separator: "\n"), count: count)
    suggestedLine = line
  }

  /// Draws the end of the line that fits, and suggestions behind the cursor.
  private func show() {
    suggest()
    let width = terminal.width
    let shown = String(line.suffix(max(10, width * 2 / 3)))
    let words = suggestions.map { "\($0.text) \(fixed(100 * $0.probability, 0))%" }
      .joined(separator: "  ")
    let rest = String(words.prefix(max(0, width - shown.count - 4)))
    writeToStandardError("\r\u{1B}[K" + shown + "\u{1B}7   \u{1B}[2m" + rest + "\u{1B}[0m\u{1B}8")
  }
}
