public import Neural
public import Tensors

/// Text that a language model is judged by.
public struct LanguageText: Sendable {
  /// Lines, without marks.
  public var lines: [[TokenID]]
  /// Whether the state is carried from line to line.
  public var isContinuous: Bool

  public init(lines: [[TokenID]], isContinuous: Bool) {
    self.lines = lines
    self.isContinuous = isContinuous
  }

  /// Parts that text which goes on is cut into where much of it is judged, so that all cores have large products; at
  /// the beginning of each the model knows nothing of what came before.
  public static let judgedStreams = 16

  /// Tokens of a stretch whose scores are made at once.
  static let steps = 64
  /// Streams that are read by one worker at once, if there are more than two pieces of so many.
  private static let streamsOfPiece = 8
  /// Lines that stand alone and are judged at once.
  private static let linesAtOnce = 64

  /// What the model finds of the text: sums over all tokens, ends of lines counted, in nats.
  ///
  /// - Parameters:
  ///   - streams: into how many parts text that goes on is cut, to be read side by side: one takes long, but then
  ///     nothing is read without what came before.
  public func cost(
    _ network: LanguageNetwork, _ weights: InferenceWeights, streams: Int = 1, workers: Workers
  ) -> CrossEntropySums {
    let parts =
      isContinuous
      ? continuous(network, weights, streams: streams, workers)
      : separate(network, weights, workers)
    return parts.reduce(into: CrossEntropySums()) { $0 += $1 }
  }

  private func separate(
    _ network: LanguageNetwork, _ weights: InferenceWeights, _ workers: Workers
  ) -> [CrossEntropySums] {
    let order = lines.indices.sorted { (lines[$0].count, $0) < (lines[$1].count, $1) }
    let batches = stride(from: 0, to: order.count, by: Self.linesAtOnce).map {
      order[$0..<min($0 + Self.linesAtOnce, order.count)].map { LanguageExample(line: lines[$0]) }
    }
    return workers.map(batches.count) { network.loss(batches[$0], on: weights.graph()) }
  }

  private func continuous(
    _ network: LanguageNetwork, _ weights: InferenceWeights, streams: Int, _ workers: Workers
  ) -> [CrossEntropySums] {
    let tokens = stream
    let length = (tokens.count + streams - 1) / max(streams, 1)
    guard length > 0 else { return [] }
    let count = (tokens.count + length - 1) / length
    // Sums are rounded by how they are cut, so that never follows from the number of workers.
    let pieces = min(count, max(2, count / Self.streamsOfPiece))
    return workers.map(pieces) { piece in
      let graph = weights.graph()
      let own = Array((piece * count / pieces)..<((piece + 1) * count / pieces))
      let memory = Tensor(rows: own.count, columns: network.stateSize)
      var sums = CrossEntropySums()
      for start in stride(from: 0, to: length, by: Self.steps) {
        let examples = own.enumerated().compactMap { row, stream -> LanguageExample? in
          let first = stream * length + start
          let end = min(first + Self.steps, (stream + 1) * length, tokens.count)
          guard first < end else { return nil }
          let targets = Array(tokens[first..<end])
          return LanguageExample(
            inputs: [first > 0 ? tokens[first - 1] : Mark.end] + targets.dropLast(),
            targets: targets, memory: memory.slice(row..<row + 1), isBeginning: start == 0)
        }
        guard !examples.isEmpty else { break }
        graph.reset()
        sums += network.loss(examples, on: graph)
      }
      return sums
    }
  }

  /// All lines with their ends.
  var stream: [TokenID] {
    var tokens: [TokenID] = []
    tokens.reserveCapacity(lines.reduce(0) { $0 + $1.count + 1 })
    for line in lines {
      tokens += line
      tokens.append(Mark.end)
    }
    return tokens
  }
}
