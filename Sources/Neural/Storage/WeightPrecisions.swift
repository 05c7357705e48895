public import Tensors

/// How the matrices of a model lie on disk: all alike, but for some parts of it.
public struct WeightPrecisions: Sendable, Equatable, CustomStringConvertible {
  /// Of every part that is no exception.
  public var common: WeightPrecision
  /// By the names of parts; see `ParameterTable.parts`.
  public var exceptions: [String: WeightPrecision]

  public init(_ common: WeightPrecision, exceptions: [String: WeightPrecision] = [:]) {
    self.common = common
    self.exceptions = exceptions
  }

  /// Those of a file: what the fewest bits are that a part has, and which parts have more.
  ///
  /// A part whose matrices differ counts as the widest of them.
  public init(of file: SafetensorsFile, table: ParameterTable) {
    let types = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.type) })
    let widest = table.parts.map { part in
      let precisions = part.matrices.map { WeightPrecision(types[$0.name]) }
      return (name: part.name, precision: precisions.max { $0.bits < $1.bits } ?? .float32)
    }
    let common = widest.map(\.precision).min { $0.bits < $1.bits } ?? .float32
    let others = widest.filter { $0.precision != common }
    self.init(
      common, exceptions: Dictionary(uniqueKeysWithValues: others.map { ($0.name, $0.precision) }))
  }

  public subscript(part: String) -> WeightPrecision { exceptions[part] ?? common }

  /// Whether any part may be of this precision.
  public func contains(_ precision: WeightPrecision) -> Bool {
    common == precision || exceptions.values.contains(precision)
  }

  /// `int8 (float16: decoder.output, embedding)`
  public var description: String {
    let others = WeightPrecision.allCases.compactMap { precision -> String? in
      let parts = exceptions.filter { $0.value == precision && precision != common }.keys.sorted()
      return parts.isEmpty ? nil : "\(precision.rawValue): " + parts.joined(separator: ", ")
    }
    return common.rawValue + (others.isEmpty ? "" : " (" + others.joined(separator: "; ") + ")")
  }
}

/// The matrices of a network that have one precision together.
public struct WeightPart: Sendable {
  /// `embedding`, `encoder.0`, `decoder.attention`: the first two words of the parameters' names.
  public let name: String
  /// Those that may be stored in fewer than 32 bits.
  public fileprivate(set) var matrices: [Parameter]

  /// Bytes on disk, scales included.
  public func byteCount(_ precision: WeightPrecision) -> Int {
    matrices.reduce(0) { sum, matrix in
      let scales = precision == .int8 ? 4 * matrix.rows : 0
      return sum + matrix.count * precision.bits / 8 + scales
    }
  }
}

extension ParameterTable {
  /// The parts of the network that a precision can be chosen for, in the order of the table; vectors and depthwise
  /// kernels, always of 32 bits, belong to none.
  public var parts: [WeightPart] {
    var parts: [WeightPart] = []
    var places: [String: Int] = [:]
    for parameter in parameters where parameter.isQuantizable {
      if let place = places[parameter.part] {
        parts[place].matrices.append(parameter)
      } else {
        places[parameter.part] = parts.count
        parts.append(WeightPart(name: parameter.part, matrices: [parameter]))
      }
    }
    return parts
  }
}

extension Parameter {
  /// Whether it may be stored in fewer bits. A depthwise kernel has few numbers, and a column of it, not a
  /// row, would want a scale of its own.
  var isQuantizable: Bool { rows > 1 && use != .columnwise }

  /// Whether 16 bits can hold its numbers.
  public func isWithinFloat16(_ weights: Tensor) -> Bool {
    cut(from: weights).withValues { values in
      values.allSatisfy { abs($0) <= Float(Float16.greatestFiniteMagnitude) }
    }
  }

  /// The part that it belongs to.
  var part: String { name.split(separator: ".").prefix(2).joined(separator: ".") }
}

extension WeightPrecision {
  /// Of what is not of fewer bits: 32.
  fileprivate init(_ type: SafetensorsType?) {
    self = type == .i8 ? .int8 : type == .f16 ? .float16 : .float32
  }

  fileprivate var bits: Int {
    switch self {
    case .float32: 32
    case .float16: 16
    case .int8: 8
    }
  }
}
