package import ImageFeatures
internal import Neural
internal import Tensors

/// Pictures to features: prepared as the model's configuration says, then through the convolutional
/// network with its normalisations folded.
struct ImageEncoder: Sendable {
  let config: CaptionConfig
  private let encoder: FoldedEncoder

  /// - Parameter weights: cut by the network's table.
  init(_ network: CaptionNetwork, weights: Tensor, workers: Workers) {
    config = network.config
    encoder = network.image.folded(
      weights, statistics: network.statistics(in: weights), workers: workers)
  }

  /// Places of a picture's grid.
  var grid: Grid { config.image.featureGrid(batch: 1) }

  /// A picture as input, [inputSize · inputSize, 3].
  func input(_ image: RGBImage, mirrored: Bool = false) -> Tensor {
    let square = config.preparation.prepare(image)
    let input = Tensor(rows: config.image.inputGrid(batch: 1).rows, columns: 3)
    config.image.setImage((mirrored ? square.mirrored : square).pixels.span, into: input, number: 0)
    return input
  }

  /// Features of inputs, one matrix [places, C] each.
  func features(_ inputs: [Tensor], workers: Workers) -> [Tensor] {
    guard !inputs.isEmpty else { return [] }
    let rows = inputs[0].rows
    let images = Tensor(rows: inputs.count * rows, columns: 3)
    for (number, input) in inputs.enumerated() {
      copy(input, to: images.slice(number * rows..<(number + 1) * rows))
    }
    let isBody = config.features == .body
    let encoding = encoder.encode(images, isBody ? .body : .head, workers: workers)
    guard let maps = isBody ? encoding.body : encoding.head else {
      preconditionFailure("features that were asked for are there")
    }
    return inputs.indices.map { maps.slice(encoding.grid.rows(of: $0)) }
  }
}

extension CaptionConfig {
  /// How many pictures are held as inputs at a time: 64 MiB of them, but no more than `most`.
  func picturesAtOnce(most: Int) -> Int {
    max(1, min(most, (64 << 20) / (4 * 3 * image.inputGrid(batch: 1).rows)))
  }
}

extension RGBImage {
  /// Left and right exchanged.
  package var mirrored: RGBImage { oriented(.topRight) }
}
