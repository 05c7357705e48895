internal import Foundation
public import Neural
internal import Synchronization
public import Tensors

/// A convolutional encoder for use alone: normalisations are folded into the weights, which are
/// laid out for products, and an image's maps stay in the cache on their way through a block.
///
/// Results do not depend on the number of threads nor on the other images of a batch, to the bit.
public final class FoldedEncoder: Sendable {
  public let config: ConvolutionalConfig
  let stem: PackedLayer
  let blocks: [FoldedBlock]
  let head: PackedLayer?
  let classifier: PackedLayer?
  let plan: EncoderPlan
  /// Working memory of calls that are over.
  private let idle = Mutex<[EncoderMemory]>([])

  /// - Parameters:
  ///   - config: must be valid.
  ///   - weights: cut by `config.foldedTable`; kept, and not to be changed any more.
  public init(_ config: ConvolutionalConfig, weights: Tensor, workers: Workers = .init(count: 1)) {
    let layout = FoldedLayout(config)
    precondition(weights.count == layout.table.count, "weights of another configuration")
    self.config = config
    let matrices = workers.map(layout.products.count) { number in
      PackedLayer(layout.products[number], weights: weights)
    }
    var remaining = matrices[...]
    stem = remaining.removeFirst()
    blocks = zip(config.blocks, layout.depthwise).map { block, depthwise in
      FoldedBlock(
        shape: block, expand: block.isWidened ? remaining.removeFirst() : nil,
        depthwise: DepthwiseLayer(depthwise, weights: weights),
        project: remaining.removeFirst())
    }
    head = config.headChannels > 0 ? remaining.removeFirst() : nil
    classifier = config.classes > 0 ? remaining.removeFirst() : nil
    plan = EncoderPlan(config, panelWidth: stem.matrix.panelWidth)
  }

