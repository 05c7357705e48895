/// The architecture of a convolutional encoder: a stem, inverted-residual blocks without
/// squeeze-and-excitation (Sandler et al. 2018; their arrangement, Tan & Le 2019), and a head.
///
/// Every key is written; `validate` says what does not fit.
public struct ConvolutionalConfig: Codable, Sendable, Equatable {
  /// Blocks one after the other that differ in nothing but the first one's stride and input.
  public struct Stage: Codable, Sendable, Equatable {
    public var repeats: Int
    /// Side of the depthwise window: 3, 5 or 7.
    public var kernel: Int
    /// Of the first block, 1 or 2; the others have 1.
    public var stride: Int
    /// How many times wider a block is inside than its input; at 1 there is no widening.
    public var expansion: Int
    public var inputChannels: Int
    public var outputChannels: Int

    public init(
      repeats: Int, kernel: Int, stride: Int, expansion: Int, inputChannels: Int,
      outputChannels: Int
    ) {
      self.repeats = repeats
      self.kernel = kernel
      self.stride = stride
      self.expansion = expansion
      self.inputChannels = inputChannels
      self.outputChannels = outputChannels
    }
  }

  /// Height and width of the input in pixels.
  public var inputSize: Int
  /// Subtracted from an input of 0…255.
  public var inputMean: Float
  /// What the difference is divided by.
  public var inputDeviation: Float
  /// Channels after the first convolution, 3×3 with stride 2.
  public var stemChannels: Int
  public var stages: [Stage]
  /// Channels after the last convolution, 1×1; 0: there is none.
  public var headChannels: Int
  /// Outputs of a classifier on the mean feature; 0: there is none.
  public var classes: Int
  /// What batch normalisation adds to the variance.
  public var normalizationEpsilon: Float
  /// What is kept of running means and variances at each update.
  public var normalizationMomentum: Float

  public init(
    inputSize: Int = 224, inputMean: Float = 127, inputDeviation: Float = 128,
    stemChannels: Int, stages: [Stage], headChannels: Int, classes: Int = 0,
    normalizationEpsilon: Float = 1e-3, normalizationMomentum: Float = 0.99
  ) {
    self.inputSize = inputSize
    self.inputMean = inputMean
    self.inputDeviation = inputDeviation
    self.stemChannels = stemChannels
    self.stages = stages
    self.headChannels = headChannels
    self.classes = classes
    self.normalizationEpsilon = normalizationEpsilon
    self.normalizationMomentum = normalizationMomentum
  }

  /// Channels of the red, green and blue input.
  public static let inputChannels = 3
}

extension ConvolutionalConfig {
  /// A stage in the order in which papers write it.
  private static func stage(
    _ repeats: Int, _ kernel: Int, _ stride: Int, _ expansion: Int, _ input: Int, _ output: Int
  ) -> Stage {
    Stage(
      repeats: repeats, kernel: kernel, stride: stride, expansion: expansion,
      inputChannels: input, outputChannels: output)
  }

  /// EfficientNet-Lite0 (github.com/tensorflow/tpu, models/official/efficientnet/lite, 2020): 385
  /// million multiply-adds an image, 4.65 million weights with its classifier of ImageNet's 1000
  /// classes.
  public static let efficientNetLite0 = ConvolutionalConfig(
    stemChannels: 32,
    stages: [
      stage(1, 3, 1, 1, 32, 16), stage(2, 3, 2, 6, 16, 24), stage(2, 5, 2, 6, 24, 40),
      stage(3, 3, 2, 6, 40, 80), stage(3, 5, 1, 6, 80, 112), stage(4, 5, 2, 6, 112, 192),
      stage(1, 3, 1, 6, 192, 320),
    ], headChannels: 1280, classes: 1000)

  /// For training from scratch on some thousand images: 131 million multiply-adds, 0.63 million
  /// weights; a third of Lite0's arithmetic and a fifth of the weights of its convolutions.
  public static let small = ConvolutionalConfig(
    stemChannels: 16,
    stages: [
      stage(1, 3, 1, 1, 16, 16), stage(2, 3, 2, 4, 16, 24), stage(2, 5, 2, 4, 24, 32),
      stage(2, 3, 2, 4, 32, 64), stage(2, 5, 1, 4, 64, 96), stage(2, 5, 2, 4, 96, 160),
    ], headChannels: 512)

  /// For pictures of few shapes and colours, and for tests: 64×64 pixels become a grid of 4×4.
  public static let tiny = ConvolutionalConfig(
    inputSize: 64, stemChannels: 16,
    stages: [
      stage(1, 3, 1, 1, 16, 16), stage(1, 3, 2, 3, 16, 24), stage(2, 3, 2, 3, 24, 40),
      stage(1, 5, 2, 3, 40, 64),
    ], headChannels: 128)
}
