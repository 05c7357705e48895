internal import Neural
internal import Seq2Seq

// What gradients are a sign of.
extension RunRemark {
  static func vanishing(_ run: Run) -> RunRemark? {
    let steps = Threshold.vanishingSteps
    let layers = strongest(run.traces, after: steps).filter { $0.left < Threshold.vanishingShare }
    guard !layers.isEmpty else { return nil }
    let figures = layers.map { "\($0.layer) \(shortened($0.left))" }.joined(separator: ", ")
    return RunRemark(
      .vanishingGradients,
      "gradients vanish: of one that begins with length 1, after \(steps) steps there is left: \(figures)",
      advice:
        "what lies farther back in a sentence can hardly be learned from in these layers: try in \(newRun(run)) "
        + remembering(run.cells).joined(separator: ", ")
        + "; `s2s inspect gradients` shows all distances")
  }

  /// Where another network can be had.
  static func newRun(_ run: Run) -> String {
    "a new run (another --out\(run.beginsWithModel ? ", and no 'start', whose network is what it is" : ""))"
  }

  /// Settings that let a layer remember for longer, but for those that are so already.
  private static func remembering(_ cells: (any CellConfig)?) -> [String] {
    var settings = [
      cells?.cell == .rnn
        ? "a gated 'model.cell', such as lstm"
        : "another 'model.cell' (a gated one if this is none)"
    ]
    if cells?.cell.hasCellValue ?? true {
      settings.append("a higher 'model.forgetBias' (of cells that have a forget gate)")
    }
    if cells?.initialization != .orthogonal {
      settings.append("'model.initialization' orthogonal")
    }
    if cells?.layerNormalization != true { settings.append("'model.layerNormalization'") }
    return settings
  }

  /// What is left in the part of each layer's state that keeps most.
  private static func strongest(
    _ traces: [GradientFlow.Trace], after steps: Int
  ) -> [(layer: String, left: Double)] {
    var result: [(layer: String, left: Double)] = []
    for trace in traces {
      guard let left = trace.mean(after: steps) else { continue }
      if let index = result.firstIndex(where: { $0.layer == trace.layer }) {
        result[index].left = max(result[index].left, left)
      } else {
        result.append((trace.layer, left))
      }
    }
    return result
  }

  static func exploding(_ log: RunLog, _ run: Run) -> RunRemark? {
    let training = run.training
    var findings: [String] = []
    if log.undone.count >= Threshold.undoneUpdates {
      let times = log.undone.count == 1 ? "once" : "\(log.undone.count) times"
      findings.append("the loss exploded and a step was undone \(times)")
    }
    if let finding = tooLong(log, training) { findings.append(finding) }
    let layers = strongest(run.traces, after: Threshold.vanishingSteps)
      .filter { $0.left > Threshold.explodingShare }
    if !layers.isEmpty {
      let figures = layers.map { "\($0.layer) \(shortened($0.left))" }.joined(separator: ", ")
      findings.append(
        "a gradient of length 1 grows over \(Threshold.vanishingSteps) steps to: \(figures)")
    }
    guard !findings.isEmpty else { return nil }
    return RunRemark(
      .explodingGradients, "gradients explode: " + findings.joined(separator: "; "),
      advice: "try a lower 'training.learningRate', a longer 'training.warmup', "
        + (training.clipNorm == 0 ? "'training.clipNorm' (which is off), " : "")
        + (run.cells?.layerNormalization == true
          ? "or another 'model.cell' in \(newRun(run))"
          : "or 'model.layerNormalization' in \(newRun(run))"))
  }

  /// What lengths of gradients tell, measured by what is usual in the run.
  private static func tooLong(_ log: RunLog, _ training: TrainingConfig) -> String? {
    let noted = log.progress.filter(\.gradientNorm.isFinite)
    guard noted.count >= Threshold.notedGradients else { return nil }
    let median = noted.map(\.gradientNorm).sorted()[noted.count / 2]
    // While the rate rises, gradients are those of random weights, which may be long and do little.
    let longest = noted.map(\.longestGradient).filter { $0.update > training.warmup }.max()
    if let longest, median > 0, longest.norm > Threshold.explodingNorm * median {
      return "the gradient of update \(longest.update), \(shortened(longest.norm)), is "
        + "\(Int(min(longest.norm / median, 1e9))) times as long as the median, \(shortened(median))"
    }
    let clip = Double(training.clipNorm)
    guard clip > 0, median > Threshold.explodingMedian * clip else { return nil }
    return
      "the median length of those noted, \(shortened(median)), is \(Int(min(median / clip, 1e9))) times "
      + "training.clipNorm, \(training.clipNorm)"
  }
}
