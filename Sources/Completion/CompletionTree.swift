internal import Neural
internal import Seq2Seq
internal import Tensors

/// What a model has read of a line, as a tree of beginnings: each state is computed once, whatever is typed, deleted
/// and typed again.
final class CompletionTree {
  /// A beginning.
  final class Node {
    let token: TokenID
    fileprivate(set) weak var parent: Node?
    fileprivate var children: [TokenID: Node] = [:]
    /// [1, stateSize].
    let state: Tensor
    /// What the last layer gave, [1, outputSize].
    let output: Tensor
    /// Of what comes next, [1, V]; nil until it is asked for.
    fileprivate var logProbabilities: Tensor?
    /// How a word ends here; noted by whoever looks for words.
    var ending: WordEnding?

    fileprivate init(_ token: TokenID, parent: Node?, state: Tensor, output: Tensor) {
      self.token = token
      self.parent = parent
      self.state = state
      self.output = output
    }

    /// Bytes that it takes, about.
    fileprivate var size: Int {
      let numbers = state.count + output.count + (logProbabilities?.count ?? 0)
      return 4 * numbers + 16 * (ending?.going.count ?? 0) + 300
    }
  }

  private let network: LanguageNetwork
  private let graph: Graph
  private let mostBytes: Int
  /// Where the line begins.
  private var beginning: LanguageScorer.Beginning
  /// What came in earlier lines; nil where there is no cache.
  private var history: ContinuousCache?
  /// The same with what was skipped.
  private var historyOfRoot: ContinuousCache?
  /// The beginning of a long line, which was read without a node for each token.
  private var skipped: [TokenID] = []
  /// What `skipped` leads to.
  private var root: Node?
  /// Bytes that the nodes take, about, and at how many some are forgotten.
  private var size = 0
  private var limit: Int

  /// Tokens of a line that nobody has read yet, from which on most are skipped, and how many are not.
  private static let (many, few) = (256, 64)

  /// - Parameters:
  ///   - beginning: of the line.
  ///   - graph: an inference graph, used by nobody else while this is being asked.
  ///   - mostBytes: that beginnings may take, about, besides those of the line at hand.
  init(
    _ completer: Completer, from beginning: LanguageScorer.Beginning = .line,
    history: ContinuousCache? = nil, on graph: Graph, mostBytes: Int
  ) {
    network = completer.network
    self.beginning = beginning
    self.history = history
    self.graph = graph
    self.mostBytes = mostBytes
    limit = mostBytes
  }

  deinit { forget() }

  /// Begins another line.
  func begin(from beginning: LanguageScorer.Beginning, history: ContinuousCache?) {
    forget()
    self.beginning = beginning
    self.history = history
  }

  // MARK: - Nodes

  /// The beginning that tokens lead to, from the beginning of the line.
  func node(_ tokens: [TokenID]) -> Node {
    if !tokens.starts(with: skipped) { forget() }
    if size > limit { forget(besides: tokens.dropFirst(skipped.count)) }
    var rest = tokens.dropFirst(skipped.count)
    var node = rooted()
    while let token = rest.first, let next = node.children[token] {
      node = next
      rest.removeFirst()
    }
    if rest.count > Self.many {
      forget()
      skipped = tokens.dropLast(Self.few)
      node = rooted()
      rest = tokens.suffix(Self.few)
    }
    for token in rest { node = children([(node, token)])[0] }
    return node
  }

  private func rooted() -> Node {
    if let root { return root }
    historyOfRoot = skipped.isEmpty ? history : history?.duplicated()
    let start = network.read(skipped, from: beginning, on: graph) { states, tokens in
      historyOfRoot?.add(states, followedBy: tokens)
    }
    let node = make([(nil, start.token)], [start.state])[0]
    root = node
    return node
  }

