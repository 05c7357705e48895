import Captioning
import Foundation
import Metrics
import TestSupport
import Testing

struct CaptionedImagesTests {
  /// A folder with files, read by name; messages are given without its path.
  private struct Folder {
    private let folder: TemporaryFolder
    var path: String { folder.path }

    init(_ files: [String: String], images: [String]) throws {
      folder = try TemporaryFolder()
      for (name, text) in files { try write(Data(text.utf8), name) }
      for name in images { try write(Data(), name) }
    }

    func write(_ data: Data, _ name: String) throws {
      let url = URL(fileURLWithPath: path + "/" + name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: url)
    }

    func source(_ captions: String, _ set: (inout CaptionSource) -> Void = { _ in })
      -> CaptionSource
    {
      var source = CaptionSource(captions: path + "/" + captions)
      set(&source)
      if !source.images.isEmpty { source.images = path + "/" + source.images }
      if !source.list.isEmpty { source.list = path + "/" + source.list }
      return source
    }

    func read(
      _ captions: String, _ set: (inout CaptionSource) -> Void = { _ in }
    ) throws -> CaptionedImages {
      try CaptionedImages(reading: [source(captions, set)])
    }

    /// What is said of data that cannot be read.
    func error(
      _ captions: String, _ set: (inout CaptionSource) -> Void = { _ in }
    ) throws -> String {
      do {
        _ = try read(captions, set)
        return "was read"
      } catch {
        return "\(error)".replacing(path + "/", with: "")
      }
    }

    func said(_ summary: CaptionSummary) -> String {
      summary.description.replacing(path + "/", with: "")
    }
  }

  private let lines = "b.jpg\tA goat .\na.jpg\tA hen .\nb.jpg\t It 's  white \r\nb.jpg\tA goat .\n"

