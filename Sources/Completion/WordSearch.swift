internal import Seq2Seq
internal import Tensors

/// How a word may end after a beginning, or go on.
struct WordEnding {
  /// The probability that it ends.
  var mass: Double
  /// The likeliest units that go on with it, likeliest first, with their log-probabilities.
  var going: [(token: TokenID, logProbability: Double)]
  /// How many of these were looked for.
  var width: Int
}

/// Searches the likeliest next words that begin as somebody has typed: over all ways to cut them into units, up to
/// the next that does not belong to the word.
struct WordSearch {
  let tree: CompletionTree
  let index: UnitIndex
  /// Words wanted.
  let count: Int

  /// A beginning of a word.
  private struct Beginning {
    /// What comes before `token`.
    var node: CompletionTree.Node
    var token: TokenID
    /// What it adds to what is typed.
    var added: [UInt8]
    var logProbability: Double
  }

  /// Beginnings gone on with at once.
  private var width: Int { max(8, 2 * count) }
  /// Most units of a word, beyond which it is given up.
  private static let mostUnits = 48

  /// - Parameters:
  ///   - node: what comes before what is typed.
  ///   - beginning: what is typed.
  /// - Returns: what is to be added, with its probability given what is typed, likeliest first; only words that are
  ///   longer than what is typed.
  func words(
    after node: CompletionTree.Node, _ beginning: TextBeginning
  ) -> [(added: [UInt8], probability: Double)] {
    var covered: [Beginning] = []
    let covering = Covering(tree: tree, index: index, width: width)
    let known = covering.cover(beginning.typed, after: node) { way, scores, units in
      // A word that is longer than what is typed; any longer unit of which that is not so is a mark behind it.
      let units = units.filter { index.mayBelongToWord($0, beyond: way.typed.count) }
      for one in largest(width, of: gathered(units, scores), row: 0) where one.value.isFinite {
        covered.append(
          Beginning(
            node: way.node, token: units[one.index],
            added: Array(index.bytes[Int(units[one.index])].dropFirst(way.typed.count)),
            logProbability: way.logProbability + Double(one.value)))
      }
    }
    guard known > -.infinity else { return [] }
    for place in covered.indices { covered[place].logProbability -= known }
    let found = complete(best(covered), typed: Self.end(of: beginning.word))
    let words = found.sorted {
      $0.value > $1.value || $0.value == $1.value && $0.key.lexicographicallyPrecedes($1.key)
    }
    // No word is likelier than all that begins as is typed, but for rounding.
    return words.prefix(count).map { (added: $0.key, probability: min(1, $0.value)) }
  }

  /// Goes on to the ends of words.
  ///
  /// - Returns: probabilities by what is added to what is typed.
  private func complete(_ beginnings: [Beginning], typed: ArraySlice<UInt8>) -> [[UInt8]: Double] {
    var found: [[UInt8]: Double] = [:]
    func note(_ added: [UInt8], _ probability: Double) {
      if !added.isEmpty, found[added] != nil || UnitIndex.isWord(typed + added) {
        found[added, default: 0] += probability
      }
    }
    if index.areWords {
      for word in beginnings { note(word.added, exponential(word.logProbability)) }
      return found
    }
    var open = beginnings
    for _ in 0..<Self.mostUnits where !open.isEmpty {
      let nodes = tree.children(open.map { ($0.node, $0.token) })
      var next: [Beginning] = []
      for (beginning, (node, ending)) in zip(open, zip(nodes, endings(nodes))) {
        note(beginning.added, exponential(beginning.logProbability) * ending.mass)
        for (token, logProbability) in ending.going.prefix(width) {
          let added = beginning.added + index.bytes[Int(token)]
          guard Self.canBeText(typed + added) else { continue }
          next.append(
            Beginning(
              node: node, token: token, added: added,
              logProbability: beginning.logProbability + logProbability))
        }
      }
      // What is less probable than enough whole words cannot come to more than they.
      let least = found.count < count ? 0 : found.values.sorted(by: >)[count - 1]
      open = best(next.filter { exponential($0.logProbability) > least })
    }
    return found
  }

  /// How words end after beginnings; worked out once for each.
  private func endings(_ nodes: [CompletionTree.Node]) -> [WordEnding] {
    let missing = nodes.filter { ($0.ending?.width ?? 0) < width }
    for (node, scores) in zip(missing, tree.logProbabilities(missing)) {
      node.ending = WordEnding(
        mass: sumOfExponentials(gathered(index.ending, scores)),
        going: largest(width, of: gathered(index.going, scores), row: 0)
          .filter(\.value.isFinite).map { (index.going[$0.index], Double($0.value)) },
        width: width)
    }
    return nodes.compactMap(\.ending)
  }

  private func best(_ beginnings: [Beginning]) -> [Beginning] {
    let sorted = beginnings.sorted { $0.logProbability > $1.logProbability }.prefix(width)
    let least = (sorted.first?.logProbability ?? 0) - Covering.margin
    return sorted.filter { $0.logProbability > least }
  }

  // MARK: - Words

  /// Whether bytes are text but for a last character that may be whole with more of them.
  private static func canBeText(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let last = bytes.last, last >= 0x80 else {
      return String(validating: bytes, as: UTF8.self) != nil
    }
    guard let first = bytes.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return false }
    let width = bytes[first] >= 0xF0 ? 4 : bytes[first] >= 0xE0 ? 3 : 2
    let isWhole = bytes.endIndex - first >= width
    return (0xC2...0xF4).contains(bytes[first])
      && String(validating: isWhole ? bytes : bytes[..<first], as: UTF8.self) != nil
  }

  /// The last characters of a word, which are enough to see whether it is one.
  private static func end(of word: [UInt8]) -> ArraySlice<UInt8> {
    word.suffix(64).drop { $0 & 0xC0 == 0x80 }
  }
}
