public import Neural
public import Tensors

/// Turns images into grids of features: stem, inverted-residual blocks, head.
///
/// This is the network as it is trained, on a graph. For encoding alone `folded` makes the same
/// network with its normalisations folded into the weights, which is faster and takes little
/// memory.
///
/// Running means and variances of the normalisations are no parameters, as no gradient moves them;
/// they lie in a buffer of their own, cut by `statistics`.
public struct ConvolutionalEncoder: Sendable {
  /// Means and variances to normalise by.
  public enum Statistics: Sendable {
    /// Each batch's own, written for `follow` to a buffer cut by `statistics`, one for each graph.
    case batch(observed: Tensor)
    /// Running ones, constant: in inference, and when the normalisations are frozen in training.
    case running(Tensor)
  }

  /// What a pass over images made.
  public struct Features {
    /// Places of the grids.
    public let grid: Grid
    /// Before the head, [grid.rows, bodyChannels].
    public let body: Variable
    /// After the head, [grid.rows, featureChannels]; the same as `body` where there is no head.
    public let head: Variable
  }

  public let config: ConvolutionalConfig
  /// The table of running statistics: NAME.mean and NAME.variance, [1, C] each, for every layer.
  public let statistics: ParameterTable
  let stem: NormalizedLayer
  let blocks: [EncoderBlock]
  let head: NormalizedLayer?
  let classifier: Classifier?

  /// Declares the parameters NAME.stem, NAME.block0.expand, NAME.block0.depthwise,
  /// NAME.block0.project, …, NAME.head, each with `.weight`, `.gain` and `.shift`, and
  /// NAME.classifier with `.weight` and `.bias`.
  ///
  /// - Parameter config: must be valid.
  public init(
    _ config: ConvolutionalConfig, name: String = "image", in table: inout ParameterTable
  ) {
    self.config = config
    var statistics = ParameterTable()
    func layer(_ part: String, _ kind: NormalizedLayer.Kind) -> NormalizedLayer {
      NormalizedLayer("\(name).\(part)", kind, in: &table, statistics: &statistics)
    }
    stem = layer(
      "stem",
      .full(
        window: ConvolutionalConfig.stemWindow, input: ConvolutionalConfig.inputChannels,
        output: config.stemChannels))
    blocks = config.blocks.map { block in
      let part = "block\(block.number)"
      return EncoderBlock(
        shape: block,
        expand: block.isWidened
          ? layer(
            "\(part).expand",
            .pointwise(input: block.inputChannels, output: block.hiddenChannels)) : nil,
        depthwise: layer(
          "\(part).depthwise", .depthwise(window: block.window, channels: block.hiddenChannels)),
        project: layer(
          "\(part).project",
          .pointwise(input: block.hiddenChannels, output: block.outputChannels)))
    }
    head =
      config.headChannels > 0
      ? layer("head", .pointwise(input: config.bodyChannels, output: config.headChannels)) : nil
    classifier =
      config.classes > 0
      ? Classifier(
        weight: table.declare(
          "\(name).classifier.weight", rows: config.classes, columns: config.featureChannels,
          .glorot(fanIn: config.featureChannels, fanOut: config.classes)),
        bias: table.declare(
          "\(name).classifier.bias", rows: 1, columns: config.classes, .zeros)) : nil
    self.statistics = statistics
  }

  /// The first running statistics: mean 0, variance 1.
  public func initialStatistics() -> Tensor { statistics.initialWeights(seed: 0) }

  /// Features of images.
  ///
  /// - Parameters:
  ///   - images: [B · inputSize · inputSize, 3], normalised (see `ConvolutionalConfig.setImage`);
  ///     other sizes of at least 8 pixels do as well.
  ///   - grid: the images' places.
  ///   - dropRate: in training, what the probability that a block's branch is left out rises to: that of block i
  ///     of n, from 0, is dropRate · i / n (stochastic depth, Huang et al. 2016).
  public func encode(
    _ images: Variable, grid: Grid, statistics: Statistics, dropRate: Float = 0, on graph: Graph
  ) -> Features {
    func apply(
      _ layer: NormalizedLayer, _ x: Variable, _ grid: inout Grid, isLimited: Bool
    ) -> Variable {
      layer.apply(
        x, &grid, statistics, epsilon: config.normalizationEpsilon, isLimited: isLimited,
        on: graph)
    }
    var grid = grid
    var x = apply(stem, images, &grid, isLimited: true)
    for block in blocks {
      var y = x
      if let expand = block.expand { y = apply(expand, y, &grid, isLimited: true) }
      y = apply(block.depthwise, y, &grid, isLimited: true)
      y = apply(block.project, y, &grid, isLimited: false)
      if block.shape.isResidual {
        let share = Float(block.shape.number) / Float(blocks.count)
        y = graph.residualSum(x, y, grid, dropRate: dropRate * share)
      }
      x = y
    }
    let top = head.map { apply($0, x, &grid, isLimited: true) } ?? x
    return Features(grid: grid, body: x, head: top)
  }

  /// The classifier's outputs, [B, classes].
  ///
  /// - Parameter features: mean features, [B, featureChannels].
  public func classify(_ features: Variable, on graph: Graph) -> Variable {
    guard let classifier else { preconditionFailure("this encoder has no classifier") }
    return graph.affine(features, classifier.weight, bias: classifier.bias)
  }

  /// Moves running statistics towards those observed in a batch's pieces, which count alike.
  ///
  /// - Parameters:
  ///   - running: cut by `statistics`.
  ///   - observed: what the pieces' graphs wrote.
  public func follow(_ observed: [Tensor], running: Tensor) {
    guard !observed.isEmpty else { return }
    let kept = config.normalizationMomentum
    scale(running, by: kept)
    for piece in observed { add(piece, times: (1 - kept) / Float(observed.count), to: running) }
  }

  /// Every normalised layer in order.
  var layers: [NormalizedLayer] {
    [stem] + blocks.flatMap { [$0.expand, $0.depthwise, $0.project].compactMap(\.self) }
      + [head].compactMap(\.self)
  }
}

/// The layers of an inverted-residual block.
struct EncoderBlock: Sendable {
  let shape: ConvolutionalConfig.Block
  /// Nil where the block is not wider than its input.
  let expand: NormalizedLayer?
  let depthwise: NormalizedLayer
  let project: NormalizedLayer
}

/// A layer on the mean feature, as image classifiers have it.
struct Classifier: Sendable {
  let weight: Parameter
  let bias: Parameter
}
