internal import Neural
internal import Tensors

extension BenchmarkCase {
  /// Scores by dot product, softmax and sums, of vectors of 512.
  static let attention: [BenchmarkCase] = [false, true].map { backward in
    let (sentences, length, size) = (64, 15, 512)
    let name = "\(backward ? "training" : "forward")/\(sentences)x\(length)x\(size)"
    return BenchmarkCase(.attention, name, .rate("GFLOP")) { settings in
      let segments = Segments(lengths: Array(repeating: length, count: sentences))
      let queries = drawn(rows: sentences, columns: size, seed: 1)
      let keys = drawn(rows: segments.total, columns: size, seed: 2)
      let memory = drawn(rows: segments.total, columns: size, seed: 3)
      let need = Need(
        float: 4 * Double(segments.total * size), bytes: Double(8 * segments.total * size),
        workingSet: 8 * segments.total * size)
      // There are no weights in it.
      return LayerWork.make(ParameterTable(), settings, backward: backward, need: need) { graph in
        let query = graph.input(queries)
        let attended = graph.attend(
          query: query, comparison: query, keys: graph.input(keys), memory: graph.input(memory),
          vector: nil, segments: segments)
        graph.want(attended.joined)
      }
    }
  }
}
