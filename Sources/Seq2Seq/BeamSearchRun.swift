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
    let scores = scorer.step(tokens)
    nextRows.removeAll(keepingCapacity: true)
    nextTokens.removeAll(keepingCapacity: true)
    parents.removeAll(keepingCapacity: true)
    var going = 0
    for index in sentences.indices {
      select(from: scores, for: sentences[index])
      takeOutputs(index)
      let first = nextRows.count
      if length < sentences[index].maxLength { goOn(with: sentences[index]) }
      if nextRows.count == first {
        finish(sentences[index])
      } else {
        sentences[index].rows = first..<nextRows.count
        sentences.swapAt(going, index)
        going += 1
      }
    }
    sentences.removeLast(sentences.count - going)
    if !sentences.isEmpty, !isIdentity(parents, count: rows.count) { scorer.reorder(parents) }
    swap(&rows, &nextRows)
    swap(&tokens, &nextTokens)
    length += 1
  }

  /// The best continuations of the sentence, as many as it has places.
  private mutating func select(from scores: Tensor, for sentence: Sentence) {
    selection.reset(count: beam - sentence.outputs.count)
    for row in sentence.rows {
      mask.apply(
        to: scores, row: row, length: length, maxLength: sentence.maxLength,
        trail: rows[row].trail)
      selection.add(row: row, of: scores, base: rows[row].logProbability)
    }
  }

  private mutating func takeOutputs(_ index: Int) {
    for choice in selection.choices where choice.column == eos {
      let output = Output(
        last: rows[Int(choice.row)].last, end: choice.value, logProbability: choice.total,
        score: normalization.score(choice.total, length: length + 1))
      let place = sentences[index].outputs.firstIndex { $0.score < output.score }
      sentences[index].outputs.insert(output, at: place ?? sentences[index].outputs.count)
    }
  }

  /// Gives a row to each chosen beginning that can still matter.
  private mutating func goOn(with sentence: Sentence) {
    let worstKept =
      sentence.outputs.count < nbest ? -.infinity : sentence.outputs[nbest - 1].score
    // Choices come best first, rows that several of them continue in any order.
    var attentions: [(row: Int, index: Int32)] = []
    for choice in selection.choices where choice.column != eos {
      guard sentence.bound(choice.total) > worstKept else { break }
      let parent = Int(choice.row)
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
        choice.column, logProbability: choice.value, after: row.last, attention: attention)
      row.logProbability = choice.total
      row.trail.append(choice.column)
      nextRows.append(row)
      nextTokens.append(choice.column)
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
