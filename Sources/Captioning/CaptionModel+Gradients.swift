public import ImageFeatures
internal import Neural
public import Seq2Seq
internal import Tensors
internal import Tokenization

extension CaptionModel {
  /// How much of a gradient survives in each layer of the decoder.
  ///
  /// - Parameters:
  ///   - text: lines that the decoder is fed one after the other; tokens are drawn where there are none.
  ///   - picture: what it looks at; pictures of noise where there is none.
  public func gradientTraces(
    _ flow: GradientFlow, text: [String] = [], picture: RGBImage? = nil
  ) -> [GradientFlow.Trace] {
    let tokens = text.flatMap { subwords.encode($0) }
    let vocabulary = network.config.decoder.vocabularySize
    let workers = Workers(count: 1)
    let encoder = ImageEncoder(network, weights: weights, workers: workers)
    let inputs = picture.map { [encoder.input($0)] } ?? noise(flow)
    let features = encoder.features(inputs, workers: workers)
    let reading = Graph(weights: weights)
    let seen = (0..<flow.vectors).map { features[$0 % features.count] }
    let encoded = network.encode(
      network.stacked(seen, on: reading), grid: network.grid(batch: seen.count), on: reading)
    return flow.traces(
      of: network.decoder,
      sequences: tokens.isEmpty
        ? flow.sequences(vocabularySize: vocabulary) : flow.sequences(of: tokens),
      encoded: encoded.constant,
      on: Graph(weights: weights, gradients: Tensor(rows: 1, columns: weights.count)))
  }

  /// A picture of standard normal numbers for each vector, which is what prepared photos have in the mean.
  private func noise(_ flow: GradientFlow) -> [Tensor] {
    let rows = network.config.image.inputGrid(batch: 1).rows
    return (0..<flow.vectors).map { number in
      var generator = RandomGenerator(seed: flow.seed, stream: 0x9015E, UInt64(number))
      return Tensor(
        rows: rows, columns: 3, (0..<3 * rows).map { _ in generator.normal() })
    }
  }
}
