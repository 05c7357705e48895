internal import Completion
internal import Neural
internal import Seq2Seq
internal import Tensors

/// A network with its weights.
struct EnsembleMember: Sendable {
  let network: EncoderDecoder
  let weights: InferenceWeights

  init(network: EncoderDecoder, weights: InferenceWeights) {
    self.network = network
    self.weights = weights
  }

  /// - Parameter takesWeights: whether nobody else needs the weights any more, which saves memory.
  init(
    network: EncoderDecoder, weights: Tensor, int8: [String: Int8Matrix] = [:], workers: Workers,
    takesWeights: Bool = false
  ) {
    self.network = network
    self.weights = InferenceWeights(
      network.table, weights: weights, int8: int8, workers: workers, takesWeights: takesWeights)
  }
}

/// Runs a search over many token sequences: batches of like length shared among workers, results in the
/// order asked for.
struct BatchDecoder: Sendable {
  let members: [EnsembleMember]
  let options: SearchOptions
  /// Sentences decoded at once.
  let batchSize: Int
  let workers: Workers
  let keepsAttention: Bool
  /// Which tokens a beam search with one model considers; all where nil.
  var shortlist: Shortlist?
  /// What searches along, and how much it counts.
  var language: (model: FusedLanguage, weight: Float)?

  /// - Parameters:
  ///   - sources: for each member of the ensemble its token sequences, none empty.
  ///   - numbers: a number a sentence, which sampling's random numbers depend on; from 0 where nil.
  func decode(_ sources: [[[TokenID]]], numbers: [Int]? = nil) throws -> [[Hypothesis]] {
    let count = sources[0].count
    let numbers = numbers ?? Array(0..<count)
    let order = (0..<count).sorted { (sources[0][$0].count, $0) < (sources[0][$1].count, $1) }
    // With few sentences every worker still gets some.
    let share = (count + workers.count - 1) / workers.count
    let size = max(1, min(batchSize, share))
    let batches = stride(from: 0, to: count, by: size).map {
      Array(order[$0..<min($0 + size, count)])
    }
    // The longest first, so that no worker starts a long batch when the others are done.
    let results = workers.map(batches.count) { number in
      Result { try decodeBatch(batches[batches.count - 1 - number], sources, numbers) }
    }
    var hypotheses = [[Hypothesis]](repeating: [], count: count)
    for (number, result) in results.enumerated() {
      for (sentence, found) in zip(batches[batches.count - 1 - number], try result.get()) {
        hypotheses[sentence] = found
      }
    }
    return hypotheses
  }

  private func decodeBatch(
    _ batch: [Int], _ sources: [[[TokenID]]], _ numbers: [Int]
  ) throws -> [[Hypothesis]] {
    let lengths = batch.map { sources[0][$0].count }
    let isShort = members.count == 1 && options.method == .beam
    func search(_ scorer: any Scorer) -> [[Hypothesis]] {
      options.search(
        scorer, sourceLengths: lengths, sentenceNumbers: batch.map { numbers[$0] },
        keepsAttention: keepsAttention)
    }
    return try withScorer(batch, sources, shortlist: isShort ? shortlist : nil) {
      try FusedLanguage.search($0, with: language, sentences: batch.count, search)
    }
  }

  /// A scorer for a batch, alone or an ensemble, in memory that is given back.
  private func withScorer<Found>(
    _ batch: [Int], _ sources: [[[TokenID]]], shortlist: Shortlist? = nil,
    _ body: (any Scorer) throws -> Found
  ) throws -> Found {
    let graphs = members.map { $0.weights.borrow() }
    defer { for (member, graphs) in zip(members, graphs) { member.weights.giveBack(graphs) } }
    let scorers = members.indices.map { number in
      ModelScorer(
        members[number].network, sources: batch.map { sources[number][$0] }, on: graphs[number],
        shortlist: shortlist)
    }
    return try body(scorers.count == 1 ? scorers[0] : try EnsembleScorer(scorers))
  }

  /// Log-probabilities of given targets.
  func score(_ sources: [[[TokenID]]], targets: [[TokenID]]) throws -> [Hypothesis] {
    let count = targets.count
    let order = (0..<count).sorted { (targets[$0].count, $0) < (targets[$1].count, $1) }
    let batches = stride(from: 0, to: count, by: batchSize).map {
      Array(order[$0..<min($0 + batchSize, count)])
    }
    let results = workers.map(batches.count) { number in
      Result {
        let batch = batches[number]
        return try withScorer(batch, sources) { scorer in
          ForcedScoring(options).score(scorer, targets: batch.map { targets[$0] })
        }
      }
    }
    var hypotheses = [Hypothesis?](repeating: nil, count: count)
    for (batch, result) in zip(batches, results) {
      for (sentence, found) in zip(batch, try result.get()) { hypotheses[sentence] = found }
    }
    return hypotheses.compactMap(\.self)
  }
}
