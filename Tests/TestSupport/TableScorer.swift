public import Seq2Seq
public import Tensors

/// A model that is a table: log-probabilities looked up by sentence and by the tokens so far.
///
/// It stops at any breach of `Scorer`'s contract by the search, and counts what it is asked for.
public final class TableScorer: Scorer {
  public typealias Table = (_ sentence: Int, _ prefix: [TokenID]) -> [Float]

  public let vocabularySize: Int
  /// Rows of each step since the last start.
  public private(set) var rowsOfSteps: [Int] = []
  /// Rows named in each reordering since the last start.
  public private(set) var reorderings: [[Int]] = []

  private let sentenceCount: Int
  private let bos: TokenID
  private let table: Table
  private var rows: [(sentence: Int, prefix: [TokenID])] = []
  private var fedRows = 0

  /// - Parameter table: what follows a prefix (without the begin mark): V log-probabilities.
  public init(sentences: Int, vocabularySize: Int, bos: TokenID = 0, table: @escaping Table) {
    sentenceCount = sentences
    self.vocabularySize = vocabularySize
    self.bos = bos
    self.table = table
  }

  /// A random tree of log-probabilities for each of the sentences, the same for the same numbers.
  ///
  /// - Parameters:
  ///   - numbers: which tree each sentence has.
  ///   - sharpness: standard deviation of the logits.
  public static func random(
    numbers: [Int], vocabularySize: Int, sharpness: Float = 1.5, seed: UInt64 = 7
  ) -> TableScorer {
    TableScorer(sentences: numbers.count, vocabularySize: vocabularySize) { sentence, prefix in
      var key: UInt64 = 0xCBF2_9CE4_8422_2325
      for token in prefix { key = (key ^ UInt64(token + 1)) &* 0x100_0000_01B3 }
      var generator = RandomGenerator(seed: seed, stream: UInt64(numbers[sentence]), key)
      return logSoftmax((0..<vocabularySize).map { _ in sharpness * generator.normal() })
    }
  }

  public static func logSoftmax(_ logits: [Float]) -> [Float] {
    let tensor = Tensor(rows: 1, columns: logits.count, logits)
    applyLogSoftmax(tensor)
    return tensor.values
  }

  /// The table's answer.
  public func logProbabilities(_ sentence: Int, after prefix: [TokenID]) -> [Float] {
    table(sentence, prefix)
  }

  public func start() -> Int {
    rows = (0..<sentenceCount).map { ($0, []) }
    fedRows = 0
    rowsOfSteps = []
    reorderings = []
    return sentenceCount
  }

  public func step(_ tokens: [TokenID]) -> Tensor {
    precondition(tokens.count == rows.count, "\(tokens.count) tokens for \(rows.count) rows")
    precondition(!tokens.isEmpty, "a step without rows")
    if rowsOfSteps.isEmpty {
      precondition(tokens.allSatisfy { $0 == bos }, "the first token is the begin mark")
    } else {
      for (row, token) in tokens.enumerated() { rows[row].prefix.append(token) }
    }
    rowsOfSteps.append(rows.count)
    fedRows = rows.count
    let values = rows.flatMap { table($0.sentence, $0.prefix) }
    return Tensor(rows: rows.count, columns: vocabularySize, values)
  }

  public func reorder(_ order: [Int]) {
    precondition(fedRows == rows.count, "a second reordering before the next step")
    precondition(!order.isEmpty, "a batch of no rows")
    reorderings.append(order)
    rows = order.map { rows[$0] }
    fedRows = -1
  }

  /// Weights that tell which row was asked for, and when: the sentence, the tokens so far, their sum.
  public func attention(row: Int) -> [Float]? {
    precondition(fedRows == rows.count, "attention is asked for between step and reorder")
    let (sentence, prefix) = rows[row]
    return [Float(sentence), Float(prefix.count), Float(prefix.reduce(0, +))]
  }
}
