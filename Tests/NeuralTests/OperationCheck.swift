import Neural
import Tensors
import TestSupport
import Testing

/// What an operation made: variables that are weighed into a loss, and a loss of its own.
struct Made {
  var outputs: [Variable] = []
  var loss = 0.0
}

/// Runs one operation on inputs and parameters of its own and holds its gradients against differences.
final class OperationCheck {
  typealias Body = (_ graph: Graph, _ inputs: [Variable], _ parameters: [Parameter]) -> Made

  private let inputs: [Tensor]
  private let parameters: [Parameter]
  private let table: ParameterTable
  private let weights: Tensor
  private let body: Body
  /// Whether products are made with packed weights, as in training and translating.
  private var isPacked = false

  /// - Parameters:
  ///   - inputs: rows and columns of each.
  ///   - parameters: rows and columns of each.
  init(inputs: [(Int, Int)], parameters: [(Int, Int)] = [], body: @escaping Body) {
    self.inputs = inputs.enumerated().map { number, shape in
      randomTensor(rows: shape.0, columns: shape.1, scale: 0.8, seed: UInt64(100 + number))
    }
    var table = ParameterTable()
    self.parameters = parameters.enumerated().map { number, shape in
      table.declare("p\(number)", rows: shape.0, columns: shape.1, .normal(0.5))
    }
    self.table = table
    weights = table.initialWeights(seed: 9)
    self.body = body
  }

  private struct Gradients {
    var loss: Double
    var outputs: [[Float]]
    /// Those of the inputs, nil for constants, and that of all parameters.
    var inputs: [Tensor?]
    var weights: Tensor
  }

  /// Gradients are added to: they begin as ones, which are taken off again.
  private func differentiated(constant: Int? = nil) -> Gradients {
    let gradients = Tensor(rows: 1, columns: weights.count)
    fill(gradients, with: 1)
    let variables = inputs.enumerated().map { number, value in
      let gradient = Tensor(rows: value.rows, columns: value.columns)
      fill(gradient, with: 1)
      return Variable(value: value, gradient: number == constant ? nil : gradient)
    }
    let graph = makeGraph(gradients: gradients)
    let made = run(graph, variables)
    for (number, output) in made.outputs.enumerated() {
      if let gradient = output.gradient { add(coefficients(of: output, number), to: gradient) }
    }
    graph.backward()
    func lessOne(_ tensor: Tensor) -> Tensor {
      Tensor(rows: tensor.rows, columns: tensor.columns, tensor.values.map { $0 - 1 })
    }
    return Gradients(
      loss: loss(made), outputs: made.outputs.map { $0.value.values },
      inputs: variables.map { $0.gradient.map(lessOne) }, weights: lessOne(gradients))
  }

  /// The weights are packed as they stand.
  private func makeGraph(gradients: Tensor? = nil) -> Graph {
    let packed =
      isPacked
      ? PackedWeights(
        table, weights: weights, for: gradients == nil ? .inference : .training,
        workers: Workers(count: 1)) : nil
    return Graph(weights: weights, packed: packed, gradients: gradients)
  }

  private func run(_ graph: Graph, _ variables: [Variable]) -> Made {
    graph.generator = RandomGenerator(seed: 77)
    return body(graph, variables, parameters)
  }

  private func coefficients(of output: Variable, _ number: Int) -> Tensor {
    randomTensor(rows: output.rows, columns: output.columns, seed: UInt64(500 + number))
  }

  private func loss(_ made: Made) -> Double {
    made.outputs.enumerated().reduce(made.loss) { sum, output in
      let factors = coefficients(of: output.element, output.offset)
      return zip(output.element.value.doubles, factors.doubles).reduce(sum) { $0 + $1.0 * $1.1 }
    }
  }

  /// The loss at the inputs and weights as they stand.
  private func currentLoss() -> Double {
    let graph = makeGraph(gradients: Tensor(rows: 1, columns: weights.count))
    return loss(run(graph, inputs.map { Variable(constant: $0) }))
  }

  /// - Parameters:
  ///   - hasDropout: whether inference rightly differs from training.
  ///   - tolerance: for the slope along random directions.
  func check(
    hasDropout: Bool = false, step: Double = 2e-3, tolerance: Double = 2e-3,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for isPacked in parameters.isEmpty ? [false] : [false, true] {
      self.isPacked = isPacked
      checkOnce(hasDropout, step, tolerance, sourceLocation)
    }
  }

  private func checkOnce(
    _ hasDropout: Bool, _ step: Double, _ tolerance: Double, _ sourceLocation: SourceLocation
  ) {
    let found = differentiated()
    #expect(found.loss == currentLoss(), sourceLocation: sourceLocation)
    for (number, input) in inputs.enumerated() {
      guard let gradient = found.inputs[number] else { continue }
      let error = gradientError(at: input, gradient: gradient, step: step, loss: currentLoss)
      #expect(error < tolerance, "input \(number)", sourceLocation: sourceLocation)
    }
    for (number, parameter) in parameters.enumerated() {
      let error = gradientError(
        at: parameter.cut(from: weights), gradient: parameter.cut(from: found.weights),
        step: step, loss: currentLoss)
      #expect(error < tolerance, "parameter \(number)", sourceLocation: sourceLocation)
    }
    checkConstants(found, sourceLocation)
    if !hasDropout { checkInference(found, sourceLocation) }
  }

  /// An input that takes no gradient takes none from the others.
  private func checkConstants(_ whole: Gradients, _ sourceLocation: SourceLocation) {
    for constant in inputs.indices {
      let found = differentiated(constant: constant)
      let parametersAgree = found.weights.values == whole.weights.values
      #expect(
        parametersAgree, "parameters with input \(constant) constant",
        sourceLocation: sourceLocation)
      for other in inputs.indices where other != constant {
        let agree = found.inputs[other]?.values == whole.inputs[other]?.values
        #expect(
          agree, "input \(other) with input \(constant) constant", sourceLocation: sourceLocation)
      }
    }
  }

  /// Inference computes the very same numbers.
  private func checkInference(_ whole: Gradients, _ sourceLocation: SourceLocation) {
    let graph = makeGraph()
    let made = run(graph, inputs.map { Variable(constant: $0) })
    #expect(made.outputs.map { $0.value.values } == whole.outputs, sourceLocation: sourceLocation)
    #expect(loss(made) == whole.loss, sourceLocation: sourceLocation)
    #expect(made.outputs.allSatisfy { $0.gradient == nil }, sourceLocation: sourceLocation)
  }
}

extension Graph {
  /// A copy that an operation may change in place.
  func duplicate(_ x: Variable) -> Variable { gather(x, Array(0..<x.rows)) }
}
