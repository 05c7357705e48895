extension BLEU {
  /// How a line is cut into words.
  public enum Tokenization: String, Sendable, CaseIterable {
    /// mteval-v13a, the usual choice for languages written with spaces: sets off ASCII punctuation.
    case v13a = "13a"
    /// mteval-v14's international one: sets off Unicode's punctuation and symbols.
    case intl
    /// Every scalar but white space is a word.
    case char
    /// For Chinese: its characters are words, the rest is cut as by 13a.
    case zh
    /// White space alone, for text that is tokenized already.
    case none

    /// The words of a line, as sacreBLEU's tokenizer of this name finds them; white space has none.
    ///
    /// - Note: intl goes by the categories of the Unicode version that Swift's library has, which
    ///   differ from those of Python's `regex` only where one of them does not know a scalar yet.
    public func tokens(of line: String) -> [String] {
      var tokenizer = SegmentTokenizer(self, lowercase: false)
      tokenizer.tokenize(line)
      var tokens: [String] = []
      SegmentText.forEachWord(in: tokenizer.line) { range in
        tokens.append(String(decoding: tokenizer.line[range], as: UTF8.self))
      }
      return tokens
    }
  }
}

/// Brings one line after another into the form that BLEU counts words in, reusing its buffers.
struct SegmentTokenizer {
  /// The line that was tokenized last; white space parts its words.
  private(set) var line: [UInt8] = []

  private let tokenization: BLEU.Tokenization
  private let lowercase: Bool
  private var international: TokenizerInternational?
  private var scratch: [UInt8] = []

  init(_ tokenization: BLEU.Tokenization, lowercase: Bool) {
    self.tokenization = tokenization
    self.lowercase = lowercase
    if tokenization == .intl { international = TokenizerInternational() }
  }

  mutating func tokenize(_ text: String) {
    line.removeAll(keepingCapacity: true)
    line.append(contentsOf: text.utf8)
    if lowercase { SegmentText.lowercase(&line) }
    SegmentText.stripEnd(&line)
    switch tokenization {
    case .v13a: Tokenizer13a().tokenize(&line, scratch: &scratch)
    case .intl: international?.tokenize(&line, scratch: &scratch)
    case .zh: TokenizerChinese.tokenize(&line, scratch: &scratch)
    case .char: partScalars()
    case .none: break
    }
  }

  private mutating func partScalars() {
    scratch.removeAll(keepingCapacity: true)
    for byte in line {
      // A byte that continues no scalar starts one.
      if byte & 0xC0 != 0x80 { scratch.append(UInt8(ascii: " ")) }
      scratch.append(byte)
    }
    swap(&line, &scratch)
  }
}
