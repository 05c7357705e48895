/// Cuts text where the tokenizer of Stanford CoreNLP 3.4.1 cuts it.
///
/// At each place all kinds of token are tried and the one that reaches furthest wins; of equals the one
/// tried first. A kind may ask for what follows it: that counts for how far it reaches and is then given
/// back. The kinds stand in files by topic, each method named for what it finds.
///
/// Positions and lengths are in UTF-16 units, as in the original, where a scalar beyond the Basic
/// Multilingual Plane is two units that no token but an address may hold.
struct PTBLexer {
  /// A piece of the text and how it is written.
  struct Token: Equatable {
    var range: Range<Int>
    var form: Form
  }

  /// How a token is written.
  enum Form {
    /// Not at all: white space, what the tokenizer does not know, and marks that no metric counts.
    case dropped
    /// The end of a line, which is no token.
    case lineEnd
    case asIs
    case withoutSoftHyphens
    /// Quotation marks as ` and '.
    case quotes
    /// `&amp;` as &.
    case ampersands
    /// Spaces as no-break spaces, so that the token stays one.
    case joined
    /// Brackets by name, spaces as no-break spaces.
    case brackets
    case fraction
    case currency
    case lessThan
    case greaterThan
  }

  /// A kind of token at the present position: how far it reaches with what must follow, how long it is.
  struct Match {
    var reach = 0
    var length = 0
    var form = Form.dropped
  }

  private let text: [UInt16]
  private(set) var position = 0
  private var best = Match()

  /// The lines, joined by line ends; a line end within a line counts as a space.
  init(lines: some Sequence<String>) {
    var text: [UInt16] = []
    for (index, line) in lines.enumerated() {
      if index > 0 { text.append(PTBUnit.lineFeed) }
      for unit in line.utf16 {
        switch unit {
        case PTBUnit.lineFeed: text.append(PTBUnit.space)
        case PTBUnit.none: text.append(PTBUnit.none - 1)  // another noncharacter: both are dropped
        default: text.append(unit)
        }
      }
    }
    self.text = text
  }

  /// The unit at an index, `PTBUnit.none` beyond the end.
  @inline(__always)
  func unit(_ index: Int) -> UInt16 { index < text.count ? text[index] : PTBUnit.none }

  var end: Int { text.count }

  subscript(range: Range<Int>) -> ArraySlice<UInt16> { text[range] }

  /// The next token or line end; nil at the end of the text. Dropped tokens are not returned.
  mutating func next() -> Token? {
    while position < end {
      let start = position
      if text[start] == PTBUnit.lineFeed {
        position += 1
        return Token(range: start..<position, form: .lineEnd)
      }
      if text[start] == PTBUnit.space {
        position = runEnd(start, while: PTBCharacter.isSpace)
        continue
      }
      let plainEnd = plainWordEnd()
      if plainEnd > start {
        position = plainEnd
        return Token(range: start..<plainEnd, form: .asIs)
      }
      findLongest()
      position += max(1, best.length)
      if best.form != .dropped { return Token(range: start..<position, form: best.form) }
    }
    return nil
  }

  /// Proposes a token of the given length that with what must follow it reaches `reach` units; 0 for none.
  mutating func offer(_ length: Int, reaching reach: Int, _ form: Form) {
    if reach > best.reach { best = Match(reach: reach, length: length, form: form) }
  }

  mutating func offer(_ length: Int, _ form: Form) {
    offer(length, reaching: length, form)
  }

  /// The end of a word of ASCII letters with white space after it, where there is nothing to weigh: most
  /// words of a caption. The present position where there is none.
  private func plainWordEnd() -> Int {
    var index = position
    while PTBUnit.isASCIILetter(unit(index)) { index += 1 }
    let next = unit(index)
    guard index > position, next == PTBUnit.space || next == PTBUnit.lineFeed || index == end,
      contractionHead(at: position, end: index) == 0
    else { return position }
    return index
  }

  private mutating func findLongest() {
    best = Match()
    let first = unit(position)
    if letterLength(at: position) > 0 || PTBCharacter.isDigit(first) {
      findWordlike()
    } else {
      findMark()
    }
  }

  /// What may start with a letter or a digit, in order of precedence.
  private mutating func findWordlike() {
    offerContraction()
    offerProgrammingLanguage()
    offerWords()
    offerApostropheWords()
    offerWebAddress()
    offerBareAddress()
    offerMailAddress()
    offerNegationBeforeNonletter()
    offerDate()
    offerNumber()
    offerFraction()
    offerSpecialWords()
    offerSlashedWords()
    offerDollars()
    offerInitialBeforeSentence()
    offerAbbreviations()
    offerFileName()
    offerWordWithPeriod()
    offerPhoneNumber()
    offerEyes()
    offerHyphenatedASCII()
    offerHyphenated()
    offerCapitalsJoined()
    offerNegation()
  }

  /// What may start with anything else, in order of precedence.
  private mutating func findMark() {
    offerContraction()
    offerTag()
    offerEntities()
    offerApostropheWords()
    offerBareAddress()
    offerMailAddress()
    offerSocialName()
    offerClitic(beforeNonletter: true)
    offerNumber()
    offerScriptNumber()
    offerSpecialWords()
    offerDollars()
    offerYear()
    offerPhoneNumber()
    offerSmiley()
    offerEyes()
    offerRunOfMarks()
    offerOpeningQuote()
    offerClitic(beforeNonletter: false)
    offerQuotes()
    offerSingle()
  }
}
