internal import Foundation
internal import Neural
internal import Recipes
internal import Seq2Seq
internal import Tokenization
internal import Translation

extension BenchmarkCase {
  static let decoding: [BenchmarkCase] = [WeightPrecision.int8, .float32].flatMap { precision in
    [1, 64].flatMap { batch in
      [1, 5].map { beam in
        let kind = precision == .int8 ? "int8" : "float"
        return BenchmarkCase(.decoding, "\(kind)/batch\(batch)/beam\(beam)", .rate("sentences")) {
          try DecodingWork(precision, batch: batch, beam: beam, $0).work
        }
      }
    }
  }
}

/// Lines translated: one after the other, as a user at a terminal waits for them, or all together.
private struct DecodingWork {
  let work: Work
  /// Sentences of a pass that are translated one after the other.
  private static let mostAlone = 20

  init(_ precision: WeightPrecision, batch: Int, beam: Int, _ settings: BenchmarkSettings) throws {
    let path = try settings.modelPath()
    let translator = try Self.translator(path, precision)
    let network = try EncoderDecoder(TranslationModel.readDescription(path).architecture)
    let arithmetic = NetworkArithmetic(network)
    var options = translator.defaultOptions
    (options.search.beam, options.search.nbest, options.search.method) = (beam, 1, .beam)
    // What is saved by giving up hypotheses or words would not be known to the bound.
    (options.search.pruning, options.usesShortlist) = (0, false)
    (options.batchSize, options.threads) = (batch, settings.threads)
    let isAlone = batch == 1
    let lines = Self.lines(settings, batch: batch)
    var encoder = SubwordEncoder(try TranslationModel.readSubwords(path, .source))
    let lengths = lines.map { encoder.encode($0).count + 1 }
    let chosen = options
    work = Work { times in
      var done = Work.Done(units: 0)
      for _ in 0..<times {
        let found =
          isAlone
          ? try lines.map { try translator.translate($0, options: chosen) }
          : try translator.translate(lines, options: chosen)
        done.units += Double(found.count)
        for (length, translation) in zip(lengths, found) {
          done.need += arithmetic.decoding(
            source: length, output: translation.candidates[0].tokenCount + 1, beam: beam,
            int8: precision == .int8, alone: isAlone)
        }
      }
      return done
    }
  }

  /// Lines that have text: some taken evenly, or as many as give every thread a batch.
  private static func lines(_ settings: BenchmarkSettings, batch: Int) -> [String] {
    let lines = settings.lines
    guard batch > 1 else {
      let count = min(mostAlone, lines.count)
      return (0..<count).map { lines[$0 * lines.count / count] }
    }
    let count = max(lines.count, batch * settings.threads)
    return (0..<count).map { lines[$0 % lines.count] }
  }

  /// The model with weights of this precision, whatever it has on disk.
  private static func translator(
    _ path: String, _ precision: WeightPrecision
  ) throws -> Translator {
    let types = try ModelHeader.weightsFile(path).tensors.map(\.type)
    if types.contains(.i8) == (precision == .int8) { return try Translator(path: path) }
    let folder = FileManager.default.temporaryDirectory.path + "/s2s-bench-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try TranslationModel(path: path).write(to: folder, precision: precision)
    return try Translator(path: folder)
  }
}
