import Foundation
import Neural
import Tensors
import Testing

/// A damaged file and what is said of it.
struct DamagedFile: CustomTestStringConvertible, Sendable {
  var bytes: [UInt8]
  var message: String
  var testDescription: String { message }

  init(bytes: [UInt8], _ message: String) {
    self.bytes = bytes
    self.message = message
  }

  /// A file of `header` and `data` zero bytes.
  init(_ header: String, data: Int = 0, _ message: String) {
    let length = UInt64(header.utf8.count)
    bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
    bytes += [UInt8](repeating: 0, count: data)
    self.message = message
  }
}

@Suite struct SafetensorsErrorTests {
  static let damaged = "the file is damaged, copy or download it again"

  static let files: [DamagedFile] = [
    DamagedFile(
      bytes: [],
      "has 0 bytes, fewer than any safetensors file: it was cut short or is something else"),
    DamagedFile(
      bytes: [1, 2, 3],
      "has 3 bytes, fewer than any safetensors file: it was cut short or is something else"),
    DamagedFile(
      bytes: [9, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D],
      "announces a header of 9 bytes, but has only 2 after the announcement: it was cut short or is "
        + "no safetensors file"),
    DamagedFile(
      bytes: [UInt8](repeating: 0xFF, count: 20),
      "announces a header of 18446744073709551615 bytes, but has only 12 after the announcement: it "
        + "was cut short or is no safetensors file"),
    DamagedFile("", "has a header that makes no sense at byte 8: expected '{'; \(damaged)"),
    DamagedFile("{", "has a header that makes no sense at byte 9: expected '\"'; \(damaged)"),
    DamagedFile(
      "{} x",
      "has a header that makes no sense at byte 11: something after the closing brace; "
        + damaged),
    DamagedFile(
      #"{"a" 1}"#, "has a header that makes no sense at byte 13: expected ':'; \(damaged)"),
    DamagedFile(
      #"{"a"#,
      "has a header that makes no sense at byte 11: a text without its closing quote; "
        + damaged),
    DamagedFile(
      "{\"\n\":",
      "has a header that makes no sense at byte 11: a control character inside a text; "
        + damaged),
    DamagedFile(
      #"{"\q":{}}"#, "has a header that makes no sense at byte 12: an unknown escape; \(damaged)"),
    DamagedFile(
      #"{"\ud800x":{}}"#,
      "has a header that makes no sense at byte 16: half a character; \(damaged)"
    ),
    DamagedFile(
      #"{"\u12":{}}"#,
      "has a header that makes no sense at byte 14: an escape without its four digits; \(damaged)"),
    DamagedFile(
      bytes: [5, 0, 0, 0, 0, 0, 0, 0] + Array("{\"".utf8) + [0xFF] + Array("\":".utf8),
      "has a header that makes no sense at byte 12: a text that is not UTF-8; \(damaged)"),
    DamagedFile(
      #"{"a":{"shape":[1.5]}}"#,
      "has a header that makes no sense at byte 24: expected ']'; \(damaged)"),
    DamagedFile(
      #"{"a":{"shape":[-1]}}"#,
      "has a header that makes no sense at byte 23: expected a whole number; \(damaged)"),
    DamagedFile(
      #"{"a":{"shape":[99999999999999999999]}}"#,
      "has a header that makes no sense at byte 41: a number beyond 64 bits; \(damaged)"),
    DamagedFile(
      #"{"a":{"data_offsets":[0,1,2]}}"#,
      "has a header that makes no sense at byte 34: more than 2 numbers in a list; \(damaged)"),
    DamagedFile(
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}"#, data: 1,
      "tensor 'a' has no 'data_offsets' of two numbers; \(damaged)"),
    DamagedFile(
      #"{"a":{"shape":[1],"data_offsets":[0,1]}}"#, data: 1,
      "tensor 'a' has no 'dtype'; \(damaged)"),
    DamagedFile(
      #"{"a":{"dtype":"U8","data_offsets":[0,1]}}"#, data: 1,
      "tensor 'a' has no 'shape'; \(damaged)"),
    DamagedFile(
      #"{"a":{"dtype":"U8","dtype":"U8"}}"#, "tensor 'a' has 'dtype' twice; \(damaged)"),
    DamagedFile(
      #"{"a":{"colour":"U8"}}"#, "tensor 'a' has the unknown key 'colour'; \(damaged)"),
    DamagedFile(
      #"{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}"#, data: 1,
      "tensor 'a' has the type 'F4', which is not known here (BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, "
        + "U16, F16, BF16, I32, U32, F32, F64, I64, U64)"),
    DamagedFile(
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[2,1]}}"#, data: 2,
      "tensor 'a' ends at 1, before its start at 2; \(damaged)"),
    DamagedFile(
      #"{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,23]}}"#, data: 23,
      "tensor 'a' is [2, 3] of F32, which is 24 bytes, but has 23; \(damaged)"),
    DamagedFile(
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,0]}}"#,
      "tensor 'a' is [4611686018427387904, 2], more than any file holds; \(damaged)"),
    DamagedFile(
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 5,
      "tensor 'a' ends at byte 8 of the data, which has only 5: the file was cut short, copy or "
        + "download it again"),
    DamagedFile(
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"U8","shape":[3],"data_offsets":[3,6]}}"#, data: 6,
      "tensor 'b' overlaps 'a'; \(damaged)"),
    DamagedFile(
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"U8","shape":[3],"data_offsets":[3,6]}}"#, data: 6,
      "tensor 'b' starts at byte 3 of the data, leaving a gap after byte 2; \(damaged)"),
    DamagedFile(
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, data: 6,
      "has 4 bytes after its last tensor; \(damaged)"),
    DamagedFile(
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#, data: 4,
      "tensor 'a' occurs twice; \(damaged)"),
    DamagedFile(
      #"{"__metadata__":{"a":1}}"#,
      "has a header that makes no sense at byte 29: expected '\"'; \(damaged)"),
  ]

  @Test(arguments: files)
  func damageIsNamed(file: DamagedFile) throws {
    let path = NSTemporaryDirectory() + "/damaged-\(UUID().uuidString).safetensors"
    try Data(file.bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
    #expect(error?.description == "\(path): \(file.message)")
  }

  @Test func everyCutIsNoticed() throws {
    let path = NSTemporaryDirectory() + "/cut-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for count in 0..<SafetensorsTests.golden.count {
      try Data(SafetensorsTests.golden.prefix(count)).write(to: URL(fileURLWithPath: path))
      #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
    }
  }

  /// Whatever a byte turns into, the file is read or refused, never trusted beyond its end.
  @Test func anyByteMayBeWrong() throws {
    let path = NSTemporaryDirectory() + "/wrong-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var generator = RandomGenerator(seed: 8)
    for place in 0..<SafetensorsTests.golden.count {
      var bytes = SafetensorsTests.golden
      bytes[place] = UInt8.random(in: 0...255, using: &generator)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      guard let file = try? SafetensorsFile(path: path) else { continue }
      for tensor in file.tensors {
        #expect(try file.bytes(tensor.name).count == tensor.count * tensor.type.size)
      }
    }
  }

  @Test func whatIsNoFileIsNamed() {
    let folder = NSTemporaryDirectory()
    for (path, message) in [
      ("/nonexistent", "cannot be opened: No such file or directory; check the path"),
      (folder, "is a folder or a device; name the weights file itself"),
      ("/dev/null", "is a folder or a device; name the weights file itself"),
    ] {
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
      #expect(error?.description == "\(path): \(message)")
    }
  }

  @Test func askingForWhatIsNotThereIsNamed() throws {
    let path = NSTemporaryDirectory() + "/asked-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SafetensorsFile.write(
      [
        SafetensorsEntry(name: "w", tensor: Tensor(rows: 2, columns: 3)),
        SafetensorsEntry(name: "n", shape: [1], integers: [1]),
        SafetensorsEntry(name: "q", shape: [2, 2], type: .i8, bytes: [1, 2, 3, 4]),
        SafetensorsEntry(name: "r", shape: [2, 2], type: .i8, bytes: [1, 2, 3, 4]),
        SafetensorsEntry(name: "r.scale", shape: [1], floats: [1]),
        SafetensorsEntry(
          name: "big", shape: [1], type: .u64, bytes: [UInt8](repeating: 0xFF, count: 8)),
      ], to: path)
    let file = try SafetensorsFile(path: path)
    let rows: [(String, () throws -> Void)] = [
      (
        "tensor 'v' is missing; the weights are of another model or version",
        { _ = try file.floats("v") }
      ),
      (
        "tensor 'w' is [2, 3], this configuration needs [3, 2]; use the configuration stored beside "
          + "the weights", { _ = try file.floats("w", shape: [3, 2]) }
      ),
      (
        "tensor 'w' is [2, 3], this configuration needs [3, 2]; use the configuration stored beside "
          + "the weights", { try file.read("w", into: Tensor(rows: 3, columns: 2)) }
      ),
      (
        "tensor 'w' is [2, 3], 6 numbers, where 5 are needed; the weights are of another model",
        {
          var target = [Float](repeating: 0, count: 5)
          try target.withUnsafeMutableBufferPointer { try file.read("w", into: $0) }
        }
      ),
      (
        "tensor 'n' is of type I64, which is not read as numbers; F32, F16, BF16, F64 and I8 with "
          + "scales are", { _ = try file.floats("n") }
      ),
      (
        "tensor 'w' is of type F32, where whole numbers below 2^63 are needed",
        { _ = try file.integers("w") }
      ),
      (
        "tensor 'q' is 8-bit, but there is no 'q.scale' to scale it; the file is incomplete",
        { _ = try file.floats("q") }
      ),
      (
        "tensor 'r.scale' is [1] of F32; 2 scales of F32 are needed, one for each row of 'r'",
        { _ = try file.floats("r") }
      ),
    ]
    for (message, body) in rows {
      let error = #expect(throws: SafetensorsError.self) { try body() }
      #expect(error?.description == "\(path): \(message)")
    }
    #expect(throws: SafetensorsError.self) { try file.integers("big") }
  }
}
