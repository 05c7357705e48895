import Captioning
import Foundation
import Neural
import Recipes
import Seq2Seq
import TestSupport
import Testing

/// The project's folder, found from this file.
private let projectFolder = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

@Suite struct CaptionRecipeTests {
  private static let least = """
    kind: caption
    target: en
    data:
      train: [{captions: a.tsv}]
      dev: [{captions: b.tsv, list: names.txt}]
    start: captioner

    """

  private func read(_ text: String, overrides: [String] = []) throws -> CaptionRecipe {
    let folder = try TemporaryFolder()
    let path = folder.path + "/mine.yaml"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try CaptionRecipe(contentsOf: path, overrides: overrides, environment: ["D": "/d"])
  }

  @Test func whatIsLeftOutHasTheDefault() throws {
    let recipe = try read(Self.least)
    #expect(recipe.name == "mine" && recipe.training.criterion == .cider)
    #expect(recipe.search.maxLengthFactor == 0 && recipe.model.attentionGate)
    #expect(recipe.data.train[0].captions.hasSuffix("/a.tsv"))
    #expect(recipe.data.train[0].captions.hasPrefix("/"))
    #expect(recipe.start.hasSuffix("/captioner") && recipe.image.weights.isEmpty)
  }

  @Test func pathsMayHoldVariables() throws {
    #expect(try read(Self.least, overrides: ["start=${D}/best"]).start == "/d/best")
    let recipe = try read(
      Self.least + "image: {weights: $D/net.safetensors}\n", overrides: ["start=''"])
    #expect(recipe.image.weights == "/d/net.safetensors" && recipe.start.isEmpty)
  }

  @Test func aCellIsASetting() throws {
    let recipe = try read(Self.least, overrides: ["model.cell=gru-reset-before"])
    #expect(recipe.model.cell == .gruResetBefore)
    #expect(recipe.yaml.contains("cell: gru-reset-before"))
  }

  @Test func theWrittenRecipeReadsBack() throws {
    let recipe = try read(Self.least + "image: {trains: true, augmentation: {crop: 0.5}}\n")
    #expect(try read(recipe.yaml) == recipe)
  }

