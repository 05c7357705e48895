public import ImageFeatures
public import Seq2Seq

/// What it takes to rebuild a captioning network; stored beside its weights.
public struct CaptionConfig: Codable, Sendable, Equatable {
  /// Which grid of the convolutional network the decoder looks at.
  public enum Features: String, Codable, Sendable, CaseIterable {
    /// Before the head: fewer channels.
    case body
    /// After the head, as classifiers see it.
    case head
  }

  /// The convolutional network; without a classifier.
  public var image: ConvolutionalConfig
  /// How a picture becomes the square that it looks at.
  public var preparation: ImagePreparation
  public var features: Features
  public var decoder: DecoderConfig

  public init(
    image: ConvolutionalConfig, preparation: ImagePreparation, features: Features = .head,
    decoder: DecoderConfig
  ) {
    self.image = image
    self.preparation = preparation
    self.features = features
    self.decoder = decoder
  }

  /// Channels of a place of the grid (C).
  public var featureChannels: Int {
    features == .body ? image.bodyChannels : image.featureChannels
  }

  /// Throws the first setting that makes no network.
  public func validate() throws {
    func check(_ holds: Bool, _ key: String, _ message: @autoclosure () -> String) throws {
      if !holds { throw ConfigurationError(key: key, message: message()) }
    }
    do {
      try image.validate()
    } catch {
      throw ConfigurationError(key: "image.\(error.key)", message: error.message)
    }
    do {
      try preparation.validate()
    } catch {
      throw ConfigurationError(key: "preparation", message: error.description)
    }
    try check(
      image.classes == 0, "image.classes", "is \(image.classes); captions need no classifier")
    try check(
      preparation.size == image.inputSize, "preparation.size",
      "is \(preparation.size), but the network looks at squares of \(image.inputSize)")
    try decoder.validate(section: "decoder")
  }
}
