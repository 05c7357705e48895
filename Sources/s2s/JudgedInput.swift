import ArgumentParser
import Captioning
import Foundation

/// The data that a model is judged by: lines and their translations, a text, or pictures and what people said of them.
struct JudgedInput: ParsableArguments {
  @Option(
    name: [.customShort("s"), .customLong("source")],
    help: ArgumentHelp("For a translator: lines to translate.", valueName: "file"),
    completion: .file())
  var source: String?

  @Option(
    name: [.customShort("r"), .customLong("reference"), .customLong("references")],
    help: ArgumentHelp(
      "Their translations, a line each; for a language model: its text; for a captioner: captions as TSV of image and "
        + "caption, Flickr8k's tokens, or COCO's or Karpathy's JSON.", valueName: "file"),
    completion: .file())
  var reference: String?

  @Option(
    help: ArgumentHelp(
      "For a captioner: the folder of the pictures; the captions' folder, or images in it, unless told.",
      valueName: "folder"),
    completion: .directory)
  var images: String?

  @Option(
    help: ArgumentHelp(
      "For a captioner: a file of the names of pictures, one a line, where not all count.",
      valueName: "file"),
    completion: .file())
  var list: String?

  @Option(
    help: ArgumentHelp(
      "For a captioner: the split of Karpathy's JSON, where not all pictures count.",
      valueName: "name"))
  var split: String?

  /// The lines of a translator.
  func lines() throws -> (sources: [String], references: [String], name: String) {
    for (name, value) in [("--images", images), ("--list", list), ("--split", split)]
    where value != nil {
      throw Failure(.usage, "\(name) goes with a captioner; this model translates lines")
    }
    guard let source, let reference else {
      throw Failure(
        .usage,
        "give lines with --source and their translations with --reference, to judge by")
    }
    let (sources, references) = (try readLines(source), try readLines(reference))
    guard sources.count == references.count else {
      throw Failure(
        .data,
        "\(source) has \(sources.count) lines and \(reference) \(references.count); line n of one must be "
          + "the translation of line n of the other")
    }
    guard !sources.isEmpty else {
      throw Failure(.data, "\(source): there are no lines to judge by")
    }
    return (sources, references, "\(Self.file(source)) and \(Self.file(reference))")
  }

  /// The lines of a language model.
  func text() throws -> (lines: [String], name: String) {
    for (name, value) in [
      ("--source", source), ("--images", images), ("--list", list), ("--split", split),
    ] where value != nil {
      throw Failure(
        .usage, "\(name) does not go with a language model; give its text with --reference")
    }
    guard let reference else {
      throw Failure(.usage, "give a text with --reference, to judge by")
    }
    return (try JudgedText(reference).lines, Self.file(reference))
  }

  /// The pictures of a captioner.
  func pictures() throws -> (images: CaptionedImages, name: String) {
    if source != nil {
      throw Failure(.usage, "--source goes with a translator; this model captions --images")
    }
    guard let reference else {
      throw Failure(
        .usage,
        "give the file of captions with --reference, and the folder of their pictures with --images, to "
          + "judge by")
    }
    var source = CaptionSource(captions: reference)
    source.images = images ?? ""
    source.list = list ?? ""
    source.split = split ?? ""
    try source.validate()
    let images = try CaptionedImages(reading: [source])
    for summary in images.summaries where !summary.leftOut.isEmpty { remark("\(summary)") }
    return (images, Self.file(reference))
  }

  private static func file(_ path: String) -> String { (path as NSString).lastPathComponent }
}
