internal import Seq2Seq
internal import Tensors

/// Searches the likeliest next words that begin as somebody has typed: over all ways to cut them into units, up to
/// the next that does not belong to the word.
struct WordSearch {
  let tree: CompletionTree
  let index: UnitIndex
  /// Words wanted.
  let count: Int

  /// A beginning of a word.
  private struct Beginning {
    var node: CompletionTree.Node
    /// The unit that is to be fed; nil where `node` is all.
    var token: TokenID?
    /// Bytes of what is typed that are not covered yet.
    var typed: ArraySlice<UInt8>
    /// What it adds to what is typed.
    var added: [UInt8]
    var logProbability: Double
  }

  /// Beginnings gone on with at once.
  private var width: Int { max(8, 2 * count) }
  /// Nats below the best beginning at which one is given up.
  private static let margin = 12.0
  /// Most units of a word, beyond which it is given up.
  private static let mostUnits = 48

  /// - Parameters:
  ///   - node: what comes before the word.
  ///   - typed: the space before the word and what is there of it.
  /// - Returns: what is to be added, with its probability given what is typed, likeliest first; only words that are
  ///   longer than what is typed.
  func words(
    after node: CompletionTree.Node, typed: [UInt8]
  ) -> [(added: [UInt8], probability: Double)] {
    var covered: [Beginning] = []
    let mass = cover(
      Beginning(node: node, typed: typed[...], added: [], logProbability: 0), into: &covered)
    guard mass > 0 else { return [] }
    let known = typed.dropFirst()
    let found = complete(covered).filter { Self.isWord(known + $0.key) }
    return found.sorted {
      $0.value > $1.value || $0.value == $1.value && $0.key.lexicographicallyPrecedes($1.key)
    }.prefix(count).map { (added: $0.key, probability: min(1, $0.value / mass)) }
  }

  /// Whether it is text, with a letter or a digit in it, not just hyphens.
  private static func isWord(_ bytes: ArraySlice<UInt8>) -> Bool {
    String(validating: bytes, as: UTF8.self)?.unicodeScalars.contains {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
    } ?? false
  }

  /// Goes through the units that what is typed may consist of.
  ///
  /// - Returns: the probability of all that begins as is typed.
  private func cover(_ start: Beginning, into covered: inout [Beginning]) -> Double {
    var mass = 0.0
    var open = [start]
    for _ in 0..<start.typed.count where !open.isEmpty {
      let scores = advance(&open)
      var next: [Beginning] = []
      for (beginning, scores) in zip(open, scores) {
        func go(_ token: TokenID) -> Beginning {
          let bytes = index.bytes[Int(token)]
          return Beginning(
            node: beginning.node, token: token, typed: beginning.typed.dropFirst(bytes.count),
            added: Array(bytes.dropFirst(beginning.typed.count)),
            logProbability: beginning.logProbability + Double(scores[0, Int(token)]))
        }
        next += index.beginning(beginning.typed).map(go)
        let whole = likeliest(index.extending(beginning.typed), scores, beyond: beginning.typed)
        mass += exponential(beginning.logProbability) * whole.mass
        covered += whole.tokens.map(go)
      }
      open = best(next)
    }
    covered = best(covered)
    return mass
  }

  /// The probability of units that cover what is typed, and the likeliest of those that belong to a word.
  private func likeliest(
    _ tokens: ArraySlice<TokenID>, _ scores: Tensor, beyond typed: ArraySlice<UInt8>
  ) -> (mass: Double, tokens: [TokenID]) {
    var mass = 0.0
    var scored: [(token: TokenID, score: Float)] = []
    scores.withValues { values in
      for token in tokens {
        let value = values[Int(token)]
        mass += exponential(Double(value))
        // A word that is longer than what is typed; any longer unit of which that is not so is a mark behind it.
        if value > Self.floor, index.isOfWord(token, beyond: typed.count) {
          scored.append((token, value))
        }
      }
    }
    return (mass, scored.sorted { $0.score > $1.score }.prefix(width).map(\.token))
  }

  /// Log-probability below which a unit is passed over.
  private static let floor: Float = -20

  /// Goes on to the ends of words.
  ///
  /// - Returns: probabilities by what is added to what is typed.
  private func complete(_ beginnings: [Beginning]) -> [[UInt8]: Double] {
    var found: [[UInt8]: Double] = [:]
    if index.areWords {
      for word in beginnings where !word.added.isEmpty {
        found[word.added, default: 0] += exponential(word.logProbability)
      }
      return found
    }
    var open = beginnings
    for _ in 0..<Self.mostUnits where !open.isEmpty {
      let scores = advance(&open)
      var next: [Beginning] = []
      for (beginning, scores) in zip(open, scores) {
        let end = endMass(scores)
        if !beginning.added.isEmpty {
          found[beginning.added, default: 0] += exponential(beginning.logProbability) * end.mass
        }
        next += end.going.map { token, logProbability in
          Beginning(
            node: beginning.node, token: token, typed: [],
            added: beginning.added + index.bytes[Int(token)],
            logProbability: beginning.logProbability + Double(logProbability))
        }
      }
      // What is less probable than enough whole words cannot come to more than they.
      let least = found.values.sorted(by: >).dropFirst(count - 1).first ?? 0
      open = best(next.filter { exponential($0.logProbability) > least })
    }
    return found
  }

  /// The probability that a word ends, and the likeliest units that go on with it.
  private func endMass(
    _ scores: Tensor
  ) -> (mass: Double, going: [(TokenID, Float)]) {
    var mass = 0.0
    var going: [(TokenID, Float)] = []
    scores.withValues { values in
      for (token, value) in values.enumerated() where value > Self.floor {
        if index.endsWord(TokenID(token)) {
          mass += exponential(Double(value))
        } else if index.isOfWord(TokenID(token), beyond: 0) {
          going.append((TokenID(token), value))
        }
      }
    }
    return (mass, Array(going.sorted { $0.1 > $1.1 }.prefix(width)))
  }

  /// Feeds what is to be fed.
  ///
  /// - Returns: what may come next, for each.
  private func advance(_ open: inout [Beginning]) -> [Tensor] {
    let fed = open.indices.filter { open[$0].token != nil }
    let nodes = tree.children(
      fed.compactMap { place in open[place].token.map { (open[place].node, $0) } })
    for (place, node) in zip(fed, nodes) {
      open[place].node = node
      open[place].token = nil
    }
    return tree.logProbabilities(open.map(\.node))
  }

  private func best(_ beginnings: [Beginning]) -> [Beginning] {
    let sorted = beginnings.sorted { $0.logProbability > $1.logProbability }.prefix(width)
    guard let first = sorted.first else { return [] }
    return sorted.filter { $0.logProbability > first.logProbability - Self.margin }
  }
}
