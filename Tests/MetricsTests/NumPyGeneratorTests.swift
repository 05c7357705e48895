import Metrics
import Testing

struct NumPyGeneratorTests {
  struct GoldenFile: Decodable {
    let generator: [GoldenCase]
  }

  struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Choice: Decodable, Sendable {
      let bound: UInt32
      let numbers: [UInt32]
    }
    struct Booleans: Decodable, Sendable {
      let bits: String
      let next: [UInt32]
    }
    let seed: UInt64
    let raw: [UInt64]
    let choices: [Choice]
    let booleans: [Booleans]
    var testDescription: String { "seed \(seed)" }
  }

  static let golden = try! Golden.read("significance.json", as: GoldenFile.self).generator

  @Test("draws NumPy's 64 bits, choices and booleans", arguments: golden)
  func equalsNumPy(_ golden: GoldenCase) {
    var generator = NumPyGenerator(seed: golden.seed)
    #expect(golden.raw.map { _ in generator.next64() } == golden.raw)
    for choice in golden.choices {
      var generator = NumPyGenerator(seed: golden.seed)
      var numbers = [UInt32](repeating: 0, count: choice.numbers.count)
      generator.fill(&numbers, below: choice.bound)
      #expect(numbers == choice.numbers, "below \(choice.bound)")
    }
    for expected in golden.booleans {
      for step in [1, 5, 32, 64] {
        var booleans = NumPyGenerator.Booleans(seed: golden.seed)
        #expect(Self.bits(expected.bits.count, from: &booleans, step: step) == expected.bits)
        var generator = booleans.end()
        let next = expected.next.map { _ in generator.next(below: 17) }
        #expect(next == expected.next, "\(expected.bits.count) bits by \(step)")
      }
    }
  }

  private static func bits(
    _ count: Int, from booleans: inout NumPyGenerator.Booleans, step: Int
  ) -> String {
    var text = ""
    for start in stride(from: 0, to: count, by: step) {
      let taken = min(step, count - start)
      let bits = booleans.next(taken)
      for bit in 0..<64 where bits >> bit & 1 == 1 { #expect(bit < taken) }
      for bit in 0..<taken { text += bits >> bit & 1 == 1 ? "1" : "0" }
    }
    return text
  }
}
