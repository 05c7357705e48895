public import Neural
public import Tensors

/// The memory a scorer works in, which may serve one batch after another.
///
/// Sendable because one scorer at a time uses it.
public final class ScorerGraphs: @unchecked Sendable {
  /// For the memory and the first state of the whole batch.
  public let encoder: Graph
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

  /// Graphs on the weights of another one as they stand, packed or not, whose companions they are.
  public init(of graph: Graph) {
    let companions = graph.companions(4)
    (encoder, scratch) = (companions[0], companions[1])
    (state, output) = (companions[2], companions[3])
  }
}

/// A decoder, its weights and what it looks at as search sees them: one batch of sources at a time.
public final class ModelScorer: Scorer {
  /// The view of a batch's memory and the first states, on `ScorerGraphs.encoder`.
  public typealias Beginning = (memory: AttentionDecoder.Memory, state: AttentionDecoder.State)

  private let decoder: AttentionDecoder
  private let graphs: ScorerGraphs
  private let begin: (ScorerGraphs) -> Beginning
  /// The tokens that are considered; all where nil.
  private let shortlist: BatchShortlist?
  /// The output layer for them.
  private var output: SelectedRows?
  /// The sentence of each row; kept where there is a shortlist.
  private var sentences: [Int] = []
  private var memory: AttentionDecoder.Memory?
  private var state: AttentionDecoder.State?
  private var pendingRows: [Int]?
  private var weights: Tensor?

  /// - Parameters:
  ///   - graphs: made with the network's weights, and used by no other scorer while this one is.
  ///   - begin: encodes the batch, a row of the state a source.
  public convenience init(
    _ decoder: AttentionDecoder, on graphs: ScorerGraphs,
    begin: @escaping (ScorerGraphs) -> Beginning
  ) {
    self.init(decoder, on: graphs, shortlist: nil, begin: begin)
  }

  private init(
    _ decoder: AttentionDecoder, on graphs: ScorerGraphs, shortlist: BatchShortlist?,
    begin: @escaping (ScorerGraphs) -> Beginning
  ) {
    self.decoder = decoder
    self.graphs = graphs
    self.shortlist = shortlist
    self.begin = begin
  }

  /// - Parameters:
  ///   - sources: token sequences without marks.
  ///   - graphs: made with the network's weights, and used by no other scorer while this one is.
  ///   - shortlist: which tokens are considered; all where nil. For beam search, which takes scores a few rows at a
  ///     time.
  public convenience init(
    _ network: EncoderDecoder, sources: [[TokenID]], on graphs: ScorerGraphs,
    shortlist: Shortlist? = nil
  ) {
    let shortlist = shortlist.map { BatchShortlist($0, sources: sources) }
    self.init(network.decoder, on: graphs, shortlist: shortlist) {
      network.begin(sources, on: $0)
    }
  }

  /// A scorer with memory of its own.
  ///
  /// - Parameter weights: flat buffer cut by the network's table.
  public convenience init(_ network: EncoderDecoder, weights: Tensor, sources: [[TokenID]]) {
    self.init(network, sources: sources, on: ScorerGraphs(weights: weights))
  }

  public var vocabularySize: Int { decoder.config.vocabularySize }

  public func start() -> Int {
    graphs.encoder.reset()
    let (memory, state) = begin(graphs)
    (self.memory, self.state) = (memory, state)
    pendingRows = nil
    weights = nil
    if let shortlist {
      output = decoder.output(for: shortlist.tokens, on: graphs.encoder)
      sentences = Array(shortlist.own.indices)
    }
    return memory.segments.count
  }

  public func step(_ tokens: [TokenID]) -> Tensor {
    precondition(
      shortlist == nil, "scores of a whole vocabulary of which some tokens are considered")
    let attentional = advance(tokens)
    graphs.output.reset()
    return decoder.logProbabilities(attentional, on: graphs.output)
  }

  /// Numbers of scores that are in memory together.
  private static let scoresAtOnce = 1 << 18

