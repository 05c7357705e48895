import Foundation
import ImageFeatures

/// A recipe that is trained in a moment.
enum TinyRecipe {
  /// Writes captions.yaml, captions.tsv and three pictures.
  static func writeCaptions(in folder: Scratch) throws {
    for (number, name) in ["a.png", "b.png", "c.png"].enumerated() {
      let pixels = [UInt8](repeating: UInt8(80 * number), count: 3 * 30 * 20)
      let image = RGBImage(width: 30, height: 20, pixels: pixels)
      try folder.file(name, Data(ImageCodec.encodePNG(image)))
    }
    try folder.file(
      "captions.tsv", "a.png\tThe dark one.\nb.png\tThe other one.\nc.png\tA third.\n")
    try folder.file(
      "captions.yaml",
      """
      kind: caption
      target: xx
      data:
        train: [{captions: captions.tsv}]
        dev: [{captions: captions.tsv}]
      image: {network: tiny, trains: true, training: {normalization: batch}}
      vocabulary: {size: 280, minimumCount: 1}
      model: {embeddingSize: 8, hiddenSize: 12, memorySize: 12}
      training: {updates: 2, validationInterval: 2, pieces: 2}
      """)
  }

  /// Writes recipe.yaml and pairs.tsv.
  static func write(in folder: Scratch) throws {
    let pairs = zip(TinyModel.text, TinyModel.text.reversed()).map { "\($0)\t\($1)\n" }.joined()
    try folder.file("pairs.tsv", pairs)
    try folder.file(
      "recipe.yaml",
      """
      source: xx
      target: yy
      data:
        train:
          - tsv: pairs.tsv
        dev:
          - tsv: pairs.tsv
      vocabulary:
        size: 300
      model:
        embeddingSize: 12
        encoderHiddenSize: 8
        decoderHiddenSize: 16
      training:
        batchTokens: 100
        validationInterval: 5
        patience: 0
        updates: 10
      """)
  }
}
