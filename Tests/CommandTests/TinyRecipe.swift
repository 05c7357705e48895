/// A recipe that is trained in a moment.
enum TinyRecipe {
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
