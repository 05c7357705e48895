internal import Tokenization
internal import Translation

extension BenchmarkCase {
  static let tokenizing: [BenchmarkCase] = [
    // Words that come again are remembered; these are the two ends between which long texts lie.
    BenchmarkCase(.tokenizing, "encode/new-words", .rate("lines")) { settings in
      let subwords = try settings.subwords()
      return lines(settings) { lines in
        var encoder = SubwordEncoder(subwords)
        return lines.reduce(0) { $0 + encoder.encode($1).count }
      }
    },
    BenchmarkCase(.tokenizing, "encode/known-words", .rate("lines")) { settings in
      var encoder = SubwordEncoder(try settings.subwords())
      return lines(settings) { lines in lines.reduce(0) { $0 + encoder.encode($1).count } }
    },
    BenchmarkCase(.tokenizing, "learn", .rate("lines")) { settings in
      let learner = SubwordLearner(vocabularySize: 8000)
      return lines(settings) { lines in try learner.learn(from: lines).vocabularySize }
    },
  ]

  /// - Parameter body: what is done with the lines; gives something that there must be.
  static func lines(
    _ settings: BenchmarkSettings, _ body: @escaping ([String]) throws -> Int
  ) -> Work {
    let lines = settings.lines
    return Work { times in
      for _ in 0..<times {
        guard try body(lines) > 0 else { throw BenchmarkError("the text came to nothing") }
      }
      return Work.Done(units: Double(times * lines.count))
    }
  }
}

extension BenchmarkSettings {
  fileprivate func subwords() throws -> Subwords {
    try TranslationModel.readSubwords(modelPath(), .source)
  }
}
