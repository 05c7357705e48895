internal import Foundation
internal import Neural
public import Recipes
internal import Seq2Seq

/// Judges language models by the perplexity a unit of given lines.
public struct LanguageJudge: ModelJudge {
  public typealias Model = LanguageModel

  public let data: JudgedData
  private let lines: [String]
  private let threads: Int

  /// Parts that a text which goes on is cut into, to be read side by side.
  private static let streams = 16

  /// - Parameters:
  ///   - lines: at least one.
  ///   - name: what the lines are called, for people.
  ///   - threads: all processors where nil.
  public init(lines: [String], name: String, threads: Int? = nil) {
    precondition(!lines.isEmpty)
    self.lines = lines
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    var fingerprint = CorpusFingerprint()
    for line in lines {
      fingerprint.add(line.utf8)
      fingerprint.add(0x0A)
    }
    data = JudgedData(
      count: lines.count, unit: .lines, name: name, fingerprint: fingerprint.digits)
  }

  public var metric: QualityMetric { .perplexity }

  public func judge(path: String) throws -> Judgement {
    let completer = try Completer(path: path)
    let clock = ContinuousClock()
    let began = clock.now
    let score = completer.perplexity(of: lines, streams: Self.streams, threads: threads)
    return Judgement(
      score: score.perplexityPerUnit, seconds: (clock.now - began) / .seconds(1))
  }
}
