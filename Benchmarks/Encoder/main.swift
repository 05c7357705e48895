import Foundation
import ImageFeatures
import Neural
import Tensors

/// Images a second of a convolutional encoder with weights drawn at random: forward with everything
/// folded, or forward and backward as in training.
///
/// usage: encoder-benchmark forward|training BATCH THREADS [SECONDS] [small|tiny]
///        encoder-benchmark reading FOLDER THREADS [SECONDS]      pictures decoded and resized
///
/// Prints one line: images/s by the clock (median, lowest and highest over passes), then by the
/// processor time of all threads (on a machine with other work), and its share of what products of
/// 2048 reach.
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

  /// Seconds by the clock and of processor time of each call within the time given, after two to
  /// warm up.
  private func times(_ body: () -> Void) -> [Pass] {
    var passes: [Pass] = []
    let begin = ContinuousClock.now
    while passes.count < 5 || begin.duration(to: .now) < .seconds(seconds) {
      passes.append(Pass(of: body))
    }
    return Array(passes.dropFirst(2))
  }

  private func report(_ name: String, _ passes: [Pass], operations: Int) {
    func text(_ number: Double) -> String { String(format: "%.1f", number) }
    let rates = passes.map { Double(batch) / $0.seconds }.sorted()
    let own = passes.map { Double(batch) / $0.processorSeconds }.sorted()[passes.count / 2]
    let speed = own * Double(operations) / 1e9
    let peak = peak
    print(
      "\(name) batch \(batch) threads \(threads): \(text(rates[rates.count / 2])) images/s",
      "(\(text(rates[0]))–\(text(rates[rates.count - 1])), \(passes.count) passes);",
      "\(text(own)) images a processor second, \(text(speed)) GFLOP,",
      "\(text(100 * speed / peak)) % of \(text(peak))")
  }

  /// GFLOP a processor second of large products.
  private var peak: Double {
    let side = 2048
    let a = Tensor(rows: side, columns: side)
    fill(a, with: 0.5)
    let matrix = PackedMatrix(depth: side, columns: side)
    matrix.pack(a, .plain, panels: 0..<matrix.panels)
    let result = Tensor(rows: side, columns: side)
    let passes = (0..<5).map { _ in Pass(of: { multiply(a, .plain, matrix, into: result) }) }
    let times = passes.map(\.processorSeconds).sorted()
    return 2 * Double(side * side * side) / times[2] / 1e9
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
    print("training memory: \(numbers * 4 / batch / (1 << 20)) MiB an image")
  }
}

/// What a pass took.
struct Pass {
  let seconds: Double
  /// Of all threads; does not count what other programs took meanwhile.
  let processorSeconds: Double

  init(of body: () -> Void) {
    let start = Self.processorTime()
    seconds = ContinuousClock().measure(body) / .seconds(1)
    processorSeconds = Self.processorTime() - start
  }

  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}

/// Sendable because one worker has it at a time.
struct TrainingPiece: @unchecked Sendable {
  let graph: Graph
  let observed: Tensor
}

let arguments = CommandLine.arguments
let seconds = arguments.count > 4 ? Double(arguments[4]) ?? 3 : 3
if arguments.count >= 4, arguments[1] == "reading", let threads = Int(arguments[3]) {
  try ReadingBenchmark(folder: arguments[2], threads: threads, seconds: seconds).run()
  exit(0)
}
guard arguments.count >= 4, let batch = Int(arguments[2]), let threads = Int(arguments[3]) else {
  print(
    "usage: encoder-benchmark forward|training BATCH THREADS [SECONDS] [small|tiny]\n"
      + "       encoder-benchmark reading FOLDER THREADS [SECONDS]")
  exit(2)
}
var config = ConvolutionalConfig.efficientNetLite0
if arguments.count > 5 { config = arguments[5] == "tiny" ? .tiny : .small }
let benchmark = Benchmark(config: config, batch: batch, threads: threads, seconds: seconds)
switch arguments[1] {
case "forward": benchmark.forward()
case "training": benchmark.training()
default: exit(2)
}
