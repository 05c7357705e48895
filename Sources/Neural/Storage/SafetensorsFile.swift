public import Tensors

/// A safetensors file, mapped into memory and checked as a whole before anything in it is trusted.
///
/// The format (huggingface.co/docs/safetensors): 8 bytes of header length, a JSON table of tensors,
/// their numbers. The file must not be shortened while it is open; replacing it by renaming
/// another over it, as `write` does, is safe.
public final class SafetensorsFile: Sendable {
  public let path: String
  /// The tensors in the order in which they lie in the file.
  public let tensors: [SafetensorsTensor]
  /// What the writer noted.
  public let metadata: [String: String]
  private let mapping: SafetensorsMapping
  private let dataStart: Int
  private let places: [String: Int]

  /// Opens and checks the file.
  ///
  /// - Throws: `SafetensorsError` naming file and tensor.
  public init(path: String) throws(SafetensorsError) {
    self.path = path
    mapping = try SafetensorsMapping(path: path)
    let length = try Self.headerLength(mapping, path: path)
    dataStart = 8 + length
    let header = try SafetensorsHeader(
      parsing: mapping.copy(8..<dataStart), dataCount: mapping.count - dataStart, path: path)
    tensors = header.tensors
    metadata = header.metadata
    places = Dictionary(
      uniqueKeysWithValues: header.tensors.enumerated().map { ($0.element.name, $0.offset) })
  }

  private static func headerLength(
    _ mapping: SafetensorsMapping, path: String
  ) throws(SafetensorsError) -> Int {
    guard mapping.count >= 8 else {
      throw SafetensorsError(
        path: path,
        "has \(mapping.count) bytes, fewer than any safetensors file: it was cut short or is "
          + "something else")
    }
    let length = mapping.copy(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(mapping.count - 8) else {
      throw SafetensorsError(
        path: path,
        "announces a header of \(length) bytes, but has only \(mapping.count - 8) after the "
          + "announcement: it was cut short or is no safetensors file")
    }
    guard length <= UInt64(SafetensorsHeader.maximumLength) else {
      throw SafetensorsError(
        path: path,
        "announces a header of \(length) bytes; more than \(SafetensorsHeader.maximumLength) are not "
          + "read, and no model needs them")
    }
    return Int(length)
  }

  public func contains(_ name: String) -> Bool { places[name] != nil }

  /// Type, shape and place of a tensor; where `shape` is given it must be that.
  public func tensor(
    _ name: String, shape: [Int]? = nil
  ) throws(SafetensorsError) -> SafetensorsTensor {
    guard let place = places[name] else {
      throw error(name, "is missing; the weights are of another model or version")
    }
    let tensor = tensors[place]
    if let shape, shape != tensor.shape {
      throw error(
        name,
        "is \(tensor.shape), this configuration needs \(shape); use the configuration stored beside "
          + "the weights")
    }
    return tensor
  }

  /// The bytes as they lie in the file, copied.
  public func bytes(_ name: String) throws(SafetensorsError) -> [UInt8] {
    mapping.copy(place(try tensor(name)))
  }

  /// The numbers, row-major; 16-bit ones widened, 8-bit ones times their row's `NAME.scale`.
  public func floats(_ name: String, shape: [Int]? = nil) throws(SafetensorsError) -> [Float] {
    let tensor = try tensor(name, shape: shape)
    var result = [Float](repeating: 0, count: tensor.count)
    try result.withUnsafeMutableBufferPointer { target throws(SafetensorsError) in
      try read(tensor, into: target)
    }
    return result
  }

  /// Reads the numbers of `name` into `target`, which has as many.
  public func read(
    _ name: String, into target: UnsafeMutableBufferPointer<Float>
  ) throws(SafetensorsError) {
    let tensor = try tensor(name)
    guard target.count == tensor.count else {
      throw error(
        name,
        "is \(tensor.shape), \(tensor.count) numbers, where \(target.count) are needed; the weights "
          + "are of another model")
    }
    try read(tensor, into: target)
  }

  /// Reads the numbers of `name` into `target`; in the file it must be [rows, columns] (outer
  /// dimensions taken together), or a vector where `target` has one row or one column.
  public func read(_ name: String, into target: Tensor) throws(SafetensorsError) {
    let tensor = try tensor(name)
    let matrix = [tensor.shape.dropLast().reduce(1, *), tensor.shape.last ?? 1]
    let vector = tensor.shape.count == 1 && target.columns == 1
    guard matrix == [target.rows, target.columns] || vector && tensor.count == target.count else {
      throw error(
        name,
        "is \(tensor.shape), this configuration needs [\(target.rows), \(target.columns)]; use the "
          + "configuration stored beside the weights")
    }
    try target.withMutableValues { values throws(SafetensorsError) in
      try read(tensor, into: values)
    }
  }

  /// The numbers of a tensor of whole numbers below 2⁶³.
  public func integers(_ name: String) throws(SafetensorsError) -> [Int64] {
    let tensor = try tensor(name)
    guard let values = mapping.integers(place(tensor), type: tensor.type) else {
      throw error(
        name, "is of type \(tensor.type.rawValue), where whole numbers below 2^63 are needed")
    }
    return values
  }

  /// A matrix of 8-bit numbers as it is, [rows, columns] packed for products x·Wᵀ; nil if it is of another type, or
  /// has a number that products of 8 bits do not take (-128, which our own files do not have).
  func int8Matrix(_ name: String) throws(SafetensorsError) -> Int8Matrix? {
    let tensor = try tensor(name)
    let columns = tensor.shape.last ?? 1
    guard tensor.type == .i8, tensor.count > 0, columns <= Int8Matrix.largestDepth else {
      return nil
    }
    let matrix = Int8Matrix(depth: columns, columns: tensor.count / columns)
    let scales = try scales(of: tensor)
    return mapping.withInt8(place(tensor)) { numbers in
      guard (0..<numbers.count).allSatisfy({ numbers[$0] != .min }) else { return nil }
      matrix.pack(transposed: numbers, scales: scales)
      return matrix
    }
  }

  /// The row scales of an 8-bit tensor.
  private func scales(of tensor: SafetensorsTensor) throws(SafetensorsError) -> [Float] {
    let name = "\(tensor.name).scale"
    guard let place = places[name] else {
      throw error(
        tensor.name, "is 8-bit, but there is no '\(name)' to scale it; the file is incomplete")
    }
    guard tensors[place].type == .f32, tensors[place].count == tensor.rows else {
      throw error(
        name,
        "is \(tensors[place].shape) of \(tensors[place].type.rawValue); \(tensor.rows) scales of F32 "
          + "are needed, one for each row of '\(tensor.name)'")
    }
    return try floats(name)
  }

  private func read(
    _ tensor: SafetensorsTensor, into target: UnsafeMutableBufferPointer<Float>
  ) throws(SafetensorsError) {
    let scales = tensor.type == .i8 ? try scales(of: tensor) : []
    guard mapping.floats(place(tensor), type: tensor.type, scales: scales, into: target) else {
      throw error(
        tensor.name,
        "is of type \(tensor.type.rawValue), which is not read as numbers; F32, F16, BF16, F64 and I8 "
          + "with scales are")
    }
  }

  private func place(_ tensor: SafetensorsTensor) -> Range<Int> {
    dataStart + tensor.range.lowerBound..<dataStart + tensor.range.upperBound
  }

  private func error(_ tensor: String, _ message: String) -> SafetensorsError {
    SafetensorsError(path: path, tensor: tensor, message)
  }
}
