internal import Neural

extension BenchmarkCase {
  /// A layer of 512 units on vectors of 512.
  static let lstm: [BenchmarkCase] = [false, true].map { backward in
    let layer = CellLayer(.lstm, inputSize: 512, hiddenSize: 512)
    let name = "\(backward ? "training" : "forward")/\(layer.shape)"
    return BenchmarkCase(.lstm, name, .rate("GFLOP")) { layer.work($0, backward: backward) }
  }
}
