public import Neural
public import Tensors

/// What a front end hands to the decoder; nothing after it knows where it came from.
public struct EncoderOutput {
  /// What attention looks at: the rows of one sentence after another, [Σ lengths, M].
  public var memory: Variable
  /// Where each sentence's rows lie.
  public var segments: Segments
  /// What the decoder's first state is made from: [B, M] each.
  public var summary: CellState

  public init(memory: Variable, segments: Segments, summary: CellState) {
    self.memory = memory
    self.segments = segments
    self.summary = summary
  }

  /// What a decoder of several sequences a sentence is handed: row r looks at sentence `rows[r]`, and
  /// starts from what it came to; memory and its gradient are shared.
  public func selecting(_ rows: [Int], on graph: Graph) -> EncoderOutput {
    EncoderOutput(
      memory: memory, segments: segments.selecting(rows),
      summary: CellState(
        hidden: graph.gather(summary.hidden, rows),
        cell: summary.cell.map { graph.gather($0, rows) }))
  }
}
