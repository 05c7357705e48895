internal import COpenBLAS
internal import CVectors

/// Where each sentence's rows lie in a matrix that holds one sentence after another.
public struct Segments: Sendable, Equatable {
  /// First row of each sentence.
  public let starts: [Int]
  /// Rows of each sentence.
  public let lengths: [Int]

  public init(lengths: [Int]) {
    self.lengths = lengths
    var starts: [Int] = []
    starts.reserveCapacity(lengths.count)
    var total = 0
    for length in lengths {
      starts.append(total)
      total += length
    }
    self.starts = starts
  }

  init(starts: [Int], lengths: [Int]) {
    self.starts = starts
    self.lengths = lengths
  }

  public var count: Int { lengths.count }
  /// Rows of all sentences.
  public var total: Int { (starts.last ?? 0) + (lengths.last ?? 0) }
  /// The longest sentence.
  public var longest: Int { lengths.max() ?? 0 }

  /// Rows of neighbouring sentences.
  public func rows(of sentences: Range<Int>) -> Range<Int> {
    guard let last = sentences.last else { return 0..<0 }
    return starts[sentences.lowerBound]..<starts[last] + lengths[last]
  }

  /// The sentences of `rows`, in that order and as often: which memory each hypothesis attends to.
  public func selecting(_ rows: [Int]) -> Segments {
    Segments(starts: rows.map { starts[$0] }, lengths: rows.map { lengths[$0] })
  }
}

/// scores[r, s] = query[r] · keys[start(r) + s] for every position s of row r's sentence.
///
/// - Parameters:
///   - query: [B, H]; row r belongs to sentence r of `segments`.
///   - keys: [Σ lengths, H].
///   - scores: [B, ≥ longest]; columns beyond a sentence's length are left alone.
public func attentionScores(query: Tensor, keys: Tensor, segments: Segments, scores: Tensor) {
  precondition(query.columns == keys.columns && scores.columns >= segments.longest)
  let width = keys.columns
  for row in 0..<query.rows {
    s2s_sgemv(
      0, Int32(segments.lengths[row]), Int32(width), 1, keys.base + segments.starts[row] * width,
      Int32(width), query.base + row * width, 0, scores.base + row * scores.columns)
  }
}

/// Softmax over each row's own sentence, in place; columns beyond it become zero.
public func attentionSoftmax(_ scores: Tensor, segments: Segments) {
  for row in 0..<scores.rows {
    let (values, length) = (scores.base + row * scores.columns, segments.lengths[row])
    softmaxInPlace(values, length)
    (values + length).update(repeating: 0, count: scores.columns - length)
  }
}

/// result[r, column...] (+)= Σₛ weights[r, s] · memory[start(r) + s]; nothing for an empty sentence.
public func attentionSum(
  weights: Tensor, memory: Tensor, segments: Segments, into result: Tensor, at column: Int = 0,
  accumulate: Bool = false
) {
  let width = memory.columns
  precondition(column + width <= result.columns)
  for row in 0..<weights.rows {
    let target = result.base + row * result.columns + column
    if segments.lengths[row] == 0 {
      // The BLAS leaves the result as it is, which may be anything.
      if !accumulate { target.update(repeating: 0, count: width) }
      continue
    }
    s2s_sgemv(
      1, Int32(segments.lengths[row]), Int32(width), 1,
      memory.base + segments.starts[row] * width, Int32(width),
      weights.base + row * weights.columns, accumulate ? 1 : 0, target)
  }
}

/// memory[start(r) + s] += weights[r, s] · vectors[r, column...]: the gradient of `attentionSum` for
/// its memory and of `attentionScores` for its keys.
public func addAttentionOuter(
  weights: Tensor, vectors: Tensor, at column: Int = 0, segments: Segments, to memory: Tensor
) {
  let width = memory.columns
  precondition(column + width <= vectors.columns)
  for row in 0..<weights.rows {
    s2s_sger(
      Int32(segments.lengths[row]), Int32(width), 1, weights.base + row * weights.columns,
      vectors.base + row * vectors.columns + column,
      memory.base + segments.starts[row] * width, Int32(width))
  }
}

/// dWeights[r, s] = vectors[r, column...] · memory[start(r) + s]: the gradient of `attentionSum` for its weights.
public func attentionWeightGradient(
  vectors: Tensor, at column: Int = 0, memory: Tensor, segments: Segments, into dWeights: Tensor
) {
  let width = memory.columns
  for row in 0..<dWeights.rows {
    s2s_sgemv(
      0, Int32(segments.lengths[row]), Int32(width), 1,
      memory.base + segments.starts[row] * width, Int32(width),
      vectors.base + row * vectors.columns + column, 0, dWeights.base + row * dWeights.columns)
  }
}

/// Turns gradients of softmax weights into gradients of scores, in place: w · (d − Σ w d).
public func attentionSoftmaxGradient(_ dWeights: Tensor, weights: Tensor, segments: Segments) {
  for row in 0..<weights.rows {
    let w = weights.base + row * weights.columns
    let d = dWeights.base + row * dWeights.columns
    var sum: Float = 0
    for s in 0..<segments.lengths[row] { sum += w[s] * d[s] }
    for s in 0..<segments.lengths[row] { d[s] = w[s] * (d[s] - sum) }
  }
}

/// scores[r, s] = v · tanh(query[r] + keys[start(r) + s]) (Bahdanau et al. 2015, appendix A.1.2).
///
/// - Parameters:
///   - query: projected, [B, A].
///   - keys: projected, [Σ lengths, A].
///   - vector: v, [A].
public func additiveScores(
  query: Tensor, keys: Tensor, vector: Tensor, segments: Segments, scores: Tensor
) {
  let width = keys.columns
  precondition(query.columns == width && vector.count == width)
  for row in 0..<query.rows {
    for s in 0..<segments.lengths[row] {
      scores.base[row * scores.columns + s] = vectors.additive_score(
        width, query.base + row * width, keys.base + (segments.starts[row] + s) * width,
        vector.base)
    }
  }
}

/// Gradient of `additiveScores`, added to those of its inputs' gradients that are wanted.
public func addAdditiveScoresGradient(
  _ dScores: Tensor, query: Tensor, keys: Tensor, vector: Tensor, segments: Segments,
  dQuery: Tensor?, dKeys: Tensor?, dVector: Tensor?
) {
  let width = keys.columns
  for row in 0..<query.rows {
    for s in 0..<segments.lengths[row] {
      let place = (segments.starts[row] + s) * width
      vectors.additive_score_gradient(
        width, dScores.base[row * dScores.columns + s], query.base + row * width,
        keys.base + place, vector.base, dQuery.map { $0.base + row * width },
        dKeys.map { $0.base + place }, dVector?.base)
    }
  }
}
