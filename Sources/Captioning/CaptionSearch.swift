internal import Completion
internal import Neural
internal import Seq2Seq
internal import Tensors

/// What speaks, alone or one of an ensemble.
struct CaptionSpeaker: Sendable {
  let network: CaptionNetwork
  /// Cut by `network.speakerTable`.
  let weights: InferenceWeights
}

extension CaptionNetwork {
  /// A scorer of captions, a sentence a picture.
  ///
  /// - Parameters:
  ///   - features: of each picture, [places, C].
  ///   - graphs: made with weights that are cut by `speakerTable`.
  func scorer(_ features: [Tensor], on graphs: ScorerGraphs) -> ModelScorer {
    ModelScorer(decoder, on: graphs) { graphs in
      let graph = graphs.encoder
      let encoded = encode(
        stacked(features, on: graph), grid: grid(batch: features.count), on: graph)
      return decoder.begin(encoded, on: graph)
    }
  }
}

/// Searches captions for features.
struct CaptionSearch: Sendable {
  /// One, or the members of an ensemble.
  let speakers: [CaptionSpeaker]
  let options: SearchOptions
  /// Pictures decoded at once by a worker.
  let batchSize: Int
  let keepsAttention: Bool
  /// What searches along, and how much it counts.
  var language: (model: FusedLanguage, weight: Float)?

  /// - Parameters:
  ///   - features: for each speaker those of each picture, [places, C].
  ///   - numbers: a number a picture, which sampling's random numbers depend on; from 0 where nil.
  /// - Throws: `EnsembleError` if speakers do not go together.
  func captions(
    _ features: [[Tensor]], numbers: [Int]? = nil, workers: Workers
  ) throws -> [[Hypothesis]] {
    let count = features[0].count
    let numbers = numbers ?? Array(0..<count)
    let share = (count + workers.count - 1) / workers.count
    let size = max(1, min(batchSize, share))
    let starts = Array(stride(from: 0, to: count, by: size))
    return try workers.map(starts.count) { batch in
      Result { try captions(starts[batch]..<min(starts[batch] + size, count), features, numbers) }
    }.flatMap { try $0.get() }
  }

  private func captions(
    _ pictures: Range<Int>, _ features: [[Tensor]], _ numbers: [Int]
  ) throws -> [[Hypothesis]] {
    let graphs = speakers.map { $0.weights.borrow() }
    defer { for (speaker, graphs) in zip(speakers, graphs) { speaker.weights.giveBack(graphs) } }
    let scorers = speakers.indices.map {
      speakers[$0].network.scorer(Array(features[$0][pictures]), on: graphs[$0])
    }
    func search(_ scorer: any Scorer) -> [[Hypothesis]] {
      // A caption's greatest length follows from nothing in the picture.
      options.search(
        scorer, sourceLengths: Array(repeating: 0, count: pictures.count),
        sentenceNumbers: pictures.map { numbers[$0] }, keepsAttention: keepsAttention)
    }
    let scorer: any Scorer = scorers.count == 1 ? scorers[0] : try EnsembleScorer(scorers)
    return try FusedLanguage.search(scorer, with: language, sentences: pictures.count, search)
  }
}
