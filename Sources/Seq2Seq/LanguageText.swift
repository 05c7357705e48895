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

  /// Parts that text which goes on is cut into where much of it is judged: enough for large products on two cores. At the
  /// beginning of each the model knows nothing of what came before.
  public static let judgedStreams = 16
  /// Most parts that a text may be cut into.
  public static let mostStreams = 32_767

  /// Tokens of a stretch whose scores are made at once.
  package static let steps = 64
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
    let tokens = stream
    let pieces = isContinuous ? Self.cut(tokens.count, streams: streams) : lineBatches
    return workers.map(pieces.count) { piece in
      Self.cost(of: tokens, pieces[piece], network, on: weights.graph())
    }.reduce(into: CrossEntropySums()) { $0 += $1 }
  }

  /// Reads parts of a text side by side, a stretch of each at a time: memory does not grow with their length.
  private static func cost(
    of tokens: [TokenID], _ parts: [Range<Int>], _ network: LanguageNetwork, on graph: Graph
  ) -> CrossEntropySums {
    let memory = Tensor(rows: parts.count, columns: network.stateSize)
    var sums = CrossEntropySums()
    let longest = parts.reduce(0) { max($0, $1.count) }
    for start in stride(from: 0, to: longest, by: steps) {
      let examples = parts.enumerated().compactMap { row, part -> LanguageExample? in
        let stretch = part.dropFirst(start).prefix(steps)
        guard !stretch.isEmpty else { return nil }
        return LanguageExample(
          of: tokens, stretch, memory: memory.slice(row..<row + 1), isBeginning: start == 0)
      }
      graph.reset()
      sums += network.loss(examples, on: graph)
    }
    return sums
  }

  /// Lines of like length, with their ends, as they lie in `stream`.
  private var lineBatches: [[Range<Int>]] {
    let ranges = lineRanges
    let order = ranges.indices.sorted { (ranges[$0].count, $0) < (ranges[$1].count, $1) }
    return stride(from: 0, to: order.count, by: Self.linesAtOnce).map {
      order[$0..<min($0 + Self.linesAtOnce, order.count)].map { ranges[$0] }
    }
  }

  /// Parts of so many tokens, in pieces for workers.
  private static func cut(_ tokens: Int, streams: Int) -> [[Range<Int>]] {
    let length = (tokens + streams - 1) / max(streams, 1)
    guard length > 0 else { return [] }
    let count = (tokens + length - 1) / length
    // Sums are rounded by how they are cut, so that never follows from the number of workers.
    let pieces = min(count, max(2, count / streamsOfPiece))
    return (0..<pieces).map { piece in
      (piece * count / pieces..<(piece + 1) * count / pieces).map {
        $0 * length..<min(($0 + 1) * length, tokens)
      }
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

  /// Where each line lies in `stream`, with its end.
  var lineRanges: [Range<Int>] {
    var end = 0
    return lines.map { line in
      defer { end += line.count + 1 }
      return end..<end + line.count + 1
    }
  }
}
