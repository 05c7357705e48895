internal import Foundation
internal import Neural
public import Recipes
internal import Seq2Seq

/// Judges language models by the perplexity of given lines.
public struct LanguageJudge: ModelJudge {
  public typealias Model = LanguageModel

  public let data: JudgedData
  private let lines: [String]
  private let threads: Int
  private let perplexity: @Sendable (TextScore) -> Double?
  /// What there is to say of scores, for people.
  private let note: String?

  /// - Parameters:
  ///   - lines: at least one.
  ///   - name: what the lines are called, for people.
  ///   - isPerWord: whether the perplexity is a word's, which compares between models whatever their units, in place
  ///     of a unit's, if they know all words; a character's where the text has no white space between words.
  ///   - threads: all processors where nil.
  public init(lines: [String], name: String, isPerWord: Bool = false, threads: Int? = nil) {
    precondition(!lines.isEmpty)
    let isSpaced = TextScore(counting: lines).isSpaced
    perplexity = {
      guard isPerWord else { return $0.perplexityPerUnit }
      return isSpaced ? $0.perplexityPerWord : $0.perplexityPerCharacter
    }
    note =
      isPerWord && !isSpaced
      ? "there is hardly any white space, so perplexity is that of a character" : nil
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

  /// Judges by the lines that can be used of texts.
  ///
  /// - Throws: `DataError` for a file that is missing or is no text, or of which no line can be used.
  public init(
    reading sources: [TextSource], name: String, isPerWord: Bool = false, threads: Int? = nil
  ) throws {
    self.init(
      lines: Array(try TextCorpus(reading: sources)), name: name, isPerWord: isPerWord,
      threads: threads)
  }

  public var metric: QualityMetric { .perplexity }

  public func judge(path: String) throws -> Judgement {
    let completer = try Completer(path: path)
    let clock = ContinuousClock()
    let began = clock.now
    let score = completer.perplexity(
      of: lines, streams: LanguageText.judgedStreams, threads: threads)
    let unknown =
      score.unknown > 0
      ? "\(score.unknown) words are unknown, and scored as <unk>; \(TextScore.caution)" : nil
    let notes = [note, unknown].compactMap(\.self)
    return Judgement(
      score: perplexity(score) ?? .infinity, seconds: (clock.now - began) / .seconds(1),
      note: notes.isEmpty ? nil : notes.joined(separator: "; "))
  }
}
