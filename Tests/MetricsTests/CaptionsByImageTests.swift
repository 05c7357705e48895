import Foundation
import Metrics
import Testing

struct CaptionsByImageTests {
  private func read(
    _ text: String, _ format: CaptionFormat? = nil
  ) throws(CaptionError) -> CaptionsByImage {
    try CaptionsByImage(bytes: Array(text.utf8), file: "f", format: format)
  }

  @Test("a name, a tab and a caption a line")
  func tabbed() throws {
    let captions = try read("b.jpg\tA dog .\r\na.jpg\tA\tcat\nb.jpg\t\n")
    #expect(captions.images == ["b.jpg", "a.jpg"])
    #expect(captions.captions == [["A dog .", ""], ["A\tcat"]])
    #expect(captions["a.jpg"] == ["A\tcat"])
    #expect(captions["c.jpg"] == nil)
    #expect(try read("\u{FEFF}a\tb").images == ["a"])
  }

  @Test("Flickr8k's numbers belong to no name")
  func flickr() throws {
    let text = "b#1.jpg#0\tx\nb#1.jpg#1\ty\n"
    let captions = try read(text)
    #expect(captions.images == ["b#1.jpg"])
    #expect(captions.captions == [["x", "y"]])
    #expect(try read(text, .tabbed).images == ["b#1.jpg#0", "b#1.jpg#1"])
    #expect(try read("a\tx\n", .flickr).images == ["a"])
  }

  @Test("COCO's annotations, in the order of its images")
  func annotations() throws {
    let captions = try read(
      """
      {"info": {}, "images": [{"id": 9, "file_name": "x"}, {"id": "8"}, {"id": 1e3}],
       "annotations": [{"image_id": 1000, "id": 1, "caption": "c"}, {"image_id": "9", "caption": "a"},
                       {"image_id": 8, "caption": "b"}, {"image_id": 9, "caption": "d\\n"}]}
      """)
    #expect(captions.images == ["9", "8", "1000"])
    #expect(captions.captions == [["a", "d\n"], ["b"], ["c"]])
    #expect(captions.files == ["x", "8", "1000"])
  }

  private let karpathy = """
    {"images": [
      {"filename": "b.jpg", "filepath": "t", "split": "train", "imgid": 4, "sentences":
        [{"raw": "a", "tokens": ["a"]}, {"raw": "b"}]},
      {"filename": "a.jpg", "filepath": null, "split": "val", "sentences": [{"raw": "c"}]},
      {"filename": "b.jpg", "split": "train", "sentences": []}]}
    """

