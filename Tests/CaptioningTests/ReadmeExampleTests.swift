import Captioning
import Foundation
import Seq2Seq
import Testing

/// The README's example, so that it compiles.
private func readmeExample() throws {
  // README: begin
  let captioner = try Captioner()  // the preferred one, or Captioner(path:)
  print(try captioner.caption(contentsOf: "photo.jpg").text)

  var options = captioner.defaultOptions
  options.search.nbest = 3
  options.attention = true
  for candidate in try captioner.caption(contentsOf: "photo.jpg", options: options).candidates {
    print(candidate.score, candidate.text, candidate.words.map(\.attention.count))
  }
  // README: end
}

@Suite struct ReadmeExampleTests {
  @Test func theExampleIsTheOneThatIsCompiled() throws {
    let lines = try String(contentsOfFile: #filePath, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    let begin = try #require(lines.firstIndex { $0 == "  // README: begin" })
    let end = try #require(lines.firstIndex { $0 == "  // README: end" })
    func plain(_ text: some StringProtocol) -> String {
      text.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    let example = lines[(begin + 1)..<end].map { plain($0.dropFirst(2)) }.joined(separator: "\n")
    let readme = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("README.md"), encoding: .utf8)
    let known = readme.split(separator: "\n", omittingEmptySubsequences: false).map(plain)
      .joined(separator: "\n")
    #expect(known.contains("```swift\nimport Captioning\n\n" + example + "\n```"))
  }
}
