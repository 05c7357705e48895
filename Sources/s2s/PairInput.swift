/// Pairs of lines: of two files, or source TAB target on standard input.
final class PairInput {
  /// A pair, or what is wrong with it.
  struct Line {
    var number: Int
    var pair: (source: String, target: String)?
    var problem: String?
  }

  private let input: TextInput
  /// The other file's lines.
  private let targets: TextInput?

  /// TSV on standard input.
  init() {
    input = TextInput([])
    targets = nil
  }

  /// Line n of one file with line n of the other.
  init(_ source: String, _ target: String) throws(Failure) {
    let counts = (try countLines(source), try countLines(target))
    guard counts.0 == counts.1 else {
      throw Failure(
        .data,
        "\(source) has \(counts.0) lines and \(target) \(counts.1); line n of one must be the "
          + "translation of line n of the other")
    }
    input = TextInput([source])
    targets = TextInput([target])
  }

  /// The next pairs: what has arrived, at least one and at most `size`; none at the end.
  func window(_ size: Int) -> [Line] {
    var lines: [Line] = []
    while lines.count < size {
      guard case .line(let line) = input.next(waits: lines.isEmpty || targets != nil) else { break }
      let pair = pair(line)
      if let problem = pair.problem { input.fail(problem) }
      lines.append(pair)
    }
    return lines
  }

  private func pair(_ line: InputLine) -> Line {
    guard let targets else {
      guard let text = line.text else { return Line(number: line.number, problem: line.problem) }
      let columns = text.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false)
      guard columns.count >= 2 else {
        return Line(
          number: line.number,
          problem: "standard input:\(line.number): the line has no TAB; give source TAB translation"
        )
      }
      return Line(number: line.number, pair: (String(columns[0]), String(columns[1])))
    }
    guard case .line(let target) = targets.next(waits: true) else {
      return Line(number: line.number, problem: "the file of translations became shorter")
    }
    guard let source = line.text, let text = target.text else {
      return Line(number: line.number, problem: line.problem ?? target.problem)
    }
    return Line(number: line.number, pair: (source, text))
  }

  func finish() throws { try input.finish() }
}

/// How many lines a file has.
private func countLines(_ path: String) throws(Failure) -> Int {
  let reader = try LineReader(path: path)
  while true {
    if case .end = try reader.next(waits: true) { return reader.number }
  }
}
