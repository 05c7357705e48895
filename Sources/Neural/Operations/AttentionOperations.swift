public import Tensors

extension Graph {
  /// What `attend` found: the context beside the query, and how much each position weighed.
  public struct Attended {
    /// [context; query], [B, M + H].
    public let joined: Variable
    /// Softmax weights, [B, longest]; zero beyond a row's sentence.
    public let weights: Variable
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
  ///   - learnsWeights: whether something else will add to the gradient of the weights.
  public func attend(
    query: Variable, comparison: Variable, keys: Variable, memory: Variable, vector: Parameter?,
    segments: Segments, learnsWeights: Bool = false
  ) -> Attended {
    let (rows, width) = (query.rows, memory.columns)
    let shown =
      learnsWeights
      ? make(rows: rows, columns: segments.longest)
      : Variable(constant: scratch(rows: rows, columns: segments.longest))
    let weights = shown.value
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
      if let dWeights = shown.gradient { add(dWeights, to: dScores) }
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
    return Attended(joined: joined, weights: shown)
  }

  /// The first columns of x times a gate, the others as they are: σ(gate) · x.
  ///
  /// - Parameters:
  ///   - x: [B, M + H].
  ///   - gate: before the logistic function, [B, M]; used up.
  /// - Returns: [B, M + H].
  public func gated(_ x: Variable, by gate: Variable) -> Variable {
    let y = make(rows: x.rows, columns: x.columns)
    applyGate(gate.value, to: x.value, into: y.value)
    record { [dy = y.gradient] in
      guard let dy else { return }
      addGateGradient(
        dy, gate: gate.value, x: x.value, dGate: gate.gradient, dx: x.gradient)
    }
    return y
  }

  /// Adds to the gradient of attention weights that of Σ (1 − Σₜ αₜ)² over a sequence's places: attention is
  /// to come by every place once (Xu et al. 2015, sec. 4.2.1, "doubly stochastic").
  ///
  /// - Parameters:
  ///   - weights: of all steps, [Σ rows, longest].
  ///   - steps: the rows of each step; row b of a step belongs to sequence b.
  ///   - segments: each sequence's places.
  ///   - factor: what the sum is multiplied by.
  /// - Returns: the sum, without the factor.
  @discardableResult
  public func addCoverageGradient(
    weights: Variable, steps: [Range<Int>], segments: Segments, factor: Float
  ) -> Double {
    let sequences = steps.first?.count ?? 0
    let missing = scratch(rows: sequences, columns: weights.columns)
    fill(missing, with: 1)
    for rows in steps {
      add(weights.value.slice(rows), times: -1, to: missing.slice(0..<rows.count))
    }
    // What lies beyond a sequence's own places is none of its business.
    var cost = 0.0
    for sequence in 0..<sequences {
      for place in 0..<weights.columns {
        if place < segments.lengths[sequence] {
          cost += Double(missing[sequence, place]) * Double(missing[sequence, place])
        } else {
          missing[sequence, place] = 0
        }
      }
    }
    if let dWeights = weights.gradient {
      for rows in steps {
        add(missing.slice(0..<rows.count), times: -2 * factor, to: dWeights.slice(rows))
      }
    }
    return cost
  }
}
