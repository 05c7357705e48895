/// Numbers that a step leaves on the tape for a unit of a sequence.
package struct UnitTape: Sendable, Equatable {
  /// Values that have a gradient too.
  package var values: Int
  /// Numbers without one: what was normalised, masks.
  package var extra: Int
}

extension CellKind {
  /// Blocks of the input's share.
  package var gates: Int {
    switch self {
    case .lstm, .peepholeLSTM: 4
    case .cifg, .gru, .gruResetBefore: 3
    case .rnn: 1
    }
  }

  /// What a step leaves on the tape, the input's share of the gates with it.
  package func tape(layerNormalization: Bool, options: CellOptions) -> UnitTape {
    // The gates, what of the recurrent products stands for itself, what is carried, cell value, hidden.
    var tape = UnitTape(values: 0, extra: 0)
    // With layer normalisation both products before it, and the cell value after.
    let normalized: Int
    switch self {
    case .lstm, .peepholeLSTM: (tape.values, normalized) = (7, 9)
    case .cifg: (tape.values, normalized) = (6, 7)
    case .gru: (tape.values, normalized) = (8, 6)
    // r·h, too.
    case .gruResetBefore: (tape.values, normalized) = (9, 6)
    // The gate becomes the state.
    case .rnn: (tape.values, normalized) = (2, 2)
    }
    if layerNormalization {
      tape.values += normalized
      tape.extra += normalized
    }
    let kept = [options.zoneoutHidden, hasCellValue ? options.zoneoutCell : 0].count { $0 > 0 }
    tape.values += kept
    tape.extra += kept
    return tape
  }
}
