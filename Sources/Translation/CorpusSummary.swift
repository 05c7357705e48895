internal import Seq2Seq

/// What was read from a corpus and what was left out.
public struct CorpusSummary: Sendable, Equatable {
  /// Why a pair was left out.
  public enum Reason: String, Sendable, CaseIterable {
    case notUTF8 = "not UTF-8"
    case empty
    case tooFewColumns = "with too few columns"
    case tooLong = "too long"
  }

  /// A line whose pair was left out, and why.
  public struct Remark: Sendable, Equatable, CustomStringConvertible {
    public var path: String
    /// Counted from 1.
    public var line: Int
    public var reason: Reason
    public var message: String

    public var description: String { "\(path):\(line): \(message); the pair is left out" }
  }

  /// How many remarks of each reason are kept.
  public static let remarksKept = 3

  /// The files.
  public internal(set) var name: String
  public internal(set) var weight: Float
  /// Pairs kept.
  public internal(set) var pairs = 0
  public internal(set) var leftOut: [Reason: Int] = [:]
  /// The first few lines of each reason, in the order of the file.
  public internal(set) var remarks: [Remark] = []
  /// 16 hexadecimal digits that depend on every byte of every pair kept, in their order: FNV-1a, 64
  /// bits, over source, TAB, target, LF.
  public internal(set) var fingerprint = ""

  /// Pairs that were read, kept or not.
  public var pairsRead: Int { leftOut.values.reduce(pairs, +) }

  /// One line: how many pairs were kept, and how many left out for what reason.
  public var counts: String {
    let reasons = Reason.allCases.compactMap { reason in
      leftOut[reason].map { "\($0) \(reason.rawValue)" }
    }
    return "\(pairs) pairs"
      + (reasons.isEmpty ? "" : "; left out: " + reasons.joined(separator: ", "))
  }

  /// Counts a pair as left out.
  mutating func leaveOut(_ path: String, line: Int, _ reason: Reason, _ message: String) {
    leftOut[reason, default: 0] += 1
    if leftOut[reason, default: 0] <= Self.remarksKept {
      remarks.append(Remark(path: path, line: line, reason: reason, message: message))
    }
  }
}

extension CorpusSummary: CustomStringConvertible {
  /// The counts, then a line a remark.
  public var description: String {
    (["\(name): \(counts)"] + remarks.map { "  \($0)" }).joined(separator: "\n")
  }
}

extension [CorpusSummary] {
  /// Pairs kept.
  var pairs: Int { reduce(0) { $0 + $1.pairs } }

  /// 16 hexadecimal digits that depend on every byte of every pair: the corpus's own where there is
  /// one, else FNV-1a over those of all.
  var fingerprint: String { CorpusFingerprint.digits(joining: map(\.fingerprint)) }
}
