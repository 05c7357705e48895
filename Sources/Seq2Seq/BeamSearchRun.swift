internal import Tensors

/// A beam search under way.
struct BeamSearchRun {
  /// A beginning that is still going on: one row of the scorer.
  private struct Row {
    var last = HypothesisTree.root
    var logProbability = 0.0
    var trail = RepetitionGuard.Trail()
  }

  /// A beginning that ended.
  private struct Output {
    var last: HypothesisTree.Index
    var end: Float
    var logProbability: Double
    var score: Double
  }

  /// A token that may follow a row.
  private struct Continuation {
    let parent: Int
    let token: TokenID
    let logProbability: Float
    /// Of the whole beginning with it.
    let total: Double
  }

  private struct Sentence {
    let number: Int
    let maxLength: Int
    let bound: OptimisticBound
    var rows: Range<Int>
    /// Best score first.
    var outputs: [Output] = []
  }

  private let scorer: any Scorer
  private let beam: Int
  private let nbest: Int
  private let eos: TokenID
  private let keepsAttention: Bool
  private let pruning: Pruning
  private let mask: TokenMask
  private let normalization: LengthNormalization

  private var tree = HypothesisTree()
  private var sentences: [Sentence] = []
  private var rows: [Row]
  private var tokens: [TokenID]
  /// Tokens each beginning has.
  private var length = 0
  private(set) var results: [[Hypothesis]]

  // What the next step begins with is gathered here; kept between steps for their memory.
  private var selection = RowSelection()
  private var nextRows: [Row] = []
  private var nextTokens: [TokenID] = []
  private var parents: [Int] = []

  init(_ search: BeamSearch, _ scorer: any Scorer, sourceLengths: [Int]) {
    self.scorer = scorer
    let options = search.options
    beam = options.beam
    nbest = options.nbest
    eos = search.marks.eos
    keepsAttention = search.keepsAttention
    mask = TokenMask(options, search.marks, vocabularySize: scorer.vocabularySize)
    pruning = Pruning(options)
    let normalization = options.lengthNormalization
    self.normalization = normalization
    rows = Array(repeating: Row(), count: sourceLengths.count)
    tokens = Array(repeating: search.marks.bos, count: sourceLengths.count)
    results = Array(repeating: [], count: sourceLengths.count)
    sentences = sourceLengths.enumerated().map { number, sourceLength in
      let maxLength = options.maxLength(sourceLength: sourceLength)
      return Sentence(
        number: number, maxLength: maxLength,
        bound: OptimisticBound(normalization, maxLength: maxLength), rows: number..<(number + 1))
    }
  }

  var isUnfinished: Bool { !sentences.isEmpty }

  /// Feeds the last tokens and goes on with the best of what may follow.
  mutating func step() {
    nextRows.removeAll(keepingCapacity: true)
    nextTokens.removeAll(keepingCapacity: true)
    parents.removeAll(keepingCapacity: true)
    // Sentences have their rows in order.
    var (index, going) = (0, 0)
    let (scorer, tokens) = (scorer, tokens)
    scorer.step(tokens) { scores in
      for row in scores.rows {
        select(from: scores, row: row, for: sentences[index])
        guard row == sentences[index].rows.upperBound - 1 else { continue }
        if decide(index, among: scores) {
          sentences.swapAt(going, index)
          going += 1
        }
        index += 1
      }
    }
    sentences.removeLast(sentences.count - going)
    if !sentences.isEmpty, !isIdentity(parents, count: rows.count) { scorer.reorder(parents) }
    swap(&rows, &nextRows)
    swap(&self.tokens, &nextTokens)
    length += 1
  }

  /// Considers what may follow a row for the best continuations of its sentence, as many as it has places.
  private mutating func select(from scores: StepScores, row: Int, for sentence: Sentence) {
    if row == sentence.rows.lowerBound { selection.reset(count: beam - sentence.outputs.count) }
    mask.apply(
      to: scores, row: row, length: length, maxLength: sentence.maxLength, trail: rows[row].trail)
    selection.add(
      row: row - scores.rows.lowerBound, of: scores.logProbabilities,
      base: rows[row].logProbability, as: row)
  }

