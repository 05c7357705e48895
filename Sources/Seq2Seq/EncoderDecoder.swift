public import Neural
public import Tensors

/// A pair of token sequences to learn from; neither with begin or end mark.
public struct Example: Sendable, Equatable {
  public var source: [TokenID]
  public var target: [TokenID]

  public init(source: [TokenID], target: [TokenID]) {
    self.source = source
    self.target = target
  }
}

/// The marks every vocabulary begins with.
public enum Mark {
  /// What a target begins with.
  public static let begin: TokenID = 0
  /// What source and target end with.
  public static let end: TokenID = 1
}

/// The text-to-text network: which parameters it has and how they work together. The weights themselves
/// are a flat buffer beside it.
public struct EncoderDecoder: TrainableNetwork {
  public let config: ModelConfig
  public let table: ParameterTable
  public let encoder: TextEncoder
  public let decoder: AttentionDecoder

  public init(_ config: ModelConfig) throws {
    try config.validate()
    precondition(config.sourceVocabularySize > 0 && config.targetVocabularySize > 0)
    var table = ParameterTable()
    table.spread = config.initializationScale
    let deviation = 1 / Float(config.embeddingSize).squareRoot()
    func embedding(_ name: String, _ rows: Int) -> Parameter {
      table.declare(
        name, rows: rows, columns: config.embeddingSize, .normal(deviation),
        use: config.tying == .none || name.hasPrefix("encoder") ? .lookedUp : .tied)
    }
    let source: Parameter
    let target: Parameter
    if config.tying == .all {
      source = embedding("embedding", config.sourceVocabularySize)
      target = source
    } else {
      source = embedding("encoder.embedding", config.sourceVocabularySize)
      target = embedding("decoder.embedding", config.targetVocabularySize)
    }
    encoder = TextEncoder(config, embedding: source, in: &table)
    decoder = AttentionDecoder(config.decoder, embedding: target, in: &table)
    self.config = config
    self.table = table
  }

  public var targetVocabularySize: Int { config.targetVocabularySize }

  public func loss(
    _ examples: [Example], training: TrainingConfig, update: Int, scale: Float, on graph: Graph
  ) -> CrossEntropySums {
    loss(
      examples, dropout: DropoutRates(training), smoothing: training.labelSmoothing,
      rDrop: training.rDrop, scale: scale, on: graph)
  }

  /// Cross-entropy of a batch and, on a training graph, its gradient.
  ///
  /// - Parameters:
  ///   - examples: at least one, in any order.
  ///   - rDrop: on a training graph, α of R-Drop: each example is gone through twice, and counts once.
  ///   - scale: factor of the gradient, usually 1 / target tokens of the whole batch.
  /// - Returns: sums over target tokens (end marks counted), in nats.
  public func loss(
    _ examples: [Example], dropout: DropoutRates = .init(), smoothing: Float = 0, rDrop: Float = 0,
    scale: Float = 1, on graph: Graph
  ) -> CrossEntropySums {
    let pairing = Pairing(rDrop, on: graph)
    let order = examples.indices.sorted { a, b in
      (examples[b].target.count, a) < (examples[a].target.count, b)
    }
    let batch = pairing.doubled(order.map { examples[$0] })
    let source = PackedSequences(batch.map { $0.source + [Mark.end] })
    // The shift between what is fed and what is expected happens here and nowhere else.
    let inputs = PackedSequences(batch.map { [Mark.begin] + $0.target })
    let targets = PackedSequences(batch.map { $0.target + [Mark.end] })
    let encoded = encoder.encode(source, dropout: dropout, on: graph)
    let sums = decoder.loss(
      encoded, inputs: inputs, targets: targets, dropout: dropout, smoothing: smoothing,
      symmetricDivergence: pairing.symmetricDivergence, scale: scale / Float(pairing.copies),
      on: graph)
    graph.backward()
    return sums.mean(of: pairing.copies)
  }
}
