import Captioning
import Comparing
import Completion
import Foundation
import Recipes
import Seq2Seq
import Translation

/// What variants of one kind of recipe are judged by.
protocol Contest {
  associatedtype Document: RecipeDocument

  /// What a table calls the score: BLEU.
  var metric: QualityMetric { get }
  /// Hypotheses kept.
  var beam: Int { get }
  /// Of the test data, if there is any.
  var testFingerprint: String? { get }

  /// Reads the development data of a recipe, and the test data if any is given.
  init(_ recipe: Document, test: JudgedInput, threads: Int?) throws

  func quality(of model: String, update: Int) throws -> ComparisonRecord.Quality
}

extension Contest {
  func quality(
    of model: String, update: Int, development: some ModelJudge, test: (some ModelJudge)?
  ) throws -> ComparisonRecord.Quality {
    func score(_ judge: some ModelJudge) throws -> Double {
      let judgement = try judge.judge(path: model)
      if let note = judgement.note { remark("\(judge.data.name): \(note)") }
      return judgement.score
    }
    return ComparisonRecord.Quality(
      update: update, beam: beam, development: try score(development), test: try test.map(score),
      testFingerprint: testFingerprint)
  }
}

struct TranslationContest: Contest {
  let metric = QualityMetric.bleu
  let beam: Int
  private let development: TranslationJudge
  private let test: TranslationJudge?

  init(_ recipe: Recipe, test: JudgedInput, threads: Int?) throws {
    let beam = recipe.search.beam
    self.beam = beam
    func judge(_ sources: [String], _ references: [String], _ name: String) -> TranslationJudge {
      TranslationJudge(
        metric: .bleu, sources: sources, references: references, name: name, beam: beam,
        threads: threads)
    }
    let corpus = try ParallelCorpus(reading: recipe.data.dev)
    guard corpus.count > 0 else {
      throw Failure(.data, "data.dev: there are no pairs to judge the variants by")
    }
    development = judge(
      (0..<corpus.count).map(corpus.source), (0..<corpus.count).map(corpus.target), "data.dev")
    if test.isGiven {
      let lines = try test.lines()
      self.test = judge(lines.sources, lines.references, lines.name)
    } else {
      self.test = nil
    }
  }

  var testFingerprint: String? { test?.data.fingerprint }

  func quality(of model: String, update: Int) throws -> ComparisonRecord.Quality {
    try quality(of: model, update: update, development: development, test: test)
  }
}

struct CaptionContest: Contest {
  let metric = QualityMetric.cider
  let beam: Int
  private let development: CaptionJudge
  private let test: CaptionJudge?

  init(_ recipe: CaptionRecipe, test: JudgedInput, threads: Int?) throws {
    beam = recipe.search.beam
    development = try CaptionJudge(
      metric: .cider, images: CaptionedImages(reading: recipe.data.dev), name: "data.dev",
      beam: recipe.search.beam, threads: threads)
    if test.isGiven {
      let pictures = try test.pictures()
      self.test = try CaptionJudge(
        metric: .cider, images: pictures.images, name: pictures.name, beam: recipe.search.beam,
        threads: threads)
    } else {
      self.test = nil
    }
  }

  var testFingerprint: String? { test?.data.fingerprint }

  func quality(of model: String, update: Int) throws -> ComparisonRecord.Quality {
    try quality(of: model, update: update, development: development, test: test)
  }
}

struct LanguageContest: Contest {
  let metric = QualityMetric.perplexity
  /// Nothing is searched for.
  let beam = 1
  private let development: LanguageJudge
  private let test: LanguageJudge?

  init(_ recipe: LanguageRecipe, test: JudgedInput, threads: Int?) throws {
    development = try LanguageJudge(
      reading: recipe.data.dev, name: "data.dev", isPerWord: true, threads: threads)
    if test.isGiven {
      let text = try test.text()
      self.test = LanguageJudge(
        lines: text.lines, name: text.name, isPerWord: true, threads: threads)
    } else {
      self.test = nil
    }
  }

  var testFingerprint: String? { test?.data.fingerprint }

  func quality(of model: String, update: Int) throws -> ComparisonRecord.Quality {
    try quality(of: model, update: update, development: development, test: test)
  }
}

extension JudgedInput {
  /// Whether any data is named.
  var isGiven: Bool {
    source != nil || reference != nil || images != nil || list != nil || split != nil
  }
}
