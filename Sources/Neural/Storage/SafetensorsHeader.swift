/// The table at the head of a safetensors file: a JSON object of names with type, shape and place.
struct SafetensorsHeader {
  var tensors: [SafetensorsTensor] = []
  var metadata: [String: String] = [:]

  /// Longest header that is read, as in the reference implementation.
  static let maximumLength = 100_000_000
  static let damaged = "the file is damaged, copy or download it again"
  private static let maximumDimensions = 64

  /// Reads a header and checks that its tensors fill the data: in range, none overlapping another,
  /// no gaps, as many bytes as shape and type need.
  ///
  /// - Parameters:
  ///   - json: the bytes of the header.
  ///   - dataCount: bytes after the header.
  init(parsing json: [UInt8], dataCount: Int, path: String) throws(SafetensorsError) {
    var scanner = SafetensorsScanner(json, path: path)
    var seen: Set<String> = []
    try scanner.object { scanner, name throws(SafetensorsError) in
      guard seen.insert(name).inserted else {
        throw SafetensorsError(path: path, tensor: name, "occurs twice; \(Self.damaged)")
      }
      if name == "__metadata__" {
        try scanner.object { scanner, key throws(SafetensorsError) in
          metadata[key] = try scanner.string()
        }
      } else {
        tensors.append(try Self.tensor(name, &scanner, path: path))
      }
    }
    try scanner.end()
    tensors.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    try checkPlaces(dataCount: dataCount, path: path)
  }

  private static func tensor(
    _ name: String, _ scanner: inout SafetensorsScanner, path: String
  ) throws(SafetensorsError) -> SafetensorsTensor {
    func error(_ message: String) -> SafetensorsError {
      SafetensorsError(path: path, tensor: name, message)
    }
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { scanner, key throws(SafetensorsError) in
      switch key {
      case "dtype" where typeName == nil: typeName = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.integers(atMost: maximumDimensions)
      case "data_offsets" where offsets == nil: offsets = try scanner.integers(atMost: 2)
      case "dtype", "shape", "data_offsets": throw error("has '\(key)' twice; \(damaged)")
      default: throw error("has the unknown key '\(key)'; \(damaged)")
      }
    }
    guard let typeName else { throw error("has no 'dtype'; \(damaged)") }
    guard let shape else { throw error("has no 'shape'; \(damaged)") }
    guard let offsets, offsets.count == 2 else {
      throw error("has no 'data_offsets' of two numbers; \(damaged)")
    }
    guard let type = SafetensorsType(rawValue: typeName) else {
      let known = SafetensorsType.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("has the type '\(typeName)', which is not known here (\(known))")
    }
    guard offsets[0] <= offsets[1] else {
      throw error("ends at \(offsets[1]), before its start at \(offsets[0]); \(damaged)")
    }
    var bytes = type.size
    for dimension in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw error("is \(shape), more than any file holds; \(damaged)") }
      bytes = product
    }
    guard bytes == offsets[1] - offsets[0] else {
      throw error(
        "is \(shape) of \(typeName), which is \(bytes) bytes, but has \(offsets[1] - offsets[0]); "
          + damaged)
    }
    return SafetensorsTensor(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// The tensors, sorted by place, must fill the data from end to end.
  private func checkPlaces(dataCount: Int, path: String) throws(SafetensorsError) {
    var end = 0
    var last = ""
    for tensor in tensors {
      if tensor.range.upperBound > dataCount {
        throw SafetensorsError(
          path: path, tensor: tensor.name,
          "ends at byte \(tensor.range.upperBound) of the data, which has only \(dataCount): the file "
            + "was cut short, copy or download it again")
      }
      if tensor.range.lowerBound < end {
        throw SafetensorsError(
          path: path, tensor: tensor.name, "overlaps '\(last)'; \(Self.damaged)")
      }
      if tensor.range.lowerBound > end {
        throw SafetensorsError(
          path: path, tensor: tensor.name,
          "starts at byte \(tensor.range.lowerBound) of the data, leaving a gap after byte \(end); "
            + Self.damaged)
      }
      end = tensor.range.upperBound
      last = tensor.name
    }
    if end != dataCount {
      throw SafetensorsError(
        path: path, "has \(dataCount - end) bytes after its last tensor; \(Self.damaged)")
    }
  }

  /// A header for tensors that lie one after the other, its length first, padded with spaces to a
  /// multiple of 8 bytes.
  init(tensors: [SafetensorsTensor], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  var encoded: [UInt8] {
    var json = "{"
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { Self.quoted($0.key) + ":" + Self.quoted($0.value) }
      json += "\"__metadata__\":{" + pairs.joined(separator: ",") + "}"
    }
    for tensor in tensors {
      if json.utf8.count > 1 { json += "," }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      json += Self.quoted(tensor.name)
      json += ":{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":["
      json += "\(tensor.range.lowerBound),\(tensor.range.upperBound)]}"
    }
    json += "}"
    var bytes = Array(json.utf8)
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: (8 - bytes.count % 8) % 8)
    let length = UInt64(bytes.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + bytes
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
