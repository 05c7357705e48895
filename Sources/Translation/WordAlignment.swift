internal import Seq2Seq
internal import Tokenization

/// Turns attention between subwords into links between words.
struct WordAlignment {
  let source: Subwords
  let target: Subwords

  /// Each output word's most attended source word: weights are summed over the subwords of both, and
  /// what falls on the end mark is left out.
  func links(_ sourceTokens: [TokenID], _ hypothesis: Hypothesis) -> [WordLink] {
    let sourceWords = words(sourceTokens, source)
    let targetWords = words(hypothesis.tokens, target)
    guard let sourceCount = sourceWords.max().map({ $0 + 1 }), sourceCount > 0 else { return [] }
    var mass: [Int: [Float]] = [:]
    for (word, weights) in zip(targetWords, hypothesis.attention) where word >= 0 {
      for (position, weight) in zip(sourceWords, weights) where position >= 0 {
        mass[word, default: Array(repeating: 0, count: sourceCount)][position] += weight
      }
    }
    return mass.keys.sorted().compactMap { word in
      guard let weights = mass[word],
        let best = weights.indices.max(by: { weights[$0] < weights[$1] })
      else { return nil }
      return WordLink(source: best, target: word)
    }
  }

  /// How many words a token sequence has.
  func wordCount(_ tokens: [TokenID], _ subwords: Subwords) -> Int {
    (words(tokens, subwords).max() ?? -1) + 1
  }

  /// The word each token belongs to; −1 for space before the first.
  private func words(_ tokens: [TokenID], _ subwords: Subwords) -> [Int] {
    var word = -1
    var afterSpace = true
    return tokens.map { token in
      // Decoding takes away the first space: the marker in front gives it one.
      for byte in subwords.decodeBytes([Subwords.marker, token]) {
        if byte == UInt8(ascii: " ") {
          afterSpace = true
        } else if afterSpace {
          word += 1
          afterSpace = false
        }
      }
      return word
    }
  }
}