  @Test("Karpathy's data sets, whole and by splits")
  func karpathyForm() throws {
    let all = try read(karpathy)
    #expect(all.images == ["t/b.jpg", "a.jpg", "b.jpg"] && all.files == all.images)
    #expect(all.captions == [["a", "b"], ["c"], []])
    #expect(try read(karpathy, .karpathy) == all)
    func split(_ splits: String...) throws -> [String] {
      try CaptionsByImage(bytes: Array(karpathy.utf8), file: "f", splits: splits).images
    }
    #expect(try split("val") == ["a.jpg"])
    #expect(try split("train") == ["t/b.jpg", "b.jpg"])
    #expect(try split("val", "train") == all.images)
    #expect(throws: CaptionError.noSplit(file: "f", split: "x", found: ["train", "val"])) {
      try split("val", "x")
    }
    #expect(throws: CaptionError.noSplits(file: "f")) {
      try CaptionsByImage(bytes: Array("a\tb".utf8), file: "f", splits: ["train"])
    }
    #expect(
      throws: CaptionError.badValue(
        file: "f", key: "'annotations'", problem: "is missing or is no list")
    ) { try read(karpathy, .annotations) }
  }

  @Test("COCO's results")
  func results() throws {
    let captions = try read(
      #" [{"image_id": 7, "caption": "a"}, {"image_id": "x", "caption": "b"}] "#)
    #expect(captions.images == ["7", "x"])
    #expect(captions.captions == [["a"], ["b"]])
  }

  @Test(
    "errors name the file and the line or key",
    arguments: [
      ("a\tb\nc d\n", CaptionError.noTab(file: "f", line: 2)),
      ("a\tb\n\nc d\n", .noTab(file: "f", line: 3)),
      ("a\tb\n\tc\n", .noImageName(file: "f", line: 2)),
      ("", .noCaptions(file: "f")),
      ("[]", .noCaptions(file: "f")),
      (
        #"{"annotations": []}"#,
        .badValue(file: "f", key: "'images'", problem: "is missing or is no list")
      ),
      (
        #"{"images": [], "annotations": {}}"#,
        .badValue(file: "f", key: "'annotations'", problem: "is missing or is no list")
      ),
      (
        #"{"images": [{"id": 1}, {"id": 1.5}], "annotations": []}"#,
        .badValue(
          file: "f", key: "images[1].id",
          problem: "is missing, or is neither a whole number nor a string")
      ),
      (
        #"{"images": [{"id": 1}], "annotations": [{"image_id": 2, "caption": "x"}]}"#,
        .badValue(
          file: "f", key: "annotations[0].image_id", problem: "is 2, which 'images' does not have")
      ),
      (#"{"images": [{"id": 1}], "annotations": []}"#, .noCaptions(file: "f")),
      (
        #"[{"image_id": 1, "caption": "x"}, {"image_id": 2}]"#,
        .badValue(file: "f", key: "[1].caption", problem: "is missing or is no string")
      ),
      (#"[3]"#, .badValue(file: "f", key: "[0]", problem: "is no object")),
      (
        #"{"images": [{"id": 1, "file_name": 2}], "annotations": []}"#,
        .badValue(file: "f", key: "images[0].file_name", problem: "is no string")
      ),
      (
        #"{"images": [{"filename": "a", "sentences": []}, {"filename": "b"}]}"#,
        .badValue(file: "f", key: "images[1].sentences", problem: "is missing or is no list")
      ),
      (
        #"{"images": [{"sentences": []}]}"#,
        .badValue(file: "f", key: "images[0].filename", problem: "is missing or is no string")
      ),
      (
        #"{"images": [{"filename": "a", "filepath": 1, "sentences": []}]}"#,
        .badValue(file: "f", key: "images[0].filepath", problem: "is no string")
      ),
      (
        #"{"images": [{"filename": "a", "sentences": [{"raw": "x"}, 3]}]}"#,
        .badValue(file: "f", key: "images[0].sentences[1]", problem: "is no object")
      ),
      (
        #"[{"image_id": true, "caption": "x"}]"#,
        .badValue(
          file: "f", key: "[0].image_id",
          problem: "is missing, or is neither a whole number nor a string")
      ),
    ])
  func errors(text: String, error: CaptionError) {
    #expect(throws: error) { try read(text) }
    #expect(error.description.hasPrefix("f"))
  }

  @Test("a file that is not there, is not UTF-8 or not JSON")
  func unreadable() throws {
    #expect(throws: CaptionError.notUTF8(file: "f", line: 2)) {
      try CaptionsByImage(bytes: Array("a\tb\nc\t".utf8) + [0xFF, 0x0A], file: "f")
    }
    do {
      _ = try read("[1,")
      Issue.record("half a list was read")
    } catch {
      guard case .notJSON(file: "f", _) = error else { throw error }
    }
    let missing = CaptionError.unreadable(
      file: "/nowhere/captions.tsv", reason: "there is no such file; check the path")
    #expect(throws: missing) { try CaptionsByImage(path: "/nowhere/captions.tsv") }
    let folder = FileManager.default.temporaryDirectory
    #expect(
      throws: CaptionError.unreadable(file: folder.path, reason: "is a folder; name a file")
    ) { try CaptionsByImage(path: folder.path) }
    let file = folder.appendingPathComponent("captions-\(UUID().uuidString).tsv")
    try Data("a\tb\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(try CaptionsByImage(path: file.path).images == ["a"])
  }

  @Test("results that do not fit the references")
  func pairing() throws {
    let references = try read("1\ta dog\n2\ta cat\n3\ta bird\n")
    let metrics = CaptionMetrics()
    func report(_ results: String, onlyResults: Bool = false) throws(CaptionError)
      -> CaptionMetrics.Report
    {
      try metrics.report(
        results: read(results), references: references, onlyResults: onlyResults)
    }
    #expect(throws: CaptionError.noResult(image: "2", count: 2)) { try report("1\ta dog") }
    #expect(throws: CaptionError.unknownImage("4")) { try report("1\ta\n4\tb", onlyResults: true) }
    #expect(throws: CaptionError.severalResults(image: "2", count: 2)) {
      try report("1\ta\n2\tb\n3\tc\n2\td")
    }
    #expect(try report("3\ta\n1\tb", onlyResults: true).images == ["1", "3"])
    var bare = references
    bare.add(image: "4")
    #expect(throws: CaptionError.noReferences(image: "4")) {
      try metrics.report(results: read("1\ta\n2\tb\n3\tc\n4\td"), references: bare)
    }
    #expect(throws: CaptionError.noImages) {
      try metrics.report(results: CaptionsByImage(), references: references, onlyResults: true)
    }
    #expect(
      CaptionError.noResult(image: "2", count: 2).description.hasPrefix("2 images have no result"))
  }
}
