public import Neural

/// How R-Drop (Liang et al. 2021, sec. 2.1) goes through examples: what is minimised for each is the mean of two passes
/// with different dropout, ½ (CE₁ + CE₂ + α · ½ (KL(p₁‖p₂) + KL(p₂‖p₁))): half of the paper's loss, so that a
/// learning rate means the same with it as without.
public struct Pairing: Sendable {
  /// Passes through each example: 2, or 1 where nothing is compared.
  public let copies: Int
  /// What a pair's KL(p₁‖p₂) + KL(p₂‖p₁) costs in the decoder's loss, which is counted a copy.
  public let symmetricDivergence: Float

  /// - Parameter alpha: 0 for passing once, as outside training.
  public init(_ alpha: Float, on graph: Graph) {
    copies = alpha > 0 && graph.mode == .training ? 2 : 1
    symmetricDivergence = copies == 2 ? alpha / 2 : 0
  }

  /// The copies of each side by side: batches sorted by length stay so, and each step's rows are pairs.
  public func doubled<Element>(_ batch: [Element]) -> [Element] {
    copies == 1 ? batch : batch.flatMap { [$0, $0] }
  }
}
