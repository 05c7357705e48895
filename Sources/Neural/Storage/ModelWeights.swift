public import Tensors

/// How the numbers of a model lie on disk.
public enum WeightPrecision: String, Codable, Sendable, CaseIterable {
  case float32
  case float16
  /// Matrices as 8-bit numbers with a scale a row, vectors and depthwise kernels as float32; a quarter of
  /// the size.
  case int8

  var elementType: SafetensorsType { self == .float16 ? .f16 : .f32 }
}

/// A network's weights as a safetensors file, an entry a parameter under its name.
public enum ModelWeights {
  /// Writes the weights beside the old file and renames.
  ///
  /// - Throws: `SafetensorsError` when it cannot be written, or 8 bits cannot hold a value.
  public static func write(
    _ weights: Tensor, table: ParameterTable, precision: WeightPrecision, to path: String
  ) throws {
    try write(weights, table: table, precisions: WeightPrecisions(precision), to: path)
  }

  /// Writes the weights, each part in a precision of its own, beside the old file and renames.
  ///
  /// - Throws: `SafetensorsError` when it cannot be written, or 8 bits cannot hold a value.
  public static func write(
    _ weights: Tensor, table: ParameterTable, precisions: WeightPrecisions, to path: String
  ) throws {
    let entries = try table.parameters.flatMap { parameter in
      let matrix = parameter.cut(from: weights)
      let precision = precisions[parameter.part]
      if precision == .int8, parameter.isQuantizable {
        guard matrix.withValues({ $0.allSatisfy(\.isFinite) }) else {
          throw SafetensorsError(
            path: path, tensor: parameter.name,
            "has values that are no numbers, which int8 cannot hold; the model is ruined")
        }
        return SafetensorsEntry.quantized(name: parameter.name, tensor: matrix)
      }
      return [
        SafetensorsEntry(
          name: parameter.name, tensor: matrix,
          as: parameter.isQuantizable ? precision.elementType : .f32)
      ]
    }
    try SafetensorsFile.write(entries, metadata: ["format": "s2s model"], to: path)
  }

  /// Reads weights of any precision into one flat buffer, [1, table.count].
  ///
  /// - Throws: when a parameter is missing, of another shape, or not wanted by this architecture.
  public static func read(_ path: String, table: ParameterTable) throws -> Tensor {
    try read(path, table: table, keepingInt8: ParameterTable()).weights
  }

  /// Reads weights of any precision, those of 8 bits as they are.
  ///
  /// - Parameter int8Table: parameters of the table that are not widened where they are stored in 8 bits: they are
  ///   zero in the flat buffer, which then takes no memory for them.
  /// - Returns: the flat buffer, [1, table.count], and 8-bit matrices by their parameters' names.
  /// - Throws: when a parameter is missing, of another shape, or not wanted by this architecture.
  public static func read(
    _ path: String, table: ParameterTable, keepingInt8 int8Table: ParameterTable
  ) throws -> (weights: Tensor, int8: [String: Int8Matrix]) {
    let kept = Set(int8Table.parameters.map(\.name))
    let file = try SafetensorsFile(path: path)
    // Compared before memory is taken: the sizes come from a file.
    for parameter in table.parameters {
      _ = try file.tensor(
        parameter.name,
        shape: parameter.rows == 1 ? nil : [parameter.rows, parameter.columns])
    }
    let weights = Tensor(rows: 1, columns: table.count)
    var int8: [String: Int8Matrix] = [:]
    for parameter in table.parameters {
      if parameter.rows > 1, kept.contains(parameter.name),
        let matrix = try file.int8Matrix(parameter.name)
      {
        int8[parameter.name] = matrix
      } else {
        try file.read(parameter.name, into: parameter.cut(from: weights))
      }
    }
    var known = Set(table.parameters.map(\.name))
    // Scales go with their matrix, which is the one to be named.
    known.formUnion(file.tensors.map { "\($0.name).scale" })
    if let foreign = file.tensors.first(where: { !known.contains($0.name) }) {
      throw SafetensorsError(
        path: path, tensor: foreign.name,
        "is not part of this architecture; use the model.json stored beside the weights")
    }
    return (weights, int8)
  }
}
