import Completion

/// A line that is typed, with suggestions behind it.
final class InteractiveCompletion {
  private let session: CompletionSession
  private let count: Int
  private let terminal: RawTerminal
  private var keys: TerminalKeys
  private let output: TextOutput
  private var line = ""
  private var suggestions: [WordSuggestion] = []
  /// The line that they are for.
  private var suggestedLine: String?

  /// A word that is less probable is not offered, as nobody would take it.
  private static let leastProbability = 0.01

  init(_ session: CompletionSession, count: Int, terminal: RawTerminal) throws {
    self.session = session
    self.count = count
    self.terminal = terminal
    keys = TerminalKeys(terminal)
    output = try TextOutput(path: nil)
  }

  func run() throws {
    remark(
      "Tab takes the first suggestion, Alt-2 the second and so on, Enter ends the line, Ctrl-D leaves"
    )
    show()
    while let key = keys.next() {
      switch key {
      case .text(let text): line += text
      case .backspace: if !line.isEmpty { line.removeLast() }
      case .deleteWord:
        while line.last?.isWhitespace == true { line.removeLast() }
        while line.last?.isWhitespace == false { line.removeLast() }
      case .deleteLine: line = ""
      case .take(let number):
        // A key may have come before its suggestions were looked for.
        suggest()
        if number < suggestions.count { line += suggestions[number].completion }
      case .enter: try endLine()
      case .leave: return try leave()
      case .other: break
      }
      // What is pasted, or typed faster than it can be shown, is read first.
      if !keys.hasMore { show() }
    }
    try leave()
    if Interruption.signal != 0 { throw SilentEnd(signal: Interruption.signal) }
  }

  private func leave() throws {
    clear()
    if !line.isEmpty { remark("a line that Enter did not end is left out: \(line)") }
    try output.close()
  }

  private func endLine() throws {
    clear()
    try output.write(line)
    try output.flush()
    session.endLine(line)
    line = ""
    suggestedLine = nil
  }

  private func clear() { writeToStandardError("\r\u{1B}[K") }

  /// Looks for what goes with the line as it stands.
  private func suggest() {
    guard suggestedLine != line else { return }
    suggestions = session.nextWords(after: line, count: count)
      .filter { $0.probability >= Self.leastProbability }
    suggestedLine = line
  }

  /// Draws the end of the line that fits, and suggestions behind the cursor.
  private func show() {
    suggest()
    let width = terminal.width
    let shown = String(line.suffix(columns: max(10, width * 2 / 3)))
    let words = suggestions.map { "\($0.text) \(fixed(100 * $0.probability, 0))%" }
      .joined(separator: "  ")
    let rest = words.prefix(columns: max(0, width - shown.columns - 4))
    writeToStandardError("\r\u{1B}[K" + shown + "\u{1B}7   \u{1B}[2m" + rest + "\u{1B}[0m\u{1B}8")
  }
}
