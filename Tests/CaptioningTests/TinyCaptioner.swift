import Captioning
import Foundation
import ImageFeatures
import Neural
import Recipes
import Seq2Seq
import Tensors
import Tokenization

/// A network for pictures of 16 × 16 pixels and 21 tokens, and pictures for it.
enum TinyCaptioner {
  static let image = ConvolutionalConfig(
    inputSize: 16, stemChannels: 4,
    stages: [
      .init(
        repeats: 2, kernel: 3, stride: 2, expansion: 2, inputChannels: 4, outputChannels: 6)
    ],
    headChannels: 10)

  static func config(
    vocabularySize: Int = 21, _ change: (inout CaptionConfig) -> Void = { _ in }
  ) -> CaptionConfig {
    var decoder = DecoderConfig()
    decoder.embeddingSize = 8
    decoder.hiddenSize = 12
    decoder.memorySize = 9
    decoder.attention = .additive
    decoder.attentionGate = true
    decoder.tiesEmbeddings = true
    decoder.vocabularySize = vocabularySize
    var preparation = ImagePreparation()
    preparation.size = 16
    preparation.shortSide = 20
    var config = CaptionConfig(image: image, preparation: preparation, decoder: decoder)
    change(&config)
    return config
  }

  /// A picture of one colour on the left and another on the right.
  static func picture(_ left: [UInt8], _ right: [UInt8], width: Int = 24, height: Int = 18)
    -> RGBImage
  {
    let row = (0..<width).flatMap { $0 < width / 2 ? left : right }
    return RGBImage(
      width: width, height: height, pixels: (0..<height).flatMap { _ in row })
  }

  static let colours: [(name: String, rgb: [UInt8])] = [
    ("red", [220, 30, 30]), ("green", [30, 190, 40]), ("blue", [30, 60, 220]),
    ("white", [250, 250, 250]),
  ]

  /// Writes a picture for each pair of different colours, with captions.
  ///
  /// - Returns: the file with the captions.
  static func write(to folder: String) throws -> String {
    var lines = ""
    for left in colours {
      for right in colours where left.name != right.name {
        let name = "\(left.name)-\(right.name).png"
        let bytes = try ImageCodec.encodePNG(picture(left.rgb, right.rgb))
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
        lines += "\(name)\t\(left.name) beside \(right.name)\n"
        lines += "\(name)\tOn the left it is \(left.name).\n"
      }
    }
    let file = folder + "/captions.tsv"
    try Data(lines.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }
}
