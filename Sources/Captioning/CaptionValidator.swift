internal import Metrics
internal import Neural
internal import Seq2Seq
internal import Tensors
internal import Tokenization

/// Judges weights by the loss on captions of development pictures, and by CIDEr and BLEU-4 of captions that are
/// really searched for.
struct CaptionValidator: Validator {
  /// Makes what gives features of pictures by their numbers, [places, C] each, for weights.
  typealias Features = (_ weights: Tensor, Workers) -> ([Int]) throws -> [Tensor]

  private let network: CaptionNetwork
  private let config: TrainingConfig
  private let search: SearchOptions
  private let subwords: Subwords
  private let captions: [[String]]
  private let tokens: [[[TokenID]]]
  private let features: Features
  /// Pictures that are captioned for CIDEr; all count for the loss.
  private let isCaptioned: [Bool]

  /// Most pictures judged together.
  private static let mostAtOnce = 64

  /// - Parameters:
  ///   - captions: of each picture.
  ///   - search: how captions are searched for, but for the beam, which the training configuration gives.
  init(
    _ network: CaptionNetwork, captions: [[String]], subwords: Subwords, config: TrainingConfig,
    search: SearchOptions, features: @escaping Features
  ) {
    self.network = network
    self.config = config
    self.captions = captions
    self.subwords = subwords
    self.features = features
    var options = search
    options.method = .beam
    options.beam = config.validationBeam
    options.nbest = 1
    self.search = options
    let encoder = SubwordEncoderPool(subwords)
    tokens = captions.map { $0.map { encoder.encode($0) } }
    let count = min(config.validationLines, captions.count)
    var isCaptioned = Array(repeating: false, count: captions.count)
    for number in 0..<count { isCaptioned[number * captions.count / count] = true }
    self.isCaptioned = isCaptioned
  }

  func validate(_ weights: InferenceWeights, workers count: Int) throws -> ValidationResult {
    let workers = Workers(count: count)
    let features = features(weights.weights, workers)
    let search = CaptionSearch(
      speakers: [CaptionSpeaker(network: network, weights: weights)], options: search,
      batchSize: Self.mostAtOnce, keepsAttention: false)
    let atOnce = network.config.picturesAtOnce(most: Self.mostAtOnce)
    var sums = CrossEntropySums()
    var results = CaptionsByImage()
    var references = CaptionsByImage()
    for start in stride(from: 0, to: captions.count, by: atOnce) {
      let numbers = Array(start..<min(start + atOnce, captions.count))
      let made = try features(numbers)
      for piece in pieces(numbers, made, weights, workers) { sums += piece }
      let captioned = numbers.indices.filter { isCaptioned[numbers[$0]] }
      let found = try search.captions([captioned.map { made[$0] }], workers: workers)
      for (hypotheses, number) in zip(found, captioned.map { numbers[$0] }) {
        results.add(subwords.decode(hypotheses[0].tokens), image: "\(number)")
        for caption in captions[number] { references.add(caption, image: "\(number)") }
      }
    }
    let scores = try CaptionMetrics().report(results: results, references: references).scores
    return ValidationResult(
      loss: sums.negativeLogLikelihood / Double(max(sums.tokens, 1)), bleu: 100 * scores.bleu[3],
      cider: scores.cider)
  }

  /// The loss on pictures, a few at a time.
  private func pieces(
    _ numbers: [Int], _ features: [Tensor], _ weights: InferenceWeights, _ workers: Workers
  ) -> [CrossEntropySums] {
    let size = 16
    let starts = Array(stride(from: 0, to: numbers.count, by: size))
    let (network, tokens) = (network, tokens)
    return workers.map(starts.count) { piece in
      let range = starts[piece]..<min(starts[piece] + size, numbers.count)
      let graph = weights.graph()
      return network.loss(
        range.map { CaptionExample(image: features[$0], captions: tokens[numbers[$0]]) }, on: graph
      ) { network.stacked($0, on: graph) }
    }
  }
}
