import Foundation
import Neural
import Tensors
import Testing

/// A folder that goes with the test.
private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "safetensors-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

private func store(_ bytes: [UInt8], at path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

private func load(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

@Suite struct SafetensorsTests {
  /// What the Python package writes (safetensors 0.6, numpy arrays):
  /// ```
  /// save({"b": float32 [[1,2,3],[4,5,-6]], "a.weight": int8 [1,-2,127], "h": float16 [1.5,-.25],
  ///   "n": int64 [7,-1], "u": uint8 [255], "i": int32 [[-5]], "e": float32 zeros (0,3)},
  ///   metadata={"format": "s2s"})
  /// ```
  static let golden: [UInt8] =
    [0xB0, 1, 0, 0, 0, 0, 0, 0]
    + Array(
      (#"{"__metadata__":{"format":"s2s"},"n":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"#
        + #""b":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]},"#
        + #""e":{"dtype":"F32","shape":[0,3],"data_offsets":[40,40]},"#
        + #""i":{"dtype":"I32","shape":[1,1],"data_offsets":[40,44]},"#
        + #""h":{"dtype":"F16","shape":[2],"data_offsets":[44,48]},"#
        + #""a.weight":{"dtype":"I8","shape":[3],"data_offsets":[48,51]},"#
        + #""u":{"dtype":"U8","shape":[1],"data_offsets":[51,52]}}    "#).utf8)
    + [7, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8)
    + [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40]
    + [0, 0, 0x80, 0x40, 0, 0, 0xA0, 0x40, 0, 0, 0xC0, 0xC0]
    + [0xFB, 0xFF, 0xFF, 0xFF, 0, 0x3E, 0, 0xB4, 1, 0xFE, 0x7F, 0xFF]

  @Test func writesWhatThePythonPackageWrites() throws {
    try withFolder { folder in
      let path = folder + "/golden.safetensors"
      let numbers: [Float] = [1, 2, 3, 4, 5, -6]
      try SafetensorsFile.write(
        [
          SafetensorsEntry(
            name: "h", tensor: Tensor(rows: 1, columns: 2, [1.5, -0.25]), shape: [2], as: .f16),
          SafetensorsEntry(name: "u", shape: [1], type: .u8, bytes: [255]),
          SafetensorsEntry(name: "a.weight", shape: [3], type: .i8, bytes: [1, 0xFE, 127]),
          SafetensorsEntry(name: "e", shape: [0, 3], floats: []),
          SafetensorsEntry(name: "b", tensor: Tensor(rows: 2, columns: 3, numbers)),
          SafetensorsEntry(name: "n", shape: [2], integers: [7, -1]),
          SafetensorsEntry(
            name: "i", shape: [1, 1], type: .i32, bytes: [0xFB, 0xFF, 0xFF, 0xFF]),
        ], metadata: ["format": "s2s"], to: path)
      #expect(try load(path) == Self.golden)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    }
  }

  @Test func readsWhatThePythonPackageWrites() throws {
    try withFolder { folder in
      let path = folder + "/golden.safetensors"
      try store(Self.golden, at: path)
      let file = try SafetensorsFile(path: path)
      #expect(file.metadata == ["format": "s2s"])
      #expect(file.tensors.map(\.name) == ["n", "b", "e", "i", "h", "a.weight", "u"])
      #expect(try file.floats("b", shape: [2, 3]) == [1, 2, 3, 4, 5, -6])
      #expect(try file.floats("h") == [1.5, -0.25])
      #expect(try file.floats("e") == [])
      #expect(try file.integers("n") == [7, -1])
      #expect(try file.integers("i") == [-5])
      #expect(try file.integers("u") == [255])
      #expect(try file.bytes("a.weight") == [1, 0xFE, 127])
      #expect(file.contains("b") && !file.contains("c"))
      let tensor = Tensor(rows: 2, columns: 3)
      try file.read("b", into: tensor)
      #expect(tensor.values == [1, 2, 3, 4, 5, -6])
      let column = Tensor(rows: 2, columns: 1)
      try file.read("h", into: column)
      #expect(column.values == [1.5, -0.25])
    }
  }

  @Test func narrowTypesRoundToNearest() throws {
    try withFolder { folder in
      let path = folder + "/narrow.safetensors"
      var generator = RandomGenerator(seed: 5)
      var numbers: [Float] = [
        0, -0.0, 1, -2.5, 65504, 6.1e-5, 5.96e-8, 1e-20, .infinity, -.infinity,
      ]
      for _ in 0..<500 { numbers.append(generator.normal() * 0.1) }
      let tensor = Tensor(rows: 2, columns: 255, numbers)
      try SafetensorsFile.write(
        [
          SafetensorsEntry(name: "half", tensor: tensor, as: .f16),
          SafetensorsEntry(name: "brain", tensor: tensor, as: .bf16),
          SafetensorsEntry(name: "nan", tensor: Tensor(rows: 1, columns: 1, [.nan]), as: .bf16),
        ], to: path)
      let file = try SafetensorsFile(path: path)
      let half = try file.floats("half")
      let brain = try file.floats("brain")
      for (index, number) in numbers.enumerated() {
        #expect(half[index].bitPattern == Float(Float16(number)).bitPattern)
        if number.isFinite {
          // 8 bits of significand: half a unit in the last place.
          #expect(abs(brain[index] - number) <= abs(number) * 0x1p-8)
          #expect(brain[index].bitPattern & 0xFFFF == 0)
        } else {
          #expect(brain[index] == number)
        }
      }
      #expect(try file.floats("nan")[0].isNaN)
    }
  }

  @Test func everyHalfIsReadExactly() throws {
    try withFolder { folder in
      let path = folder + "/halves.safetensors"
      let all = (0...UInt16.max).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
      try SafetensorsFile.write(
        [SafetensorsEntry(name: "all", shape: [256, 256], type: .f16, bytes: all)], to: path)
      let read = try SafetensorsFile(path: path).floats("all")
      for bits in 0...UInt16.max {
        let expected = Float(Float16(bitPattern: bits))
        let value = read[Int(bits)]
        #expect(
          value.bitPattern == expected.bitPattern || value.isNaN && expected.isNaN, "\(bits)")
      }
    }
  }

  @Test func eightBitsKeepEachRowsScale() throws {
    try withFolder { folder in
      let path = folder + "/int8.safetensors"
      var generator = RandomGenerator(seed: 6)
      let rows = 5
      let columns = 33
      let numbers = (0..<rows * columns).map { index -> Float in
        let row = index / columns
        return row == 3 ? 0 : generator.normal() * Float(row + 1)
      }
      let tensor = Tensor(rows: rows, columns: columns, numbers)
      try SafetensorsFile.write(
        SafetensorsEntry.quantized(name: "w", tensor: tensor), to: path)
      let file = try SafetensorsFile(path: path)
      #expect(try file.tensor("w").type == .i8)
      let scales = try file.floats("w.scale")
      let read = try file.floats("w")
      for (index, number) in numbers.enumerated() {
        #expect(abs(read[index] - number) <= scales[index / columns] * 0.5001)
      }
      #expect(scales[3] == 0 && read[3 * columns..<4 * columns].allSatisfy { $0 == 0 })
    }
  }

  @Test func largeTensorsAndOddNamesGoThereAndBack() throws {
    try withFolder { folder in
      let path = folder + "/größe \"x\".safetensors"
      var generator = RandomGenerator(seed: 7)
      let numbers = (0..<700 * 1001).map { _ in generator.normal() }
      let tensor = Tensor(rows: 700, columns: 1001, numbers)
      let name = "naïve \"quoted\" \\ \u{1} \n 漢字 😀"
      try SafetensorsFile.write(
        [
          SafetensorsEntry(name: "small", shape: [1], type: .u8, bytes: [9]),
          SafetensorsEntry(name: name, tensor: tensor),
        ], metadata: [name: name, "": "empty"], to: path)
      let file = try SafetensorsFile(path: path)
      #expect(try file.floats(name) == numbers)
      #expect(file.metadata == [name: name, "": "empty"])
      #expect(try file.bytes("small") == [9])
    }
  }

  @Test func aNewFileReplacesTheOldWhileThatIsStillMapped() throws {
    try withFolder { folder in
      let path = folder + "/weights.safetensors"
      try SafetensorsFile.write(
        [SafetensorsEntry(name: "w", shape: [2], floats: [1, 2])], to: path)
      let old = try SafetensorsFile(path: path)
      try SafetensorsFile.write([SafetensorsEntry(name: "w", shape: [1], floats: [3])], to: path)
      #expect(try old.floats("w") == [1, 2])
      #expect(try SafetensorsFile(path: path).floats("w") == [3])
    }
  }

  @Test func noTensorsAreAFileToo() throws {
    try withFolder { folder in
      let path = folder + "/none.safetensors"
      try SafetensorsFile.write([], to: path)
      #expect(try SafetensorsFile(path: path).tensors.isEmpty)
    }
  }

  #if os(Linux)
    @Test func aFullDiskLeavesTheOldFile() throws {
      try withFolder { folder in
        let path = folder + "/weights.safetensors"
        try SafetensorsFile.write(
          [SafetensorsEntry(name: "w", shape: [2], floats: [1, 2])], to: path)
        // Whatever is written to this device meets a full disk.
        try FileManager.default.createSymbolicLink(
          atPath: path + ".partial", withDestinationPath: "/dev/full")
        let error = #expect(throws: SafetensorsError.self) {
          try SafetensorsFile.write(
            [SafetensorsEntry(name: "w", shape: [1], floats: [3])], to: path)
        }
        #expect(
          error?.description
            == "\(path): cannot be written: No space left on device while writing, after 0 of 68 "
            + "bytes; what stood there before is unchanged; free 68 bytes on that disk and try again"
        )
        #expect(try SafetensorsFile(path: path).floats("w") == [1, 2])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
      }
    }
  #endif

  @Test func aMissingFolderIsNamed() throws {
    let error = #expect(throws: SafetensorsError.self) {
      try SafetensorsFile.write([], to: "/nonexistent/weights.safetensors")
    }
    #expect(
      error?.description
        == "/nonexistent/weights.safetensors: cannot be written: "
        + "'/nonexistent/weights.safetensors.partial': No such file or directory; check that its "
        + "folder exists and may be written")
  }
}
