import Captioning
import Foundation
import ImageFeatures
import Recipes
import Seq2Seq
import Testing

@Suite struct CaptionEnsembleTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try CaptionTests.makeModel(in: folder)
    for (number, name) in ["a.png", "b.png", "c.jpg"].enumerated() {
      try folder.file(name, try CaptionTests.png(UInt8(80 * number)))
    }
  }

  @Test func modelsTogetherAreAnEnsemble() throws {
    // A network of another size may be a member.
    let other = try CaptionTests.makeModel(in: folder, "other", seed: 8, hiddenSize: 20)
    let picture = folder.path("a.png")
    let json = ["caption", picture, "--json", "--attention", folder.path("strip.png")]
    let both = try Command.run(json + ["--model", model, "--model", other])
    #expect(both.status == 0, "\(both.errors)")
    let caption = try Captioner(paths: [model, other]).caption(contentsOf: picture)
    let object = try #require(
      try JSONSerialization.jsonObject(with: both.output) as? [String: Any])
    #expect(object["caption"] as? String == caption.text)
    for alone in [model, other] {
      #expect(
        try Captioner(path: alone).caption(contentsOf: picture).candidates[0].score
          != caption.candidates[0].score)
    }
    // A model twice is that model.
    let twice = try Captioner(paths: [other, other]).caption(contentsOf: picture)
    #expect(try twice.text == Captioner(path: other).caption(contentsOf: picture).text)
  }

  @Test func membersOfAnEnsembleMustFit() throws {
    let others = [
      (
        "language", try CaptionTests.makeModel(in: folder, "german", target: "de"),
        "the same language"
      ),
      (
        "subwords",
        try CaptionTests.makeModel(in: folder, "words", lines: Array(TinyModel.text.dropLast())),
        "has other subwords than"
      ),
      (
        "size", try CaptionTests.makeModel(in: folder, "large", size: 64),
        "prepares pictures otherwise"
      ),
      (
        "fit", try CaptionTests.makeModel(in: folder, "cropping", fit: .crop),
        "prepares pictures otherwise"
      ),
    ]
    for (difference, other, message) in others {
      let outcome = try Command.run(
        ["caption", "--model", model, "--model", other, folder.path("a.png")])
      #expect(
        outcome.status == 65 && outcome.errors.contains("\(other): ")
          && outcome.errors.contains(message), "\(difference): \(outcome.errors)")
    }
  }
}
