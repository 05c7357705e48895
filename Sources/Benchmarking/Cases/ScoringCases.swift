internal import Metrics

extension BenchmarkCase {
  /// A thousand lines, or the user's, against themselves with two words exchanged.
  static let scoring: [BenchmarkCase] = [
    BenchmarkCase(.scoring, "bleu", .rate("lines")) { settings in
      let lines = settings.lines
      let hypotheses = (0..<max(1000, lines.count)).map { lines[$0 % lines.count] }
      let references = hypotheses.map { line in
        var words = line.split(separator: " ")
        if words.count > 2 { words.swapAt(1, words.count - 1) }
        return words.joined(separator: " ")
      }
      return Work { times in
        for _ in 0..<times {
          let score = try BLEU().score(hypotheses: hypotheses, references: [references])
          guard score.value > 0 else { throw BenchmarkError("the text came to nothing") }
        }
        return Work.Done(units: Double(times * hypotheses.count))
      }
    }
  ]
}