  public func step(_ tokens: [TokenID], _ body: (StepScores) -> Void) {
    let attentional = advance(tokens)
    let rows = max(8, Self.scoresAtOnce / (output?.count ?? vocabularySize))
    for start in stride(from: 0, to: tokens.count, by: rows) {
      let range = start..<min(start + rows, tokens.count)
      graphs.output.reset()
      if let shortlist, let output {
        let logits = decoder.logits(
          attentional.slice(range), among: output, on: graphs.output)
        for row in range {
          body(scores(row, logits.slice(row - start..<row - start + 1), shortlist))
        }
      } else {
        let scores = decoder.logProbabilities(attentional.slice(range), on: graphs.output)
        body(StepScores(rows: range, logProbabilities: scores))
      }
    }
  }

  /// Scores of the tokens that are considered for a row's sentence.
  ///
  /// - Parameter logits: of those that are considered for any, [1, tokens].
  private func scores(_ row: Int, _ logits: Tensor, _ shortlist: BatchShortlist) -> StepScores {
    let sentence = sentences[row]
    let own = graphs.output.scratch(rows: 1, columns: shortlist.own[sentence].count)
    gatherColumns(logits, shortlist.places[sentence], into: own)
    applyLogSoftmax(own)
    return StepScores(
      rows: row..<row + 1, logProbabilities: own, tokens: shortlist.own[sentence])
  }

  /// Feeds tokens.
  ///
  /// - Returns: the attentional vectors, which predict the next ones.
  private func advance(_ tokens: [TokenID]) -> Variable {
    guard let memory, let current = state else { preconditionFailure("step before start") }
    // The state is still where the last step made it: it is brought to safety before that memory is
    // used again.
    graphs.state.reset()
    let state = gathered(current, pendingRows ?? Array(0..<tokens.count), graphs.state)
    pendingRows = nil
    let graph = graphs.scratch
    graph.reset()
    let (next, weights) = decoder.step(
      projected(tokens, on: graph), state, memory, masks: nil, on: graph)
    self.state = next
    self.weights = weights.value
    return next.attentional
  }

  /// The tokens' share of the gates. Hypotheses of a beam, and sentences of a batch, often end alike: what comes of a
  /// token is computed once.
  private func projected(_ tokens: [TokenID], on graph: Graph) -> Variable {
    var places: [TokenID: Int] = [:]
    var distinct: [Int] = []
    let rows = tokens.map { token in
      if let place = places[token] { return place }
      places[token] = distinct.count
      distinct.append(Int(token))
      return distinct.count - 1
    }
    let projected = decoder.project(
      distinct, mask: nil, steps: [0..<distinct.count], on: graph)
    return distinct.count < rows.count ? graph.gather(projected, rows) : projected
  }

  public func reorder(_ rows: [Int]) {
    // Gathering waits for the next step, whose memory the result will lie in.
    pendingRows = pendingRows.map { pending in rows.map { pending[$0] } } ?? rows
    if let segments = memory?.segments { memory?.segments = segments.selecting(rows) }
    if shortlist != nil { sentences = rows.map { sentences[$0] } }
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

extension EncoderDecoder {
  /// Sentences encoded at once: what the encoder leaves between its layers is many times its result, so
  /// that a large batch is encoded a few sentences at a time.
  private static let encodedAtOnce = 16

  /// The decoder's view of a batch of sources, without marks, and its first states.
  fileprivate func begin(_ sources: [[TokenID]], on graphs: ScorerGraphs) -> ModelScorer.Beginning {
    let segments = Segments(lengths: sources.map { $0.count + 1 })
    var whole: ModelScorer.Beginning?
    for first in stride(from: 0, to: sources.count, by: Self.encodedAtOnce) {
      let sentences = first..<min(first + Self.encodedAtOnce, sources.count)
      graphs.scratch.reset()
      let packed = PackedSequences(sources[sentences].map { $0 + [Mark.end] })
      let encoded = encoder.encode(packed, on: graphs.scratch)
      let (memory, state) = decoder.begin(encoded, on: graphs.scratch)
      let room =
        whole
        ?? (
          memory.room(segments, on: graphs.encoder),
          state.room(rows: sources.count, on: graphs.encoder)
        )
      room.memory.fill(rows: segments.rows(of: sentences), from: memory)
      room.state.fill(rows: sentences, from: state)
      whole = room
    }
    guard let whole else { preconditionFailure("no sources to search with") }
    return whole
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
