internal import Seq2Seq
internal import Tensors

/// Goes through the ways to cut what is typed into units, up to those that cover it.
struct Covering {
  let tree: CompletionTree
  let index: UnitIndex
  /// Ways gone on with at once.
  let width: Int

  /// A way that does not cover what is typed yet.
  struct Way {
    var node: CompletionTree.Node
    /// What is not covered.
    var typed: ArraySlice<UInt8>
    var logProbability: Double
  }

  /// Nats below the best way at which one is given up.
  static let margin = 12.0

  /// - Parameters:
  ///   - typed: at least one byte.
  ///   - node: what comes before.
  ///   - visit: is given each way, the log-probabilities of what comes next, [1, V], and the units among these that
  ///     cover what is not covered.
  /// - Returns: the logarithm of the probability of all that begins as is typed: at most so much, as what was given up
  ///   counts as if it did. Of many rare bytes the probability itself would be too small a number.
  func cover(
    _ typed: [UInt8], after node: CompletionTree.Node,
    _ visit: (Way, _ scores: Tensor, _ units: ArraySlice<TokenID>) -> Void
  ) -> Double {
    var mass = LogarithmicSum()
    var open = [Way(node: node, typed: typed[...], logProbability: 0)]
    while !open.isEmpty {
      var next: [(way: Way, token: TokenID)] = []
      for (way, scores) in zip(open, tree.logProbabilities(open.map(\.node))) {
        let units = index.extending(way.typed)
        mass.add(way.logProbability + naturalLogarithm(sumOfExponentials(gathered(units, scores))))
        visit(way, scores, units)
        for token in index.beginning(way.typed) {
          var longer = way
          longer.typed = way.typed.dropFirst(index.bytes[Int(token)].count)
          longer.logProbability += Double(scores[0, Int(token)])
          next.append((longer, token))
        }
      }
      next.sort { $0.way.logProbability > $1.way.logProbability }
      let least = (next.first?.way.logProbability ?? 0) - Self.margin
      let kept = next.prefix(width).prefix { $0.way.logProbability > least }
      for (way, _) in next.dropFirst(kept.count) { mass.add(way.logProbability) }
      let nodes = tree.children(kept.map { ($0.way.node, $0.token) })
      open = zip(kept, nodes).map { kept, node in
        Way(node: node, typed: kept.way.typed, logProbability: kept.way.logProbability)
      }
    }
    return mass.value
  }
}

/// A sum of numbers that are known by their logarithms.
package struct LogarithmicSum {
  /// The logarithm of the sum.
  package private(set) var value = -Double.infinity

  package init() {}

  package mutating func add(_ logarithm: Double) {
    let (small, large) = (min(value, logarithm), max(value, logarithm))
    value = small > -.infinity ? large + naturalLogarithm(1 + exponential(small - large)) : large
  }
}

/// Some columns of a row.
func gathered(_ tokens: some Collection<TokenID>, _ scores: Tensor) -> Tensor {
  let values = Tensor(rows: 1, columns: tokens.count)
  gatherColumns(scores, tokens.map(Int.init), into: values)
  return values
}
