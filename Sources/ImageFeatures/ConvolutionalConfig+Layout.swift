public import Tensors

/// What does not fit in a configuration.
public struct ConvolutionalConfigError: Error, CustomStringConvertible, Equatable {
  public var key: String
  public var message: String

  public init(key: String, _ message: String) {
    self.key = key
    self.message = message
  }

  public var description: String { "\(key) \(message)" }
}

extension ConvolutionalConfig {
  /// One inverted-residual block.
  struct Block: Sendable, Equatable {
    /// Its place, from 0.
    var number: Int
    var window: Window
    var inputChannels: Int
    /// Channels inside.
    var hiddenChannels: Int
    var outputChannels: Int

    var isWidened: Bool { hiddenChannels != inputChannels }
    /// Whether its input is added to its output.
    var isResidual: Bool { window.stride == 1 && inputChannels == outputChannels }
  }

  /// The window of the first convolution.
  static let stemWindow = Window(kernel: 3, stride: 2)

  /// All blocks in order.
  var blocks: [Block] {
    var blocks: [Block] = []
    for stage in stages {
      for number in 0..<stage.repeats {
        let input = number == 0 ? stage.inputChannels : stage.outputChannels
        blocks.append(
          Block(
            number: blocks.count,
            window: Window(kernel: stage.kernel, stride: number == 0 ? stage.stride : 1),
            inputChannels: input, hiddenChannels: input * stage.expansion,
            outputChannels: stage.outputChannels))
      }
    }
    return blocks
  }

  /// Channels of the grid before the head.
  public var bodyChannels: Int { stages.last?.outputChannels ?? stemChannels }

  /// Channels of the grid after the head, and of the mean feature.
  public var featureChannels: Int { headChannels > 0 ? headChannels : bodyChannels }

  /// The input's places.
  public func inputGrid(batch: Int) -> Grid {
    Grid(batch: batch, height: inputSize, width: inputSize)
  }

  /// The features' places: 7×7 for EfficientNet-Lite0.
  public func featureGrid(batch: Int) -> Grid {
    let stem = Self.stemWindow.output(of: inputGrid(batch: batch))
    return blocks.reduce(stem) { $1.window.output(of: $0) }
  }

  /// Multiply-adds of one image's convolutions and classifier.
  public var multiplyAdds: Int {
    var grid = Self.stemWindow.output(of: inputGrid(batch: 1))
    var sum = grid.rows * Self.stemWindow.taps * Self.inputChannels * stemChannels
    for block in blocks {
      if block.isWidened { sum += grid.rows * block.inputChannels * block.hiddenChannels }
      grid = block.window.output(of: grid)
      sum += grid.rows * block.hiddenChannels * (block.window.taps + block.outputChannels)
    }
    sum += grid.rows * bodyChannels * headChannels
    return sum + featureChannels * classes
  }

  /// Numbers that an image leaves on the tape in training: what each layer makes, its gradient, and the
  /// same normalised.
  public var activationNumbers: Int {
    var grid = Self.stemWindow.output(of: inputGrid(batch: 1))
    // The stem's windows too, as it is a product of patches.
    var sum = grid.rows * (3 * stemChannels + Self.stemWindow.taps * Self.inputChannels)
    for block in blocks {
      if block.isWidened { sum += 3 * grid.rows * block.hiddenChannels }
      grid = block.window.output(of: grid)
      sum += 3 * grid.rows * (block.hiddenChannels + block.outputChannels)
      if block.isResidual { sum += 2 * grid.rows * block.outputChannels }
    }
    return sum + 3 * grid.rows * headChannels
  }

  /// Checks that an encoder can be made of it.
  public func validate() throws(ConvolutionalConfigError) {
    func check(_ holds: Bool, _ key: String, _ message: String) throws(ConvolutionalConfigError) {
      if !holds { throw ConvolutionalConfigError(key: key, message) }
    }
    // Limits keep sizes read from a file from taking any amount of memory.
    let channels = 1...16384
    try check((8...2048).contains(inputSize), "inputSize", "must be 8…2048, is \(inputSize)")
    try check(
      inputDeviation > 0 && inputDeviation.isFinite && inputMean.isFinite, "inputDeviation",
      "must be above zero, is \(inputDeviation) (inputMean \(inputMean))")
    try check(
      channels.contains(stemChannels), "stemChannels", "must be 1…16384, is \(stemChannels)")
    try check(stages.count <= 64, "stages", "are \(stages.count), at most 64 can be had")
    var input = stemChannels
    for (number, stage) in stages.enumerated() {
      let key = "stages[\(number)]"
      try check(
        (1...64).contains(stage.repeats), "\(key).repeats", "must be 1…64, is \(stage.repeats)")
      try check(
        [3, 5, 7].contains(stage.kernel), "\(key).kernel", "must be 3, 5 or 7, is \(stage.kernel)")
      try check(
        (1...2).contains(stage.stride), "\(key).stride", "must be 1 or 2, is \(stage.stride)")
      try check(
        (1...16).contains(stage.expansion), "\(key).expansion",
        "must be 1…16, is \(stage.expansion)")
      try check(
        stage.inputChannels == input, "\(key).inputChannels",
        "must be \(input), what comes before it gives; it is \(stage.inputChannels)")
      try check(
        channels.contains(stage.outputChannels), "\(key).outputChannels",
        "must be 1…16384, is \(stage.outputChannels)")
      input = stage.outputChannels
    }
    try check(
      headChannels == 0 || channels.contains(headChannels), "headChannels",
      "must be 0 or 1…16384, is \(headChannels)")
    try check(
      activationNumbers <= 1 << 31, "inputSize",
      "\(inputSize) makes maps of \(activationNumbers) numbers an image; at most \(1 << 31) can be had"
    )
    try check((0...1_000_000).contains(classes), "classes", "must be 0…1000000, is \(classes)")
    try check(
      normalizationEpsilon > 0 && normalizationEpsilon < 1, "normalizationEpsilon",
      "must be between 0 and 1, is \(normalizationEpsilon)")
    try check(
      (0..<1).contains(normalizationMomentum), "normalizationMomentum",
      "must be at least 0 and below 1, is \(normalizationMomentum)")
  }

  /// Turns pixels into input.
  ///
  /// - Parameters:
  ///   - pixels: red, green and blue of 0…255, [inputSize · inputSize · 3], row by row from the
  ///     top.
  ///   - images: [B · inputSize · inputSize, 3].
  ///   - number: which of the images, from 0.
  public func setImage(_ pixels: Span<UInt8>, into images: Tensor, number: Int) {
    normalizePixels(
      pixels, mean: inputMean, deviation: inputDeviation,
      into: images.slice(inputGrid(batch: 1).rows(of: number)))
  }
}
