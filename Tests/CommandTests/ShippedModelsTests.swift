import Foundation
import PretrainedModels
import Testing

/// The models that ship, as they are found by whoever names nothing.
@Suite struct ShippedModelsTests {
  @Test(arguments: [
    ("de", "en", "Wo ist der Bahnhof?", "Where is the train station?"),
    ("en", "de", "Where is the station?", "Wo ist der Bahnhof?"),
  ])
  func translatorsTranslate(source: String, target: String, text: String, expected: String) throws {
    let outcome = try Command.run(
      ["translate", "--src", source, "--tgt", target], input: text + "\n")
    #expect(outcome.status == 0 && outcome.lines == [expected], "\(outcome.errors)")
  }

  @Test func theCaptionerCaptions() throws {
    let scene = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Images/odd/orientation1.jpg").path
    let outcome = try Command.run(["caption", scene])
    #expect(outcome.status == 0, "\(outcome.errors)")
    // A drawing is nothing it has seen: only that it says a sentence.
    #expect(outcome.lines.count == 1 && outcome.lines[0].split(separator: " ").count > 3)
  }

  @Test(arguments: [("A man is riding a b", "bike"), ("Thank you very m", "much")])
  func theCompleterCompletes(text: String, word: String) throws {
    let next = try Command.run(["complete", "--next", text])
    #expect(next.status == 0, "\(next.errors)")
    #expect(next.lines.count == 1 && next.lines[0].contains(word), "\(next.lines)")
    let whole = try Command.run(["complete", text])
    #expect(whole.lines.count == 1 && whole.lines[0].hasPrefix(text), "\(whole.lines)")
  }

  @Test func eachHasACardWithItsLicence() throws {
    let folder = try #require(PretrainedModels.folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.sorted() == ["complete-en", "de-en", "en-de", "photos-en"])
    for name in names {
      let card = try String(contentsOfFile: folder + "/\(name)/README.md", encoding: .utf8)
      #expect(card.contains("## Licence") && card.contains("## Scores"), "\(name)")
      let info = try Command.run(["models", "info", name])
      #expect(info.status == 0, "\(info.errors)")
    }
  }
}
