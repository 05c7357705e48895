import Captioning
import Foundation
import Seq2Seq
import Testing

struct CaptionSourceTests {
  private func decode(_ json: String) throws -> CaptionSource {
    try JSONDecoder().decode(CaptionSource.self, from: Data(json.utf8))
  }

  @Test("what is left out has its default")
  func defaults() throws {
    let source = try decode(#"{"captions": "c.tsv"}"#)
    #expect(source == CaptionSource(captions: "c.tsv"))
    #expect(source.images.isEmpty && source.list.isEmpty && source.split.isEmpty)
    #expect(source.format == .auto && source.joinPunctuation)
    try source.validate()
  }

  @Test("every key is read, and written again")
  func keys() throws {
    let source = try decode(
      """
      {"captions": "c.json", "images": "pictures", "list": "train.txt", "split": "train+restval",
       "format": "karpathy", "joinPunctuation": false}
      """)
    var expected = CaptionSource(captions: "c.json")
    expected.images = "pictures"
    expected.list = "train.txt"
    expected.split = "train+restval"
    expected.format = .karpathy
    expected.joinPunctuation = false
    #expect(source == expected)
    try source.validate()
    let written = try JSONEncoder().encode(source)
    #expect(try JSONDecoder().decode(CaptionSource.self, from: written) == source)
    let object = try JSONSerialization.jsonObject(with: written) as? [String: Any]
    #expect(object?.count == 6)
  }

  @Test("a source without captions is no source")
  func noCaptions() throws {
    #expect(
      throws: ConfigurationError(
        key: "captions", message: "is missing; give the file with the captions")
    ) { try decode("{}") }
    #expect(
      throws: ConfigurationError(
        key: "captions", message: "is not set; give the file with the captions")
    ) { try CaptionSource().validate() }
  }

  @Test("splits are names joined by +", arguments: ["+", "train+", "+train", "a++b", "train, val"])
  func badSplit(split: String) {
    var source = CaptionSource(captions: "c.json")
    source.split = split
    #expect(
      throws: ConfigurationError(
        key: "split",
        message: "is '\(split)'; it must be a split's name, or several as in train+restval")
    ) { try source.validate() }
  }

  @Test("only Karpathy's JSON has splits", arguments: CaptionSource.Format.allCases)
  func formatOfSplits(format: CaptionSource.Format) throws {
    var source = CaptionSource(captions: "c.json")
    source.split = "train"
    source.format = format
    if format == .auto || format == .karpathy {
      try source.validate()
    } else {
      #expect(
        throws: ConfigurationError(
          key: "split",
          message:
            "goes with Karpathy's JSON only, but 'format' is \(format.rawValue); leave it out"
        )
      ) { try source.validate() }
    }
  }
}
