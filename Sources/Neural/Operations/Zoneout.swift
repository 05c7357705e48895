internal import Tensors

extension Graph {
  /// Keeps the previous value of each number with probability `rate`, drawn at every step in training; otherwise
  /// the expectation of it (Krueger et al. 2017).
  ///
  /// - Parameters:
  ///   - updated: what would come next, [B, H].
  ///   - previous: [any, H]; rows it lacks count as zero.
  ///   - rate: 0 keeps nothing, and draws nothing.
  /// - Returns: [B, H].
  public func zoneout(_ updated: Variable, previous: Variable, rate: Float) -> Variable {
    guard rate > 0 else { return updated }
    let y = make(rows: updated.rows, columns: updated.columns)
    var mask: Tensor?
    if drawsMasks {
      let drawn = scratch(rows: updated.rows, columns: updated.columns)
      fillZoneoutMask(drawn, rate: rate, using: &generator)
      mask = drawn
    }
    Tensors.zoneout(
      mask: mask, rate: rate, updated: updated.value, previous: previous.value, into: y.value)
    record { [dy = y.gradient, dUpdated = updated.gradient, dPrevious = previous.gradient] in
      guard let dy else { return }
      addZoneoutGradient(dy, mask: mask, rate: rate, dUpdated: dUpdated, dPrevious: dPrevious)
    }
    return y
  }
}

extension Graph {
  /// Zoneout of a whole state. What the hidden state was made from is the cell value before zoneout, as in Krueger et
  /// al. (2017).
  func zoneout(_ updated: CellState, previous: CellState, _ options: CellOptions) -> CellState {
    var state = updated
    state.hidden = zoneout(
      updated.hidden, previous: previous.hidden, rate: options.zoneoutHidden)
    if let cell = updated.cell, let before = previous.cell {
      state.cell = zoneout(cell, previous: before, rate: options.zoneoutCell)
    }
    return state
  }
}
