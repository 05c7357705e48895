import Foundation
import ImageFeatures
import Testing

/// The drawn scenes in Images, which the quickstart's captioner learns from.
struct ScenesTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Images/scenes")

  private static func lines(_ name: String) throws -> [String] {
    let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    return text.split(separator: "\n").map(String.init)
  }

  /// Captions by the name of the picture.
  private static func captions() throws -> [String: [String]] {
    try lines("captions.tsv").reduce(into: [:]) { captions, line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      try #require(columns.count == 2, "\(line)")
      captions[columns[0], default: []].append(columns[1])
    }
  }

  private static func words(_ captions: [String]) -> Set<Substring> {
    Set(captions.flatMap { $0.lowercased().split { " .,".contains($0) } })
  }

  @Test("each picture is read, is no square, and has three to five different captions")
  func pictures() throws {
    let captions = try Self.captions()
    let names = try Self.lines("train.txt") + Self.lines("dev.txt")
    #expect(names.count == 460 && Set(names) == Set(captions.keys))
    for name in names {
      let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: name)))
      let image = try ImageCodec.decode(bytes)
      #expect((64...104).contains(image.width) && (64...104).contains(image.height), "\(name)")
      #expect(image.width != image.height, "\(name)")
      let said = try #require(captions[name])
      #expect((3...5).contains(said.count) && Set(said).count == said.count, "\(name)")
      #expect(said.allSatisfy { $0.hasSuffix(".") && $0.first?.isUppercase == true }, "\(name)")
    }
  }

  @Test("pictures to watch training by say nothing in words that are not trained on")
  func split() throws {
    let captions = try Self.captions()
    let (train, dev) = (try Self.lines("train.txt"), try Self.lines("dev.txt"))
    #expect(train.count == 400 && dev.count == 60 && Set(train).isDisjoint(with: dev))
    let known = Self.words(train.flatMap { captions[$0] ?? [] })
    #expect(Self.words(dev.flatMap { captions[$0] ?? [] }).isSubset(of: known))
    // The first caption leaves out least: none of them is that of a picture trained on.
    let first = Set(train.compactMap { captions[$0]?.first })
    #expect(first.isDisjoint(with: dev.compactMap { captions[$0]?.first }))
  }
}
