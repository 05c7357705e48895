import Captioning
import Foundation
import ImageFeatures
import Recipes
import Seq2Seq
import Testing

@Suite struct CaptionTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try Self.makeModel(in: folder)
    for (number, name) in ["a.png", "b.png", "c.jpg"].enumerated() {
      try folder.file(name, try Self.png(UInt8(80 * number)))
    }
  }

  @Test func onePictureGivesItsCaptionAlone() throws {
    let named = try Command.run(["caption", "--model", model, folder.path("a.png")])
    #expect(named.status == 0 && named.lines.count == 1 && !named.lines[0].contains("\t"))
    let piped = try Command.run(
      ["caption", "--model", model, "-"], input: Data(contentsOf: folder.url("a.png")))
    #expect(piped.output == named.output)
    // Found by being the only one that captions.
    let found = try Command.run(["caption", folder.path("a.png")], models: folder.path)
    #expect(found.output == named.output)
  }

  /// A photo far larger than the network's square is read at a fraction of its size wherever it comes from.
  @Test func aLargePhotoIsTheSameFromAFileAndFromItsBytes() throws {
    let bytes = try Data(contentsOf: Self.oddFile("large.jpg"))
    let small = try Self.makeModel(in: folder, "small", size: 8)
    try folder.file("photo.jpg", bytes)
    let named = try Command.run(["caption", "--model", small, folder.path("photo.jpg")])
    let piped = try Command.run(["caption", "--model", small, "-"], input: bytes)
    #expect(named.status == 0 && named.output == piped.output)
    let reader = try Captioner(path: small).reader
    let image = try reader.read(folder.path("photo.jpg"))
    // A quarter of 101 x 76, turned.
    #expect(reader.shortSide == 16 && image.width == 19 && image.height == 26)
    #expect(try ImageReader().read(folder.path("photo.jpg")).height == 101)
  }

  @Test func captionsAreAsLongAsTheyMayBe() throws {
    let whole = try Command.run(["caption", "--model", model, "--json", folder.path("a.png")])
    let short = try Command.run(
      ["caption", "--model", model, "--json", "--max-length", "2", folder.path("a.png")])
    #expect(whole.text.contains("\"tokens\":8") && short.text.contains("\"tokens\":2"))
  }

  @Test func nbestGivesALineACandidate() throws {
    let outcome = try Command.run(
      ["caption", "--model", model, "--nbest", "3", folder.path("a.png")])
    #expect(outcome.lines.count == 3)
    let scores = outcome.lines.compactMap { $0.split(separator: "\t").last.flatMap { Double($0) } }
    #expect(scores.count == 3 && scores == scores.sorted(by: >))
  }

  @Test func altTextsAndAttentionAreWrittenBesides() throws {
    let alt = folder.path("alt.tsv")
    let outcome = try Command.run(
      [
        "caption", "--model", model, "--write-alt", alt, "--attention", folder.path("maps"),
        folder.path("a.png"), folder.path("b.png"),
      ])
    #expect(outcome.status == 0)
    #expect(try Data(contentsOf: folder.url("alt.tsv")) == outcome.output)
    for name in ["a", "b"] {
      let bytes = Array(try Data(contentsOf: folder.url("maps/\(name).attention.png")))
      #expect(try ImageCodec.decode(bytes).width > 200)
    }
    let one = try Command.run(
      ["caption", "--model", model, "--attention", folder.path("one.png"), folder.path("a.png")])
    #expect(one.status == 0 && FileManager.default.fileExists(atPath: folder.path("one.png")))
  }

  @Test func sayingWhatIsWrong() throws {
    let translator = try TinyModel.make(in: folder)
    let rows: [([String], Int32, String)] = [
      (["--model", translator, "x.png"], 65, "this is a translation model, not one that captions"),
      (["--model", folder.path("none"), "x.png"], 66, "no such model folder"),
      (["--nbest", "9", "--beam", "3", "x.png"], 2, "--beam keeps only 3"),
      (["--model", model, "--tgt", "en", "x.png"], 2, "either --model, or --tgt"),
      (
        ["--model", model, "--attention", folder.path("no/x.png"), "x.png"], 73,
        "its folder is not there"
      ),
    ]
    for (arguments, status, message) in rows {
      let outcome = try Command.run(["caption"] + arguments)
      #expect(outcome.status == status, "\(arguments)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
    let picture = folder.path("a.png")
    let given = try Data(contentsOf: folder.url("a.png"))
    for arguments in [
      ["--attention", picture, picture], ["--write-alt", picture, picture],
      ["--attention", folder.path, folder.path], ["--write-alt", picture, folder.path],
      ["--max-length-factor", "2", picture], ["-", "-"],
    ] {
      let outcome = try Command.run(["caption", "--model", model] + arguments)
      #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(arguments[0]), "\(outcome.errors)")
    }
    #expect(try Data(contentsOf: folder.url("a.png")) == given)
    // Models that ship would be found too: only a language that nobody captions in is missing for sure.
    let none = try Command.run(["caption", "--tgt", "zz", "x.png"])
    #expect(none.status == 66 && none.errors.contains("no model captions pictures in 'zz'"))
    #expect(none.errors.contains("s2s train"))
    let wrong = try Command.run(["translate", "--model", model], input: "a\n")
    #expect(wrong.status == 65 && wrong.errors.contains("this is a caption model"))
  }

  @Test func modelsAreListedAndDescribed() throws {
    let list = try Command.run(["models"], models: folder.path)
    #expect(list.lines.contains { $0.hasPrefix("photo-xx") && $0.contains("tiny captioner") })
    let info = try Command.run(["models", "info", model])
    for expected in ["pictures to xx", "inputSize", "attentionGate", "Parameters"] {
      #expect(info.text.contains(expected), "\(expected)")
    }
    let small = folder.path("small")
    let converted = try Command.run(["models", "convert", model, small, "--precision", "int8"])
    #expect(converted.status == 0)
    let outcome = try Command.run(["caption", "--model", small, folder.path("a.png")])
    #expect(outcome.status == 0 && outcome.lines.count == 1)
  }
}
