package import ImageFeatures
public import Neural
public import Seq2Seq
public import Tensors

/// A picture to learn from, and what people said about it.
public struct CaptionExample: Sendable {
  /// What the network is given: features of the picture's places, [places, C], where the convolutional
  /// network stays as it is; its pixels, [inputSize · inputSize, 3], where it learns.
  public var image: Tensor
  /// Tokens of each caption, without marks. An example without captions is passed over.
  public var captions: [[TokenID]]
  /// Which picture it is of those that are learned from.
  public var number: Int
  /// Captions that do not end where their tokens do, by their places: they were cut off.
  public var cutOff: Set<Int>

  public init(
    image: Tensor, captions: [[TokenID]], number: Int = 0, cutOff: Set<Int> = []
  ) {
    self.image = image
    self.captions = captions
    self.number = number
    self.cutOff = cutOff
  }
}

/// The photo-to-text network: a convolutional network's grid of features is the memory that the decoder
/// looks at (Xu et al. 2015), the mean of its rows what the decoder starts from.
public struct CaptionNetwork: Sendable {
  public let config: CaptionConfig
  /// Parameters of what speaks, then those of the convolutional network, then its running statistics.
  public let table: ParameterTable
  /// The first of them alone, which lie at the same places.
  public let speakerTable: ParameterTable
  public let decoder: AttentionDecoder
  package let image: ConvolutionalEncoder
  /// Where the statistics lie in the flat buffer.
  let statistics: Range<Int>
  private let memoryWeight: Parameter
  private let memoryBias: Parameter

  public init(_ config: CaptionConfig) throws {
    try config.validate()
    precondition(config.decoder.vocabularySize > 0)
    self.config = config
    var table = ParameterTable()
    table.spread = config.decoder.initializationScale
    let (channels, memory) = (config.featureChannels, config.decoder.memorySize)
    memoryWeight = table.declare(
      "memory", rows: memory, columns: channels, .glorot(fanIn: channels, fanOut: memory))
    memoryBias = table.declare("memory.bias", rows: 1, columns: memory, .zeros)
    let embedding = table.declare(
      "decoder.embedding", rows: config.decoder.vocabularySize,
      columns: config.decoder.embeddingSize,
      .normal(1 / Float(config.decoder.embeddingSize).squareRoot()),
      use: config.decoder.tiesEmbeddings ? .tied : .lookedUp)
    decoder = AttentionDecoder(config.decoder, embedding: embedding, in: &table)
    speakerTable = table
    table.spread = 1
    image = ConvolutionalEncoder(config.image, in: &table)
    statistics = table.append(image.statistics)
    self.table = table
  }

  /// Places of a batch's grids.
  public func grid(batch: Int) -> Grid { config.image.featureGrid(batch: batch) }

  /// The running statistics within a flat buffer cut by `table`.
  func statistics(in buffer: Tensor) -> Tensor {
    buffer.cut(at: statistics.lowerBound, rows: 1, columns: statistics.count)
  }

  /// What the decoder is handed of features, a sentence a picture.
  ///
  /// - Parameters:
  ///   - features: [B · places, C].
  ///   - grid: their places.
  ///   - dropRate: probability that a number of the memory is zeroed in training.
  ///   - copies: how often all pictures are handed on, one time after the other, with dropout of its own each time.
  public func encode(
    _ features: Variable, grid: Grid, dropRate: Float = 0, copies: Int = 1, on graph: Graph
  ) -> EncoderOutput {
    let grid = grid.with(batch: copies * grid.batch)
    var memory = graph.affine(features, memoryWeight, bias: memoryBias, activation: .tanh)
    if copies > 1 {
      memory = graph.gather(memory, (0..<copies).flatMap { _ in 0..<features.rows })
    }
    memory = graph.dropout(
      memory,
      mask: graph.dropoutMask(rows: memory.rows, columns: memory.columns, rate: dropRate))
    return EncoderOutput(
      memory: memory,
      segments: Segments(lengths: Array(repeating: grid.places, count: grid.batch)),
      summary: CellState(hidden: graph.meanPooled(memory, grid), cell: nil))
  }

