import ImageFeatures
import Neural
import Tensors
import TestSupport
import Testing

/// An encoder with weights and running statistics drawn at random.
struct RandomEncoder {
  let encoder: ConvolutionalEncoder
  let table: ParameterTable
  let weights: Tensor
  let statistics: Tensor

  init(_ config: ConvolutionalConfig, seed: UInt64 = 1) {
    var table = ParameterTable()
    // It may share its table with other parts of a model.
    _ = table.declare("before", rows: 3, columns: 5, .normal(1))
    encoder = ConvolutionalEncoder(config, in: &table)
    _ = table.declare("after", rows: 2, columns: 7, .normal(1))
    self.table = table
    weights = table.initialWeights(seed: seed)
    statistics = encoder.initialStatistics()
    var generator = RandomGenerator(seed: seed, stream: 1)
    for parameter in table.parameters
    where parameter.name.hasSuffix(".gain") || parameter.name.hasSuffix(".shift") {
      parameter.cut(from: weights).withMutableValues { values in
        for index in values.indices { values[index] += 0.3 * generator.normal() }
      }
    }
    for parameter in encoder.statistics.parameters {
      parameter.cut(from: statistics).withMutableValues { values in
        for index in values.indices { values[index] += 0.5 * generator.uniform() }
      }
    }
  }

  func images(_ count: Int, seed: UInt64 = 5) -> Tensor {
    randomTensor(
      rows: encoder.config.inputGrid(batch: count).rows, columns: 3, scale: 0.6, seed: seed)
  }
}

@Suite struct ConvolutionalEncoderTests {
  typealias Stage = ConvolutionalConfig.Stage

  /// Odd sizes everywhere, with and without a widening, both strides, a residual block, head and
  /// classifier.
  static let odd = ConvolutionalConfig(
    inputSize: 21, stemChannels: 5,
    stages: [
      Stage(repeats: 1, kernel: 3, stride: 1, expansion: 1, inputChannels: 5, outputChannels: 6),
      Stage(repeats: 2, kernel: 5, stride: 2, expansion: 3, inputChannels: 6, outputChannels: 7),
    ], headChannels: 11, classes: 9)

  /// Wide and large enough for several bands and panels.
  static let wide = ConvolutionalConfig(
    inputSize: 150, stemChannels: 24,
    stages: [
      Stage(repeats: 1, kernel: 5, stride: 1, expansion: 1, inputChannels: 24, outputChannels: 40),
      Stage(repeats: 1, kernel: 3, stride: 2, expansion: 2, inputChannels: 40, outputChannels: 36),
      Stage(repeats: 2, kernel: 7, stride: 1, expansion: 1, inputChannels: 36, outputChannels: 36),
      Stage(repeats: 1, kernel: 3, stride: 2, expansion: 6, inputChannels: 36, outputChannels: 70),
      Stage(repeats: 2, kernel: 5, stride: 2, expansion: 6, inputChannels: 70, outputChannels: 96),
    ], headChannels: 200, classes: 50)

  static let headless = ConvolutionalConfig(
    inputSize: 16, stemChannels: 4,
    stages: [
      Stage(repeats: 1, kernel: 3, stride: 1, expansion: 2, inputChannels: 4, outputChannels: 4)
    ], headChannels: 0)

  static let stemAlone = ConvolutionalConfig(
    inputSize: 9, stemChannels: 3, stages: [], headChannels: 0)

  static let all = [odd, wide, headless, stemAlone, .tiny]

  /// What the graph makes in inference, and what the encoder with everything folded does.
  @Test(arguments: all) func foldedIsTheSameNetwork(_ config: ConvolutionalConfig) throws {
    let random = RandomEncoder(config)
    let images = random.images(3)
    let graph = Graph(weights: random.weights)
    let grid = config.inputGrid(batch: 3)
    let features = random.encoder.encode(
      Variable(constant: images), grid: grid, statistics: .running(random.statistics), on: graph)
    let mean = graph.meanPooled(features.head, features.grid)
    let folded = random.encoder.folded(random.weights, statistics: random.statistics)
    let found = folded.encode(
      images, config.classes > 0 ? [.body, .head, .mean, .logits] : [.body, .head, .mean])
    #expect(found.grid == features.grid && found.grid == config.featureGrid(batch: 3))
    #expect(largestError(try #require(found.body), features.body.value.doubles) < 1e-4)
    #expect(largestError(try #require(found.head), features.head.value.doubles) < 1e-4)
    #expect(largestError(try #require(found.mean), mean.value.doubles) < 1e-4)
    if config.classes > 0 {
      let logits = random.encoder.classify(mean, on: graph)
      #expect(largestError(try #require(found.logits), logits.value.doubles) < 1e-4)
    } else {
      #expect(found.logits == nil)
    }
    // Features that are all zero would agree as well.
    let body = try #require(found.body).values
    #expect(Set(body).count > body.count / 4)
  }

