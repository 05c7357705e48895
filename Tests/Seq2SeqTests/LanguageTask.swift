import Neural
import Seq2Seq
import Tensors

/// Small language models, and texts for them.
enum LanguageTask {
  static let vocabularySize = 13

  static func config(_ change: (inout LanguageModelConfig) -> Void = { _ in })
    -> LanguageModelConfig
  {
    var config = LanguageModelConfig()
    (config.embeddingSize, config.hiddenSize, config.layers) = (5, 7, 2)
    config.narrowing = .lastLayer
    config.vocabularySize = vocabularySize
    change(&config)
    return config
  }

  static let configs: [(String, LanguageModelConfig)] =
    [
      ("last layer as wide as tied vectors", config()),
      ("projection", config { $0.narrowing = .projection }),
      ("not tied", config { $0.tiesEmbeddings = false }),
      (
        "one layer",
        config {
          $0.layers = 1
          $0.hiddenSize = 5
        }
      ),
      (
        "layer normalisation",
        config {
          $0.layerNormalization = true
          ($0.embeddingSize, $0.hiddenSize, $0.layers) = (9, 11, 3)
        }
      ),
      (
        "highways",
        config {
          ($0.layers, $0.connections) = (4, .highway)
          $0.initialization = .orthogonal
        }
      ),
      (
        "residual connections",
        config {
          ($0.layers, $0.connections, $0.narrowing) = (4, .residual, .projection)
        }
      ),
    ]
    + CellKind.allCases.map { kind in
      (
        "\(kind) with zoneout",
        config {
          $0.cell = kind
          $0.zoneoutHidden = 0.2
          if kind.hasCellValue { $0.zoneoutCell = 0.3 }
        }
      )
    }

  /// Everything that keeps a model from learning by heart.
  static let regularization: LanguageRegularization = {
    var r = LanguageRegularization()
    (r.dropout.input, r.dropout.output, r.dropout.recurrent) = (0.2, 0.3, 0.2)
    (r.dropout.recurrentWeights, r.layer, r.embedding) = (0.1, 0.25, 0.15)
    (r.activationPenalty, r.temporalActivationPenalty, r.smoothing) = (0.7, 0.9, 0.1)
    return r
  }()

  static let lines: [[TokenID]] = [[2, 3, 4, 5], [6], [], [7, 8, 9, 10, 11, 12, 2], [5, 5, 3]]

  /// A text in which every word is followed by one of two others.
  static func text(tokens: Int, seed: UInt64 = 1) -> [TokenID] {
    var generator = RandomGenerator(seed: seed, stream: 0x7E7)
    var last: TokenID = 1
    return (0..<tokens).map { _ in
      last = (last * 5 + (generator.uniform() < 0.3 ? 3 : 1)) % TokenID(vocabularySize - 1) + 1
      return last
    }
  }
}
