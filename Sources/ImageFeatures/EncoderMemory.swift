internal import Tensors

/// How an encoder's work is cut so that what is in hand stays in a core's cache. The cut depends on
/// the configuration alone.
struct EncoderPlan: Sendable {
  struct Step: Sendable {
    /// Places of one image before and after the block.
    let input: Grid
    let output: Grid
    /// Rows of the output that are made at once.
    let bands: [Range<Int>]
    /// Images that are taken at once; one where there are several bands.
    let images: Int
    /// Most places of the input that a band is made from.
    let bandPlaces: Int

    /// Places of the input that are in hand at once.
    func places(images: Int) -> Int {
      bands.count > 1 ? bandPlaces : min(self.images, images) * input.places
    }
  }

  /// Places for which a panel of channels is held at once: 32 channels of 2400 places are 300 KB.
  private static let placesAtOnce = 2400
  /// Places for which the stem's patches are held at once.
  private static let patchesAtOnce = 900

  /// Places of one image after the stem.
  let stem: Grid
  let stemBands: [Range<Int>]
  let steps: [Step]
  /// Most numbers that one image's map between blocks has.
  let map: Int
  private let config: ConvolutionalConfig
  private let panelWidth: Int

  init(_ config: ConvolutionalConfig, panelWidth: Int) {
    self.config = config
    self.panelWidth = panelWidth
    stem = ConvolutionalConfig.stemWindow.output(of: config.inputGrid(batch: 1))
    stemBands = Self.cut(stem.height, into: stem.places / Self.patchesAtOnce)
    var (grid, largest) = (stem, stem.places * config.stemChannels)
    steps = config.blocks.map { block in
      let step = Self.step(block, grid)
      grid = step.output
      largest = max(largest, grid.places * block.outputChannels)
      return step
    }
    map = largest
  }

  private static func step(_ block: ConvolutionalConfig.Block, _ input: Grid) -> Step {
    let output = block.window.output(of: input)
    let bands = cut(output.height, into: (input.places + placesAtOnce - 1) / placesAtOnce)
    let images = bands.count > 1 ? 1 : max(1, placesAtOnce / input.places)
    let rows = bands.map { block.window.inputRows(for: $0, of: input).count }.max() ?? 0
    return Step(
      input: input, output: output, bands: bands, images: images,
      bandPlaces: rows * input.width)
  }

  /// Rows in about even parts.
  private static func cut(_ rows: Int, into parts: Int) -> [Range<Int>] {
    let parts = max(1, min(parts, rows))
    return (0..<parts).map { rows * $0 / parts..<rows * ($0 + 1) / parts }
  }

  /// Numbers that are inside a block at once, at most.
  func hidden(images: Int) -> Int {
    zip(steps, config.blocks).map { step, block in
      min(step.images, images) * step.output.places * block.hiddenChannels
    }.max() ?? 0
  }

  /// Numbers that one thread has in hand at once, at most.
  func band(images: Int) -> Int {
    let patches =
      (stemBands.map(\.count).max() ?? 0) * stem.width * ConvolutionalConfig.stemWindow.taps
      * ConvolutionalConfig.inputChannels
    let places = steps.map { $0.places(images: images) }.max() ?? 0
    let head = images * (steps.last?.output ?? stem).places
    return max(patches, max(places, head) * panelWidth)
  }
}

/// What the images of one pass need on their way; kept for the next pass.
struct EncoderMemory: Sendable {
  let images: Int
  /// A block's input and output for all images, taking turns; cut into [N · places, C] where they are used, as
  /// are the following.
  let maps: [Tensor]
  /// What is inside a block, for the images it takes at once.
  let hidden: Tensor
  /// For each thread: patches, or a panel of channels of some places.
  let bands: [Tensor]

  var members: Int { bands.count }

  init(_ plan: EncoderPlan, images: Int, members: Int) {
    self.images = images
    maps = (0..<2).map { _ in Tensor(rows: 1, columns: images * plan.map) }
    hidden = Tensor(rows: 1, columns: plan.hidden(images: images))
    bands = (0..<members).map { _ in Tensor(rows: 1, columns: plan.band(images: images)) }
  }

  func serves(images: Int, members: Int) -> Bool {
    self.images >= images && self.members >= members
  }
}

/// Where what is wanted is written; nil for the rest.
struct EncoderResults: Sendable {
  /// Of one image's grid.
  let places: Int
  let body: Tensor?
  let head: Tensor?
  let mean: Tensor?
  let logits: Tensor?

  /// The part of some images.
  func slice(_ images: Range<Int>) -> EncoderResults {
    let rows = images.lowerBound * places..<images.upperBound * places
    return EncoderResults(
      places: places, body: body?.slice(rows), head: head?.slice(rows), mean: mean?.slice(images),
      logits: logits?.slice(images))
  }
}
