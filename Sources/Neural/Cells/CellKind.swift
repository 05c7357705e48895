/// The recurrent cells there are; their equations are in docs/cells.md.
public enum CellKind: String, Codable, Sendable, CaseIterable {
  /// Long short-term memory (Hochreiter & Schmidhuber 1997) with a forget gate (Gers et al. 2000).
  case lstm
  /// An LSTM whose gates see the cell value (Gers & Schmidhuber 2000).
  case peepholeLSTM = "peephole-lstm"
  /// An LSTM with coupled input and forget gates (Greff et al. 2017).
  case cifg
  /// A gated recurrent unit with the reset gate applied after the recurrent product, as PyTorch and cuDNN have it.
  case gru
  /// A gated recurrent unit with the reset gate applied before the recurrent product (Cho et al. 2014).
  case gruResetBefore = "gru-reset-before"
  /// Elman's network (1990), without gates.
  case rnn

  /// Whether its state has a cell value beside h, and a forget gate on it.
  public var hasCellValue: Bool {
    switch self {
    case .lstm, .peepholeLSTM, .cifg: true
    case .gru, .gruResetBefore, .rnn: false
    }
  }

  var type: any RecurrentCell.Type {
    switch self {
    case .lstm: LSTMCell.self
    case .peepholeLSTM: PeepholeLSTMCell.self
    case .cifg: CoupledGateCell.self
    case .gru: GRUCell.self
    case .gruResetBefore: ResetBeforeGRUCell.self
    case .rnn: ElmanCell.self
    }
  }
}

/// How recurrent matrices are filled before training.
public enum RecurrentInitialization: String, Codable, Sendable, CaseIterable {
  /// As every other matrix is (Glorot & Bengio 2010).
  case glorot
  /// An orthogonal matrix for each gate (Saxe et al. 2014).
  case orthogonal
}

/// What a cell may be told besides its sizes; the defaults change nothing.
public struct CellOptions: Sendable, Equatable {
  /// What the forget gate's bias starts at, where there is one: the larger, the longer a cell remembers before it has
  /// learned anything (Gers et al. 2000; Jozefowicz et al. 2015).
  public var forgetBias: Float = 1
  /// How the recurrent matrices start.
  public var initialization = RecurrentInitialization.glorot
  /// Probability that a number of h stays as it was at a step (zoneout, Krueger et al. 2017).
  public var zoneoutHidden: Float = 0
  /// The same of the cell value.
  public var zoneoutCell: Float = 0

  public init() {}
}
