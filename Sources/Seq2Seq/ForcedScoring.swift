internal import Tensors

/// What a model thinks of given outputs.
public struct ForcedScoring: Sendable {
  public var marks: SearchMarks
  public var normalization: LengthNormalization
  /// Whether hypotheses bring their attention.
  public var keepsAttention: Bool

  public init(
    _ options: SearchOptions, marks: SearchMarks = SearchMarks(), keepsAttention: Bool = false
  ) {
    self.marks = marks
    normalization = options.lengthNormalization
    self.keepsAttention = keepsAttention
  }

  /// - Parameter targets: for each sentence of the scorer its output, without begin and end marks.
  /// - Returns: for each sentence that output with its log-probabilities, of which nothing was ruled
  ///   out: what search forbids (`minLength`, `maxRepeats`) is scored like anything else.
  public func score(_ scorer: any Scorer, targets: [[TokenID]]) -> [Hypothesis] {
    let sentenceCount = scorer.start()
    precondition(
      sentenceCount == targets.count, "\(targets.count) outputs for \(sentenceCount) sentences")
    let size = scorer.vocabularySize
    for token in targets.joined() {
      precondition(token >= 0 && token < size, "token \(token) of \(size)")
    }
    var logProbabilities: [[Float]] = targets.map {
      var values: [Float] = []
      values.reserveCapacity($0.count + 1)
      return values
    }
    var attention: [[[Float]]] = Array(repeating: [], count: targets.count)
    // Which sentence each row holds: outputs that have ended leave the batch.
    var rows = Array(targets.indices)
    var tokens = Array(repeating: marks.bos, count: targets.count)
    var length = 0
    while !rows.isEmpty {
      let scores = scorer.step(tokens)
      var parents: [Int] = []
      tokens.removeAll(keepingCapacity: true)
      for (row, sentence) in rows.enumerated() {
        let target = targets[sentence]
        let ends = length == target.count
        let next = ends ? marks.eos : target[length]
        logProbabilities[sentence].append(scores[row, Int(next)])
        guard !ends else { continue }
        if keepsAttention, let weights = scorer.attention(row: row) {
          attention[sentence].append(weights)
        }
        parents.append(row)
        tokens.append(next)
      }
      if !parents.isEmpty, parents.count < rows.count { scorer.reorder(parents) }
      rows = parents.map { rows[$0] }
      length += 1
    }
    return targets.indices.map { sentence in
      let values = logProbabilities[sentence]
      let total = values.reduce(0.0) { $0 + Double($1) }
      return Hypothesis(
        tokens: targets[sentence], logProbability: total,
        score: normalization.score(total, length: values.count), tokenLogProbabilities: values,
        attention: attention[sentence], ended: true)
    }
  }
}
