import Foundation
import ImageFeatures
import Neural
import Tensors

/// Images a second of a convolutional encoder with weights drawn at random: forward with everything folded, or
/// forward and backward as in training.
///
/// usage: encoder-benchmark forward|training|layers BATCH THREADS [SECONDS] [CONFIG]
///
/// Prints one line: what, images/s (median, lowest, highest over passes), GFLOP/s of the median, and the
/// share of what products of 2048 reach on as many threads in the same run.
struct Benchmark {
  let config: ConvolutionalConfig
  let batch: Int
  let threads: Int
  let seconds: Double

  private var images: Tensor {
    let grid = config.inputGrid(batch: batch)
    let images = Tensor(rows: grid.rows, columns: 3)
    var generator = RandomGenerator(seed: 1)
    for row in 0..<grid.rows {
      for column in 0..<3 { images[row, column] = 2 * generator.uniform() - 1 }
    }
    return images
  }

  /// Seconds of each call within the time given, after some to warm up.
  private func times(_ body: () -> Void) -> [Double] {
    let clock = ContinuousClock()
    var times: [Double] = []
    let begin = clock.now
    while times.count < 5 || begin.duration(to: clock.now) < .seconds(seconds) {
      let duration = clock.measure(body)
      times.append(duration / .seconds(1))
    }
    return times.dropFirst(2).sorted()
  }

  private func report(_ name: String, _ times: [Double], operations: Int) {
    func rate(_ time: Double) -> String { String(format: "%.1f", Double(batch) / time) }
    let median = times[times.count / 2]
    let speed = Double(batch * operations) / median / 1e9
    print(
      "\(name) batch \(batch) threads \(threads): \(rate(median)) images/s",
      "(\(rate(times[times.count - 1]))–\(rate(times[0])), \(times.count) passes),",
      String(format: "%.1f ms,", median * 1e3), String(format: "%.1f GFLOP/s,", speed),
      String(format: "%.0f %% of %.0f", 100 * speed / peak, peak))
  }

  /// GFLOP/s of large products, one on each thread.
  private var peak: Double {
    let side = 2048
    let a = Tensor(rows: side, columns: side)
    fill(a, with: 0.5)
    let matrix = PackedMatrix(depth: side, columns: side)
    matrix.pack(a, .plain, panels: 0..<matrix.panels)
    let results = (0..<threads).map { _ in Tensor(rows: side, columns: side) }
    let workers = Workers(count: threads)
    let best =
      (0..<5).map { _ in
        ContinuousClock().measure {
          workers.run(threads) { multiply(a, .plain, matrix, into: results[$0]) }
        }
      }.min() ?? .seconds(1)
    return 2 * Double(threads) * Double(side * side * side) / (best / .seconds(1)) / 1e9
  }

  func forward() {
    var table = ParameterTable()
    let encoder = ConvolutionalEncoder(config, in: &table)
    let folded = encoder.folded(
      table.initialWeights(seed: 1), statistics: encoder.initialStatistics())
    let (images, workers) = (images, Workers(count: threads))
    let times = times { _ = folded.encode(images, [.mean, .body], workers: workers) }
    report("forward", times, operations: 2 * config.multiplyAdds)
  }

  func training() {
    var table = ParameterTable()
    let encoder = ConvolutionalEncoder(config, in: &table)
    let weights = table.initialWeights(seed: 1)
    let workers = Workers(count: threads)
    let packed = PackedWeights(table, weights: weights, for: .training, workers: workers)
    let pieces = (0..<threads).map { _ in
      TrainingPiece(
        graph: Graph(
          weights: weights, packed: packed, gradients: Tensor(rows: 1, columns: table.count)),
        observed: encoder.initialStatistics())
    }
    let images = images
    let grid = config.inputGrid(batch: batch / threads)
    let times = times {
      workers.run(threads) { number in
        let (graph, observed) = (pieces[number].graph, pieces[number].observed)
        graph.reset()
        let input = images.slice(number * grid.rows..<(number + 1) * grid.rows)
        let features = encoder.encode(
          Variable(constant: input), grid: grid, statistics: .batch(observed: observed), on: graph
        )
        let mean = graph.meanPooled(features.head, features.grid)
        if let gradient = mean.gradient { fill(gradient, with: 1e-3) }
        graph.backward()
      }
    }
    // Backward multiplies twice where forward does once.
    report("training", times, operations: 6 * config.multiplyAdds)
    let numbers = pieces.reduce(0) { $0 + $1.graph.workspaceCapacity }
    print("training memory: \(numbers * 4 / batch >> 20) MiB an image")
  }
}

/// Sendable because one worker has it at a time.
struct TrainingPiece: @unchecked Sendable {
  let graph: Graph
  let observed: Tensor
}

let arguments = CommandLine.arguments
guard arguments.count >= 4, let batch = Int(arguments[2]), let threads = Int(arguments[3]) else {
  print("usage: encoder-benchmark forward|training BATCH THREADS [SECONDS] [small|tiny]")
  exit(2)
}
var config = ConvolutionalConfig.efficientNetLite0
if arguments.count > 5 { config = arguments[5] == "tiny" ? .tiny : .small }
let benchmark = Benchmark(
  config: config, batch: batch, threads: threads,
  seconds: arguments.count > 4 ? Double(arguments[4]) ?? 3 : 3)
switch arguments[1] {
case "forward": benchmark.forward()
case "training": benchmark.training()
default: exit(2)
}
