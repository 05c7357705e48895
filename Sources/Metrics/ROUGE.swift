/// ROUGE-L: how much of a caption and of a reference is one sequence of words common to both.
///
/// Lin, "ROUGE: a package for automatic evaluation of summaries" (2004), as coco-caption computes it: the
/// best precision and the best recall over all references, which need not be of one reference, in one
/// F-measure that leans to recall.
public struct ROUGEL: Sendable, Equatable {
  /// How many times recall counts as much as precision.
  public static let beta = 1.2

  private var row: [Int] = []

  public init() {}

  /// The score of a caption against at least one reference, 0 to 1, from their words.
  public func score(_ caption: [String], references: [[String]]) -> Double {
    var table = WordTable()
    func numbers(_ words: [String]) -> [UInt32] {
      words.map { word in
        let bytes = Array(word.utf8)
        return table.id(of: 0..<bytes.count, in: bytes)
      }
    }
    var scorer = ROUGEL()
    return scorer.score(numbers(caption), references.map(numbers))
  }

  /// The same from words by number. A caption without words counts as one word that is empty.
  mutating func score(_ caption: [UInt32], _ references: some Sequence<[UInt32]>) -> Double {
    let caption = caption.isEmpty ? [Self.emptyWord] : caption
    var precision = 0.0
    var recall = 0.0
    for reference in references {
      let reference = reference.isEmpty ? [Self.emptyWord] : reference
      let common = Double(commonLength(caption, reference))
      precision = max(precision, common / Double(caption.count))
      recall = max(recall, common / Double(reference.count))
    }
    guard precision != 0, recall != 0 else { return 0 }
    let square = Self.beta * Self.beta
    return (1 + square) * precision * recall / (recall + square * precision)
  }

  private static let emptyWord = UInt32.max

  /// The length of the longest common subsequence.
  private mutating func commonLength(_ left: [UInt32], _ right: [UInt32]) -> Int {
    row.removeAll(keepingCapacity: true)
    row.append(contentsOf: repeatElement(0, count: right.count + 1))
    for word in left {
      var diagonal = 0
      for index in right.indices {
        let above = row[index + 1]
        row[index + 1] = word == right[index] ? diagonal + 1 : max(above, row[index])
        diagonal = above
      }
    }
    return row[right.count]
  }
}
