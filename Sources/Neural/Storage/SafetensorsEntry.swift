public import Tensors

/// A tensor on its way into a safetensors file.
public struct SafetensorsEntry: Sendable {
  public let name: String
  public let type: SafetensorsType
  public let shape: [Int]
  let content: Content

  enum Content: Sendable {
    case bytes([UInt8])
    case numbers(Tensor)
    case scaled(Tensor, scales: [Float])
  }

  var byteCount: Int { shape.reduce(type.size, *) }

  /// Bytes as they shall lie in the file, little-endian.
  public init(name: String, shape: [Int], type: SafetensorsType, bytes: [UInt8]) {
    self.init(name: name, shape: shape, type: type, content: .bytes(bytes))
    precondition(
      bytes.count == byteCount,
      "'\(name)' is \(shape) of \(type.rawValue), which is not \(bytes.count) bytes")
  }

  /// Numbers, written without a copy as `type`: f32, or f16 and bf16 rounded to nearest.
  ///
  /// - Parameter shape: dimensions to be noted in the file; [rows, columns] where nil.
  public init(name: String, tensor: Tensor, shape: [Int]? = nil, as type: SafetensorsType = .f32) {
    precondition([.f32, .f16, .bf16].contains(type), "numbers are not written as \(type.rawValue)")
    let shape = shape ?? [tensor.rows, tensor.columns]
    precondition(shape.reduce(1, *) == tensor.count, "'\(name)' is not \(shape)")
    self.init(name: name, shape: shape, type: type, content: .numbers(tensor))
  }

  public init(name: String, shape: [Int], floats: [Float]) {
    self.init(name: name, tensor: Tensor(rows: 1, columns: floats.count, floats), shape: shape)
  }

  public init(name: String, shape: [Int], integers: [Int64]) {
    let bytes = integers.flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    self.init(name: name, shape: shape, type: .i64, bytes: bytes)
  }

  private init(name: String, shape: [Int], type: SafetensorsType, content: Content) {
    precondition(name != "__metadata__", "the format keeps '__metadata__' for itself")
    self.name = name
    self.shape = shape
    self.type = type
    self.content = content
  }

  /// A matrix as 8-bit numbers with a scale a row, which is the largest magnitude of the row / 127:
  /// the entries `name`, [rows, columns] of I8, and `name.scale`, [rows] of F32. A value comes back
  /// with an error of at most half its row's scale.
  public static func quantized(name: String, tensor: Tensor) -> [SafetensorsEntry] {
    let scales = tensor.withValues { values in
      (0..<tensor.rows).map { row in
        let numbers = values[row * tensor.columns..<(row + 1) * tensor.columns]
        precondition(
          numbers.allSatisfy(\.isFinite), "'\(name)' has a value in row \(row) that is no number")
        return numbers.reduce(0) { max($0, abs($1)) } / 127
      }
    }
    return [
      SafetensorsEntry(
        name: name, shape: [tensor.rows, tensor.columns], type: .i8,
        content: .scaled(tensor, scales: scales)),
      SafetensorsEntry(name: "\(name).scale", shape: [tensor.rows], floats: scales),
    ]
  }
}

extension SafetensorsFile {
  /// Writes `entries` to `path`: beside it first, flushed to the disk, then moved into place, so that
  /// a failure of any kind leaves what stood there before.
  ///
  /// The bytes are those the reference implementation writes: widest types first, then by name.
  ///
  /// - Throws: `SafetensorsError` with the system's reason (a full disk, a folder that is missing).
  public static func write(
    _ entries: [SafetensorsEntry], metadata: [String: String] = [:], to path: String
  ) throws(SafetensorsError) {
    precondition(
      Set(entries.map(\.name)).count == entries.count, "two tensors of one name for \(path)")
    let entries = entries.sorted {
      ($1.type.rank, $0.name) < ($0.type.rank, $1.name)
    }
    var end = 0
    let tensors = entries.map { entry in
      let start = end
      end += entry.byteCount
      return SafetensorsTensor(
        name: entry.name, type: entry.type, shape: entry.shape, range: start..<end)
    }
    let header = SafetensorsHeader(tensors: tensors, metadata: metadata).encoded
    let output = try SafetensorsOutput(path: path, total: header.count + end)
    try output.append(header)
    for entry in entries {
      switch entry.content {
      case .bytes(let bytes): try output.append(bytes)
      case .numbers(let tensor): try output.append(tensor, as: entry.type)
      case .scaled(let tensor, let scales): try output.append(tensor, scales: scales)
      }
    }
    try output.finish()
  }
}
