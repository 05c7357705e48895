internal import Tensors

/// Draws outputs at random, a token at a time by its probability.
///
/// The numbers that a sentence draws follow from the seed, its number and the number of the draw alone,
/// so that an output is the same in whatever batch it is drawn, and the first of five draws is the
/// one that would have been drawn alone.
public struct Sampling: Sendable {
  public var options: SearchOptions
  public var marks: SearchMarks
  /// Whether hypotheses bring their attention.
  public var keepsAttention: Bool

  public init(
    _ options: SearchOptions, marks: SearchMarks = SearchMarks(), keepsAttention: Bool = false
  ) {
    self.options = options
    self.marks = marks
    self.keepsAttention = keepsAttention
  }

  /// - Parameters:
  ///   - sourceLengths: for each sentence of the scorer, what its greatest length follows from.
  ///   - sentenceNumbers: for each sentence a number to draw by, such as its line in the input.
  /// - Returns: for each sentence its `nbest` draws in order, which may be alike. Their
  ///   log-probabilities are the model's own, whatever temperature and cuts they were drawn with.
  public func sample(
    _ scorer: any Scorer, sourceLengths: [Int], sentenceNumbers: [Int]
  ) -> [[Hypothesis]] {
    precondition(options.nbest >= 1, "no draws wanted")
    let sentenceCount = scorer.start()
    precondition(
      sentenceCount == sourceLengths.count && sentenceCount == sentenceNumbers.count,
      "\(sourceLengths.count) source lengths and \(sentenceNumbers.count) numbers "
        + "for \(sentenceCount) sentences")
    var run = SamplingRun(
      self, scorer, sourceLengths: sourceLengths, sentenceNumbers: sentenceNumbers)
    while run.isUnfinished { run.step() }
    return run.results
  }
}

/// Sampling under way.
private struct SamplingRun {
  /// One output being drawn.
  private struct Draw {
    let sentence: Int
    let maxLength: Int
    var generator: RandomGenerator
    /// The scorer's row that holds it; at first all draws of a sentence share one.
    var row: Int
    var last = HypothesisTree.root
    var logProbability = 0.0
    var trail = RepetitionGuard.Trail()
    /// Where in the sentence's results it belongs.
    let place: Int
  }

  private let scorer: any Scorer
  private let eos: TokenID
  private let keepsAttention: Bool
  private let mask: TokenMask
  private let chooser: TokenSampler
  private let normalization: LengthNormalization

  private var tree = HypothesisTree()
  private var draws: [Draw]
  private var tokens: [TokenID]
  private var rowCount: Int
  private var length = 0
  private var outputs: [[Hypothesis?]]

  init(
    _ sampling: Sampling, _ scorer: any Scorer, sourceLengths: [Int], sentenceNumbers: [Int]
  ) {
    self.scorer = scorer
    let options = sampling.options
    eos = sampling.marks.eos
    keepsAttention = sampling.keepsAttention
    mask = TokenMask(options, sampling.marks, vocabularySize: scorer.vocabularySize)
    chooser = TokenSampler(
      temperature: options.temperature, topK: options.topK, topP: options.topP)
    normalization = options.lengthNormalization
    rowCount = sourceLengths.count
    tokens = Array(repeating: sampling.marks.bos, count: rowCount)
    outputs = Array(repeating: Array(repeating: nil, count: options.nbest), count: rowCount)
    draws = sourceLengths.indices.flatMap { sentence in
      (0..<options.nbest).map { place in
        Draw(
          sentence: sentence,
          maxLength: options.maxLength(sourceLength: sourceLengths[sentence]),
          generator: RandomGenerator(
            seed: options.seed,
            stream: UInt64(bitPattern: Int64(sentenceNumbers[sentence])), UInt64(place)),
          row: sentence, place: place)
      }
    }
  }

  var isUnfinished: Bool { !draws.isEmpty }

  var results: [[Hypothesis]] { outputs.map { $0.compactMap(\.self) } }

  mutating func step() {
    let scores = scorer.step(tokens)
    var going: [Draw] = []
    going.reserveCapacity(draws.count)
    var parents: [Int] = []
    tokens.removeAll(keepingCapacity: true)
    let all = StepScores(rows: 0..<scores.rows, logProbabilities: scores)
    for var draw in draws {
      mask.apply(
        to: all, row: draw.row, length: length, maxLength: draw.maxLength, trail: draw.trail)
      guard let token = chooser.choose(from: scores, row: draw.row, using: &draw.generator) else {
        finish(draw, end: nil)
        continue
      }
      let value = scores[draw.row, token]
      if token == eos {
        draw.logProbability += Double(value)
        finish(draw, end: value)
      } else if length == draw.maxLength {
        finish(draw, end: nil)
      } else {
        goOn(with: &draw, by: TokenID(token), value)
        parents.append(draw.row)
        draw.row = going.count
        going.append(draw)
        tokens.append(TokenID(token))
      }
    }
    if !going.isEmpty, !isIdentity(parents, count: rowCount) { scorer.reorder(parents) }
    draws = going
    rowCount = going.count
    length += 1
  }

  private mutating func goOn(with draw: inout Draw, by token: TokenID, _ value: Float) {
    var attention: Int32 = -1
    if keepsAttention, let weights = scorer.attention(row: draw.row) {
      attention = tree.keep(attention: weights)
    }
    draw.last = tree.append(
      token, logProbability: value, after: draw.last, attention: attention)
    draw.logProbability += Double(value)
    draw.trail.append(token)
  }

  private mutating func finish(_ draw: Draw, end: Float?) {
    outputs[draw.sentence][draw.place] = tree.hypothesis(
      upTo: draw.last, end: end, logProbability: draw.logProbability,
      normalization: normalization)
  }
}
