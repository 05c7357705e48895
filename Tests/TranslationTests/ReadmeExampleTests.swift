import Foundation
import Recipes
import Seq2Seq
import Testing
import Translation

/// The README's example; what stands between the marks stands there too.
private func readmeExample() throws {
  // README: begin
  let translator = try Translator(source: "de", target: "en")
  print(try translator.translate("Guten Morgen!").text)

  var options = translator.defaultOptions
  options.search.nbest = 3
  options.alignments = true
  let lines = ["Wo ist der Bahnhof?", "Ich habe Hunger."]
  for (line, translation) in zip(lines, try translator.translate(lines, options: options)) {
    for candidate in translation.candidates {
      print(line, candidate.score, candidate.text, candidate.alignment)
    }
  }
  // README: end
}

@Suite struct ReadmeExampleTests {
  private func readme() throws -> String {
    try String(contentsOfFile: projectFolder + "/README.md", encoding: .utf8)
  }

  @Test func theExampleIsTheOneThatIsCompiled() throws {
    let lines = try String(contentsOfFile: #filePath, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let begin = try #require(lines.firstIndex { $0 == "  // README: begin" })
    let end = try #require(lines.firstIndex { $0 == "  // README: end" })
    let example = lines[(begin + 1)..<end].map { $0.dropFirst(2) }.joined(separator: "\n")
    #expect(example.hasPrefix("let translator"))
    #expect(try readme().contains("```swift\nimport Translation\n\n" + example + "\n```"))
  }

  @Test(.enabled(if: (try? ModelLibrary().model(source: "de", target: "en")) != nil))
  func theExampleRuns() throws {
    #expect(throws: Never.self) { try readmeExample() }
  }

  @Test func everySettingIsInTheTableWithItsDefault() throws {
    let table = try String(contentsOfFile: projectFolder + "/docs/recipes.md", encoding: .utf8)
    var section = ""
    var count = 0
    for line in Recipe().yaml.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      if !line.hasPrefix(" ") { section = parts[0] }
      // A section's own line has nothing after the colon.
      if parts.count < 2 || parts[1].isEmpty { continue }
      let key = line.hasPrefix(" ") ? section + "." + parts[0] : parts[0]
      // Settings without a useful default are told in words.
      let isTold = !["vocabulary", "model", "training", "search"].contains(section)
      let row = isTold ? "| `\(key)` |" : "| `\(key)` | `\(parts[1])` |"
      #expect(table.contains("\n" + row), "docs/recipes.md has no row '\(row)'")
      count += 1
    }
    #expect(count > 60)
  }
}
