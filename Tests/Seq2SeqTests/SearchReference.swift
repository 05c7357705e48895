import Seq2Seq
import TestSupport

/// Search the plain way, to compare with.
struct SearchReference {
  let scorer: TableScorer
  var maxLength = 5
  var minLength = 0
  let eos: TokenID = 1

  /// Always the likeliest token, never the begin mark.
  func greedy(_ sentence: Int) -> (tokens: [TokenID], ended: Bool) {
    var tokens: [TokenID] = []
    while true {
      var scores = scorer.logProbabilities(sentence, after: tokens)
      scores[0] = -.infinity
      if tokens.count < minLength { scores[1] = -.infinity }
      let best = TokenID(scores.indices.max { scores[$0] < scores[$1] }!)
      if best == eos { return (tokens, true) }
      if tokens.count == maxLength { return (tokens, false) }
      tokens.append(best)
    }
  }

  /// Every output there is, best score first.
  func all(_ sentence: Int, exponent: Double) -> [(tokens: [TokenID], score: Double)] {
    var found: [(tokens: [TokenID], score: Double)] = []
    func visit(_ prefix: [TokenID], _ total: Double) {
      let scores = scorer.logProbabilities(sentence, after: prefix)
      if prefix.count >= minLength {
        let score = (total + Double(scores[1])) / SearchReference.power(prefix.count + 1, exponent)
        found.append((prefix, score))
      }
      guard prefix.count < maxLength else { return }
      for token in 2..<scores.count {
        visit(prefix + [TokenID(token)], total + Double(scores[token]))
      }
    }
    visit([], 0)
    return found.sorted { $0.score > $1.score }
  }

  /// Halves suffice for the tests' exponents.
  private static func power(_ base: Int, _ exponent: Double) -> Double {
    var result = 1.0
    var left = exponent
    while left >= 1 {
      result *= Double(base)
      left -= 1
    }
    return left == 0.5 ? result * Double(base).squareRoot() : result
  }
}

/// Options for outputs of at most `maxLength` tokens, whatever the source.
func searchOptions(beam: Int = 5, maxLength: Int = 5) -> SearchOptions {
  var options = SearchOptions()
  options.beam = beam
  options.maxLengthFactor = 0
  options.maxLengthOffset = maxLength
  options.minLength = 0
  options.maxRepeats = 0
  options.pruning = 0
  return options
}

extension BeamSearch {
  /// Where source lengths do not matter.
  func search(_ scorer: any Scorer, sentences: Int) -> [[Hypothesis]] {
    search(scorer, sourceLengths: Array(repeating: 1, count: sentences))
  }
}
