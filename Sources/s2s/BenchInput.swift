import ArgumentParser
import Benchmarking
import Captioning
import Foundation
import Recipes

/// The user's own texts, models and pictures for benchmarks; what ships or is drawn where there are none.
struct BenchInput: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Lines to translate, cut and score, in place of 100 German sentences.", valueName: "file"),
    completion: .file())
  var text: String?

  @Option(
    help: ArgumentHelp(
      "A model that translates or captions: its folder, its name, or a pair such as de-en. May be "
        + "given once for each.", valueName: "model"), completion: .directory)
  var model: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Two files whose lines translate each other, to train on in place of drawn token sequences; "
        + "names of suites go before this.", valueName: "source target"), completion: .file())
  var corpus: [String] = []

  @Option(
    help: ArgumentHelp(
      "A folder of PNG and JPEG files to caption and to read, 500 of them at most, in place of "
        + "drawn ones.", valueName: "folder"), completion: .directory)
  var pictures: String?

  func validate() throws {
    guard corpus.isEmpty || corpus.count == 2 else {
      throw ValidationError(
        "--corpus takes two files, of the source and of the target, but there are \(corpus.count): "
          + corpus.joined(separator: ", ") + ". Names of suites go before it.")
    }
  }

  func apply(to settings: inout BenchmarkSettings) throws {
    if let text { settings.text = try Self.lines(text) }
    if corpus.count == 2 { settings.corpus = (corpus[0], corpus[1]) }
    if let pictures { settings.pictures = try Self.pictures(pictures) }
    let library = ModelLibrary()
    for name in model {
      let path = library.path(of: name)
      let kind = try ModelHeader(path: path).kind
      guard kind != .languageModel else {
        throw Failure(
          .usage, "--model \(name) completes text; give one that translates or captions")
      }
      guard (kind == .caption ? settings.captioner : settings.model) == nil else {
        throw Failure(.usage, "--model \(name) is the second of its kind; give one")
      }
      switch kind {
      case .translation: settings.model = path
      case .caption: settings.captioner = path
      case .languageModel: break
      }
    }
  }

  /// What is to be known of the data that was not given.
  func remarks(on cases: [BenchmarkCase]) -> [String] {
    let suites = Set(cases.map(\.suite))
    var remarks: [String] = []
    if suites.contains(.training), corpus.isEmpty {
      remarks.append(
        "training is on drawn token sequences as long as those of Multi30k, over 8,000 subwords; "
          + "--corpus takes real text")
    }
    if pictures == nil, suites.contains(.reading) || suites.contains(.captioning) {
      remarks.append(
        "pictures are drawn, 640 x 480 pixels, and read from PNG; --pictures takes photos")
    }
    return remarks
  }

  /// The lines that have text.
  private static func lines(_ path: String) throws -> [String] {
    let input = TextInput([path])
    var lines: [String] = []
    while case .line(let line) = input.next(waits: true) {
      guard let text = line.text else { throw Failure(.data, line.problem ?? path) }
      if text.contains(where: { !$0.isWhitespace }) { lines.append(text) }
    }
    // A file that cannot be read has been named.
    if input.hasFailed { throw SilentEnd(status: .noInput) }
    guard !lines.isEmpty else { throw Failure(.data, "\(path): there is no text in it") }
    return lines
  }

  private static func pictures(_ folder: String) throws -> [[UInt8]] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw Failure(.noInput, "\(folder): there is no such folder; check the path")
    }
    let endings: Set = ["png", "jpg", "jpeg"]
    let files = names.sorted().filter {
      endings.contains(URL(fileURLWithPath: $0).pathExtension.lowercased())
    }
    let pictures = files.prefix(500).compactMap {
      FileManager.default.contents(atPath: folder + "/" + $0).map { [UInt8]($0) }
    }
    guard !pictures.isEmpty else {
      throw Failure(.data, "\(folder): there are no PNG or JPEG files in it")
    }
    return pictures
  }
}
