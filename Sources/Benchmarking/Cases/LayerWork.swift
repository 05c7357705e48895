internal import Neural
internal import Tensors

/// A layer that every thread computes with a tape of its own, as the pieces of a batch are in training.
struct LayerWork: Sendable {
  /// The whole layer once, on a thread's graph that has been reset; the backward pass is run after it if there is one.
  typealias Layer = @Sendable (_ graph: Graph, _ thread: Int) -> Void

  /// - Parameters:
  ///   - need: of one thread's layer, forward alone.
  static func make(
    _ table: ParameterTable, _ settings: BenchmarkSettings, backward: Bool, need: Need,
    layer: @escaping Layer
  ) -> Work {
    let workers = Workers(count: settings.threads)
    let weights = table.initialWeights(seed: 1)
    let packed = PackedWeights(
      table, weights: weights, for: backward ? .training : .inference, workers: workers)
    let graphs = (0..<settings.threads).map { _ in
      Lent(
        Graph(
          weights: weights, packed: packed,
          gradients: backward ? Tensor(rows: 1, columns: table.count) : nil))
    }
    let whole = backward ? need.times(3) : need
    return Work { times in
      workers.run(graphs.count) { thread in
        let graph = graphs[thread].value
        for _ in 0..<times {
          graph.reset()
          layer(graph, thread)
          graph.backward()
        }
      }
      return .operations(whole.times(times * graphs.count))
    }
  }
}

extension Graph {
  /// An input, with a gradient where there is training.
  func input(_ values: Tensor) -> Variable {
    let input = make(rows: values.rows, columns: values.columns)
    copy(values, to: input.value)
    return input
  }

  /// Begins the backward pass as if the loss were a small sum of all numbers.
  func want(_ output: Variable) {
    if let gradient = output.gradient { fill(gradient, with: 1e-3) }
  }
}
