import Foundation
import Testing

/// What variants are judged by, and what is said where they cannot be.
@Suite struct CompareJudgingTests {
  let folder: Scratch

  init() throws {
    folder = try Scratch()
    try TinyRecipe.write(in: folder)
  }

  private func compare(_ recipe: String = "recipe.yaml", _ further: String...) throws -> Outcome {
    try Command.run(
      ["compare", folder.path(recipe), "--out", folder.path("compared"), "--json"] + further)
  }

  private func variants(_ outcome: Outcome) throws -> [[String: Any]] {
    let object = try #require(
      try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any], "\(outcome.errors)")
    return try #require(object["variants"] as? [[String: Any]])
  }

  @Test func eachIsJudgedAsItSearches() throws {
    let outcome = try compare("recipe.yaml", "--vary", "search.beam=1,3")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try variants(outcome).map { $0["beam"] as? Int } == [1, 3])
  }

  @Test func eachIsJudgedByItsOwnDevelopmentData() throws {
    try folder.file("other.tsv", "The cat.\tDas Haus auf dem Hügel schläft.\n")
    let outcome = try compare(
      "recipe.yaml", "--variant", "as it is:", "--variant",
      "other: data.dev=[{tsv: \(folder.path("other.tsv"))}]", "--set", "training.criterion=loss")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("different development data"))
    let record = try String(
      contentsOfFile: folder.path("compared/comparison.json"), encoding: .utf8)
    let prints = record.matches(of: /"developmentFingerprint" : "([0-9a-f]{16})"/).map { $0.1 }
    #expect(prints.count == 2 && prints.first != prints.last)
  }

  /// A record that was made with other development data is made anew.
  @Test func changedDevelopmentDataIsNoticed() throws {
    let path = folder.path("compared/comparison.json")
    #expect(try compare("recipe.yaml", "--vary", "training.seed=1,2").status == 0)
    let again = try compare("recipe.yaml", "--vary", "training.seed=1,2")
    #expect(again.status == 0 && !again.errors.contains("judging"))
    let record = try String(contentsOfFile: path, encoding: .utf8)
      .replacing(
        /"developmentFingerprint" : "[0-9a-f]+"/, with: "\"developmentFingerprint\" : \"\"")
    try Data(record.utf8).write(to: URL(fileURLWithPath: path))
    let anew = try compare("recipe.yaml", "--vary", "training.seed=1,2")
    #expect(anew.status == 0 && anew.errors.components(separatedBy: "judging").count == 3)
  }

  @Test func aModelThatCannotBeJudgedDoesNotEndTheOthers() throws {
    #expect(try compare("recipe.yaml", "--vary", "training.seed=1,2").status == 0)
    try folder.file("compared/seed=1/best/weights.safetensors", "damaged")
    try folder.file("test.xx", "The cat.\n")
    let outcome = try compare(
      "recipe.yaml", "--vary", "training.seed=1,2", "--source", folder.path("test.xx"),
      "--reference", folder.path("test.xx"))
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("seed=1: cannot be judged: "), "\(outcome.errors)")
    let found = try variants(outcome)
    #expect(found[0]["development"] is NSNull && found[1]["development"] is NSNumber)
    #expect(found[1]["test"] is NSNumber)
  }

  @Test func trainingDataThatChangedInBetweenIsSaid() throws {
    #expect(try compare("recipe.yaml", "--vary", "training.seed=1,2").status == 0)
    try folder.file(
      "pairs.tsv", String(contentsOf: folder.url("pairs.tsv"), encoding: .utf8) + "More.\tMehr.\n")
    let outcome = try compare(
      "recipe.yaml", "--vary", "training.seed=1,2,3")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("learned from different data"), "\(outcome.errors)")
    #expect(try variants(outcome).count == 3)
    #expect(try compare("recipe.yaml", "--vary", "training.seed=1,2,3").status == 65)
  }

  /// A variant that was trained on by itself would be compared no more: nothing leads there.
  @Test func nothingIsSaidOfGoingOnWithAVariant() throws {
    let outcome = try compare(
      "recipe.yaml", "--vary", "training.seed=1,2", "--set", "training.updates=0", "--budget", "2s")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("the time is used up"))
    for hint in ["To go on:", "the same command goes on"] {
      #expect(!outcome.errors.contains(hint), "\(outcome.errors)")
    }
  }

  @Test func picturesThatAreLeftOutAreTold() throws {
    try TinyRecipe.writeCaptions(in: folder)
    try folder.file("d.png", "no picture")
    try folder.file("test.tsv", "a.png\tThe dark one.\nd.png\tNone.\n")
    let outcome = try compare(
      "captions.yaml", "--vary", "training.seed=1,2", "--reference", folder.path("test.tsv"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("d.png"), "\(outcome.errors)")
    #expect(outcome.errors.contains("it is left out of test.tsv"), "\(outcome.errors)")
  }

  @Test func languageModelsAreCompared() throws {
    try folder.file(
      "text.txt", TinyText.lines.flatMap { [$0, $0, $0] }.map { $0 + "\n" }.joined())
    try folder.file(
      "text.yaml",
      """
      kind: language-model
      language: en
      data:
        train: [{text: text.txt}]
        dev: [{text: text.txt}]
        continuous: false
      vocabulary: {size: 300}
      model: {embeddingSize: 8, hiddenSize: 8}
      training: {batchTokens: 200, updates: 4, validationInterval: 2}
      """)
    let outcome = try compare(
      "text.yaml", "--vary", "cell=lstm,gru", "--reference", folder.path("text.txt"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try variants(outcome)
    #expect(found.map { $0["name"] as? String } == ["cell=lstm", "cell=gru"])
    for variant in found {
      #expect(variant["status"] as? String == "done" && variant["updates"] as? Int == 4)
      let development = try #require(variant["development"] as? Double)
      #expect(development > 1 && development == variant["test"] as? Double)
    }
    let searched = try compare("text.yaml", "--vary", "search.beam=1,2")
    #expect(searched.status == 2 && searched.errors.contains("perplexity, without a search"))
    let source = try compare(
      "text.yaml", "--vary", "cell=lstm,gru", "--source", folder.path("text.txt"))
    #expect(source.status == 2 && source.errors.contains("give its text with --reference"))
  }
}
