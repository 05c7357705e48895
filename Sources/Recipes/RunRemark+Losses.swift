internal import Seq2Seq

// What losses are a sign of.
extension RunRemark {
  static func overfitting(_ log: RunLog, _ run: Run) -> RunRemark? {
    let validations = log.validations
    guard
      let best = validations.indices.min(by: {
        validations[$0].result.loss < validations[$1].result.loss
      }), let last = validations.last, best < validations.count - 1
    else { return nil }
    let least = validations[best].result.loss
    guard last.result.loss >= least * (1 + Threshold.risingShare) else { return nil }
    let gap = last.result.trainingLoss.map { last.result.loss - $0 }
    guard gap ?? .infinity >= Threshold.overfittingGap else { return nil }
    guard hasTrainingLossFallen(log, from: validations[best], to: last) else { return nil }
    let saved =
      log.best.map {
        "; the model saved, the best by \(run.training.criterion.rawValue), is that of update \($0.update)"
      } ?? ""
    let measured = last.result.trainingLoss.map {
      " (training loss, measured alike, \(decimal($0)))"
    }
    return RunRemark(
      .overfitting,
      "the model overfits: the development loss was least, \(decimal(least)), at update "
        + "\(validations[best].update) and rose to \(decimal(last.result.loss)) while the training loss fell"
        + (measured ?? ""),
      advice:
        "try more data, a smaller model\(elsewhere(run)), or more of what keeps it from learning by "
        + "heart: " + regularizers(run).joined(separator: ", ") + saved)
  }

  /// Where a network of another size can be had, if not by going on.
  private static func elsewhere(_ run: Run) -> String {
    run.beginsWithModel ? " in \(newRun(run))" : ""
  }

  /// Settings against learning by heart that a recipe of the kind takes, with what they are now.
  private static func regularizers(_ run: Run) -> [String] {
    let training = run.training
    func told(_ key: String, _ value: Float) -> String { "'training.\(key)' (\(value) now)" }
    var settings = [
      told("inputDropout", training.inputDropout), told("outputDropout", training.outputDropout),
    ]
    switch run.kind {
    case .translation:
      settings += [
        told("recurrentDropout", training.recurrentDropout),
        told("wordDropout", training.wordDropout),
        told("subwordDropout", training.subwordDropout),
      ]
    case .caption: settings.append(told("recurrentDropout", training.recurrentDropout))
    case .languageModel:
      if run.layers ?? 2 > 1 { settings.append(told("layerDropout", training.layerDropout)) }
      settings += [
        told("recurrentWeightDropout", training.recurrentWeightDropout),
        told("embeddingDropout", training.embeddingDropout),
      ]
    }
    // A language model has none of it.
    if run.kind != .languageModel, training.rDrop == 0 { settings.append("'training.rDrop'") }
    return settings
  }

  /// Whether the training loss is lower at a later validation: measured like the development loss where it was, else as
  /// training noted it. With dropout and label smoothing in it that is no measure of the gap, but its fall is one.
  private static func hasTrainingLossFallen(
    _ log: RunLog, from early: RunLog.Validation, to late: RunLog.Validation
  ) -> Bool {
    if let first = early.result.trainingLoss, let last = late.result.trainingLoss {
      return last < first
    }
    /// The mean of what was noted in the neighbourhood.
    func noted(_ update: Int) -> Double? {
      let room = max(1, (late.update - early.update) / 4)
      let near = log.progress.filter { abs($0.update - update) <= room }
      return near.isEmpty ? nil : near.reduce(0) { $0 + $1.loss } / Double(near.count)
    }
    guard let first = noted(early.update), let last = noted(late.update) else { return false }
    return last < first
  }

  static func underfitting(_ log: RunLog, _ run: Run) -> RunRemark? {
    guard log.stop?.reason == .patience, let last = log.validations.last,
      let trainingLoss = last.result.trainingLoss,
      last.result.loss - trainingLoss < Threshold.underfittingGap
    else { return nil }
    return RunRemark(
      .underfitting,
      "the model underfits: it got no better any more, yet its loss on what it learned from, "
        + "\(decimal(trainingLoss)), is hardly below that on development data, \(decimal(last.result.loss))",
      advice:
        "try a larger model (\(sizes(run.kind)), more layers)\(elsewhere(run)), less dropout, a higher 'training.learningRate', or "
        + "more 'training.patience'")
  }

  /// The settings that say how large a model of a kind is.
  private static func sizes(_ kind: RecipeKind) -> String {
    switch kind {
    case .translation: "'model.encoderHiddenSize', 'model.decoderHiddenSize'"
    case .caption, .languageModel: "'model.hiddenSize'"
    }
  }

  static func tooShort(_ log: RunLog, _ run: Run) -> RunRemark? {
    let validations = log.validations
    guard let stop = log.stop, [.updates, .epochs, .budget].contains(stop.reason),
      validations.count >= Threshold.validations
    else { return nil }
    let third = max(1, validations.count / 3)
    let (before, last) = (
      validations[validations.count - 1 - third], validations[validations.count - 1]
    )
    let fall = 1 - last.result.loss / before.result.loss
    guard fall >= Threshold.improvingShare else { return nil }
    return RunRemark(
      .tooShort,
      "training was still getting better when it stopped: the development loss fell by "
        + "\(decimal(100 * fall, 1)) % over the last \(last.update - before.update) updates, to "
        + decimal(last.result.loss),
      advice: longer(stop.reason, run))
  }

  /// How a run is given more time.
  private static func longer(_ reason: StopReason, _ run: Run) -> String {
    let bound =
      switch reason {
      case .budget: "a longer --budget"
      case .updates: "higher 'training.updates'"
      default: "higher 'training.epochs'"
      }
    if run.isCompared { return "try all variants anew with \(bound) and another --out" }
    // A straight line to zero is another one when its end moves.
    if reason == .updates, run.training.schedule == .linear {
      return
        "try a new run (another --out) with \(bound): this one's learning rate is made to end at zero there"
    }
    return switch reason {
    case .budget: "give it more time with --budget: the same command goes on"
    case .updates: "raise 'training.updates': the same command goes on"
    default: "raise 'training.epochs': the same command goes on"
    }
  }
}
