import Neural
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct ModelWeightsTests {
  private let folder: TemporaryFolder
  private let network: EncoderDecoder
  private let weights: Tensor
  private var path: String { folder.path + "/weights.safetensors" }

  init() throws {
    folder = try TemporaryFolder()
    network = try EncoderDecoder(ReverseTask.config())
    weights = network.table.initialWeights(seed: 3)
  }

  @Test func float32IsExact() throws {
    try ModelWeights.write(weights, table: network.table, precision: .float32, to: path)
    #expect(try ModelWeights.read(path, table: network.table).values == weights.values)
  }

  @Test func float16KeepsElevenBits() throws {
    try ModelWeights.write(weights, table: network.table, precision: .float16, to: path)
    let read = try ModelWeights.read(path, table: network.table)
    for parameter in network.table.parameters {
      let (found, expected) = (parameter.cut(from: read), parameter.cut(from: weights))
      // Vectors stay as they are.
      if parameter.rows == 1 { #expect(found.values == expected.values) }
      for (value, reference) in zip(found.values, expected.values) {
        #expect(
          abs(value - reference) <= max(abs(reference) * 0x1p-11, 0x1p-25), "\(parameter.name)")
      }
    }
    #expect(read.values != weights.values)
  }

  @Test func int8KeepsHalfAScaleOfItsRow() throws {
    // A row of zeros has no scale.
    let first = try #require(network.table.parameters.first).cut(from: weights)
    fill(first.slice(1..<2), with: 0)
    try ModelWeights.write(weights, table: network.table, precision: .int8, to: path)
    let read = try ModelWeights.read(path, table: network.table)
    for parameter in network.table.parameters {
      let (found, expected) = (parameter.cut(from: read), parameter.cut(from: weights))
      if parameter.rows == 1 { #expect(found.values == expected.values) }
      for row in 0..<parameter.rows {
        let reference = expected.slice(row..<row + 1).values
        let scale = (reference.map { abs($0) }.max() ?? 0) / 127
        let error =
          zip(found.slice(row..<row + 1).values, reference).map { abs($0 - $1) }.max() ?? 0
        #expect(error <= 0.501 * scale, "\(parameter.name), row \(row)")
      }
    }
    let file = try SafetensorsFile(path: path)
    let names = Set(file.tensors.map(\.name))
    #expect(names.contains("encoder.embedding.scale") && !names.contains("decoder.join.bias.scale"))
  }

  /// Other programs' files may have -128, which is multiplied in 32 bits.
  @Test func eightBitsAreKeptWhereTheyCanBeMultiplied() throws {
    var table = ParameterTable()
    let parameter = table.declare("w", rows: 2, columns: 3, .zeros)
    func write(_ numbers: [Int8]) throws {
      try SafetensorsFile.write(
        [
          SafetensorsEntry(
            name: "w", shape: [2, 3], type: .i8, bytes: numbers.map(UInt8.init(bitPattern:))),
          SafetensorsEntry(name: "w.scale", shape: [2], floats: [0.5, 2]),
        ], to: path)
    }
    try write([1, -127, 127, 0, 5, -6])
    let kept = try ModelWeights.read(path, table: table, keepingInt8: table)
    #expect(kept.int8.keys.contains("w"))
    try write([1, -128, 127, 0, 5, -6])
    let widened = try ModelWeights.read(path, table: table, keepingInt8: table)
    #expect(widened.int8.isEmpty)
    #expect(parameter.cut(from: widened.weights).values == [0.5, -64, 63.5, 0, 10, -12])
  }

  @Test func smallerPrecisionsAreSmaller() throws {
    func size(_ precision: WeightPrecision) throws -> Int {
      try ModelWeights.write(weights, table: network.table, precision: precision, to: path)
      return try SafetensorsFile(path: path).tensors.reduce(0) { $0 + $1.range.count }
    }
    let (whole, half, quarter) = (try size(.float32), try size(.float16), try size(.int8))
    #expect(Double(half) < 0.55 * Double(whole) && Double(quarter) < 0.35 * Double(whole))
  }

  /// What is told when file and architecture do not match.
  @Test func mismatchesAreNamed() throws {
    func message(_ change: (inout ModelConfig) -> Void) throws -> String {
      var config = ReverseTask.config()
      change(&config)
      let table = try EncoderDecoder(config).table
      let error = #expect(throws: SafetensorsError.self) {
        try ModelWeights.read(path, table: table)
      }
      return try #require(error).description
    }
    for precision in WeightPrecision.allCases {
      try ModelWeights.write(weights, table: network.table, precision: precision, to: path)
      let rows: [(String, (inout ModelConfig) -> Void)] = [
        ("tensor 'encoder.1.forward.input' is missing", { $0.encoderLayers = 2 }),
        ("tensor 'decoder.feed' is not part of this architecture", { $0.inputFeeding = false }),
        (
          "tensor 'encoder.embedding' is [20, 24], this configuration needs [21, 24]",
          { $0.sourceVocabularySize = 21 }
        ),
      ]
      for (expected, change) in rows {
        let found = try message(change)
        #expect(found.contains(expected), "\(found)")
        #expect(found.hasPrefix(path))
      }
    }
  }
}
