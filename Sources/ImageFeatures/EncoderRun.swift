internal import Neural
internal import Tensors

/// One thread's part in the way of some images through a folded encoder. All members of its team
/// run the same stages, and share the jobs of each.
struct EncoderRun {
  private let encoder: FoldedEncoder
  private let images: Tensor
  private let count: Int
  private let results: EncoderResults
  private let memory: EncoderMemory
  private let team: Team
  /// What this thread has in hand.
  private let band: Tensor
  private let panelWidth: Int

  /// Rows of a product that are made at once, and fewest worth a job of their own.
  private static let productRows = 1024
  private static let fewRows = 32

  init(
    _ encoder: FoldedEncoder, images: Tensor, results: EncoderResults, memory: EncoderMemory,
    team: Team, member: Int
  ) {
    self.encoder = encoder
    self.images = images
    count = images.rows / encoder.config.inputGrid(batch: 1).places
    self.results = results
    self.memory = memory
    self.team = team
    band = memory.bands[member]
    panelWidth = encoder.stem.matrix.panelWidth
  }

  func run() {
    let plan = encoder.plan
    var x = map(0, plan.stem, encoder.config.stemChannels)
    runStem(into: x)
    for (number, block) in encoder.blocks.enumerated() {
      let step = plan.steps[number]
      let isLast = number == encoder.blocks.count - 1
      let y =
        (isLast ? results.body : nil)
        ?? map(number + 1, step.output, block.shape.outputChannels)
      for first in stride(from: 0, to: count, by: step.images) {
        let range = first..<min(first + step.images, count)
        runBlock(block, step, x.slice(range, of: step.input), y.slice(range, of: step.output))
      }
      x = y
    }
    if encoder.blocks.isEmpty, let body = results.body {
      team.share(1) { _ in copy(x, to: body) }
    }
    runHead(x)
  }

  /// The map after a layer, for all images.
  private func map(_ number: Int, _ grid: Grid, _ channels: Int) -> Tensor {
    memory.maps[number % 2].cut(at: 0, rows: count * grid.places, columns: channels)
  }

  /// What this thread has in hand, as a matrix.
  private func hand(rows: Int, columns: Int) -> Tensor {
    band.cut(at: 0, rows: rows, columns: columns)
  }

  private func runStem(into y: Tensor) {
    let (plan, stem) = (encoder.plan, encoder.stem)
    let grid = encoder.config.inputGrid(batch: 1)
    team.share(count * plan.stemBands.count) { job in
      let (image, number) = job.quotientAndRemainder(dividingBy: plan.stemBands.count)
      let rows = plan.stemBands[number]
      let patches = hand(rows: rows.count * plan.stem.width, columns: stem.matrix.depth)
      gatherPatches(
        images.slice(grid.rows(of: image)), grid, window: ConvolutionalConfig.stemWindow,
        rows: rows, into: patches)
      let first = image * plan.stem.places + rows.lowerBound * plan.stem.width
      let target = y.slice(first..<first + patches.rows)
      stem.matrix.multiply(
        patches, panels: 0..<stem.matrix.panels, into: target, at: 0, accumulate: false)
      addBiasAndLimit(
        target, columns: 0..<y.columns, bias: stem.bias, ceiling: NormalizedLayer.ceiling)
    }
  }

  /// - Parameters:
  ///   - x: the maps of as many images as the step takes at once, or fewer, [N · places, C].
  ///   - y: theirs after the block, [N · places', C'].
  private func runBlock(
    _ block: FoldedBlock, _ step: EncoderPlan.Step, _ x: Tensor, _ y: Tensor
  ) {
    let hidden = memory.hidden.cut(at: 0, rows: y.rows, columns: block.shape.hiddenChannels)
    if let expand = block.expand {
      // A panel of channels at a time: it is widened, and its window slides over it, while it is in
      // the cache.
      team.share(expand.matrix.panels * step.bands.count) { job in
        let (panel, number) = job.quotientAndRemainder(dividingBy: step.bands.count)
        widen(expand, block, step, panel: panel, rows: step.bands[number], x, hidden)
      }
    } else {
      let images = x.rows / step.input.places
      team.share(images * step.bands.count) { job in
        let (image, number) = job.quotientAndRemainder(dividingBy: step.bands.count)
        slide(
          block, step, rows: step.bands[number], channels: 0..<hidden.columns,
          x.slice(step.input.rows(of: image)), hidden.slice(step.output.rows(of: image)))
      }
    }
    project(hidden, block.project, addend: block.shape.isResidual ? x : nil, into: y)
  }

