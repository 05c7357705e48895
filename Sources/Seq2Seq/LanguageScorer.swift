internal import Neural
public import Tensors

/// A language model as search sees it: a row a text.
public final class LanguageScorer: Scorer {
  /// Where a text stands: its state, [1, stateSize], and the token that is to be fed next.
  public struct Beginning: Sendable {
    public var state: Tensor?
    public var token: TokenID

    /// The beginning of a line of its own: before it there was the end of another.
    public static let line = Beginning(state: nil, token: Mark.end)

    public init(state: Tensor?, token: TokenID) {
      self.state = state
      self.token = token
    }
  }

  private let network: LanguageNetwork
  private let graphs: ScorerGraphs
  private let beginnings: [Beginning]
  /// Those of the rows as they stand, until the first step.
  private var begun: [Beginning] = []
  private var states: [CellState]?
  private var pendingRows: [Int]?
  private var output: Variable?

  /// - Parameters:
  ///   - beginnings: what each row goes on from.
  ///   - graphs: made with the network's weights, and used by no other scorer while this one is.
  public init(_ network: LanguageNetwork, beginnings: [Beginning], on graphs: ScorerGraphs) {
    self.network = network
    self.beginnings = beginnings
    self.graphs = graphs
  }

  public var vocabularySize: Int { network.config.vocabularySize }

  public func start() -> Int {
    begun = beginnings
    (states, pendingRows, output) = (nil, nil, nil)
    return beginnings.count
  }

  public func step(_ tokens: [TokenID]) -> Tensor {
    advance(tokens)
    return logProbabilities(0..<tokens.count)
  }

  public func step(_ tokens: [TokenID], _ body: (StepScores) -> Void) {
    advance(tokens)
    let size = max(8, (1 << 19) / vocabularySize)
    for start in stride(from: 0, to: tokens.count, by: size) {
      let rows = start..<min(start + size, tokens.count)
      body(StepScores(rows: rows, logProbabilities: logProbabilities(rows)))
    }
  }

  /// Feeds tokens; the begin mark stands for each row's own beginning.
  func advance(_ tokens: [TokenID]) {
    graphs.state.reset()
    var tokens = tokens
    let current: [CellState]
    if let states {
      // The state is still where the last step made it: it is brought to safety before that memory is used again.
      let rows = pendingRows ?? Array(0..<tokens.count)
      current = states.map { layer in
        CellState(
          hidden: graphs.state.gather(layer.hidden, rows),
          cell: layer.cell.map { graphs.state.gather($0, rows) })
      }
    } else {
      let rows = (pendingRows ?? Array(begun.indices)).map { begun[$0] }
      current = network.states(rows.map(\.state), on: graphs.state)
      for (row, token) in tokens.enumerated() where token == Mark.begin {
        tokens[row] = rows[row].token
      }
    }
    pendingRows = nil
    graphs.scratch.reset()
    let (made, next) = network.step(tokens, current, on: graphs.scratch)
    (output, states) = (made, next)
  }

  /// Log-probabilities of the next token for some rows, [rows, V], valid until the next call.
  func logProbabilities(_ rows: Range<Int>) -> Tensor {
    guard let output else { preconditionFailure("scores before the first step") }
    graphs.output.reset()
    return network.logProbabilities(output.slice(rows), on: graphs.output)
  }

  public func reorder(_ rows: [Int]) {
    pendingRows = pendingRows.map { pending in rows.map { pending[$0] } } ?? rows
  }

  public func attention(row: Int) -> [Float]? { nil }
}
