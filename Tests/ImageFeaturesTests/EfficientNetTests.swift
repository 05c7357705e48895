import Foundation
import ImageFeatures
import Neural
import Tensors
import Testing

/// The folder that `EfficientNetTests` checks with, if somebody has it.
private let checkFolder = ProcessInfo.processInfo.environment["S2S_CNN_WEIGHTS"]

/// EfficientNet-Lite0's weights and outputs, where somebody has them: S2S_CNN_WEIGHTS names the
/// folder with `efficientnet_lite0.safetensors`, `expected-outputs.json`, `check.tsv` and
/// `check-images`, PNG files of 227 × 227 pixels.
@Suite(.enabled(if: checkFolder != nil))
struct EfficientNetTests {
  private struct Expected: Decodable {
    let logits: [Double]
    enum CodingKeys: String, CodingKey { case logits = "efficientnet_lite0_logits" }
  }

  private static func encoder() throws -> (
    ConvolutionalEncoder, weights: Tensor, statistics: Tensor
  ) {
    var table = ParameterTable()
    let encoder = ConvolutionalEncoder(.efficientNetLite0, in: &table)
    let buffer = Tensor(rows: 1, columns: table.count)
    let statistics = encoder.initialStatistics()
    let file = try SafetensorsFile(
      path: try #require(checkFolder) + "/efficientnet_lite0.safetensors")
    try encoder.readEfficientNet(file, into: buffer, statistics: statistics)
    return (encoder, buffer, statistics)
  }

  /// The inner 224 × 224 of images of 227 × 227: a pixel less at the top and left, two at the
  /// bottom and right.
  private static func input(_ names: [String]) throws -> Tensor {
    let config = ConvolutionalConfig.efficientNetLite0
    let input = Tensor(rows: config.inputGrid(batch: names.count).rows, columns: 3)
    for (number, name) in names.enumerated() {
      let path = try #require(checkFolder) + "/check-images/" + name
      let image = try ImageCodec.decode([UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
      try #require(image.width == 227 && image.height == 227)
      let pixels = image.pixels
      var inner: [UInt8] = []
      for row in 1...224 { inner += pixels[(row * 227 + 1) * 3..<(row * 227 + 225) * 3] }
      config.setImage(inner.span, into: input, number: number)
    }
    return input
  }

  private static func text(_ name: String) throws -> String {
    try String(contentsOfFile: try #require(checkFolder) + "/" + name, encoding: .utf8)
  }

  @Test func outputsAreThoseExpected() throws {
    let json = Data(try Self.text("expected-outputs.json").utf8)
    let expected = try JSONDecoder().decode([String: Expected].self, from: json)
    let names = expected.keys.sorted()
    let (encoder, weights, statistics) = try Self.encoder()
    let folded = encoder.folded(weights, statistics: statistics)
    let input = try Self.input(names)
    let logits = try #require(folded.encode(input, .logits).logits)
    let graph = Graph(weights: weights)
    let features = encoder.encode(
      Variable(constant: input), grid: encoder.config.inputGrid(batch: names.count),
      statistics: .running(statistics), on: graph)
    let plain = encoder.classify(graph.meanPooled(features.head, features.grid), on: graph).value
    for (row, name) in names.enumerated() {
      let wanted = try #require(expected[name]).logits
      try #require(wanted.count == 1000)
      for (form, found) in [("folded", logits), ("on a graph", plain)] {
        let worst = wanted.indices.map { abs(Double(found[row, $0]) - wanted[$0]) }.max() ?? 1
        print("\(name), \(form): largest difference of 1000 outputs \(worst)")
        #expect(worst < 1e-3)
      }
    }
  }

  @Test func classesAreThoseOfTheReference() throws {
    let lines = try Self.text("check.tsv").split(separator: "\n").dropFirst()
      .map { $0.split(separator: "\t").map(String.init) }
    let (encoder, weights, statistics) = try Self.encoder()
    let folded = encoder.folded(weights, statistics: statistics)
    let input = try Self.input(lines.map { $0[0] })
    let logits = try #require(
      folded.encode(input, .logits, workers: Workers(count: 2)).logits)
    var (first, five, same) = (0, 0, 0)
    for (row, line) in lines.enumerated() {
      let label = try #require(Int(line[1]))
      let top = largest(5, of: logits, row: row).map(\.index)
      if top[0] == label { first += 1 }
      if top.contains(label) { five += 1 }
      if top.map(String.init).joined(separator: " ") == line[2] { same += 1 }
    }
    print("top-1 \(first), top-5 \(five) of \(lines.count); the same top 5 in order: \(same)")
    #expect(first == 84 && five == 98 && lines.count == 100)
  }
}
