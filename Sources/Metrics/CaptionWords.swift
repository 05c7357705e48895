/// A caption cut into words, each by its number.
struct CaptionTokens: Sendable, Equatable {
  /// The tokens.
  var tokens: [UInt32]
  /// The tokens cut at white space within them: "5 1/2" is one token, but BLEU and CIDEr, which
  /// get captions as text and cut it anew, see two words.
  var words: [UInt32]
}

/// Numbers the words of captions, and knows their stems.
struct CaptionWords: Sendable {
  private(set) var table = WordTable()
  private let functionWords: Set<String>
  private let stemmer = EnglishStemmer()
  private var stems = WordTable()
  private var meteorWords: [METEORWord] = []  // by number

  init(functionWords: Set<String>) {
    self.functionWords = functionWords
  }

  /// Cuts captions, all of them as lines of one text as pycocoevalcap does; see `PTBTokenizer.tokens`.
  mutating func tokenized(groups: [[String]]) -> [[CaptionTokens]] {
    var flat: [CaptionTokens] = []
    flat.reserveCapacity(groups.reduce(0) { $0 + $1.count })
    var tokens: [UInt32] = []
    var words: [UInt32] = []
    var isCut = false  // whether the words differ from the tokens
    var current = 0
    func finish(upTo caption: Int) {
      while current < caption {
        flat.append(CaptionTokens(tokens: tokens, words: isCut ? words : tokens))
        tokens = []
        words = []
        isCut = false
        current += 1
      }
    }
    PTBTokenizer().forEachToken(of: groups.joined()) { caption, bytes in
      finish(upTo: caption)
      let token = number(bytes, 0..<bytes.count)
      tokens.append(token)
      var parts = 0
      SegmentText.forEachWord(in: bytes) { range in
        parts += 1
        words.append(range.count == bytes.count ? token : number(bytes, range))
      }
      if parts != 1 { isCut = true }
    }
    finish(upTo: groups.reduce(0) { $0 + $1.count })
    var start = 0
    return groups.map { group in
      defer { start += group.count }
      return Array(flat[start..<start + group.count])
    }
  }

  func forMETEOR(_ tokens: [UInt32]) -> [METEORWord] {
    tokens.map { meteorWords[Int($0)] }
  }

  private mutating func number(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    let number = table.id(of: range, in: bytes)
    if Int(number) == meteorWords.count {
      let word = String(decoding: bytes[range], as: UTF8.self)
      let stem = Array(stemmer.stem(word).utf8)
      meteorWords.append(
        METEORWord(
          word: number, stem: stems.id(of: 0..<stem.count, in: stem),
          isFunctionWord: functionWords.contains(word)))
    }
    return number
  }
}
