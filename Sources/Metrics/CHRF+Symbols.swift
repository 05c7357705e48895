extension CHRF {
  /// A line as numbers: characters by their scalar values, words as a `WordTable` numbers them.
  struct SegmentSymbols {
    var characters: [UInt32] = []
    var words: [UInt32] = []
  }

  /// Reads lines into numbers, reusing its buffers.
  struct SegmentReader {
    private let lowercase: Bool
    private let whitespace: Bool
    private let readsCharacters: Bool
    private let readsWords: Bool
    private var line: [UInt8] = []
    private var table = WordTable()

    init(_ metric: CHRF) {
      lowercase = metric.lowercase
      whitespace = metric.whitespace
      readsCharacters = metric.characterOrder > 0
      readsWords = metric.wordOrder > 0
    }

    mutating func read(_ text: String, into symbols: inout SegmentSymbols) {
      line.removeAll(keepingCapacity: true)
      line.append(contentsOf: text.utf8)
      if lowercase { SegmentText.lowercase(&line) }
      symbols.characters.removeAll(keepingCapacity: true)
      symbols.words.removeAll(keepingCapacity: true)
      if readsCharacters { appendCharacters(to: &symbols.characters) }
      if readsWords { appendWords(to: &symbols.words) }
    }

    private func appendCharacters(to characters: inout [UInt32]) {
      var index = 0
      while index < line.count {
        let (value, length) = SegmentText.scalar(in: line, at: index)
        if whitespace || SegmentText.whitespaceLength(in: line, at: index) == 0 {
          characters.append(value)
        }
        index += length
      }
    }

    /// Splits one mark of ASCII punctuation off each word, from its end, or else from its start, as
    /// chrF++ does: `(hi)` is the words `(hi` and `)`.
    private mutating func appendWords(to words: inout [UInt32]) {
      SegmentText.forEachWord(in: line) { word in
        let last = word.upperBound - 1
        if word.count == 1 {
          words.append(table.id(of: word, in: line))
        } else if Self.isPunctuation(line[last]) {
          words.append(table.id(of: word.lowerBound..<last, in: line))
          words.append(table.id(of: last..<word.upperBound, in: line))
        } else if Self.isPunctuation(line[word.lowerBound]) {
          words.append(table.id(of: word.lowerBound..<word.lowerBound + 1, in: line))
          words.append(table.id(of: word.lowerBound + 1..<word.upperBound, in: line))
        } else {
          words.append(table.id(of: word, in: line))
        }
      }
    }

    @inline(__always)
    private static func isPunctuation(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
      default: false
      }
    }
  }
}