  /// What is wanted of an encoding.
  public struct Selection: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// The grid before the head.
    public static let body = Selection(rawValue: 1)
    /// The grid after the head.
    public static let head = Selection(rawValue: 2)
    /// The mean over the grid after the head.
    public static let mean = Selection(rawValue: 4)
    /// The classifier's outputs.
    public static let logits = Selection(rawValue: 8)
  }

  /// What was wanted, in memory of its own; nil for the rest.
  public struct Encoding: Sendable {
    /// Places of the grids.
    public let grid: Grid
    /// [grid.rows, bodyChannels].
    public fileprivate(set) var body: Tensor?
    /// [grid.rows, featureChannels]; the same as `body` where there is no head.
    public fileprivate(set) var head: Tensor?
    /// [B, featureChannels].
    public fileprivate(set) var mean: Tensor?
    /// [B, classes].
    public fileprivate(set) var logits: Tensor?
  }

  /// Images that one thread takes through the network together, so that the large weights of the
  /// late layers are fetched less often.
  private static let imagesAtOnce = 4

  /// Most threads that go through an image together: layers are too small to keep more of them busy.
  private static let largestTeam = max(1, min(16, ProcessInfo.processInfo.activeProcessorCount))

  /// Encodes images.
  ///
  /// - Parameter images: [B · inputSize · inputSize, 3], normalised (see
  ///   `ConvolutionalConfig.setImage`).
  public func encode(
    _ images: Tensor, _ wanted: Selection, workers: Workers = .init(count: 1)
  ) -> Encoding {
    let places = config.inputGrid(batch: 1).places
    precondition(
      images.columns == ConvolutionalConfig.inputChannels && images.rows.isMultiple(of: places),
      "\(images.shape) are no images of \(config.inputSize) × \(config.inputSize)")
    precondition(!wanted.contains(.logits) || classifier != nil, "there is no classifier")
    let count = images.rows / places
    let results = makeResults(count: count, wanted)
    // No more threads work on a layer together than there are cores, for they wait for one another some forty times
    // an image.
    let team = min(workers.count, Self.largestTeam)
    if count > 0, count < team {
      encodeTogether(images, results, size: team)
    } else {
      let share = (count + workers.count - 1) / workers.count
      let size = max(1, min(Self.imagesAtOnce, share))
      workers.run((count + size - 1) / size) { [self] piece in
        let range = piece * size..<min((piece + 1) * size, count)
        let memory = takeMemory(images: range.count, members: 1)
        defer { giveBack(memory) }
        EncoderRun(
          self, images: images.slice(range.lowerBound * places..<range.upperBound * places),
          results: results.slice(range), memory: memory, team: Team(size: 1), member: 0
        ).run()
      }
    }
    return encoding(results, count: count, wanted)
  }

  private func encodeTogether(_ images: Tensor, _ results: EncoderResults, size: Int) {
    let count = images.rows / config.inputGrid(batch: 1).places
    let memory = takeMemory(images: count, members: size)
    defer { giveBack(memory) }
    let team = Team(size: size)
    Workers(count: size).run(size) { [self] member in
      EncoderRun(
        self, images: images, results: results, memory: memory, team: team, member: member
      ).run()
    }
  }

  private func makeResults(count: Int, _ wanted: Selection) -> EncoderResults {
    let grid = config.featureGrid(batch: count)
    func tensor(_ isWanted: Bool, _ rows: Int, _ columns: Int) -> Tensor? {
      isWanted ? Tensor(rows: rows, columns: columns) : nil
    }
    let isHeadless = head == nil
    return EncoderResults(
      places: grid.places,
      body: tensor(
        wanted.contains(.body) || isHeadless && wanted.contains(.head), grid.rows,
        config.bodyChannels),
      head: tensor(
        !isHeadless && wanted.contains(.head), grid.rows, config.featureChannels),
      mean: tensor(
        wanted.contains(.mean) || wanted.contains(.logits), count, config.featureChannels),
      logits: tensor(wanted.contains(.logits), count, config.classes))
  }

  private func encoding(_ results: EncoderResults, count: Int, _ wanted: Selection) -> Encoding {
    var encoding = Encoding(grid: config.featureGrid(batch: count))
    if wanted.contains(.body) { encoding.body = results.body }
    if wanted.contains(.head) { encoding.head = results.head ?? results.body }
    if wanted.contains(.mean) { encoding.mean = results.mean }
    encoding.logits = results.logits
    return encoding
  }

  private func takeMemory(images: Int, members: Int) -> EncoderMemory {
    let found = idle.withLock { idle in
      idle.firstIndex { $0.serves(images: images, members: members) }.map { idle.remove(at: $0) }
    }
    return found ?? EncoderMemory(plan, images: images, members: members)
  }

  private func giveBack(_ memory: EncoderMemory) {
    idle.withLock { idle in
      // Memory for fewer images would pile up beside that which serves them as well.
      idle.removeAll {
        memory.images > $0.images && memory.serves(images: $0.images, members: $0.members)
      }
      idle.append(memory)
    }
  }
}

/// A layer that is a product: a convolution of single places or of patches, or the classifier.
struct PackedLayer: Sendable {
  let matrix: PackedMatrix
  /// [1, out].
  let bias: Tensor

  init(_ layer: FoldedLayout.Layer, weights: Tensor) {
    let weight = layer.weight.cut(from: weights)
    matrix = PackedMatrix(depth: weight.columns, columns: weight.rows)
    matrix.pack(weight, .transposed, panels: 0..<matrix.panels)
    bias = layer.bias.cut(from: weights)
  }

  var outputChannels: Int { matrix.columns }
}

/// A depthwise convolution.
struct DepthwiseLayer: Sendable {
  /// [taps, C].
  let weights: Tensor
  /// [1, C].
  let bias: Tensor

  init(_ layer: FoldedLayout.Layer, weights: Tensor) {
    self.weights = layer.weight.cut(from: weights)
    bias = layer.bias.cut(from: weights)
  }
}

/// The layers of an inverted-residual block.
struct FoldedBlock: Sendable {
  let shape: ConvolutionalConfig.Block
  let expand: PackedLayer?
  let depthwise: DepthwiseLayer
  let project: PackedLayer
}
