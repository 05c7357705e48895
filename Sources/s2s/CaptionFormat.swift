import Captioning

/// How captions are printed.
struct CaptionFormat {
  /// Whether each line begins with the picture's name.
  var names: Bool
  /// A line a candidate, with name and score.
  var nbest: Bool
  /// An object a picture.
  var json: Bool

  /// - Parameter seconds: what the picture took, one of those that were captioned at once.
  func write(
    _ name: String, _ caption: Captioning.Caption, seconds: Double, to output: TextOutput
  ) throws {
    if json {
      let object = JSON.object([
        ("file", .string(name)), ("caption", .string(caption.text)),
        ("score", .number(caption.candidates[0].score)),
        ("candidates", .array(caption.candidates.map(object))), ("seconds", .number(seconds)),
      ])
      return try output.write(object.text)
    }
    let name = Self.field(name)
    guard nbest else { return try output.write(names ? name + "\t" + caption.text : caption.text) }
    for candidate in caption.candidates {
      try output.write("\(name)\t\(candidate.text)\t\(fixed(candidate.score, 4))")
    }
  }

  /// Writes that a picture could not be captioned.
  func write(_ name: String, _ error: PictureError, to output: TextOutput) throws {
    if json {
      return try output.write(
        JSON.object([
          ("file", .string(name)), ("caption", .string("")), ("error", .string("\(error)")),
        ]).text)
    }
    let name = Self.field(name)
    try output.write(nbest ? name + "\t\t" : names ? name + "\t" : "")
  }

  /// A name as it can stand between tabs: a tab in it becomes `\t`, a line feed `\n`, a backslash two.
  static func field(_ name: String) -> String {
    name.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n")
  }

  private func object(_ candidate: Captioning.Caption.Candidate) -> JSON {
    .object([
      ("caption", .string(candidate.text)), ("score", .number(candidate.score)),
      ("logProbability", .number(candidate.logProbability)),
      ("tokens", .integer(candidate.tokenCount)), ("ended", .bool(candidate.ended)),
    ])
  }
}