  /// Any number of images and threads, and whatever is asked for, gives the same bits.
  @Test(arguments: all) func anImageIsEncodedAlike(_ config: ConvolutionalConfig) throws {
    let random = RandomEncoder(config)
    let folded = random.encoder.folded(
      random.weights, statistics: random.statistics, workers: Workers(count: 2))
    let images = random.images(7)
    let places = config.inputGrid(batch: 1).places
    let whole = folded.encode(images, [.body, .head, .mean])
    let (body, head) = (try #require(whole.body), try #require(whole.head))
    let mean = try #require(whole.mean)
    let cells = whole.grid.places
    let calls = [(0, 7, 2), (0, 7, 3), (2, 1, 1), (6, 1, 2), (3, 2, 3), (1, 5, 2)]
    for (first, count, threads) in calls {
      let part = images.slice(first * places..<(first + count) * places)
      let rows = first * cells..<(first + count) * cells
      // Memory kept from the calls before serves these.
      let workers = Workers(count: threads)
      let everything = folded.encode(part, [.body, .head, .mean], workers: workers)
      #expect(everything.body?.values == body.slice(rows).values)
      #expect(everything.head?.values == head.slice(rows).values)
      #expect(everything.mean?.values == mean.slice(first..<first + count).values)
      let meanAlone = folded.encode(part, .mean, workers: workers)
      #expect(meanAlone.mean?.values == everything.mean?.values)
      #expect(meanAlone.body == nil && meanAlone.head == nil)
      let bodyAlone = folded.encode(part, .body, workers: workers)
      #expect(bodyAlone.body?.values == everything.body?.values && bodyAlone.mean == nil)
      let headAlone = folded.encode(part, .head, workers: workers)
      #expect(headAlone.head?.values == everything.head?.values && headAlone.body == nil)
    }
    let none = folded.encode(images.slice(0..<0), [.body, .mean], workers: Workers(count: 2))
    #expect(none.grid.batch == 0 && none.body?.count == 0)
  }

  /// Running statistics go a hundredth of the way to the mean of what the pieces saw.
  @Test func runningStatisticsFollow() {
    let random = RandomEncoder(Self.odd)
    let before = random.statistics.values
    let seen = (0..<2).map { randomTensor(rows: 1, columns: before.count, seed: UInt64($0 + 1)) }
    random.encoder.follow(seen, running: random.statistics)
    for (index, value) in random.statistics.values.enumerated() {
      let mean = (seen[0].values[index] + seen[1].values[index]) / 2
      #expect(abs(value - (0.99 * before[index] + 0.01 * mean)) < 1e-5)
    }
    random.encoder.follow([], running: random.statistics)
  }

  /// From random weights to telling three kinds of pictures apart, by the encoder with everything
  /// folded.
  @Test func learnsToTellPicturesApart() throws {
    var config = ConvolutionalConfig.tiny
    (config.inputSize, config.classes, config.normalizationMomentum) = (16, 3, 0.8)
    var table = ParameterTable()
    let encoder = ConvolutionalEncoder(config, in: &table)
    let (weights, running) = (table.initialWeights(seed: 2), encoder.initialStatistics())
    let gradients = Tensor(rows: 1, columns: table.count)
    let optimizer = Adam(
      count: table.count, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0)
    let graph = Graph(weights: weights, gradients: gradients)
    let observed = encoder.initialStatistics()
    let grid = config.inputGrid(batch: 12)
    let classifier = (
      try #require(table.parameter(named: "image.classifier.weight")),
      try #require(table.parameter(named: "image.classifier.bias"))
    )
    for update in 1...60 {
      let (images, kinds) = Self.pictures(12, seed: UInt64(update))
      graph.reset()
      fill(gradients, with: 0)
      let features = encoder.encode(
        Variable(constant: images), grid: grid, statistics: .batch(observed: observed),
        dropRate: 0.1, on: graph)
      _ = graph.crossEntropy(
        graph.meanPooled(features.head, features.grid), classifier.0, bias: classifier.1,
        targets: kinds, smoothing: 0, scale: 1 / 12)
      graph.backward()
      optimizer.step(
        weights: weights, gradients: gradients, range: 0..<table.count, update: update,
        learningRate: 3e-3, gradientScale: 1)
      encoder.follow([observed], running: running)
    }
    let (images, kinds) = Self.pictures(60, seed: 1000)
    let folded = encoder.folded(weights, statistics: running)
    let logits = try #require(folded.encode(images, .logits).logits)
    let right = kinds.indices.filter { largest(1, of: logits, row: $0)[0].index == kinds[$0] }
    #expect(right.count >= 57)
  }

  /// Stripes across, stripes down and a chequerboard, of any colour and phase.
  private static func pictures(_ count: Int, seed: UInt64) -> (Tensor, [Int]) {
    var generator = RandomGenerator(seed: seed)
    let images = Tensor(rows: count * 256, columns: 3)
    var kinds: [Int] = []
    for number in 0..<count {
      let kind = Int(generator.next() % 3)
      let (colour, phase) = ((0..<3).map { _ in generator.uniform() }, Int(generator.next() % 4))
      for place in 0..<256 {
        let (y, x) = ((place / 16 + phase) / 2 % 2, (place % 16 + phase) / 2 % 2)
        let isBright = [y == 1, x == 1, x == y][kind]
        for channel in 0..<3 {
          images[number * 256 + place, channel] =
            (isBright ? 1 : -1) * (0.3 + colour[channel]) + 0.2 * generator.normal()
        }
      }
      kinds.append(kind)
    }
    return (images, kinds)
  }
}
