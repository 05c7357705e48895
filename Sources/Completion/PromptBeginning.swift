internal import Neural
internal import Seq2Seq
internal import Tensors

/// Where a search for continuations begins: with the unit that covers what is typed of a prompt.
struct PromptBeginning {
  /// What is typed and not fed; empty where the last word is one that the model does not know, and so was fed.
  let typed: [UInt8]
  /// Log-probabilities of the first unit, [1, V], given what is typed: that of the likeliest way to come to it.
  let first: Tensor
  /// Where what was fed leads to, and where a first unit is to be fed: states, [1, stateSize] each.
  private let state: Tensor
  private var ways: [TokenID: (state: Tensor, typed: Int)] = [:]

  /// - Parameters:
  ///   - graph: an inference graph.
  ///   - width: ways to cut what is typed that are gone on with at once.
  init(_ prompt: String, _ completer: Completer, on graph: Graph, width: Int) {
    var beginning = completer.beginning(of: prompt)
    let index = completer.index
    if let unknown = completer.units.unknown, index.extending(beginning.typed[...]).isEmpty {
      beginning.tokens.append(unknown)
      beginning.typed = []
    }
    typed = beginning.typed
    let tree = CompletionTree(
      completer, from: completer.network.read(beginning.tokens, from: .line, on: graph), on: graph,
      mostBytes: .max)
    let root = tree.node([])
    state = root.state
    guard !typed.isEmpty else {
      self.first = tree.logProbabilities([root])[0]
      return
    }
    let best = Tensor(rows: 1, columns: completer.units.size)
    fill(best, with: -.infinity)
    var ways: [TokenID: (state: Tensor, typed: Int)] = [:]
    let known = Covering(tree: tree, index: index, width: width).cover(typed, after: root) {
      way, scores, units in
      for token in units {
        let logProbability = Float(way.logProbability) + scores[0, Int(token)]
        if logProbability > best[0, Int(token)] {
          best[0, Int(token)] = logProbability
          ways[token] = (way.node.state, way.typed.count)
        }
      }
    }
    first = best
    self.ways = ways
    best.withMutableValues { values in
      for token in ways.keys { values[Int(token)] -= Float(known) }
    }
  }

  /// Where the text stands before one of the first units, which is to be fed next.
  func beginning(_ token: TokenID) -> LanguageScorer.Beginning {
    LanguageScorer.Beginning(state: ways[token]?.state ?? state, token: token)
  }

  /// Bytes of a first unit that are typed already.
  func typed(of token: TokenID) -> Int { ways[token]?.typed ?? 0 }
}
