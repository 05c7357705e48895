internal import Seq2Seq
internal import Tokenization

extension Hypothesis {
  /// The words of a caption, each with the mean attention of its subwords.
  func words(_ subwords: Subwords) -> [Caption.Word] {
    var words: [(bytes: [UInt8], attention: [Float], tokens: Float)] = []
    var endsWord = true
    for (token, weights) in zip(tokens, attention) {
      // Decoding takes away the first space: the marker in front gives it one.
      for byte in subwords.decodeBytes([Subwords.marker, token]) {
        if byte == UInt8(ascii: " ") {
          endsWord = true
          continue
        }
        if endsWord { words.append(([], Array(repeating: 0, count: weights.count), 0)) }
        endsWord = false
        words[words.count - 1].bytes.append(byte)
      }
      guard !words.isEmpty else { continue }
      for (place, weight) in weights.enumerated() {
        words[words.count - 1].attention[place] += weight
      }
      words[words.count - 1].tokens += 1
    }
    return words.map { word in
      Caption.Word(
        text: String(decoding: word.bytes, as: UTF8.self),
        attention: word.attention.map { $0 / max(word.tokens, 1) })
    }
  }
}
