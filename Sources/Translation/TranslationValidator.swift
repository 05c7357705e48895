internal import Metrics
internal import Neural
internal import Seq2Seq
internal import Tensors
internal import Tokenization

/// Judges weights by the loss on a development corpus and by the BLEU of really translating it.
struct TranslationValidator: Validator {
  private let network: EncoderDecoder
  private let config: TrainingConfig
  private let examples: [Example]
  private let references: [String]
  private let target: Subwords

  init(
    _ network: EncoderDecoder, _ corpus: ParallelCorpus, source: Subwords, target: Subwords,
    config: TrainingConfig
  ) {
    self.network = network
    self.config = config
    self.target = target
    var examples: [Example] = []
    var references: [String] = []
    let encoder = SubwordEncoderPool(source)
    let targetEncoder = source === target ? encoder : SubwordEncoderPool(target)
    for line in 0..<corpus.count {
      examples.append(
        Example(
          source: encoder.encode(corpus.source(line)),
          target: targetEncoder.encode(corpus.target(line))))
      references.append(corpus.target(line))
    }
    self.examples = examples
    self.references = references
  }

  func validate(_ weights: InferenceWeights, workers count: Int) throws -> ValidationResult {
    let workers = Workers(count: count)
    let member = EnsembleMember(network: network, weights: weights)
    return ValidationResult(
      loss: loss(member, workers), bleu: try bleu(member, workers))
  }

  /// Negative log-likelihood a target token, in nats.
  private func loss(_ member: EnsembleMember, _ workers: Workers) -> Double {
    let order = examples.indices.sorted { examples[$0].target.count < examples[$1].target.count }
    let batches = stride(from: 0, to: order.count, by: 64).map {
      order[$0..<min($0 + 64, order.count)].map { examples[$0] }
    }
    let sums = workers.map(batches.count) { batch in
      network.loss(batches[batch], on: member.weights.graph()).negativeLogLikelihood
    }
    let tokens = examples.reduce(0) { $0 + $1.target.count + 1 }
    return sums.reduce(0, +) / Double(max(tokens, 1))
  }

  /// BLEU over lines taken evenly from the whole corpus.
  private func bleu(_ member: EnsembleMember, _ workers: Workers) throws -> Double {
    let count = min(config.validationLines, examples.count)
    let chosen = (0..<count).map { $0 * examples.count / count }
    var options = SearchOptions()
    options.beam = config.validationBeam
    let decoder = BatchDecoder(
      members: [member], options: options,
      batchSize: 64, workers: workers,
      keepsAttention: false)
    let found = try decoder.decode([chosen.map { examples[$0].source }])
    let hypotheses = found.map { target.decode($0[0].tokens) }
    return try BLEU().score(
      hypotheses: hypotheses, references: [chosen.map { references[$0] }]
    ).value
  }
}
