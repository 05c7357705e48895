internal import Neural
public import Tensors

/// The memory a scorer works in, which may serve one batch after another.
///
/// Sendable because one scorer at a time uses it.
public final class ScorerGraphs: @unchecked Sendable {
  let encoder: Graph
  /// Two, by turns: a step reads the state that the step before left in the other's memory.
  let steps: [Graph]
  /// For the logits, which nobody reads after the next step.
  let output: Graph

  /// - Parameter weights: flat buffer cut by the network's table; shared by all scorers.
  public init(weights: Tensor) {
    encoder = Graph(weights: weights)
    steps = [Graph(weights: weights), Graph(weights: weights)]
    output = Graph(weights: weights)
  }
}

/// A network and its weights as search sees them: one batch of sources at a time.
public final class ModelScorer: Scorer {
  private let network: EncoderDecoder
  private let sources: [[TokenID]]
  private let graphs: ScorerGraphs
  private var turn = 0
  private var memory: AttentionDecoder.Memory?
  private var state: AttentionDecoder.State?
  private var pendingRows: [Int]?
  private var weights: Tensor?

  /// - Parameters:
  ///   - sources: token sequences without marks.
  ///   - graphs: made with the network's weights, and used by no other scorer while this one is.
  public init(_ network: EncoderDecoder, sources: [[TokenID]], on graphs: ScorerGraphs) {
    self.network = network
    self.sources = sources
    self.graphs = graphs
  }

  /// A scorer with memory of its own.
  ///
  /// - Parameter weights: flat buffer cut by the network's table.
  public convenience init(_ network: EncoderDecoder, weights: Tensor, sources: [[TokenID]]) {
    self.init(network, sources: sources, on: ScorerGraphs(weights: weights))
  }

  public var vocabularySize: Int { network.config.targetVocabularySize }

  public func start() -> Int {
    graphs.encoder.reset()
    let packed = PackedSequences(sources.map { $0 + [Mark.end] })
    let encoded = network.encoder.encode(packed, on: graphs.encoder)
    (memory, state) = network.decoder.begin(encoded, on: graphs.encoder)
    pendingRows = nil
    weights = nil
    return sources.count
  }

  public func step(_ tokens: [TokenID]) -> Tensor {
    guard let memory, let current = state else { preconditionFailure("step before start") }
    let graph = graphs.steps[turn]
    turn = 1 - turn
    graph.reset()
    let state = pendingRows.map { gathered(current, $0, graph) } ?? current
    pendingRows = nil
    let projected = network.decoder.project(
      tokens.map(Int.init), mask: nil, steps: [0..<tokens.count], on: graph)
    let (next, weights) = network.decoder.step(projected, state, memory, masks: nil, on: graph)
    self.state = next
    self.weights = weights
    graphs.output.reset()
    return network.decoder.logProbabilities(next.attentional, on: graphs.output)
  }

  public func reorder(_ rows: [Int]) {
    // Gathering waits for the next step, whose memory the result will lie in.
    pendingRows = pendingRows.map { pending in rows.map { pending[$0] } } ?? rows
    if let segments = memory?.segments { memory?.segments = segments.selecting(rows) }
  }

  public func attention(row: Int) -> [Float]? {
    guard let weights else { return nil }
    let length = memory?.segments.lengths[row] ?? 0
    return (0..<length).map { weights[row, $0] }
  }

  private func gathered(
    _ state: AttentionDecoder.State, _ rows: [Int], _ graph: Graph
  ) -> AttentionDecoder.State {
    var result = state
    result.layers = state.layers.map { layer in
      CellState(
        hidden: graph.gather(layer.hidden, rows), cell: layer.cell.map { graph.gather($0, rows) })
    }
    if state.attentional.rows > 0 { result.attentional = graph.gather(state.attentional, rows) }
    return result
  }
}
