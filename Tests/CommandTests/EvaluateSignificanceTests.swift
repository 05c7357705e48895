import Foundation
import Testing

@Suite struct EvaluateSignificanceTests {
  let folder: Scratch

  init() throws { folder = try Scratch() }

  @Test func intervalsAndPairedTestsAreSeeded() throws {
    let lines = (0..<30).map { "This is line \($0) of the text, with \($0 % 3) words more." }
    let reference = try folder.file("ref", lines.map { $0 + "\n" }.joined())
    let one = try folder.file(
      "one", lines.enumerated().map { $0 % 3 == 0 ? "This is a line.\n" : $1 + "\n" }.joined())
    let two = try folder.file(
      "two", lines.enumerated().map { $0 % 5 == 0 ? "That.\n" : $1 + "\n" }.joined())
    let interval = [
      "evaluate", "bleu", "-r", reference, one, "--confidence", "--samples", "100",
    ]
    let first = try Command.run(interval)
    #expect(first.text.hasPrefix("BLEU|nrefs:1|bs:100|seed:12345|case:mixed|"))
    #expect(first.text.contains("(μ = "))
    #expect(try Command.run(interval).text == first.text)
    let other = try Command.run(interval + ["--resampling-seed", "2"])
    #expect(other.text.hasPrefix("BLEU|nrefs:1|bs:100|seed:2|"))
    #expect(other.text != first.text)
    for test in ["--paired-bootstrap", "--paired-randomization"] {
      let table = try Command.run(
        ["evaluate", "bleu,ter", "-r", reference, test, "--samples", "100", one, two])
      #expect(table.status == 0, "\(table.errors)")
      #expect(table.text.contains("Baseline: \(one)"))
      #expect(table.text.contains("(p = 0."))
      #expect(table.text.contains("seed:12345"))
      let json = try Command.run(
        ["evaluate", "bleu", "-r", reference, test, "--samples", "100", one, two, "--json"])
      #expect(json.lines.count == 2)
      #expect(json.lines[0].contains(#""baseline":true"#) && json.lines[0].contains(#""p":null"#))
      #expect(json.lines[1].contains(#""p":0."#))
    }
  }
}
