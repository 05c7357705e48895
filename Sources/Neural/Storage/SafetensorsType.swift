/// How a tensor's numbers lie in a safetensors file, by the format's own names.
///
/// The order of the cases is the order in which the reference implementation sorts types, lowest
/// first; files are written from the last to the first, which keeps every tensor aligned.
public enum SafetensorsType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case u8 = "U8"
  case i8 = "I8"
  case f8e5m2 = "F8_E5M2"
  case f8e4m3 = "F8_E4M3"
  case i16 = "I16"
  case u16 = "U16"
  case f16 = "F16"
  case bf16 = "BF16"
  case i32 = "I32"
  case u32 = "U32"
  case f32 = "F32"
  case f64 = "F64"
  case i64 = "I64"
  case u64 = "U64"

  /// Bytes a number.
  public var size: Int {
    switch self {
    case .bool, .u8, .i8, .f8e5m2, .f8e4m3: 1
    case .i16, .u16, .f16, .bf16: 2
    case .i32, .u32, .f32: 4
    case .f64, .i64, .u64: 8
    }
  }

  /// Place in the order of `allCases`.
  var rank: Int { Self.allCases.firstIndex(of: self)! }
}

/// Where a tensor lies in a safetensors file.
public struct SafetensorsTensor: Sendable, Equatable {
  public let name: String
  public let type: SafetensorsType
  public let shape: [Int]
  /// Bytes from the start of the data (the byte after the header).
  public let range: Range<Int>

  /// How many numbers it has.
  public var count: Int { shape.reduce(1, *) }

  /// Rows that have a scale each where the numbers are 8-bit: the outermost dimension; a vector is
  /// one row.
  public var rows: Int { shape.count > 1 ? shape[0] : 1 }
}

/// What is wrong with a safetensors file, where, and what to do.
public struct SafetensorsError: Error, CustomStringConvertible, Equatable {
  public var path: String
  /// The tensor in question, where it is about one.
  public var tensor: String?
  public var message: String

  public init(path: String, tensor: String? = nil, _ message: String) {
    self.path = path
    self.tensor = tensor
    self.message = message
  }

  public var description: String {
    tensor.map { "\(path): tensor '\($0)' \(message)" } ?? "\(path): \(message)"
  }
}
