internal import ImageFeatures
internal import Neural
internal import Tensors

extension BenchmarkCase {
  static let convolution: [BenchmarkCase] =
    [1, 16].map { batch in
      BenchmarkCase(.convolution, "forward/batch\(batch)", .rate("images")) {
        ConvolutionWork.forward(batch: batch, $0)
      }
    } + [
      BenchmarkCase(.convolution, "training/batch16", .rate("images")) {
        ConvolutionWork.training(batch: 16, $0)
      }
    ]
}

/// EfficientNet-Lite0 with weights drawn at random.
private enum ConvolutionWork {
  static let config = ConvolutionalConfig.efficientNetLite0

  /// Everything folded, as in captioning.
  static func forward(batch: Int, _ settings: BenchmarkSettings) -> Work {
    var table = ParameterTable()
    let encoder = ConvolutionalEncoder(config, in: &table)
    let workers = Workers(count: settings.threads)
    let folded = encoder.folded(
      table.initialWeights(seed: 1), statistics: encoder.initialStatistics(), workers: workers)
    let images = drawn(rows: config.inputGrid(batch: batch).rows, columns: 3, seed: 1)
    return Work { times in
      for _ in 0..<times {
        let encoding = folded.encode(images, [.mean, .body], workers: workers)
        precondition(encoding.mean?.rows == batch)
      }
      return done(images: batch * times, passes: 1)
    }
  }

  /// Forward and backward of the features, the batch shared by the threads.
  static func training(batch: Int, _ settings: BenchmarkSettings) -> Work {
    var table = ParameterTable()
    let encoder = ConvolutionalEncoder(config, in: &table)
    let weights = table.initialWeights(seed: 1)
    let workers = Workers(count: settings.threads)
    let packed = PackedWeights(table, weights: weights, for: .training, workers: workers)
    let pieces = min(batch, settings.threads)
    let grid = config.inputGrid(batch: batch / pieces)
    let images = drawn(rows: pieces * grid.rows, columns: 3, seed: 1)
    let graphs = (0..<pieces).map { _ in
      Lent(
        Graph(
          weights: weights, packed: packed, gradients: Tensor(rows: 1, columns: table.count)))
    }
    let statistics = (0..<pieces).map { _ in encoder.initialStatistics() }
    return Work { times in
      workers.run(pieces) { number in
        let graph = graphs[number].value
        for _ in 0..<times {
          graph.reset()
          let input = images.slice(number * grid.rows..<(number + 1) * grid.rows)
          let features = encoder.encode(
            Variable(constant: input), grid: grid,
            statistics: .batch(observed: statistics[number]), on: graph)
          graph.want(graph.meanPooled(features.head, features.grid))
          graph.backward()
        }
      }
      // Backward multiplies twice where forward does once.
      return done(images: pieces * grid.batch * times, passes: 3)
    }
  }

  private static func done(images: Int, passes: Int) -> Work.Done {
    // The classifier has no part in it.
    let multiplyAdds = config.multiplyAdds - config.classes * config.featureChannels
    return Work.Done(
      units: Double(images), need: Need(float: Double(2 * multiplyAdds * images * passes)))
  }
}
