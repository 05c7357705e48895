internal import Neural
internal import Tensors

extension BenchmarkCase {
  /// 460 tokens, half a batch of 920; vectors of 512.
  static let softmax: [BenchmarkCase] = [false, true].map { backward in
    let (tokens, vocabulary, size) = (460, 8000, 512)
    let name = "\(backward ? "training" : "forward")/\(tokens)x\(vocabulary)x\(size)"
    return BenchmarkCase(.softmax, name, .rate("GFLOP")) { settings in
      var table = ParameterTable()
      let weight = table.declare(
        "output", rows: vocabulary, columns: size, .glorot(fanIn: size, fanOut: vocabulary))
      let bias = table.declare("output.bias", rows: 1, columns: vocabulary, .zeros)
      let values = drawn(rows: tokens, columns: size, seed: 1)
      let targets = (0..<tokens).map { $0 * 17 % vocabulary }
      let need = Need(float: 2 * Double(tokens * vocabulary * size))
      return LayerWork.make(table, settings, backward: backward, need: need) { graph, _ in
        let sums = graph.crossEntropy(
          graph.input(values), weight, bias: bias, targets: targets, smoothing: 0.1, scale: 1e-3)
        precondition(sums.negativeLogLikelihood > 0)
      }
    }
  }
}
