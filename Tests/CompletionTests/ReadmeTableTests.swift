import Completion
import Foundation
import Recipes
import Testing

/// The project's folder, found from this file.
let projectFolder = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

@Suite struct ReadmeTableTests {
  @Test func everySettingIsInTheTableWithItsDefault() throws {
    let page = try String(contentsOfFile: projectFolder + "/docs/recipes.md", encoding: .utf8)
    let start = try #require(page.range(of: "## The recipe of a language model"))
    let table = page[start.upperBound...]
    var section = ""
    var count = 0
    for line in LanguageRecipe().yaml.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      if !line.hasPrefix(" ") { section = parts[0] }
      guard line.hasPrefix(" "), parts.count > 1,
        ["data", "vocabulary", "model"].contains(section),
        parts[1] != "[]"
      else { continue }
      let value = parts[1] == "\"\"" ? "none" : "`\(parts[1])`"
      let row = "\n| `\(section).\(parts[0])` | \(value) |"
      #expect(table.contains(row), "docs/recipes.md has no row '\(row)'")
      count += 1
    }
    #expect(count > 13)
  }
}
