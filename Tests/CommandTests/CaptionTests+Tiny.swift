import Captioning
import Foundation
import ImageFeatures
import Neural
import Recipes
import Seq2Seq
import Tokenization

/// What tests of captions have in common with others.
extension CaptionTests {
  static func png(_ level: UInt8) throws -> Data {
    Data(
      try ImageCodec.encodePNG(
        RGBImage(
          width: 30, height: 20,
          pixels: (0..<600).flatMap { [level, UInt8($0 % 256), 255 - level] })))
  }

  /// A captioner that nobody trained: what it says is noise, but the same noise each time.
  static func makeModel(
    in folder: Scratch, _ name: String = "captioner", seed: UInt64 = 3, hiddenSize: Int = 12,
    target: String = "xx", size: Int = 32, fit: ImagePreparation.Fit = .squash,
    lines: [String] = TinyModel.text
  ) throws -> String {
    let subwords = try SubwordLearner(vocabularySize: 300, normalizer: .identity)
      .learn(from: lines)
    var image = ConvolutionalConfig.tiny
    image.inputSize = size
    var preparation = ImagePreparation()
    (preparation.size, preparation.shortSide, preparation.fit) = (size, size, fit)
    var decoder = DecoderConfig()
    (decoder.embeddingSize, decoder.hiddenSize, decoder.memorySize) = (8, hiddenSize, 10)
    decoder.vocabularySize = subwords.vocabularySize
    let architecture = CaptionConfig(image: image, preparation: preparation, decoder: decoder)
    let network = try CaptionNetwork(architecture)
    var search = SearchOptions()
    (search.beam, search.maxLengthFactor, search.maxLengthOffset) = (3, 0, 8)
    try CaptionModel(
      description: CaptionDescription(
        name: "tiny captioner", target: target, architecture: architecture,
        targetFingerprint: subwords.fingerprint, search: search, origin: ModelOrigin()),
      network: network, weights: network.table.initialWeights(seed: seed), subwords: subwords
    ).write(to: folder.path(name))
    return folder.path(name)
  }

  /// One of the files of Images/odd.
  static func oddFile(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Images/odd/\(name)")
  }
}
