internal import Foundation
internal import Metrics
public import Recipes
internal import Seq2Seq

/// Judges translators by the BLEU of what they make of lines, or by the perplexity of given translations.
public struct TranslationJudge: ModelJudge {
  public typealias Model = TranslationModel

  public let metric: QualityMetric
  public let data: JudgedData
  private let sources: [String]
  private let references: [String]
  private let beam: Int
  private let threads: Int?

  /// - Parameters:
  ///   - metric: BLEU or perplexity.
  ///   - sources: at least one line.
  ///   - references: a translation each.
  ///   - name: what the lines are called, for people.
  ///   - beam: hypotheses kept a sentence when it is translated; the model has the say in all else.
  ///   - threads: all processors where nil.
  public init(
    metric: QualityMetric, sources: [String], references: [String], name: String, beam: Int = 1,
    threads: Int? = nil
  ) {
    precondition(!sources.isEmpty && sources.count == references.count)
    precondition(metric != .cider, "lines have no CIDEr")
    self.metric = metric
    self.beam = beam
    self.threads = threads
    var fingerprint = CorpusFingerprint()
    for (source, reference) in zip(sources, references) {
      fingerprint.add(source.utf8)
      fingerprint.add(0x09)
      fingerprint.add(reference.utf8)
      fingerprint.add(0x0A)
    }
    self.sources = sources
    self.references = references
    data = JudgedData(
      count: sources.count, unit: .lines, name: name, fingerprint: fingerprint.digits)
  }

  public func judge(path: String) throws -> Judgement {
    let translator = try Translator(path: path)
    var options = translator.defaultOptions
    options.search.method = .beam
    options.search.beam = beam
    options.search.nbest = 1
    if let threads { options.threads = threads }
    let clock = ContinuousClock()
    let began = clock.now
    switch metric {
    case .perplexity:
      let scored = try translator.score(Array(zip(sources, references)), options: options)
      let seconds = (clock.now - began) / .seconds(1)
      let logProbability = scored.reduce(0) { $0 + $1.logProbability }
      // The end of a line is predicted too.
      let tokens = scored.reduce(0) { $0 + $1.tokenCount + 1 }
      return Judgement(score: exp(-logProbability / Double(tokens)), seconds: seconds)
    case .bleu, .cider:
      let texts = try translator.translate(sources, options: options).map(\.text)
      let seconds = (clock.now - began) / .seconds(1)
      let score = try BLEU().score(hypotheses: texts, references: [references])
      return Judgement(score: score.value, seconds: seconds)
    }
  }
}