  @Test(arguments: [
    ("model: {cell: gru2}", "'model.cell' expected one of lstm, peephole-lstm, cifg, gru, "),
    ("model: {cell: gru, forgetBias: 2}", "'model.forgetBias' is 2.0, but gru has no forget gate"),
    ("model: {zoneoutHidden: 2}", "'model.zoneoutHidden' is 2.0"),
    ("image: {network: huge}", "'image.network'"),
    ("image: {inputSize: 4}", "'image.inputSize' must be 8"),
    ("image: {inputSize: -1}", "'image.inputSize' must be 8"),
    ("image: {augmentation: {crop: 0}}", "'image.augmentation.crop' is 0.0"),
    ("image: {augmentation: {crop: 0.001}}", "it must be 0.01 to 1"),
    ("image: {augmentation: {colour: 1}}", "'image.augmentation.colour' is 1.0"),
    ("image: {training: {depthDropRate: 1}}", "'image.training.depthDropRate' is 1.0"),
    ("image: {training: {learningRate: -1}}", "'image.training.learningRate' is -1.0"),
    ("image: {trainz: true}", "did you mean 'image.trains'?"),
    ("objective: {coverage: -1}", "'objective.coverage' is -1.0"),
    ("objective: {scheduledSampling: 2}", "'objective.scheduledSampling' is 2.0"),
    ("objective: {samples: 0}", "'objective.samples' is 0"),
    ("objective: {selfCritical: true}\nimage: {trains: true}", "set image.trains: false"),
    ("objective: {selfCritical: true, coverage: 1}", "leave those out"),
    ("image: {weights: a}", "goes without 'start'"),
    ("image: {fit: crop, shortSide: 100}", "but the network looks at 224 pixels"),
    ("vocabulary: {joint: false}", "captions have one vocabulary"),
    ("training: {subwordDropout: 0.1}", "set training.targetSubwordDropout"),
    ("training: {wordDropout: 0.1}", "set training.inputDropout"),
    ("objective: {selfCritical: true}\ntraining: {rDrop: 1}", "'training.rDrop' compares"),
    ("model: {connections: some}", "one of residual, none, highway"),
    ("model: {attention: dot, memorySize: 3}", "dot compares vectors of one width"),
    ("model: {vocabularySize: 7}", "follows from the subwords learned"),
    ("source: de", "'source' is no setting"),
  ]) func mistakesAreNamed(_ text: String, _ message: String) throws {
    let error = #expect(throws: RecipeError.self) { try read(Self.least + text + "\n") }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    ("streams", "7"), ("steps", "7"), ("randomSteps", "true"), ("layerDropout", "0.1"),
    ("embeddingDropout", "0.1"), ("activationPenalty", "0.1"), ("temporalActivationPenalty", "0.1"),
  ]) func settingsOfLanguageModelsAreRefused(_ key: String, _ value: String) throws {
    let error = #expect(throws: RecipeError.self) {
      try read(Self.least, overrides: ["training.\(key)=\(value)"])
    }
    #expect(
      error?.description.hasSuffix(
        "'training.\(key)' is for language models and does nothing here; leave it out") == true)
  }

  /// Masks of weights are drawn once for both passes.
  @Test func rDropNeedsADropout() throws {
    let bare = ["training.rDrop=1", "training.inputDropout=0", "training.outputDropout=0"]
    for settings in [bare, bare + ["training.recurrentWeightDropout=0.5"]] {
      let error = #expect(throws: RecipeError.self) { try read(Self.least, overrides: settings) }
      #expect(error?.description.contains("'training.rDrop' is 1.0, but compares") == true)
    }
    for one in ["training.recurrentDropout=0.1", "model.zoneoutHidden=0.1"] {
      #expect(try read(Self.least, overrides: bare + [one]).training.rDrop == 1)
    }
  }

  @Test(arguments: [
    ("objective: {selfCritical: true}\nimage: {weights: a}", "needs a captioner to begin with"),
    ("image: {trains: false}", "features of a random network would be kept"),
    ("image: {trains: true}", "'image.training.normalization' is frozen"),
  ]) func whatWouldLearnFromNothingIsRefused(_ text: String, _ message: String) throws {
    let error = #expect(throws: RecipeError.self) {
      try read(Self.least + text + "\n", overrides: ["start=''"])
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func aCorpusOfTranslationsIsNoSetOfPictures() throws {
    let text = Self.least.replacingOccurrences(of: "captions: a.tsv", with: "tsv: a.tsv")
    let error = #expect(throws: RecipeError.self) { try read(text) }
    #expect(error?.description.contains("'data.train.0' has captions, images, list") == true)
  }

  @Test func theKindIsReadFirst() throws {
    let folder = try TemporaryFolder()
    func kind(_ text: String, _ overrides: [String] = []) throws -> RecipeKind {
      let path = folder.path + "/r.yaml"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return try RecipeKind(contentsOf: path, overrides: overrides)
    }
    #expect(try kind(Self.least) == .caption)
    #expect(try kind("source: de\n") == .translation)
    #expect(try kind("source: de\n", ["kind=caption"]) == .caption)
    let error = #expect(throws: RecipeError.self) { try kind("kind: poem\n") }
    #expect(error?.description.contains("translation, caption") == true)
  }

  @Test(arguments: [
    "flickr8k.yaml", "flickr8k-finetune.yaml", "flickr8k-self-critical.yaml",
    "flickr8k-scratch.yaml", "tiny-captions.yaml",
  ])
  func recipesOfTheProjectAreReadAndFindTheirData(_ file: String) throws {
    let recipe = try CaptionRecipe(
      contentsOf: projectFolder + "/Recipes/" + file, environment: ["S2S_DATA": "/where/data/is"])
    for source in recipe.data.train + recipe.data.dev {
      for path in [source.captions, source.list] where !path.hasPrefix("/where/data/is/") {
        #expect(FileManager.default.fileExists(atPath: path), "\(path) is not in the project")
      }
    }
  }

  /// Every setting that remarks on a captioner's run tell of can be set.
  @Test func advisedSettingsAreThere() throws {
    for setting in try advisedSettings(.caption) {
      #expect(throws: Never.self) { try read(Self.least, overrides: [setting]) }
    }
  }

  @Test func everySettingIsInTheTableWithItsDefault() throws {
    let page = try String(contentsOfFile: projectFolder + "/docs/recipes.md", encoding: .utf8)
    let start = try #require(page.range(of: "## The recipe of a captioner"))
    let table = page[start.upperBound...]
    var path: [String] = []
    var count = 0
    for line in CaptionRecipe().yaml.split(separator: "\n") {
      let depth = line.prefix { $0 == " " }.count / 2
      let parts = line.split(separator: ":", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      path = path.prefix(depth) + [parts[0]]
      guard parts.count > 1, !parts[1].isEmpty, ["image", "model", "objective"].contains(path[0])
      else { continue }
      let value = parts[1] == "\"\"" ? "none" : "`\(parts[1])`"
      let row = "\n| `\(path.joined(separator: "."))` | \(value) |"
      #expect(table.contains(row), "docs/recipes.md has no row '\(row)'")
      count += 1
    }
    #expect(count > 25)
  }
}
