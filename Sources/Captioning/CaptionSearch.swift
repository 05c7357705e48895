internal import Neural
internal import Seq2Seq
internal import Tensors

/// Searches captions for features.
struct CaptionSearch: Sendable {
  let network: CaptionNetwork
  /// Those of what speaks.
  let weights: InferenceWeights
  let options: SearchOptions
  /// Pictures decoded at once by a worker.
  let batchSize: Int
  let keepsAttention: Bool

  /// - Parameters:
  ///   - features: of each picture, [places, C].
  ///   - numbers: a number a picture, which sampling's random numbers depend on; from 0 where nil.
  func captions(
    _ features: [Tensor], numbers: [Int]? = nil, workers: Workers
  ) -> [[Hypothesis]] {
    let numbers = numbers ?? Array(features.indices)
    let share = (features.count + workers.count - 1) / workers.count
    let size = max(1, min(batchSize, share))
    let starts = Array(stride(from: 0, to: features.count, by: size))
    return workers.map(starts.count) { batch in
      let range = starts[batch]..<min(starts[batch] + size, features.count)
      let graphs = weights.borrow()
      defer { weights.giveBack(graphs) }
      let scorer = ModelScorer(network.decoder, on: graphs) { graphs in
        let graph = graphs.encoder
        let encoded = network.encode(
          network.stacked(Array(features[range]), on: graph),
          grid: network.grid(batch: range.count),
          on: graph)
        return network.decoder.begin(encoded, on: graph)
      }
      // A caption's greatest length follows from nothing in the picture.
      return options.search(
        scorer, sourceLengths: Array(repeating: 0, count: range.count),
        sentenceNumbers: range.map { numbers[$0] }, keepsAttention: keepsAttention)
    }.flatMap(\.self)
  }
}