  @Test("every caption of an image is used, in the order of the file")
  func lineForm() throws {
    let folder = try Folder(["c.tsv": lines], images: ["a.jpg", "b.jpg", "z.jpg"])
    let read = try folder.read("c.tsv")
    #expect(
      read.images == [
        CaptionedImage(
          name: "b.jpg", path: folder.path + "/b.jpg",
          captions: ["A goat.", "It's white", "A goat."]),
        CaptionedImage(name: "a.jpg", path: folder.path + "/a.jpg", captions: ["A hen."]),
      ])
    #expect(read.captionCount == 4)
    #expect(folder.said(read.summaries[0]) == "c.tsv: 2 images with 4 captions")
    #expect(
      try folder.read("c.tsv") { $0.joinPunctuation = false }.images.map(\.captions) == [
        ["A goat .", "It 's  white", "A goat ."], ["A hen ."],
      ])
  }

  @Test("images lie where the source says, beside the captions or in their folder 'images'")
  func folders() throws {
    let below = try Folder(["c.tsv": lines], images: ["images/a.jpg", "images/b.jpg"])
    #expect(try below.read("c.tsv").images[0].path == below.path + "/images/b.jpg")
    let most = try Folder(["c.tsv": lines], images: ["a.jpg", "b.jpg", "images/b.jpg"])
    #expect(try most.read("c.tsv").images[0].path == most.path + "/b.jpg")
    let other = try Folder(["d/c.tsv": lines], images: ["p/a.jpg", "p/b.jpg"])
    for name in ["p", "p/"] {
      let images = try other.read("d/c.tsv") { $0.images = name }.images
      #expect(images.map(\.path) == ["b.jpg", "a.jpg"].map { other.path + "/p/" + $0 })
    }
    let above = try Folder(["d/c.tsv": "../p/a.jpg\tx"], images: ["p/a.jpg"])
    #expect(try above.read("d/c.tsv").images[0].path == above.path + "/d/../p/a.jpg")
    let absolute = try Folder(
      ["c.tsv": "\(above.path)/p/a.jpg\tx"], images: [])
    #expect(try absolute.read("c.tsv").images[0].path == above.path + "/p/a.jpg")
  }

  @Test("a file is found by a name that is composed otherwise, and known as its folder spells it")
  func composition() throws {
    let folder = try Folder(["c.tsv": "zie\u{308}ge.jpg\tx"], images: ["zi\u{EB}ge.jpg"])
    let path = try folder.read("c.tsv").images[0].path
    #expect(withExtendedLifetime(folder) { FileManager.default.fileExists(atPath: path) })
  }

  @Test("a list says which images are used and in what order")
  func list() throws {
    let folder = try Folder(
      ["c.tsv": lines + "c.jpg\tA cow", "l.txt": "\u{FEFF}c.jpg\r\n\r\n b.jpg \n", "one": "a.jpg"],
      images: ["a.jpg", "b.jpg", "c.jpg"])
    let read = try folder.read("c.tsv") { $0.list = "l.txt" }
    #expect(read.images.map(\.name) == ["c.jpg", "b.jpg"])
    #expect(read.summaries[0].counts == "2 images with 4 captions")
    let one = try folder.read("c.tsv") { $0.list = "one" }.summaries[0]
    #expect(one.counts == "1 image with 1 caption")
  }

  @Test("Flickr8k's token file")
  func flickr() throws {
    let folder = try Folder(
      ["t.txt": "a.jpg#0\tA goat .\na.jpg#1\tA white goat .\na.jpg.1#0\tA goat .\n"],
      images: ["images/a.jpg"])
    let read = try folder.read("t.txt")
    #expect(read.images.map(\.captions) == [["A goat.", "A white goat."]])
    #expect(
      folder.said(read.summaries[0]) == """
        t.txt: 1 image with 2 captions; left out: 1 image whose file is not there
          a.jpg.1: there is no file images/a.jpg.1; the image is left out
        """)
    #expect(try folder.error("t.txt") { $0.format = .tsv }.contains("a.jpg#0: there is no file"))
  }

  @Test("COCO's annotations, by the names of the files")
  func coco() throws {
    let folder = try Folder(
      [
        "c.json": """
        {"images": [{"id": 3, "file_name": "b.jpg"}, {"id": 1, "file_name": "sub/a.jpg"},
                    {"id": 2, "file_name": "n.jpg"}, {"id": 4, "file_name": "b.jpg"}],
         "annotations": [{"image_id": 1, "caption": "A hen."}, {"image_id": 3, "caption": "A goat. "},
                         {"image_id": 4, "caption": "A white\\ngoat."}]}
        """, "l.txt": "sub/a.jpg\n",
      ], images: ["images/b.jpg", "images/sub/a.jpg", "images/n.jpg"])
    let read = try folder.read("c.json")
    #expect(read.images.map(\.name) == ["b.jpg", "sub/a.jpg"])
    #expect(read.images.map(\.captions) == [["A goat.", "A white goat."], ["A hen."]])
    #expect(read.images[1].path == folder.path + "/images/sub/a.jpg")
    #expect(
      folder.said(read.summaries[0]) == """
        c.json: 2 images with 3 captions; left out: 1 image without a caption
          n.jpg: has no caption; the image is left out
        """)
    #expect(try folder.read("c.json") { $0.list = "l.txt" }.images.map(\.name) == ["sub/a.jpg"])
  }

  private let karpathy = """
    {"dataset": "x", "images": [
      {"filename": "a.jpg", "filepath": "t", "split": "train",
       "sentences": [{"raw": "A goat.", "tokens": ["a", "goat"]}, {"raw": "A hen ."}]},
      {"filename": "a.jpg", "filepath": "v", "split": "val", "sentences": [{"raw": "A cow."}]},
      {"filename": "r.jpg", "split": "restval", "sentences": [{"raw": "An owl."}]}]}
    """

  @Test("Karpathy's splits, together and alone")
  func splits() throws {
    let folder = try Folder(["d.json": karpathy], images: ["t/a.jpg", "v/a.jpg", "r.jpg"])
    #expect(try folder.read("d.json").images.map(\.name) == ["t/a.jpg", "v/a.jpg", "r.jpg"])
    let read = try folder.read("d.json") { $0.split = "train+restval" }
    #expect(read.images.map(\.captions) == [["A goat.", "A hen."], ["An owl."]])
    #expect(read.images[0].path == folder.path + "/t/a.jpg")
    #expect(
      try folder.error("d.json") { $0.split = "val+trian" }
        == "d.json: no image is of the split 'trian'; there are train, val, restval")
  }

  @Test("what cannot be used is counted and the first few are named")
  func leftOut() throws {
    var text = "a.jpg\tA goat\na.jpg\t \u{3000}\na.jpg\t\nb.jpg\t\n"
    for number in 1...5 { text += "m\(number).jpg\tA goat\n" }
    let folder = try Folder(
      ["c.tsv": text, "l.txt": "a.jpg\nnone.jpg\nb.jpg\na.jpg\nm5.jpg\nm4.jpg\nm3.jpg\nm2.jpg\n"],
      images: ["images/a.jpg", "images/b.jpg", "images/none.jpg"])
    let read = try folder.read("c.tsv") { $0.list = "l.txt" }
    #expect(read.images.map(\.name) == ["a.jpg"])
    #expect(
      read.summaries[0].leftOut == [.noFile: 4, .noCaption: 2, .listedAgain: 1, .emptyCaption: 3])
    #expect(
      folder.said(read.summaries[0]) == """
        c.tsv: 1 image with 1 caption; left out: 4 images whose file is not there, 2 images without a \
        caption, 1 name listed again, 3 empty captions
          a.jpg: is listed again; it is used once
          a.jpg: caption 2 is empty; the caption is left out
          a.jpg: caption 3 is empty; the caption is left out
          none.jpg: has no caption; the image is left out
          b.jpg: caption 1 is empty; the caption is left out
          b.jpg: has no caption that is not empty; the image is left out
          m5.jpg: there is no file images/m5.jpg; the image is left out
          m4.jpg: there is no file images/m4.jpg; the image is left out
          m3.jpg: there is no file images/m3.jpg; the image is left out
        """)
  }

  @Test("a source of which nothing remains is an error with a remedy")
  func nothingRemains() throws {
    let folder = try Folder(
      ["c.tsv": lines, "blank.tsv": "a.jpg\t \n", "l.txt": "a\nb\n", "no.txt": "\n"],
      images: ["p/a.jpg"])
    #expect(
      try folder.error("c.tsv") == """
        c.tsv: no image can be used (0 images with 0 captions; left out: 2 images whose file is not \
        there); b.jpg: there is no file b.jpg; name the folder of the images with 'images'
        """)
    #expect(
      try folder.error("c.tsv") { ($0.images, $0.list) = ("p", "l.txt") } == """
        c.tsv: no image can be used (0 images with 0 captions; left out: 2 images without a caption); \
        a: has no caption; l.txt must name images as the captions' file does
        """)
    #expect(
      try folder.error("blank.tsv") { $0.images = "p" } == """
        blank.tsv: no image can be used (0 images with 0 captions; left out: 1 image without a \
        caption, 1 empty caption); a.jpg: has no caption that is not empty; is it the right file?
        """)
    #expect(
      try folder.error("c.tsv") { ($0.images, $0.list) = ("p", "no.txt") }
        == "no.txt: names no image; it has the name of one image a line")
    #expect(
      try folder.error("c.tsv") { $0.images = "q" }
        == "q: there is no such folder; name the one with the images")
    #expect(
      try folder.error("c.tsv") { $0.images = "c.tsv" }
        == "c.tsv: there is no such folder; name the one with the images")
  }

  @Test("files that are damaged or not there are named, with the line or key")
  func damaged() throws {
    let folder = try Folder(
      [
        "c.tsv": lines, "no-tab.tsv": "a.jpg x\nb.jpg y\n",
        "cut.json": String(karpathy.dropLast(9)),
        "key.json": karpathy.replacing("\"raw\": \"A cow.\"", with: "\"raw\": 3"),
      ],
      images: ["a.jpg"])
    try folder.write(Data("a.jpg\t".utf8) + [0xE9, 0x0A], "latin.tsv")
    try folder.write(Data("a.jpg\n\n".utf8) + [0xE9, 0x0A], "latin.txt")
    #expect(
      try folder.error("no-tab.tsv")
        == "no-tab.tsv, line 1: no tab; a line is an image's name, a tab and a caption")
    #expect(
      try folder.error("latin.tsv") == "latin.tsv, line 1: not UTF-8; convert the file to UTF-8")
    #expect(
      try folder.error("c.tsv") { $0.list = "latin.txt" }
        == "latin.txt, line 3: not UTF-8; convert the file to UTF-8")
    #expect(
      try folder.error("key.json")
        == "key.json: images[1].sentences[0].raw is missing or is no string")
    let cut = try folder.error("cut.json")
    #expect(cut.hasPrefix("cut.json: not JSON: ") && cut.hasSuffix("cut short, get it anew"))
    #expect(
      try folder.error("c.tsv") { $0.split = "train" } == """
        c.tsv: has no splits, only Karpathy's JSON has; name none, or list the images
        """)
    for error in [
      try folder.error("none.tsv"), try folder.error("c.tsv") { $0.list = "none.tsv" },
    ] {
      #expect(error == "none.tsv: there is no such file; check the path")
    }
    try FileManager.default.createDirectory(
      atPath: folder.path + "/d", withIntermediateDirectories: true)
    #expect(try folder.error("d") == "d: is a folder; name a file")
  }

  @Test("a bad line is named and left out, an empty one passed over")
  func badLines() throws {
    let folder = try Folder(["none.tsv": ""], images: ["a.jpg"])
    let text =
      Array("a.jpg\tx\n\na.jpg\t".utf8) + [0xE9, 0x0A] + Array("no tab\na.jpg\ty\n\n".utf8)
    try folder.write(Data(text), "c.tsv")
    let read = try folder.read("c.tsv")
    #expect(read.images.map(\.captions) == [["x", "y"]])
    #expect(
      folder.said(read.summaries[0]) == """
        c.tsv: 1 image with 2 captions; left out: 2 bad lines
          c.tsv, line 3: not UTF-8; convert the file to UTF-8; the line is left out
          c.tsv, line 4: no tab; a line is an image's name, a tab and a caption; the line is left out
        """)
  }

  /// FNV-1a of "a\tx\n", as in the tests of parallel corpora.
  @Test("the fingerprint is of every name and caption in order")
  func fingerprint() throws {
    let texts = [
      "a\tx\n", "b\tx\n", "a\ty\n", "a\tx\na\ty\n", "a\ty\na\tx\n", "a\tx\nb\ty\n", "b\ty\na\tx\n",
    ]
    var prints: [String] = []
    for text in texts {
      let folder = try Folder(["c.tsv": text], images: ["a", "b"])
      let read = try folder.read("c.tsv")
      #expect(read.fingerprint == read.summaries[0].fingerprint)
      prints.append(read.fingerprint)
    }
    #expect(prints[0] == "6e462881ea9d889d")
    #expect(Set(prints).count == texts.count)
  }

  @Test("sources come one after the other")
  func sources() throws {
    let folder = try Folder(["1.tsv": "a\tx\n", "2.tsv": "b\ty\na\tz\n"], images: ["a", "b"])
    let both = try CaptionedImages(reading: [folder.source("1.tsv"), folder.source("2.tsv")])
    #expect(both.images.map(\.name) == ["a", "b", "a"])
    #expect(both.summaries.map(\.images) == [1, 2] && both.captionCount == 3)
    #expect(Set(both.summaries.map(\.fingerprint) + [both.fingerprint]).count == 3)
    #expect(try CaptionedImages(reading: []).images.isEmpty)
  }
}
