package import Seq2Seq

/// Probabilities of a target token's being the translation of a source token: IBM Model 1 (Brown et al. 1993,
/// sec. 4.2, equations 15 to 17), without an empty source word.
package struct LexicalTable {
  /// s · target vocabulary + t of each pair that was seen together, lowest first.
  private let keys: [UInt64]
  /// t(t | s) of each.
  private var probabilities: [Float]
  private let vocabularySize: UInt64
  private let sourceCount: Int

  /// Learns by expectation maximisation from even probabilities.
  ///
  /// - Parameters:
  ///   - pairs: token sequences without marks.
  ///   - sourceVocabularySize: source tokens there are.
  ///   - targetVocabularySize: target tokens there are.
  package init(
    _ pairs: [Example], sourceVocabularySize: Int, targetVocabularySize: Int, iterations: Int = 2
  ) {
    vocabularySize = UInt64(targetVocabularySize)
    sourceCount = sourceVocabularySize
    let size = vocabularySize
    func key(_ source: TokenID, _ target: TokenID) -> UInt64 {
      UInt64(source) * size + UInt64(target)
    }
    var all: [UInt64] = []
    for pair in pairs {
      for target in pair.target { for source in pair.source { all.append(key(source, target)) } }
    }
    var sorted = all
    sorted.sort()
    var distinct: [UInt64] = []
    for key in sorted where key != distinct.last { distinct.append(key) }
    sorted = []
    keys = distinct
    probabilities = Array(repeating: 1, count: distinct.count)
    // Where each cell of each pair has its probability, in the order in which pairs are gone through.
    let places = all.map { Int32(Self.place(of: $0, in: distinct)) }
    all = []
    for _ in 0..<iterations { learn(pairs, places) }
  }

  private static func place(of key: UInt64, in keys: [UInt64]) -> Int {
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// One round: how often each source token is expected to have brought forth each target token, then shares of it.
  private mutating func learn(_ pairs: [Example], _ places: [Int32]) {
    var counts = [Float](repeating: 0, count: keys.count)
    var cell = 0
    for pair in pairs {
      for _ in pair.target {
        let row = places[cell..<cell + pair.source.count]
        cell += pair.source.count
        let total = row.reduce(0) { $0 + probabilities[Int($1)] }
        guard total > 0 else { continue }
        for place in row { counts[Int(place)] += probabilities[Int(place)] / total }
      }
    }
    for range in sourceRanges {
      let total = counts[range].reduce(0, +)
      for place in range { probabilities[place] = total > 0 ? counts[place] / total : 0 }
    }
  }

  /// The numbers of `keys` that each source token has.
  private var sourceRanges: [Range<Int>] {
    var start = 0
    return (0..<sourceCount).map { source in
      let end = Self.place(of: UInt64(source + 1) * vocabularySize, in: keys)
      defer { start = end }
      return start..<end
    }
  }

  /// The likeliest translations of each source token, most likely first.
  ///
  /// - Parameters:
  ///   - count: most of a token.
  ///   - least: what is less probable is left out.
  package func translations(count: Int, least: Float) -> [[TokenID]] {
    sourceRanges.map { range in
      range.filter { probabilities[$0] >= least }
        .sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }
        .prefix(count)
        .map { TokenID(keys[$0] % vocabularySize) }
    }
  }
}
