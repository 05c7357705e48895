public import Neural
public import Tensors

extension ConvolutionalEncoder {
  /// The encoder's own parameters and statistics, each with its place in one of two buffers.
  private func parts(_ weights: Tensor, _ statistics: Tensor) -> [(name: String, values: Tensor)] {
    var parts: [(name: String, values: Tensor)] = []
    func add(_ parameter: Parameter, of buffer: Tensor) {
      parts.append((parameter.name, parameter.cut(from: buffer)))
    }
    for layer in layers {
      for parameter in [layer.weight, layer.gain, layer.shift] { add(parameter, of: weights) }
      for parameter in [layer.mean, layer.variance] { add(parameter, of: statistics) }
    }
    if let classifier {
      for parameter in [classifier.weight, classifier.bias] { add(parameter, of: weights) }
    }
    return parts
  }

  /// Writes parameters and running statistics under their own names, beside an old file first.
  ///
  /// - Parameters:
  ///   - weights: cut by the table the encoder was declared in.
  ///   - statistics: running ones, cut by `statistics`.
  public func write(
    _ weights: Tensor, statistics: Tensor, to path: String
  ) throws(SafetensorsError) {
    let entries = parts(weights, statistics).map {
      SafetensorsEntry(name: $0.name, tensor: $0.values)
    }
    try SafetensorsFile.write(
      entries, metadata: ["format": "s2s convolutional encoder"], to: path)
  }

  /// Reads what `write` wrote; nothing is changed where it throws.
  ///
  /// - Throws: when a tensor is missing, of another shape, or not wanted by this architecture.
  public func read(
    _ file: SafetensorsFile, into weights: Tensor, statistics: Tensor
  ) throws(SafetensorsError) {
    let parts = parts(weights, statistics)
    for part in parts {
      try file.check(part.name, shape: [part.values.rows, part.values.columns])
    }
    try file.checkNames(Set(parts.map(\.name)))
    for part in parts { try file.read(part.name, into: part.values) }
  }
}

extension SafetensorsFile {
  /// Whether a tensor is there, of this shape and of numbers.
  func check(_ name: String, shape: [Int]) throws(SafetensorsError) {
    let tensor = try tensor(name, shape: shape)
    guard [.f32, .f16, .bf16, .f64].contains(tensor.type) else {
      throw SafetensorsError(
        path: path, tensor: name,
        "is of type \(tensor.type.rawValue), where F32, F16, BF16 or F64 is needed")
    }
  }

  /// Whether nothing is there but what is known.
  func checkNames(_ known: Set<String>) throws(SafetensorsError) {
    if let foreign = tensors.first(where: { !known.contains($0.name) }) {
      throw SafetensorsError(
        path: path, tensor: foreign.name,
        "is not part of this architecture; use the configuration these weights were trained with")
    }
  }
}
