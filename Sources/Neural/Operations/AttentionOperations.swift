public import Tensors

extension Graph {
  /// What `attend` found: the context beside the query, and how much each position weighed.
  public struct Attended {
    /// [context; query], [B, M + H].
    public let joined: Variable
    /// Softmax weights, [B, longest]; zero beyond a row's sentence.
    public let weights: Tensor
  }

  /// Looks up the memory by a query: softmax over the scores of each row's own sentence, and the
  /// memory rows summed by these weights (Luong et al. 2015; Bahdanau et al. 2015).
  ///
  /// - Parameters:
  ///   - query: [B, H]; put beside the context for the layer that joins them.
  ///   - comparison: what is compared with the keys, [B, K]: the query, or its projection.
  ///   - keys: [Σ lengths, K].
  ///   - memory: [Σ lengths, M].
  ///   - vector: [1, K] for additive scores v·tanh(comparison + key), nil for dot products.
  ///   - segments: each row's sentence in keys and memory.
  public func attend(
    query: Variable, comparison: Variable, keys: Variable, memory: Variable, vector: Parameter?,
    segments: Segments
  ) -> Attended {
    let (rows, width) = (query.rows, memory.columns)
    let weights = scratch(rows: rows, columns: segments.longest)
    let v = vector.map { self[$0] }
    if let v {
      additiveScores(
        query: comparison.value, keys: keys.value, vector: v.value, segments: segments,
        scores: weights)
    } else {
      attentionScores(
        query: comparison.value, keys: keys.value, segments: segments, scores: weights)
    }
    attentionSoftmax(weights, segments: segments)
    let joined = make(rows: rows, columns: width + query.columns)
    attentionSum(weights: weights, memory: memory.value, segments: segments, into: joined.value)
    copyColumns(query.value, to: joined.value, at: width, width: query.columns, rows: rows)
    record { [self] in
      guard let d = joined.gradient else { return }
      if let dQuery = query.gradient {
        copyColumns(
          d, from: width, to: dQuery, width: query.columns, rows: rows, accumulate: true)
      }
      if let dMemory = memory.gradient {
        addAttentionOuter(weights: weights, vectors: d, segments: segments, to: dMemory)
      }
      let dScores = scratch(rows: rows, columns: segments.longest)
      attentionWeightGradient(
        vectors: d, memory: memory.value, segments: segments, into: dScores)
      attentionSoftmaxGradient(dScores, weights: weights, segments: segments)
      if let v {
        addAdditiveScoresGradient(
          dScores, query: comparison.value, keys: keys.value, vector: v.value, segments: segments,
          dQuery: comparison.gradient, dKeys: keys.gradient, dVector: v.gradient)
        return
      }
      if let dComparison = comparison.gradient {
        attentionSum(
          weights: dScores, memory: keys.value, segments: segments, into: dComparison,
          accumulate: true)
      }
      if let dKeys = keys.gradient {
        addAttentionOuter(
          weights: dScores, vectors: comparison.value, segments: segments, to: dKeys)
      }
    }
    return Attended(joined: joined, weights: weights)
  }
}