  /// One panel of a block's inner channels in some rows of its output.
  private func widen(
    _ expand: PackedLayer, _ block: FoldedBlock, _ step: EncoderPlan.Step, panel: Int,
    rows: Range<Int>, _ x: Tensor, _ hidden: Tensor
  ) {
    let channels = panel * panelWidth..<min((panel + 1) * panelWidth, hidden.columns)
    let isWhole = step.bands.count == 1
    let inputRows = block.shape.window.inputRows(for: rows, of: step.input)
    let input =
      isWhole
      ? x
      : x.slice(
        inputRows.lowerBound * step.input.width..<inputRows.upperBound * step.input.width)
    let wide = hand(rows: input.rows, columns: panelWidth)
    expand.matrix.multiply(input, panels: panel..<panel + 1, into: wide, at: 0, accumulate: false)
    addBiasAndLimit(
      wide, columns: 0..<channels.count,
      bias: expand.bias.cut(at: channels.lowerBound, rows: 1, columns: channels.count),
      ceiling: NormalizedLayer.ceiling)
    for image in 0..<(isWhole ? x.rows / step.input.places : 1) {
      slide(
        block, step, rows: rows, channels: channels,
        isWhole ? wide.slice(step.input.rows(of: image)) : wide,
        hidden.slice(step.output.rows(of: image)))
    }
  }

  private func slide(
    _ block: FoldedBlock, _ step: EncoderPlan.Step, rows: Range<Int>, channels: Range<Int>,
    _ x: Tensor, _ y: Tensor
  ) {
    depthwiseConvolve(
      DepthwiseBand(
        grid: step.input, window: block.shape.window, rows: rows, channels: channels),
      x, at: 0, weights: block.depthwise.weights, bias: block.depthwise.bias,
      ceiling: NormalizedLayer.ceiling, into: y)
  }

  /// y = x·W + bias, plus an addend: [R, C] to [R, C'], the addend [R, C'] too.
  private func project(_ x: Tensor, _ layer: PackedLayer, addend: Tensor?, into y: Tensor) {
    let panels = layer.matrix.panels
    if x.rows < 2 * Self.fewRows * team.size, panels >= team.size {
      // Few rows: threads share the weights, so that each fetches its part of them alone.
      let parts = min(panels, 2 * team.size)
      team.share(parts) { part in
        let range = panels * part / parts..<panels * (part + 1) / parts
        let columns =
          range.lowerBound * panelWidth..<min(range.upperBound * panelWidth, y.columns)
        setRows(y, columns: columns, to: layer.bias, plus: addend)
        layer.matrix.multiply(
          x, panels: range, into: y, at: columns.lowerBound, accumulate: true)
      }
      return
    }
    let shares = team.size == 1 ? 1 : 2 * team.size
    let jobs = max(1, min(x.rows / Self.fewRows, max(shares, x.rows / Self.productRows)))
    team.share(jobs) { job in
      let rows = x.rows * job / jobs..<x.rows * (job + 1) / jobs
      setRows(
        y.slice(rows), columns: 0..<y.columns, to: layer.bias, plus: addend?.slice(rows))
      layer.matrix.multiply(
        x.slice(rows), panels: 0..<panels, into: y.slice(rows), at: 0, accumulate: true)
    }
  }

  /// - Parameter x: the grid before the head, [B · places, C].
  private func runHead(_ x: Tensor) {
    let grid = encoder.config.featureGrid(batch: count)
    if let head = encoder.head {
      if results.head != nil || results.mean != nil {
        team.share(head.matrix.panels) { panel in runHead(head, panel: panel, grid, x) }
      }
    } else if let mean = results.mean {
      team.share(1) { _ in meanPool(x, grid, into: mean) }
    }
    if let classifier = encoder.classifier, let logits = results.logits, let mean = results.mean {
      project(mean, classifier, addend: nil, into: logits)
    }
  }

  private func runHead(_ head: PackedLayer, panel: Int, _ grid: Grid, _ x: Tensor) {
    let channels = panel * panelWidth..<min((panel + 1) * panelWidth, head.outputChannels)
    let target = results.head ?? hand(rows: x.rows, columns: panelWidth)
    let first = results.head == nil ? 0 : channels.lowerBound
    let columns = first..<first + channels.count
    head.matrix.multiply(
      x, panels: panel..<panel + 1, into: target, at: first, accumulate: false)
    addBiasAndLimit(
      target, columns: columns,
      bias: head.bias.cut(at: channels.lowerBound, rows: 1, columns: channels.count),
      ceiling: NormalizedLayer.ceiling)
    if let mean = results.mean {
      meanPool(target, grid, columns: columns, into: mean, at: channels.lowerBound)
    }
  }
}

extension Tensor {
  /// The rows of some images.
  fileprivate func slice(_ images: Range<Int>, of grid: Grid) -> Tensor {
    slice(images.lowerBound * grid.places..<images.upperBound * grid.places)
  }
}
