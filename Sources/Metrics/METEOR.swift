internal import Foundation

/// METEOR with exact and stem matches alone: no synonyms, no paraphrases.
///
/// Denkowski and Lavie, "Meteor universal: language specific translation evaluation for any target
/// language" (2014). A caption is aligned with a reference word by word, identical words before words of
/// one stem; the score is a mean of precision and recall, in which function words weigh less, lowered for
/// matches that do not stand together. Of several references the best counts.
///
/// Parameters, alignment and counts are those of METEOR 1.5 for English with `-m "exact stem"`, so that
/// with its list of function words the scores are equal. Scores of the full METEOR are higher and cannot
/// be compared with these; hence the name.
public struct METEORExactStem: Sendable, Equatable {
  public static let name = "METEOR (exact+stem)"

  /// The weight of recall in its mean with precision.
  public static let alpha = 0.85
  /// How the penalty grows with fragmentation.
  public static let beta = 0.2
  /// The largest penalty.
  public static let gamma = 0.6
  /// The weight of a content word; a function word has the rest to 1.
  public static let delta = 0.75
  /// The weights of an exact match and of a match by stem.
  public static let matchWeights = SIMD2(1.0, 0.6)

  /// Words that carry little of the content, in small letters.
  public var functionWords: Set<String>

  /// - Parameter functionWords: METEOR's own list is not among this module's; the default is one of
  ///   articles, pronouns, prepositions, conjunctions and auxiliary verbs, as the tokenizer cuts them.
  public init(functionWords: Set<String> = Self.englishFunctionWords) {
    self.functionWords = functionWords
  }

  public static let englishFunctionWords: Set<String> = Set(
    """
    a an the this that these those some any each every no both all another other such
    i me my mine you your yours he him his she her hers it its we us our ours they them their theirs
    myself yourself himself herself itself ourselves themselves who whom whose which what
    and or but nor so yet if than as because while although though since until unless when where whether
    of in on at to for from by with without into onto upon over under above below between among through
    during before after behind beside beneath across along around near toward towards against about
    off out up down inside outside like per via within
    be am is are was were been being do does did done have has had having
    will would shall should can could may might must not n't 's 're 've 'll 'd 'm
    there here then just very too also
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// The counts of a caption against its best reference, or of many captions.
  public struct Statistics: SegmentStatistics {
    /// Words of the caption and of the reference.
    public var lengths = SIMD2<Int>.zero
    /// Function words among them.
    public var functionWords = SIMD2<Int>.zero
    /// Matched content words of the caption: exact, by stem.
    public var contentMatches = SIMD2<Int>.zero
    public var functionMatches = SIMD2<Int>.zero
    /// The same of the reference: a stem may make a function word of the one match another of the other.
    public var referenceContentMatches = SIMD2<Int>.zero
    public var referenceFunctionMatches = SIMD2<Int>.zero
    /// Runs of matches that stand together in both; none for a caption that is the same as its reference,
    /// so that it is not held for fragmented, alone or among others.
    public var chunks = 0

    public init() {}

    public static func += (left: inout Self, right: Self) {
      left.lengths &+= right.lengths
      left.functionWords &+= right.functionWords
      left.contentMatches &+= right.contentMatches
      left.functionMatches &+= right.functionMatches
      left.referenceContentMatches &+= right.referenceContentMatches
      left.referenceFunctionMatches &+= right.referenceFunctionMatches
      left.chunks += right.chunks
    }
  }

  /// The score of counts, 0 to 1.
  public static func score(_ sum: Statistics) -> Double {
    let precision =
      weighted(sum.contentMatches, sum.functionMatches)
      / weighted(length: sum.lengths[0], functionWords: sum.functionWords[0])
    let recall =
      weighted(sum.referenceContentMatches, sum.referenceFunctionMatches)
      / weighted(length: sum.lengths[1], functionWords: sum.functionWords[1])
    let mean = 1 / ((1 - alpha) / precision + alpha / recall)
    let matches = (sum.contentMatches &+ sum.functionMatches).wrappedSum()
    let referenceMatches =
      (sum.referenceContentMatches &+ sum.referenceFunctionMatches).wrappedSum()
    let fragmentation = Double(sum.chunks) / (Double(matches + referenceMatches) / 2)
    let score = mean * (1 - gamma * pow(fragmentation, beta))
    return score.isNaN ? 0 : max(score, 0)
  }

  private static func weighted(length: Int, functionWords: Int) -> Double {
    delta * Double(length - functionWords) + (1 - delta) * Double(functionWords)
  }

  private static func weighted(_ content: SIMD2<Int>, _ function: SIMD2<Int>) -> Double {
    var sum = 0.0
    for kind in 0..<2 { sum += Double(content[kind]) * matchWeights[kind] * delta }
    for kind in 0..<2 { sum += Double(function[kind]) * matchWeights[kind] * (1 - delta) }
    return sum
  }

  /// The counts of a caption against the reference that scores best, the first of equals.
  ///
  /// - Parameters:
  ///   - caption: its words, in small letters.
  ///   - references: the same of at least one reference.
  public func statistics(_ caption: [String], references: [[String]]) -> Statistics {
    var words = WordTable()
    var stems = WordTable()
    func numbered(_ caption: [String]) -> [METEORWord] {
      caption.map { word in
        let bytes = Array(word.utf8)
        let stem = Array(EnglishStemmer().stem(word).utf8)
        return METEORWord(
          word: words.id(of: 0..<bytes.count, in: bytes),
          stem: stems.id(of: 0..<stem.count, in: stem),
          isFunctionWord: functionWords.contains(word))
      }
    }
    var aligner = METEORAligner()
    return Self.statistics(numbered(caption), references.map(numbered), &aligner)
  }

  static func statistics(
    _ caption: [METEORWord], _ references: some Sequence<[METEORWord]>,
    _ aligner: inout METEORAligner
  ) -> Statistics {
    var best = Statistics()
    var bestScore = -1.0
    for reference in references {
      let statistics = statistics(caption, reference, aligner.align(caption, reference))
      let score = score(statistics)
      if score > bestScore { (best, bestScore) = (statistics, score) }
    }
    return best
  }

  private static func statistics(
    _ caption: [METEORWord], _ reference: [METEORWord], _ matches: [METEORMatch?]
  ) -> Statistics {
    var result = Statistics()
    result.lengths = [caption.count, reference.count]
    result.functionWords = [
      caption.count(where: \.isFunctionWord), reference.count(where: \.isFunctionWord),
    ]
    var expected: Int?
    for (index, match) in matches.enumerated() {
      guard let match else {
        expected = nil
        continue
      }
      let kind = match.isExact ? 0 : 1
      if caption[match.word].isFunctionWord {
        result.functionMatches[kind] += 1
      } else {
        result.contentMatches[kind] += 1
      }
      if reference[index].isFunctionWord {
        result.referenceFunctionMatches[kind] += 1
      } else {
        result.referenceContentMatches[kind] += 1
      }
      if match.word != expected { result.chunks += 1 }
      expected = match.word + 1
    }
    let isWhole = caption.count == reference.count && !matches.contains(nil)
    if isWhole, result.chunks == 1 { result.chunks = 0 }
    return result
  }
}

/// A word as METEOR sees it: its number, its stem's, and how much it weighs.
struct METEORWord: Sendable, Equatable {
  var word: UInt32
  var stem: UInt32
  var isFunctionWord: Bool
}
