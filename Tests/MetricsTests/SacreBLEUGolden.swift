import Foundation
import Metrics
import Testing

/// A corpus of `bleu.json` with the scores of one metric; see `Golden/make_golden.py`.
struct GoldenCorpus<Row: Decodable & Sendable>: Sendable, CustomTestStringConvertible {
  let name: String
  let hypotheses: [String]
  let references: [[String?]]
  let scores: [Row]
  var testDescription: String { name }

  /// The references, for corpora where every line has all of them.
  var fullReferences: [[String]]? {
    let lines = references.map { $0.compactMap(\.self) }
    return lines.allSatisfy { $0.count == hypotheses.count } ? lines : nil
  }
}

enum SacreBLEUGolden {
  private struct Text: Decodable {
    let name: String
    let hypotheses: [String]
    let references: [[String?]]
  }

  private struct Scores<Row: Decodable>: Decodable {
    let name: String
    let scores: [Row]
  }

  /// The corpora with the scores of a file, which names them in the same order.
  static func read<Row>(_ file: String, as type: Row.Type) throws -> [GoldenCorpus<Row>] {
    let texts = try Golden.read("bleu.json", as: [Text].self)
    let scores = try Golden.read(file, as: [Scores<Row>].self)
    precondition(texts.map(\.name) == scores.map(\.name), "\(file) belongs to another bleu.json")
    return zip(texts, scores).map {
      GoldenCorpus(
        name: $0.name, hypotheses: $0.hypotheses, references: $0.references, scores: $1.scores)
    }
  }

  /// The fields of a signature, by name.
  static func fields(_ signature: String) -> [String: String] {
    let pairs = signature.split(separator: "|").map { $0.split(separator: ":") }
    return Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), String($0[1])) })
  }
}
