import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct NetworkGradientTests {
  static let configs: [(String, ModelConfig)] = {
    func config(_ change: (inout ModelConfig) -> Void) -> ModelConfig {
      var config = ModelConfig()
      config.embeddingSize = 5
      config.encoderHiddenSize = 3
      config.decoderHiddenSize = 7
      config.sourceVocabularySize = 11
      config.targetVocabularySize = 13
      change(&config)
      return config
    }
    return [
      ("general", config { _ in }),
      ("additive", config { $0.attention = .additive }),
      (
        "dot",
        config {
          $0.attention = .dot
          $0.decoderHiddenSize = 6
        }
      ),
      (
        "no input feeding, one direction",
        config {
          $0.inputFeeding = false
          $0.bidirectional = false
        }
      ),
      (
        "deep with residuals",
        config {
          $0.encoderLayers = 3
          $0.decoderLayers = 3
        }
      ),
      (
        "deep with highways",
        config {
          $0.encoderLayers = 3
          $0.decoderLayers = 3
          $0.connections = .highway
        }
      ),
      (
        "deep without connections",
        config {
          $0.encoderLayers = 3
          $0.decoderLayers = 3
          $0.connections = .none
        }
      ),
      (
        "layer normalisation",
        config {
          $0.layerNormalization = true
          $0.decoderLayers = 2
          $0.encoderHiddenSize = 9
          $0.decoderHiddenSize = 14
        }
      ),
      ("tied target", config { $0.tying = .target }),
      (
        "all tied",
        config {
          $0.tying = .all
          $0.sourceVocabularySize = 13
        }
      ),
      (
        "zoneout",
        config {
          $0.zoneoutHidden = 0.1
          $0.zoneoutCell = 0.2
        }
      ),
    ]
      + CellKind.allCases.dropFirst().flatMap { kind in
        [
          (
            kind.rawValue,
            config {
              $0.cell = kind
              $0.decoderLayers = 2
              $0.zoneoutHidden = 0.1
            }
          ),
          (
            "\(kind.rawValue), layer normalisation",
            config {
              $0.cell = kind
              $0.layerNormalization = true
              $0.encoderHiddenSize = 9
              $0.decoderHiddenSize = 14
            }
          ),
        ]
      }
  }()

  static let examples = [
    Example(source: [2, 3, 4, 5], target: [6, 7]), Example(source: [9], target: [2, 3, 4, 5, 6]),
    Example(source: [10, 2, 2], target: []),
    Example(source: [4, 8, 7, 6, 5, 2], target: [12, 2, 9]),
  ]

  @Test(arguments: configs.indices) func weightsGradientAgreesWithDifferences(_ number: Int) throws
  {
    let (name, config) = Self.configs[number]
    let network = try EncoderDecoder(config)
    let weights = network.table.initialWeights(seed: 3)
    let gradients = Tensor(rows: 1, columns: weights.count)
    var dropout = DropoutRates()
    dropout.input = 0.2
    dropout.output = 0.3
    dropout.recurrent = 0.25
    dropout.recurrentWeights = 0.2
    for variational in [true, false] {
      dropout.variational = variational
      let graph = Graph(weights: weights, gradients: gradients)
      func loss() -> Double {
        graph.reset()
        graph.generator = RandomGenerator(seed: 5)
        return network.loss(Self.examples, dropout: dropout, smoothing: 0.1, scale: 0.5, on: graph)
          .smoothed * 0.5
      }
      fill(gradients, with: 0)
      _ = loss()
      let gradient = Tensor(rows: 1, columns: weights.count, gradients.values)
      // Normalising a handful of units bends the loss sharply: its slope is that of a short step.
      let error = gradientError(
        at: weights, gradient: gradient, step: config.layerNormalization ? 1e-5 : 2e-4, loss: loss)
      #expect(error < 0.01, "\(name), variational \(variational): \(error)")
    }
  }

  @Test func firstLossIsNearThatOfAnEvenGuess() throws {
    let network = try EncoderDecoder(Self.configs[0].1)
    let graph = Graph(weights: network.table.initialWeights(seed: 1))
    let sums = network.loss(Self.examples, on: graph)
    let tokens = Double(Self.examples.reduce(0) { $0 + $1.target.count + 1 })
    #expect(abs(sums.negativeLogLikelihood / tokens - 2.565) < 0.3)
  }

  @Test func aBatchCostsWhatItsSentencesCostAlone() throws {
    for (name, config) in Self.configs {
      let network = try EncoderDecoder(config)
      let graph = Graph(weights: network.table.initialWeights(seed: 2))
      let together = network.loss(Self.examples, on: graph).negativeLogLikelihood
      let alone = Self.examples.reduce(0.0) {
        graph.reset()
        return $0 + network.loss([$1], on: graph).negativeLogLikelihood
      }
      #expect(abs(together - alone) < 1e-4, "\(name)")
    }
  }
}
