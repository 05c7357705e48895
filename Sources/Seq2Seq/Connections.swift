internal import Neural

/// What carries a layer's input past the layer in a stack of recurrent layers. The first layer's input is as wide as
/// the subword vectors are, and has nothing that goes past it; inputs and outputs of all others have one width.
public enum Connections: String, Codable, Sendable, CaseIterable {
  /// From the third layer on each adds its input to its output (Wu et al. 2016, sec. 3.1).
  case residual
  /// Nothing.
  case none
  /// From the second layer on a gate decides, number by number, between output and input (Srivastava et al. 2015): at
  /// first for the input, so that deep stacks begin as shallow ones.
  case highway
}

extension Connections {
  /// Throws where a recipe asks for something else than is usual that does nothing with so few layers.
  ///
  /// - Parameter layers: of the deepest stack.
  package func checkIsHeeded(layers: Int) throws {
    let fewest = self == .highway ? 2 : 3
    guard self != .residual, layers < fewest else { return }
    throw ConfigurationError(
      key: "model.connections",
      message:
        "is \(rawValue), but with \(layers == 1 ? "one layer" : "\(layers) layers") there is nothing that it "
        + "changes (highways go past the second and further layers, residual connections past the third and further); "
        + "leave it out, or set more layers")
  }
}

extension KeyedDecodingContainer {
  /// Models of before there was a choice have residual connections, and do not say so.
  func decode(_ type: Connections.Type, forKey key: Key) throws -> Connections {
    try decodeIfPresent(type, forKey: key) ?? .residual
  }
}

/// One layer's connection.
struct LayerConnection: Sendable {
  private enum Kind: Sendable {
    case none, sum
    case highway(weight: Parameter, bias: Parameter)
  }

  /// Where the bias of a highway's gate begins: σ(−1) = 0.27 of the output (Srivastava et al. 2015, sec. 2.2).
  private static let firstBias: Float = -1
  private let kind: Kind

  /// Declares NAME.highway [width, width] and its bias, if it takes any.
  init(
    _ connections: Connections, layer: Int, name: String, width: Int, in table: inout ParameterTable
  ) {
    switch connections {
    case .residual: kind = layer >= 2 ? .sum : .none
    case .none: kind = .none
    case .highway:
      kind =
        layer == 0
        ? .none
        : .highway(
          weight: table.declare(
            "\(name).highway", rows: width, columns: width, .glorot(fanIn: width, fanOut: width)),
          bias: table.declare(
            "\(name).highway.bias", rows: 1, columns: width, .constant(Self.firstBias)))
    }
  }

  /// What the next layer is handed.
  func join(_ output: Variable, _ input: Variable, on graph: Graph) -> Variable {
    switch kind {
    case .none: output
    case .sum: graph.sum(output, input)
    case .highway(let weight, let bias):
      graph.highway(output, past: input, gate: graph.affine(input, weight, bias: bias))
    }
  }
}
