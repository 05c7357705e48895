internal import Neural
public import Tensors

/// A network and its weights as search sees them: one batch of sources at a time.
public final class ModelScorer: Scorer {
  private let network: EncoderDecoder
  private let sources: [[TokenID]]
  private let encoderGraph: Graph
  /// Two, by turns: a step reads the state that the step before left in the other's memory.
  private let stepGraphs: [Graph]
  private var turn = 0
  private var memory: AttentionDecoder.Memory?
  private var state: AttentionDecoder.State?
  private var pendingRows: [Int]?
  private var weights: Tensor?

  /// - Parameters:
  ///   - weights: flat buffer cut by the network's table; shared by all scorers.
  ///   - sources: token sequences without marks.
  public init(_ network: EncoderDecoder, weights: Tensor, sources: [[TokenID]]) {
    self.network = network
    self.sources = sources
    encoderGraph = Graph(weights: weights)
    stepGraphs = [Graph(weights: weights), Graph(weights: weights)]
  }

  public var vocabularySize: Int { network.config.targetVocabularySize }

  public func start() -> Int {
    encoderGraph.reset()
    let packed = PackedSequences(sources.map { $0 + [Mark.end] })
    let encoded = network.encoder.encode(packed, on: encoderGraph)
    (memory, state) = network.decoder.begin(encoded, on: encoderGraph)
    pendingRows = nil
    weights = nil
    return sources.count
  }

  public func step(_ tokens: [TokenID]) -> Tensor {
    guard let memory, let current = state else { preconditionFailure("step before start") }
    let graph = stepGraphs[turn]
    turn = 1 - turn
    graph.reset()
    let state = pendingRows.map { gathered(current, $0, graph) } ?? current
    pendingRows = nil
    let projected = network.decoder.project(
      tokens.map(Int.init), mask: nil, steps: [0..<tokens.count], on: graph)
    let (next, weights) = network.decoder.step(projected, state, memory, masks: nil, on: graph)
    self.state = next
    self.weights = weights
    return network.decoder.logProbabilities(next.attentional, on: graph)
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
