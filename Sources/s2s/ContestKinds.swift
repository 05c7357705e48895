import Captioning
import Comparing
import Completion
import Recipes
import Seq2Seq
import Translation

/// Settings of a search that a beam search for one output does not go by, or that judging sets itself.
private let unusedByBeams: Set = ["method", "nbest", "temperature", "topK", "topP", "seed"]

struct TranslationContest: Contest {
  static let metric = QualityMetric.bleu
  let beam: Int
  let development: TranslationJudge
  let test: TranslationJudge?

  static func areJudgedAlike(_ one: Recipe, _ other: Recipe) -> Bool {
    one.search.beam == other.search.beam && one.data.dev == other.data.dev
  }

  static func uses(search key: String, _ recipe: Recipe) -> Bool { !unusedByBeams.contains(key) }

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
}

struct CaptionContest: Contest {
  static let metric = QualityMetric.cider
  let beam: Int
  let development: CaptionJudge
  let test: CaptionJudge?

  static func areJudgedAlike(_ one: CaptionRecipe, _ other: CaptionRecipe) -> Bool {
    one.search.beam == other.search.beam && one.data.dev == other.data.dev
  }

  static func uses(search key: String, _ recipe: CaptionRecipe) -> Bool {
    // Captions that it learns from are searched for as the recipe says.
    recipe.objective.selfCritical || !unusedByBeams.contains(key)
  }

  static func note(on recipe: CaptionRecipe) -> String? {
    guard !recipe.image.trains, !recipe.data.featureCache.isEmpty else { return nil }
    return
      "features that are not in data.featureCache yet are computed in the first variant's time, and the others "
      + "find them there; leave it out, and each computes its own"
  }

  init(_ recipe: CaptionRecipe, test: JudgedInput, threads: Int?) throws {
    let beam = recipe.search.beam
    self.beam = beam
    func judge(_ images: CaptionedImages, _ name: String) throws -> CaptionJudge {
      let judge = try CaptionJudge(
        metric: .cider, images: images, name: name, beam: beam, threads: threads)
      for problem in judge.leftOut { remark("\(problem); it is left out of \(name)") }
      return judge
    }
    let images = try CaptionedImages(reading: recipe.data.dev)
    for summary in images.summaries where !summary.leftOut.isEmpty { remark("\(summary)") }
    development = try judge(images, "data.dev")
    if test.isGiven {
      let pictures = try test.pictures()
      self.test = try judge(pictures.images, pictures.name)
    } else {
      self.test = nil
    }
  }
}

struct LanguageContest: Contest {
  static let metric = QualityMetric.perplexity
  /// Nothing is searched for.
  let beam = 1
  let development: LanguageJudge
  let test: LanguageJudge?

  static func areJudgedAlike(_ one: LanguageRecipe, _ other: LanguageRecipe) -> Bool {
    one.data.dev == other.data.dev
  }

  static func uses(search key: String, _ recipe: LanguageRecipe) -> Bool { false }

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
}
