public import Tensors

/// Several models that search as one: the probability of a token is the mean of theirs.
public final class EnsembleScorer: Scorer {
  private let members: [any Scorer]

  /// - Throws: `EnsembleError` if there is no member, or their vocabularies differ in size.
  public init(_ members: [any Scorer]) throws {
    guard let first = members.first else { throw EnsembleError.noMembers }
    for (index, member) in members.enumerated()
    where member.vocabularySize != first.vocabularySize {
      throw EnsembleError.vocabularies(
        first: first.vocabularySize, other: member.vocabularySize, member: index + 1)
    }
    self.members = members
  }

  public var vocabularySize: Int { members[0].vocabularySize }

  public func start() -> Int {
    let counts = members.map { $0.start() }
    precondition(
      counts.allSatisfy { $0 == counts[0] }, "members were made for \(counts) sentences")
    return counts[0]
  }

  public func step(_ tokens: [TokenID]) -> Tensor {
    let scores = members.map { $0.step(tokens) }
    logMeanExpInPlace(scores)
    return scores[0]
  }

  public func reorder(_ rows: [Int]) {
    for member in members { member.reorder(rows) }
  }

  /// The mean of the members' weights; nil if one has none or sees the source in other positions.
  public func attention(row: Int) -> [Float]? {
    var sum: [Float] = []
    for member in members {
      guard let weights = member.attention(row: row) else { return nil }
      if sum.isEmpty {
        sum = weights
      } else if sum.count == weights.count {
        for index in sum.indices { sum[index] += weights[index] }
      } else {
        return nil
      }
    }
    return sum.map { $0 / Float(members.count) }
  }
}

/// Why models cannot search as one.
public enum EnsembleError: Error, Equatable, CustomStringConvertible {
  case noMembers
  /// Member number `member` (from 1) has `other` target tokens, the first has `first`.
  case vocabularies(first: Int, other: Int, member: Int)
  /// A language model has `other` units, what it is to search with has `first` target tokens.
  case languageModel(first: Int, other: Int)

  public var description: String {
    switch self {
    case .noMembers: "an ensemble needs at least one model; none was given"
    case .vocabularies(let first, let other, let member):
      "model \(member) of the ensemble has a target vocabulary of \(other), the first one of "
        + "\(first); models of an ensemble must share their target subwords"
    case .languageModel(let first, let other):
      "the language model has \(other) units, but the model it is to search with \(first) target subwords; they must "
        + "share them (a recipe's 'vocabulary.from' takes them over)"
    }
  }
}
