public import Tensors

extension Graph {
  /// Rows of logits held at once: enough for full speed, and memory stays flat however long the batch is.
  /// 512 as long as they take no more than 16 MiB; fewer with a larger vocabulary.
  package static func scoredRows(vocabulary: Int) -> Int {
    let fitting = (4 << 20) / max(vocabulary, 1)
    return fitting >= 512 ? 512 : max(fitting / 16 * 16, 16)
  }

  /// The output layer with its softmax and cross-entropy, and at once their gradients: the logits of
  /// a block of rows are made, turned into their own gradient and used up before the next block's. Where there is one
  /// block, its share of the weights' gradient can wait.
  ///
  /// - Parameters:
  ///   - x: [N, H].
  ///   - weight: [V, H].
  ///   - bias: [1, V].
  ///   - targets: N indices below V.
  ///   - smoothing: label smoothing.
  ///   - rewards: factor of each row's gradient; all 1 where nil.
  ///   - symmetricDivergence: where it is not 0, rows 2i and 2i + 1 are a pair, of which it costs besides, in training,
  ///     that they predict unlike things: so many times KL(p‖q) + KL(q‖p) (R-Drop, Liang et al. 2021, eq. 2). It is
  ///     part of `smoothed`, which is what is minimised.
  ///   - scale: factor of the gradient, usually 1 / tokens of the whole batch.
  /// - Returns: sums over rows, in nats.
  public func crossEntropy(
    _ x: Variable, _ weight: Parameter, bias: Parameter?, targets: [Int], smoothing: Float,
    rewards: [Float]? = nil, symmetricDivergence: Float = 0, scale: Float
  ) -> CrossEntropySums {
    let isPaired = symmetricDivergence != 0 && mode == .training
    precondition(!isPaired || x.rows.isMultiple(of: 2) && rewards == nil, "pairs have two rows")
    precondition(targets.count == x.rows && rewards?.count ?? x.rows == x.rows)
    let b = bias.map { self[$0] }
    var sums = CrossEntropySums()
    let blockRows = Self.scoredRows(vocabulary: weight.rows)
    let block = scratch(rows: min(blockRows, max(x.rows, 1)), columns: weight.rows)
    let room = isPaired ? scratch(rows: block.rows, columns: weight.rows) : nil
    for start in stride(from: 0, to: x.rows, by: blockRows) {
      let rows = start..<min(start + blockRows, x.rows)
      let logits = block.slice(0..<rows.count)
      let input = x.value.slice(rows)
      product(input, with: weight, into: logits)
      if let b { addBias(b.value, to: logits) }
      if let room {
        sums += pairedCrossEntropy(
          logits: logits, room: room.slice(0..<rows.count), targets: targets[rows],
          smoothing: smoothing, factor: symmetricDivergence, scale: scale)
      } else {
        sums += softmaxCrossEntropy(
          logits: logits, targets: targets[rows], smoothing: smoothing, scale: scale,
          gradient: mode == .training)
      }
      guard mode == .training else { continue }
      if let rewards {
        for row in rows {
          Tensors.scale(logits.slice(row - start..<row - start + 1), by: rewards[row])
        }
      }
      if let dx = x.gradient?.slice(rows) {
        addProduct(logits, with: weight, to: dx)
      }
      if x.rows <= blockRows {
        addWeightGradient(logits, input, of: weight)
      } else if let dWeight = self[weight].gradient {
        // The next block takes this one's place.
        addWeightGradient(logits, input, to: dWeight)
      }
      if let db = b?.gradient { addRowSum(of: logits, to: db) }
    }
    return sums
  }
}
