internal import Neural
package import Seq2Seq
internal import Tensors

extension BenchmarkCase {
  static let training: [BenchmarkCase] = [("S", ModelConfig.small), ("M", .medium)].map {
    name, model in
    BenchmarkCase(.training, name, .rate("target tokens")) { settings in
      try TrainingWork(model, settings).work
    }
  }
}

extension ModelConfig {
  /// Model S: one layer a side, three tables of subword vectors.
  package static var small: ModelConfig {
    var config = ModelConfig()
    (config.embeddingSize, config.encoderLayers, config.encoderHiddenSize) = (256, 1, 256)
    (config.decoderLayers, config.decoderHiddenSize) = (1, 512)
    (config.bidirectional, config.attention, config.inputFeeding) = (true, .general, true)
    config.tying = .none
    return config
  }

  /// Model M: two layers a side, and vectors twice as wide.
  package static var medium: ModelConfig {
    var config = small
    (config.embeddingSize, config.encoderLayers, config.decoderLayers) = (512, 2, 2)
    return config
  }
}

/// Updates as `s2s train` makes them with the settings that recipes have unless told: forward, backward, sum of
/// gradients, Adam. Batches of 920 target tokens are cut into as many pieces as there are threads, two at least.
private struct TrainingWork {
  let work: Work

  init(_ model: ModelConfig, _ settings: BenchmarkSettings) throws {
    var training = TrainingConfig()
    training.batchTokens = 920
    training.pieces = max(2, settings.threads)
    let text = try TrainingText(settings, config: training)
    var model = model
    model.sourceVocabularySize = text.vocabularySize
    model.targetVocabularySize = text.vocabularySize
    let network = try EncoderDecoder(model)
    let pieces = GradientPieces(
      network, weights: network.table.initialWeights(seed: 1), config: training,
      workers: Workers(count: settings.threads))
    let optimizer = Adam(
      count: network.table.count, beta1: training.beta1, beta2: training.beta2,
      epsilon: training.epsilon, weightDecay: 0)
    let lengths = (0..<text.data.count).map { text.data.lengths($0) }
    let planner = BatchPlanner(
      lengths: lengths, batchTokens: training.batchTokens, maximumCells: .max, seed: 1)
    let batches = planner.batches(epoch: 0)
    let arithmetic = NetworkArithmetic(network)
    var update = 0

    func make(_ batch: EpochBatches.Batch) throws -> Work.Done {
      update += 1
      let sums = pieces.accumulate(
        planner.cut(batch, into: training.pieces), of: text.data, config: training,
        update: update, part: 0, scale: 1 / Float(planner.targetTokens(batch)))
      let norm = pieces.reduce()
      guard norm.isFinite else { throw BenchmarkError("training has gone astray") }
      pieces.step(
        optimizer, average: nil, averageDecay: 0, update: update,
        // As small as while a run warms up, so that no update can go astray.
        learningRate: training.learningRate / 10,
        gradientScale: Float(min(1, Double(training.clipNorm) / max(norm, 1e-12))))
      let operations = batch.reduce(0.0) {
        $0
          + arithmetic.training(
            source: lengths[Int($1)].source, target: lengths[Int($1)].target)
      }
      return Work.Done(units: Double(sums.tokens), need: Need(float: operations))
    }
    work = Work { times in
      var done = Work.Done(units: 0)
      for _ in 0..<times {
        let part = try make(batches[update % batches.count])
        done.units += part.units
        done.need += part.need
      }
      return done
    }
  }
}
