import Comparing
import Foundation
import Recipes

/// What variants of one kind of recipe are judged by. Variants that search alike, and by the same development data,
/// share one.
protocol Contest {
  associatedtype Document: RecipeDocument
  associatedtype Judge: ModelJudge

  /// What a table calls the score: BLEU.
  static var metric: QualityMetric { get }
  /// Hypotheses kept.
  var beam: Int { get }
  /// By the development data.
  var development: Judge { get }
  /// By the test data, if there is any.
  var test: Judge? { get }

  /// Whether two recipes' models are judged in one way.
  static func areJudgedAlike(_ one: Document, _ other: Document) -> Bool
  /// Whether a setting of `search` makes a difference to a recipe's model, or to how it is judged.
  static func uses(search key: String, _ recipe: Document) -> Bool
  /// What to know before variants of a recipe are trained.
  static func note(on recipe: Document) -> String?

  /// Reads the development data of a recipe, and the test data if any is given.
  init(_ recipe: Document, test: JudgedInput, threads: Int?) throws
}

extension Contest {
  static func note(on recipe: Document) -> String? { nil }

  var developmentFingerprint: String { development.data.fingerprint }
  private var testFingerprint: String? { test?.data.fingerprint }

  func quality(of model: String, update: Int) throws -> ComparisonRecord.Quality {
    func score(_ judge: Judge) throws -> Double {
      let judgement = try judge.judge(path: model)
      if let note = judgement.note { remark("\(judge.data.name): \(note)") }
      return judgement.score
    }
    return ComparisonRecord.Quality(
      update: update, beam: beam, development: try score(development),
      developmentFingerprint: developmentFingerprint, test: try test.map(score),
      testFingerprint: testFingerprint)
  }

  /// Whether what is known of a model was found in this way.
  func made(_ quality: ComparisonRecord.Quality) -> Bool {
    quality.beam == beam && quality.developmentFingerprint == developmentFingerprint
      && quality.testFingerprint == testFingerprint
  }

  /// A contest for each of the recipes.
  ///
  /// - Throws: `Failure` if they differ in what no judge looks at.
  static func all(
    _ recipes: [(variant: Variant, recipe: Document)], test: JudgedInput, threads: Int?
  ) throws -> [Self] {
    try checkSearchCounts(recipes)
    var made: [(recipe: Document, contest: Self)] = []
    return try recipes.map { _, recipe in
      if let known = made.first(where: { areJudgedAlike($0.recipe, recipe) }) {
        return known.contest
      }
      let contest = try Self(recipe, test: test, threads: threads)
      made.append((recipe, contest))
      return contest
    }
  }

  private static func checkSearchCounts(
    _ recipes: [(variant: Variant, recipe: Document)]
  ) throws {
    func settings(_ recipe: Document) throws -> [String: String] {
      let data = try JSONEncoder().encode(recipe.search)
      let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
      return object.mapValues { "\($0)" }
    }
    guard let first = recipes.first else { return }
    let expected = try settings(first.recipe)
    for (variant, recipe) in recipes.dropFirst() {
      let found = try settings(recipe)
      for key in expected.keys.sorted()
      where found[key] != expected[key] && !uses(search: key, recipe) {
        throw Failure(
          .usage,
          "'search.\(key)' is another in '\(variant.name)' than in '\(first.variant.name)', but "
            + (metric == .perplexity
              ? "language models are judged by perplexity, without a search"
              : "models are judged by what a beam search finds, to which it makes no difference")
            + "; let something else vary")
      }
    }
  }
}

extension JudgedInput {
  /// Whether any data is named.
  var isGiven: Bool {
    source != nil || reference != nil || images != nil || list != nil || split != nil
  }
}