  /// The beginnings that lie one token further; those that are not there yet are computed together.
  func children(_ wanted: [(node: Node, token: TokenID)]) -> [Node] {
    let missing = wanted.filter { $0.node.children[$0.token] == nil }
    let made =
      missing.isEmpty
      ? [] : make(missing.map { ($0.node, $0.token) }, missing.map { $0.node.state })
    for node in made { node.parent?.children[node.token] = node }
    return wanted.map { node, token in
      guard let child = node.children[token] else { preconditionFailure("a beginning got lost") }
      return child
    }
  }

  private func make(_ wanted: [(parent: Node?, token: TokenID)], _ states: [Tensor?]) -> [Node] {
    graph.reset()
    let before = network.states(states, on: graph)
    let (output, next) = network.step(wanted.map(\.token), before, on: graph)
    return wanted.indices.map { row in
      let state = Tensor(rows: 1, columns: network.stateSize)
      network.store(next, row: row, to: state)
      let node = Node(
        wanted[row].token, parent: wanted[row].parent, state: state,
        output: Tensor(
          rows: 1, columns: output.columns, output.value.slice(row..<row + 1).values))
      size += node.size
      return node
    }
  }

  // MARK: - What comes next

  /// Log-probabilities of what comes after beginnings, [1, V] each.
  func logProbabilities(_ nodes: [Node]) -> [Tensor] {
    let missing = nodes.filter { $0.logProbabilities == nil }
    if !missing.isEmpty {
      graph.reset()
      let outputs = graph.scratch(rows: missing.count, columns: network.outputSize)
      for (row, node) in missing.enumerated() {
        copy(node.output, to: outputs.slice(row..<row + 1))
      }
      let scores = network.logProbabilities(Variable(constant: outputs), on: graph)
      historyOfRoot?.mix(into: scores, states: outputs, recent: missing.map(recent))
      for (row, node) in missing.enumerated() {
        let own = Tensor(rows: 1, columns: scores.columns)
        copy(scores.slice(row..<row + 1), to: own)
        node.logProbabilities = own
        size += 4 * own.count
      }
    }
    return nodes.compactMap(\.logProbabilities)
  }

  /// What came after the beginnings of this one in its line, but for those skipped, earliest first.
  private func recent(_ node: Node) -> ContinuousCache.Recent {
    var pairs: ContinuousCache.Recent = []
    var node = node
    while let parent = node.parent, pairs.count < history?.settings.size ?? 0 {
      pairs.append((parent.output, node.token))
      node = parent
    }
    return pairs.reversed()
  }

  // MARK: - Forgetting

  /// Forgets all.
  private func forget() {
    if let root { Self.unlink(root) }
    (root, historyOfRoot, skipped, size, limit) = (nil, nil, [], 0, mostBytes)
  }

  /// Forgets what does not lie on a path, and what comes behind that if it is much.
  private func forget(besides path: ArraySlice<TokenID>) {
    guard var node = root else { return }
    var kept = node.size
    for token in path {
      guard let next = node.children[token] else { break }
      for (token, child) in node.children where child !== next {
        node.children[token] = nil
        Self.unlink(child)
      }
      kept -= 4 * (node.logProbabilities?.count ?? 0)
      (node.logProbabilities, node.ending) = (nil, nil)
      node = next
      kept += node.size
    }
    let behind = Self.size(behind: node)
    if behind > mostBytes / 2 { Self.unlink(node) } else { kept += behind }
    size = kept
    limit = max(mostBytes, 2 * kept)
  }

  private static func size(behind node: Node) -> Int {
    var open = Array(node.children.values)
    var size = 0
    while let node = open.popLast() {
      size += node.size
      open += node.children.values
    }
    return size
  }

  /// Takes everything behind a node apart. A chain of nodes that let each other go would need as much of the stack as
  /// it is long.
  private static func unlink(_ node: Node) {
    var open = [node]
    while let node = open.popLast() {
      open += node.children.values
      node.children = [:]
    }
  }
}
