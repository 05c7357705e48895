internal import Neural
internal import Seq2Seq
internal import Tensors

/// What a model has read, as a tree of beginnings: each state is computed once, whatever is typed, deleted and typed
/// again.
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

    fileprivate init(_ token: TokenID, parent: Node?, state: Tensor, output: Tensor) {
      self.token = token
      self.parent = parent
      self.state = state
      self.output = output
    }
  }

  private let network: LanguageNetwork
  private let graph: Graph
  private let cache: ContinuousCache.Settings?
  private var root: Node?
  private var count = 0

  /// Beginnings kept, besides twice those of the text at hand; more are forgotten.
  private let most: Int

  /// - Parameter mostBytes: that beginnings may take, about.
  init(_ completer: Completer, cache: ContinuousCache.Settings?, mostBytes: Int) {
    network = completer.network
    graph = completer.weights.graph()
    self.cache = cache
    let numbers = network.config.vocabularySize + network.stateSize + network.outputSize
    most = max(64, mostBytes / (4 * numbers))
  }

  /// The beginning that tokens lead to, from the beginning of a line.
  func node(_ tokens: [TokenID]) -> Node {
    if count > most + 2 * tokens.count {
      root = nil
      count = 0
    }
    var node = root ?? make([(nil, Mark.end)])[0]
    root = node
    for token in tokens { node = children([(node, token)])[0] }
    return node
  }

  /// The beginnings that lie one token further; those that are not there yet are computed together.
  func children(_ wanted: [(node: Node, token: TokenID)]) -> [Node] {
    let missing = wanted.filter { $0.node.children[$0.token] == nil }
    for node in missing.isEmpty ? [] : make(missing.map { ($0.node, $0.token) }) {
      node.parent?.children[node.token] = node
    }
    return wanted.map { node, token in
      guard let child = node.children[token] else { preconditionFailure("a beginning got lost") }
      return child
    }
  }

  private func make(_ wanted: [(parent: Node?, token: TokenID)]) -> [Node] {
    graph.reset()
    let states = network.states(wanted.map { $0.parent?.state }, on: graph)
    let (output, next) = network.step(wanted.map(\.token), states, on: graph)
    count += wanted.count
    return wanted.indices.map { row in
      let state = Tensor(rows: 1, columns: network.stateSize)
      network.store(next, row: row, to: state)
      return Node(
        wanted[row].token, parent: wanted[row].parent, state: state,
        output: Tensor(
          rows: 1, columns: output.columns, output.value.slice(row..<row + 1).values))
    }
  }

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
      for (row, node) in missing.enumerated() {
        let own = Tensor(rows: 1, columns: scores.columns)
        copy(scores.slice(row..<row + 1), to: own)
        if let cache { mix(cache, into: own, of: node) }
        node.logProbabilities = own
      }
    }
    return nodes.compactMap(\.logProbabilities)
  }

  /// Mixes in what came after the beginnings of this one.
  private func mix(_ settings: ContinuousCache.Settings, into scores: Tensor, of node: Node) {
    var path: [Node] = []
    var next: Node? = node
    while let node = next, path.count <= settings.size {
      path.append(node)
      next = node.parent
    }
    var cache = ContinuousCache(
      ContinuousCache.Settings(
        size: max(1, path.count), flatness: settings.flatness, share: settings.share),
      width: network.outputSize)
    for (after, before) in zip(path, path.dropFirst()).reversed() {
      cache.add(before.output, followedBy: after.token)
    }
    cache.mix(into: scores, state: node.output)
  }
}
