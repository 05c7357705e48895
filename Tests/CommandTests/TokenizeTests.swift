import Foundation
import Testing

@Suite struct TokenizeTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try TinyModel.make(in: folder)
  }

  /// Lines of everything that may stand in text, each scalar but LF.
  private static let hard =
    [
      "", " ", "  two  spaces ", "\r", "carriage\r", "\u{0}\u{1}\u{7F}", "▁ ▁▁", "\u{FEFF}x",
      "<s> </s> <0x41> \\u{41}", "👩‍👩‍👧‍👦 🇩🇪 e\u{301} é", "שלום مرحبا", "\u{2028}\u{85}\u{A0}",
    ]
    + (0..<40).map { line in
      var generator = Chance(state: UInt64(line) &* 977 &+ 13)
      var scalars = String.UnicodeScalarView()
      for _ in 0..<60 {
        let scalar = Unicode.Scalar(UInt32(generator.next() % 0x110000))
        if let scalar, scalar != "\n" { scalars.append(scalar) }
      }
      return String(scalars)
    }

  @Test(arguments: [[], ["--ids"]])
  func thereAndBackIsTheSameText(options: [String]) throws {
    let text = Data(Self.hard.joined(separator: "\n").utf8) + [0x0A]
    let cut = try Command.run(["tokenize", "--model", model] + options, input: text)
    #expect(cut.status == 0)
    #expect(cut.lines.count == Self.hard.count)
    let back = try Command.run(
      ["tokenize", "--model", model, "--undo"] + options, input: cut.output)
    #expect(back.output == text)
    let chance = try Command.run(
      ["tokenize", "--model", model, "--dropout", "0.5", "--seed", "3"] + options, input: text)
    #expect(chance.output != cut.output)
    let again = try Command.run(
      ["tokenize", "--model", model, "--undo"] + options, input: chance.output)
    #expect(again.output == text)
  }

  @Test func aLineThatIsNotUTF8KeepsTheOthersInPlace() throws {
    let outcome = try Command.run(
      ["tokenize", "--model", model], input: Data([0x61, 0x0A, 0xFF, 0x0A, 0x61]))
    #expect(outcome.status == 1)
    #expect(outcome.lines.count == 3 && outcome.lines[0] == outcome.lines[2])
    #expect(outcome.lines[1].isEmpty)
    #expect(outcome.errors.hasPrefix("s2s: standard input:2: the line is not UTF-8"))
  }

  @Test func learning() throws {
    let text = try folder.file(
      "text", Array(repeating: TinyModel.text, count: 3).joined().joined(separator: "\n"))
    let learned = try Command.run([
      "tokenize", "--learn", "--vocabulary-size", "320", "--out", folder.path("subwords"), text,
    ])
    #expect(learned.status == 0)
    #expect(learned.errors.contains("320 subwords of 27 lines"))
    let cut = try Command.run(
      ["tokenize", "--subwords", folder.path("subwords")], input: "The house is big.\n")
    #expect(cut.lines[0].contains("▁"))
    #expect(cut.lines[0].split(separator: " ").count < "The house is big.".count)
    let back = try Command.run(
      ["tokenize", "--undo", "--subwords", folder.path("subwords")], input: cut.output)
    #expect(back.text == "The house is big.\n")
  }
}

/// Random numbers that are the same each time (Steele, Lea & Flood 2014).
struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