  /// Log-likelihood of captions and, on a training graph, the gradient of what is minimised.
  ///
  /// - Parameters:
  ///   - examples: at least one, in any order.
  ///   - coverage: see `AttentionDecoder.loss`.
  ///   - sampling: probability that a step is fed what the decoder would have said in place of a caption's token
  ///     (scheduled sampling, Bengio et al. 2015).
  ///   - rewards: a factor of the gradient a caption, in the order of examples and their captions.
  ///   - rDrop: on a training graph, α of R-Drop: each caption is gone through twice, and counts once; without rewards.
  ///   - features: makes the features of the examples' pictures, [B · places, C].
  func loss(
    _ examples: [CaptionExample], dropout: DropoutRates = .init(), smoothing: Float = 0,
    coverage: Float = 0, sampling: Float = 0, rewards: [Float]? = nil, rDrop: Float = 0,
    scale: Float = 1, on graph: Graph, features: ([Tensor]) -> Variable
  ) -> CrossEntropySums {
    let pairing = Pairing(rDrop, on: graph)
    let captions = examples.enumerated().flatMap { number, example in
      example.captions.enumerated().map { place, tokens in
        // What was cut off had more to say than its last token, not its end.
        (image: number, target: tokens + (example.cutOff.contains(place) ? [] : [Mark.end]))
      }
    }
    let order = captions.indices.sorted { a, b in
      (captions[b].target.count, a) < (captions[a].target.count, b)
    }
    let targets = PackedSequences(pairing.doubled(order.map { captions[$0].target }))
    let features = features(examples.map(\.image))
    let (grid, images) = (grid(batch: examples.count), order.map { captions[$0].image })
    var fed = order.map { [Mark.begin] + captions[$0].target.dropLast() }
    if sampling > 0, graph.mode == .training {
      mix(&fed, sampling: sampling, features: features.value, grid: grid, images: images, graph)
    }
    let inputs = PackedSequences(pairing.doubled(fed))
    let rows = images.flatMap { image in
      (0..<pairing.copies).map { image + $0 * examples.count }
    }
    let encoded = encode(
      features, grid: grid, dropRate: dropout.output, copies: pairing.copies, on: graph
    ).selecting(rows, on: graph)
    let sums = decoder.loss(
      encoded, inputs: inputs, targets: targets, dropout: dropout, smoothing: smoothing,
      coverage: coverage,
      rewards: rewards.map { rewards in
        targets.steps.flatMap { step in (0..<step.count).map { rewards[order[$0]] } }
      }, symmetricDivergence: pairing.symmetricDivergence, scale: scale / Float(pairing.copies),
      on: graph)
    graph.backward()
    return sums.mean(of: pairing.copies)
  }

  /// Replaces tokens, by chance, by what the decoder would have said in their place.
  ///
  /// - Parameters:
  ///   - fed: begin mark and tokens, longest first.
  ///   - images: each one's picture.
  private func mix(
    _ fed: inout [[TokenID]], sampling: Float, features: Tensor, grid: Grid, images: [Int],
    _ graph: Graph
  ) {
    let inputs = PackedSequences(fed)
    var places: [(row: Int, step: Int)] = []
    for step in inputs.steps.indices.dropFirst() {
      for row in 0..<inputs.steps[step].count where graph.generator.uniform() < sampling {
        places.append((row, step))
      }
    }
    let inference = graph.companions(1)[0]
    let encoded = encode(Variable(constant: features), grid: grid, on: inference)
      .selecting(images, on: inference)
    // What is fed at a step was said at the one before.
    let said = decoder.draws(
      encoded, inputs: inputs,
      positions: places.map { inputs.steps[$0.step - 1].lowerBound + $0.row },
      using: &graph.generator, on: inference)
    for (place, token) in zip(places, said) where token != Mark.end && token != Mark.begin {
      fed[place.row][place.step] = token
    }
  }

  /// The rows of several tensors one after the other, without a gradient.
  func stacked(_ images: [Tensor], on graph: Graph) -> Variable {
    let rows = images.reduce(0) { $0 + $1.rows }
    let whole = graph.scratch(rows: rows, columns: images[0].columns)
    var row = 0
    for image in images {
      copy(image, to: whole.slice(row..<row + image.rows))
      row += image.rows
    }
    return Variable(constant: whole)
  }
}
