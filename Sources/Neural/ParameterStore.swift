public import Tensors

/// One named weight matrix within the flat buffer: its place and how it is first filled.
public struct Parameter: Sendable, Equatable {
  public let name: String
  public let rows: Int
  public let columns: Int
  /// First number's place in the flat buffer.
  public let offset: Int
  /// Its place in the table, from 0.
  package let number: Int
  package let use: ParameterUse
  package let initializer: Initializer

  public var count: Int { rows * columns }
  public var shape: Shape { Shape(rows, columns) }
  /// Whether products are made with it; vectors are added or scaled by.
  package var isMultiplied: Bool {
    rows > 1 && (use == .multiplied || use == .recurrent || use == .tied)
  }
}

/// What a network does with a parameter.
public enum ParameterUse: Sendable, Equatable {
  /// It is a factor of products.
  case multiplied
  /// It is a factor of products with a cell's state of the step before.
  case recurrent
  /// It is a table of vectors.
  case lookedUp
  /// It is a table of vectors that is the output layer too.
  case tied
  /// Its columns scale columns: a depthwise kernel, a row a tap.
  case columnwise
}

/// How a weight matrix is filled before training.
public enum Initializer: Sendable, Equatable {
  case zeros
  case constant(Float)
  /// Uniform in ±√(6 / (fan-in + fan-out)) with the fans given (Glorot & Bengio 2010), times the spread.
  case glorot(fanIn: Int, fanOut: Int, spread: Float = 1)
  /// Normal with this standard deviation.
  case normal(Float)
  /// Zeros, but for the columns given: a forget bias (Gers et al. 2000; of 1, Jozefowicz et al. 2015).
  case block(Float, columns: Range<Int>)
  /// Square blocks one below the other, an orthogonal matrix each: what a step passes on is neither shortened nor
  /// lengthened (Saxe et al. 2014).
  case orthogonal

  /// With so many times the spread, where it is random and its spread free.
  func spread(by factor: Float) -> Initializer {
    switch self {
    case .glorot(let fanIn, let fanOut, let spread):
      .glorot(fanIn: fanIn, fanOut: fanOut, spread: spread * factor)
    case .normal(let deviation): .normal(deviation * factor)
    case .zeros, .constant, .block, .orthogonal: self
    }
  }
}

/// The table that cuts a flat buffer of weights: (name, shape, offset) in declaration order. Gradients
/// and optimizer moments are further buffers cut by the same table.
public struct ParameterTable: Sendable, Equatable {
  public private(set) var parameters: [Parameter] = []
  /// Numbers in the whole buffer.
  public private(set) var count = 0
  /// What the spread of random matrices declared from now on is multiplied by.
  public var spread: Float = 1

  public init() {}

  /// Adds a matrix [rows, columns]. Names are unique.
  public mutating func declare(
    _ name: String, rows: Int, columns: Int, _ initializer: Initializer,
    use: ParameterUse = .multiplied
  ) -> Parameter {
    precondition(!parameters.contains { $0.name == name }, "parameter '\(name)' declared twice")
    let parameter = Parameter(
      name: name, rows: rows, columns: columns, offset: count, number: parameters.count, use: use,
      initializer: spread == 1 ? initializer : initializer.spread(by: spread))
    parameters.append(parameter)
    // Each matrix starts on a cache line.
    count += (parameter.count + 15) & ~15
    return parameter
  }

  /// Adds all parameters of another table in their order.
  ///
  /// - Returns: where they lie in the flat buffer: the numbers of the other table's own one after the other.
  public mutating func append(_ other: ParameterTable) -> Range<Int> {
    let start = count
    for parameter in other.parameters {
      _ = declare(
        parameter.name, rows: parameter.rows, columns: parameter.columns, parameter.initializer,
        use: parameter.use)
    }
    return start..<count
  }

  public func parameter(named name: String) -> Parameter? {
    parameters.first { $0.name == name }
  }

  /// First weights, [1, count]: the same for the same seed.
  public func initialWeights(seed: UInt64) -> Tensor {
    let weights = Tensor(rows: 1, columns: count)
    for (number, parameter) in parameters.enumerated() {
      var generator = RandomGenerator(seed: seed, stream: 0x5EED, UInt64(number))
      parameter.initializer.fill(parameter.cut(from: weights), using: &generator)
    }
    return weights
  }
}

extension Parameter {
  /// This matrix within a flat buffer, sharing memory.
  public func cut(from buffer: Tensor) -> Tensor {
    buffer.cut(at: offset, rows: rows, columns: columns)
  }
}

extension Initializer {
  func fill(_ matrix: Tensor, using generator: inout RandomGenerator) {
    matrix.withMutableValues { values in
      switch self {
      case .zeros: values.update(repeating: 0)
      case .constant(let value): values.update(repeating: value)
      case .glorot(let fanIn, let fanOut, let spread):
        let bound = (6 / Float(fanIn + fanOut)).squareRoot() * spread
        for index in values.indices { values[index] = (2 * generator.uniform() - 1) * bound }
      case .normal(let deviation):
        for index in values.indices { values[index] = generator.normal() * deviation }
      case .block(let value, let columns):
        values.update(repeating: 0)
        for index in columns { values[index] = value }
      case .orthogonal:
        for index in values.indices { values[index] = generator.normal() }
      }
    }
    guard self == .orthogonal else { return }
    for start in stride(from: 0, to: matrix.rows, by: matrix.columns) {
      orthogonalizeRows(matrix.slice(start..<min(start + matrix.columns, matrix.rows)))
    }
  }
}
