internal import Neural
internal import Tensors

extension BenchmarkCase {
  /// Scores by dot product, softmax and sums, of vectors of 512.
  static let attention: [BenchmarkCase] = [false, true].map { backward in
    let (sentences, length, size) = (64, 15, 512)
    let name = "\(backward ? "training" : "forward")/\(sentences)x\(length)x\(size)"
    return BenchmarkCase(.attention, name, .rate("GFLOP")) { settings in
      let segments = Segments(lengths: Array(repeating: length, count: sentences))
      // Inputs are there already: to copy them would take as long as to look at them.
      let inputs = (0..<settings.threads).map { _ in
        (1...3).map { number in
          let values = drawn(
            rows: number == 1 ? sentences : segments.total, columns: size, seed: UInt64(number))
          return Variable(
            value: values,
            gradient: backward ? Tensor(rows: values.rows, columns: values.columns) : nil)
        }
      }
      let need = Need(
        float: 4 * Double(segments.total * size), bytes: Double(8 * segments.total * size),
        workingSet: 8 * segments.total * size)
      // There are no weights in it.
      return LayerWork.make(ParameterTable(), settings, backward: backward, need: need) {
        graph, thread in
        let (query, keys, memory) = (inputs[thread][0], inputs[thread][1], inputs[thread][2])
        let attended = graph.attend(
          query: query, comparison: query, keys: keys, memory: memory, vector: nil,
          segments: segments)
        graph.want(attended.joined)
      }
    }
  }
}
