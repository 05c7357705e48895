/// Sentences of a batch packed time-major without padding: longest first, and at step t only the rows
/// still alive. Padding does not exist, so no arithmetic is spent on it.
public struct PackedSequences: Sendable, Equatable {
  /// Tokens step after step: those of step t for all sentences longer than t, then those of step t + 1.
  public let tokens: [Int]
  /// Each step's rows among the packed ones.
  public let steps: [Range<Int>]
  /// Packed row b is sentence `order[b]` of the batch.
  public let order: [Int]
  /// Length of packed row b.
  public let lengths: [Int]

  /// - Parameter sequences: the batch, in any order; none may be empty.
  public init(_ sequences: [[TokenID]]) {
    precondition(sequences.allSatisfy { !$0.isEmpty }, "an empty sequence cannot be packed")
    let order = sequences.indices.sorted { a, b in
      (sequences[b].count, a) < (sequences[a].count, b)
    }
    let lengths = order.map { sequences[$0].count }
    var tokens: [Int] = []
    tokens.reserveCapacity(lengths.reduce(0, +))
    var steps: [Range<Int>] = []
    var alive = order.count
    for step in 0..<(lengths.first ?? 0) {
      while lengths[alive - 1] <= step { alive -= 1 }
      let start = tokens.count
      for row in 0..<alive { tokens.append(Int(sequences[order[row]][step])) }
      steps.append(start..<tokens.count)
    }
    self.tokens = tokens
    self.steps = steps
    self.order = order
    self.lengths = lengths
  }

  /// Sentences in the batch (B).
  public var count: Int { order.count }

  /// Packed row of each sentence of the batch.
  public var rows: [Int] {
    var rows = [Int](repeating: 0, count: order.count)
    for (row, sentence) in order.enumerated() { rows[sentence] = row }
    return rows
  }

  /// Where each sentence's first token is packed, in batch order.
  public var firstPositions: [Int] { rows.map { steps[0].lowerBound + $0 } }

  /// Where each sentence's last token is packed, in batch order.
  public var lastPositions: [Int] { rows.map { steps[lengths[$0] - 1].lowerBound + $0 } }

  /// Where every token is packed, sentence after sentence in batch order.
  public var sentenceMajorPositions: [Int] {
    rows.flatMap { row in (0..<lengths[row]).map { steps[$0].lowerBound + row } }
  }
}