  /// Goes on with what was selected for a sentence, or ends it.
  ///
  /// - Returns: whether it goes on.
  private mutating func decide(_ index: Int, among scores: StepScores) -> Bool {
    let choices = pruning.hopeful(selection.choices).map { choice in
      Continuation(
        parent: Int(choice.row), token: scores.token(at: Int(choice.column)),
        logProbability: choice.value, total: choice.total)
    }
    takeOutputs(index, from: choices)
    let first = nextRows.count
    if length < sentences[index].maxLength { goOn(with: sentences[index], choices) }
    guard nextRows.count > first else {
      finish(sentences[index])
      return false
    }
    sentences[index].rows = first..<nextRows.count
    return true
  }

  private mutating func takeOutputs(_ index: Int, from choices: [Continuation]) {
    for choice in choices where choice.token == eos {
      let output = Output(
        last: rows[choice.parent].last, end: choice.logProbability, logProbability: choice.total,
        score: normalization.score(choice.total, length: length + 1))
      let place = sentences[index].outputs.firstIndex { $0.score < output.score }
      sentences[index].outputs.insert(output, at: place ?? sentences[index].outputs.count)
    }
  }

  /// Gives a row to each chosen beginning that can still matter.
  private mutating func goOn(with sentence: Sentence, _ choices: [Continuation]) {
    let worstKept =
      sentence.outputs.count < nbest ? -.infinity : sentence.outputs[nbest - 1].score
    // Choices come best first, rows that several of them continue in any order.
    var attentions: [(row: Int, index: Int32)] = []
    for choice in choices where choice.token != eos {
      guard sentence.bound(choice.total) > worstKept else { break }
      let parent = choice.parent
      var attention: Int32 = -1
      if keepsAttention {
        if let kept = attentions.first(where: { $0.row == parent }) {
          attention = kept.index
        } else if let weights = scorer.attention(row: parent) {
          attention = tree.keep(attention: weights)
          attentions.append((parent, attention))
        }
      }
      var row = rows[parent]
      row.last = tree.append(
        choice.token, logProbability: choice.logProbability, after: row.last, attention: attention)
      row.logProbability = choice.total
      row.trail.append(choice.token)
      nextRows.append(row)
      nextTokens.append(choice.token)
      parents.append(parent)
    }
  }

  private mutating func finish(_ sentence: Sentence) {
    if sentence.outputs.isEmpty {
      results[sentence.number] = rows[sentence.rows].prefix(nbest).map {
        tree.hypothesis(
          upTo: $0.last, end: nil, logProbability: $0.logProbability, normalization: normalization)
      }
    } else {
      results[sentence.number] = sentence.outputs.prefix(nbest).map {
        tree.hypothesis(
          upTo: $0.last, end: $0.end, logProbability: $0.logProbability,
          normalization: normalization)
      }
    }
  }
}

/// Whether going on with `rows` leaves a batch of `count` rows as it is.
func isIdentity(_ rows: [Int], count: Int) -> Bool {
  guard rows.count == count else { return false }
  for (new, old) in rows.enumerated() where new != old { return false }
  return true
}

/// Gives up continuations that hardly ever become the output (Freitag & Al-Onaizan 2017, sec. 3, "relative
/// threshold pruning"): those far less probable than the best of their sentence.
struct Pruning {
  /// Most that a log-probability may lie below the best.
  private let threshold: Double

  init(_ options: SearchOptions) {
    // Whoever asks for several outputs wants to see the others too.
    threshold =
      options.pruning > 0 && options.nbest == 1 ? Double(options.pruning) : .infinity
  }

  /// - Parameter choices: best first.
  func hopeful(_ choices: [RowSelection.Choice]) -> ArraySlice<RowSelection.Choice> {
    guard threshold < .infinity, let best = choices.first else { return choices[...] }
    return choices.prefix { $0.total >= best.total - threshold }
  }
}
