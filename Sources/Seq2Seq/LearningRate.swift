internal import Tensors

/// The learning rate of every update.
package struct LearningRate {
  package let config: TrainingConfig

  package init(config: TrainingConfig) { self.config = config }

  /// - Parameters:
  ///   - update: number of the update, from 1.
  ///   - scale: what plateaus and undone steps have left of it.
  package func rate(update: Int, scale: Double) -> Float {
    let warmup = max(config.warmup, 1)
    let rise = min(1, Double(update) / Double(warmup))
    let fall: Double =
      switch config.schedule {
      case .constant, .plateau: 1
      case .inverseSquareRoot: (Double(warmup) / Double(max(update, warmup))).squareRoot()
      case .linear: max(0, 1 - Double(update - 1) / Double(max(config.updates, 1)))
      }
    return Float(Double(config.learningRate) * rise * fall * scale)
  }
}
