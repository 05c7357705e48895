public import Neural
public import Tensors

/// The memory a scorer works in, which may serve one batch after another.
///
/// Sendable because one scorer at a time uses it.
public final class ScorerGraphs: @unchecked Sendable {
  /// For the memory and the first state of the whole batch.
  let encoder: Graph
  /// For what a step, or the encoding of a few sentences, makes and leaves.
  let scratch: Graph
  /// For the state that a step begins with.
  let state: Graph
  /// For the logits, which nobody reads after the next step.
  let output: Graph

  /// - Parameters:
  ///   - weights: flat buffer cut by the network's table; shared by all scorers.
  ///   - packed: the same weights packed, likewise.
  public init(weights: Tensor, packed: PackedWeights? = nil) {
    encoder = Graph(weights: weights, packed: packed)
    scratch = Graph(weights: weights, packed: packed)
    state = Graph(weights: weights, packed: packed)
    output = Graph(weights: weights, packed: packed)
  }
}

/// A network and its weights as search sees them: one batch of sources at a time.
public final class ModelScorer: Scorer {
  private let network: EncoderDecoder
  private let sources: [[TokenID]]
  private let graphs: ScorerGraphs
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

  /// Sentences encoded at once: what the encoder leaves between its layers is many times its result, so
  /// that a large batch is encoded a few sentences at a time.
  private static let encodedAtOnce = 16

  public func start() -> Int {
    let graph = graphs.encoder
    graph.reset()
    let lengths = sources.map { $0.count + 1 }
    let segments = Segments(lengths: lengths)
    var memory: AttentionDecoder.Memory?
    var state: AttentionDecoder.State?
    for first in stride(from: 0, to: sources.count, by: Self.encodedAtOnce) {
      let sentences = first..<min(first + Self.encodedAtOnce, sources.count)
      graphs.scratch.reset()
      let packed = PackedSequences(sources[sentences].map { $0 + [Mark.end] })
      let encoded = network.encoder.encode(packed, on: graphs.scratch)
      let (part, partState) = network.decoder.begin(encoded, on: graphs.scratch)
      let whole = memory ?? part.room(segments, on: graph)
      let wholeState = state ?? partState.room(rows: sources.count, on: graph)
      whole.fill(rows: segments.rows(of: sentences), from: part)
      wholeState.fill(rows: sentences, from: partState)
      (memory, state) = (whole, wholeState)
    }
    (self.memory, self.state) = (memory, state)
    pendingRows = nil
    weights = nil
    return sources.count
  }

  public func step(_ tokens: [TokenID]) -> Tensor {
    guard let memory, let current = state else { preconditionFailure("step before start") }
    // The state is still where the last step made it: it is brought to safety before that memory is
    // used again.
    graphs.state.reset()
    let state = gathered(current, pendingRows ?? Array(0..<tokens.count), graphs.state)
    pendingRows = nil
    let graph = graphs.scratch
    graph.reset()
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

extension AttentionDecoder.Memory {
  /// Room for the memory of a whole batch, shaped like this part of it.
  fileprivate func room(_ segments: Segments, on graph: Graph) -> Self {
    let values = graph.make(rows: segments.total, columns: self.values.columns)
    let isShared = keys.value.isSame(as: self.values.value)
    return Self(
      keys: isShared ? values : graph.make(rows: segments.total, columns: keys.columns),
      values: values, segments: segments)
  }

  fileprivate func fill(rows: Range<Int>, from part: Self) {
    copy(part.values.value, to: values.value.slice(rows))
    if !keys.value.isSame(as: values.value) { copy(part.keys.value, to: keys.value.slice(rows)) }
  }
}

extension AttentionDecoder.State {
  /// Room for the first state of a whole batch, shaped like this part of it.
  fileprivate func room(rows: Int, on graph: Graph) -> Self {
    func room(_ part: Variable) -> Variable { graph.make(rows: rows, columns: part.columns) }
    return Self(
      layers: layers.map { CellState(hidden: room($0.hidden), cell: $0.cell.map(room)) },
      attentional: graph.make(rows: 0, columns: attentional.columns))
  }

  fileprivate func fill(rows: Range<Int>, from part: Self) {
    for (layer, other) in zip(layers, part.layers) {
      copy(other.hidden.value, to: layer.hidden.value.slice(rows))
      if let cell = layer.cell, let from = other.cell {
        copy(from.value, to: cell.value.slice(rows))
      }
    }
  }
}
