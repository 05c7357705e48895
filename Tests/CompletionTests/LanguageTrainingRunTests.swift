import Completion
import Foundation
import Neural
import Recipes
import Seq2Seq
import TestSupport
import Testing

/// Whole runs from a recipe's file to a model's folder.
@Suite struct LanguageTrainingRunTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try write("train.txt", (0..<5).flatMap { _ in TinyLanguage.lines })
    try write("dev.txt", TinyLanguage.lines.prefix(3))
  }

  private func write(_ name: String, _ lines: some Sequence<String>) throws {
    let text = lines.map { $0 + "\n" }.joined()
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/" + name))
  }

  /// A recipe with the settings that do something beside others.
  private func recipe(_ settings: [String] = []) throws -> LanguageRecipe {
    let takes = settings.contains { $0.hasPrefix("vocabulary.from=") }
    let learning = takes ? "units: subword" : "size: 290, minimumCount: 1"
    let dealing =
      settings.contains("data.continuous=false") ? "batchTokens: 60" : "streams: 4, steps: 10"
    let yaml = """
      kind: language-model
      language: xx
      data:
        train: [{text: train.txt}]
        dev: [{text: dev.txt}]
      vocabulary: {\(learning)}
      model: {embeddingSize: 8, hiddenSize: 12}
      training: {updates: 12, validationInterval: 4, \(dealing)}
      """
    let path = folder.path + "/recipe.yaml"
    try Data(yaml.utf8).write(to: URL(fileURLWithPath: path))
    return try LanguageRecipe(contentsOf: path, overrides: settings)
  }

  private func train(
    _ settings: [String] = [], out: String = "run", workers: Int = 2, updates: Int = .max
  ) throws -> LanguageTraining {
    let run = try LanguageTraining(
      recipe(settings), folder: folder.path + "/" + out, workers: workers, report: { _ in })
    let first = run.state.update
    _ = try run.run(isInterrupted: { run.state.update - first >= updates })
    return run
  }

  private func weights(_ out: String) throws -> [UInt32] {
    let checkpoints = CheckpointFolder(path: folder.path + "/\(out)/checkpoints")
    let file = try SafetensorsFile(path: try #require(checkpoints.all().last))
    return try file.floats("weights").map(\.bitPattern)
  }

  @Test(arguments: [
    [], ["data.continuous=false"], ["vocabulary.units=word", "vocabulary.size=30"],
    ["vocabulary.units=character"],
    ["data.continuous=false", "training.targetSubwordDropout=0.1"],
    ["training.averageAfter=1", "training.randomSteps=true", "training.optimizer=sgd"],
  ])
  func trainsResumesAndGivesAWholeModel(_ settings: [String]) throws {
    let run = try train(settings)
    #expect(run.state.update == 12)
    let completer = try Completer(path: run.bestModel)
    #expect(completer.language == "xx")
    #expect(completer.isContinuous == !settings.contains("data.continuous=false"))
    let header = try ModelHeader(path: run.bestModel)
    let validation = try #require(header.origin.validation)
    #expect(header.kind == .languageModel && header.label == "text-xx")
    let score = completer.perplexity(of: Array(TinyLanguage.lines.prefix(3)))
    // The validator cuts a text that goes on into streams.
    #expect(
      abs(try #require(validation.perplexity) / #require(score.perplexityPerWord) - 1)
        < (completer.isContinuous ? 0.1 : 1e-4))
    #expect(
      abs(try #require(validation.bitsPerCharacter) / #require(score.bitsPerCharacter) - 1) < 0.1)
    let next = completer.nextWords(after: "the ", count: 5)
    #expect(!next.isEmpty && next.allSatisfy { $0.probability > 0 && $0.probability < 1 })
    let found = try completer.continuations(of: "the ")[0]
    #expect(found.logProbability < 0 && found.logProbability.isFinite)

    _ = try train(settings, out: "broken", workers: 1, updates: 5)
    #expect(try train(settings, out: "broken").state.update == 12)
    let same = try weights("broken") == weights("run")
    #expect(same)
  }

  @Test func aTextOfATable() throws {
    try write("pairs.tsv", TinyLanguage.lines.map { "x\t\($0)\ty" } + ["no column", "", "a\t "])
    let run = try train([
      "data.train=[{tsv: pairs.tsv, column: 2}]".replacing(
        "pairs.tsv", with: folder.path + "/pairs.tsv")
    ])
    #expect(run.summaries[0].lines == 6 && run.summaries[0].leftOut == 3)
    #expect(run.summaries[0].description.contains(":7: has 1 columns, column 2 is needed"))
  }

  /// A perplexity a word that is beyond all numbers is no figure, and stands in no file's way.
  @Test func textWithoutWhiteSpace() throws {
    let line = String(repeating: "天地玄黃宇宙洪荒日月盈昃", count: 34)
    try write("dev.txt", [line])
    let model = try train(["training.updates=4"]).bestModel
    let validation = try #require(try ModelHeader(path: model).origin.validation)
    #expect(validation.perplexity == nil)
    #expect(try #require(validation.bitsPerCharacter) > 5)
    let score = try Completer(path: model).perplexity(of: [line])
    #expect(score.words == 2 && score.perplexityPerWord == nil)
    #expect(score.perplexityPerUnit != nil && score.bitsPerCharacter != nil)
    let judged = try LanguageJudge(lines: [line], name: "line", isPerWord: true, threads: 1)
      .judge(path: model)
    #expect(judged.score.isFinite && judged.note?.contains("that of a character") == true)
    #expect(try train(["training.updates=6"]).state.update == 6)
  }

  /// A model of words that does not know some has an easier text than others have, and that is said.
  @Test func unknownWords() throws {
    try write("dev.txt", ["the cat sat on the <unk> sofa, elsewhere"])
    let run = try train(["vocabulary.units=word", "vocabulary.size=30", "training.updates=4"])
    #expect(run.unknown == 2)
    let validation = try #require(try ModelHeader(path: run.bestModel).origin.validation)
    #expect(validation.perplexity != nil && validation.bitsPerCharacter == nil)
    let judged = try LanguageJudge(lines: ["a sofa"], name: "line", isPerWord: true, threads: 1)
      .judge(path: run.bestModel)
    #expect(judged.note?.contains("1 words are unknown") == true)
    #expect(try train(["training.updates=4"], out: "subwords").unknown == 0)
  }

  @Test func linesThatAreTooLong() throws {
    let run = try train(["data.continuous=false", "training.maxLength=30"])
    #expect(run.tooLong > 0 && run.tooLong < 30)
    let none = #expect(throws: TrainingError.self) {
      try train(["data.continuous=false", "training.maxLength=2"], out: "none")
    }
    #expect(none?.description.contains("none of the 30 lines") == true)
  }

  @Test func memoryIsPlannedByWhatIsLearnedFrom() throws {
    for (settings, example) in [
      ([], "on one stream of 'training.steps' 10 tokens"),
      (["data.continuous=false"], "on one line of 'training.maxLength' 150"),
    ] {
      let error = #expect(throws: ConfigurationError.self) {
        try train(settings + ["training.memoryLimit=1"])
      }
      #expect(error?.description.contains(example) == true, "\(error?.description ?? "")")
    }
  }

  /// Weights of lines count, where lines stand alone.
  @Test func weightsOfTexts() throws {
    let path = folder.path + "/train.txt"
    _ = try train(["data.continuous=false"])
    _ = try train(
      ["data.continuous=false", "data.train=[{text: \(path), weight: 2.5}]"], out: "weighted")
    let different = try weights("run") != weights("weighted")
    #expect(different)
  }

  @Test func aRunRefusesWhatWouldMakeItAnother() throws {
    _ = try train(updates: 2)
    for setting in [
      "training.streams=5", "data.continuous=false", "model.layers=2", "training.clipValue=1",
    ] {
      let error = #expect(throws: ModelError.self, "\(setting)") { try train([setting]) }
      #expect(error?.description.contains("start a new run") == true)
    }
    #expect(try train(["training.updates=3"]).state.update == 3)
    try write("dev.txt", ["other"])
    #expect(throws: ModelError.self) { try train() }
  }

  /// Another model's units, so that the two can search together.
  @Test func unitsOfAnotherModel() throws {
    let first = try train(["training.updates=4"])
    let from = "vocabulary.from=\(first.bestModel)"
    try write("train.txt", ["quite another text", "which has other subwords"])
    let second = try train([from], out: "second")
    #expect(
      try LanguageModel.readDescription(second.bestModel).targetFingerprint
        == LanguageModel.readDescription(first.bestModel).targetFingerprint)
    let wrong = #expect(throws: ModelError.self) {
      try train([from, "vocabulary.units=word"], out: "third")
    }
    #expect(wrong?.description.contains("its units are subwords") == true)
    #expect(throws: ModelError.self) { try train(["vocabulary.from=/nonexistent"], out: "fourth") }
  }

  /// Fine-tuning begins where the model ended, with its units, however its weights are stored.
  @Test(arguments: [[], ["vocabulary.units=word", "vocabulary.size=30"]])
  func aRunBeginsWithAModelsWeights(_ units: [String]) throws {
    let first = try train(units)
    let loss = try #require(try ModelHeader(path: first.bestModel).origin.validation).loss
    let small = folder.path + "/int8"
    try LanguageModel(path: first.bestModel).write(to: small, precision: .int8)
    try write("train.txt", (0..<9).flatMap { _ in ["quite another text", "with other words"] })
    let begin = units + ["training.streams=1", "training.steps=5"]
    for (start, tolerance) in [(first.bestModel, 1e-4), (small, 0.05)] {
      let out = URL(fileURLWithPath: start).lastPathComponent
      let tuned = try train(
        begin + [
          "start=\(start)", "training.updates=1", "training.validationInterval=1",
          "training.learningRate=1e-9",
        ], out: "tuned-" + out)
      let validation = try #require(try ModelHeader(path: tuned.bestModel).origin.validation)
      #expect(abs(validation.loss - loss) < tolerance)
      #expect(
        try LanguageModel.readDescription(tuned.bestModel).targetFingerprint
          == LanguageModel.readDescription(first.bestModel).targetFingerprint)
    }
    let start = begin + ["start=\(first.bestModel)"]
    _ = try train(start, out: "whole")
    _ = try train(start, out: "broken", workers: 1, updates: 5)
    _ = try train(start, out: "broken")
    let same = try weights("broken") == weights("whole")
    #expect(same)
    for (settings, message) in [
      (["model.hiddenSize=13"], "'hiddenSize' is 12 there and 13 here"),
      // Weights that are there already are not drawn, however that is said to be done.
      (["model.forgetBias=3"], "'forgetBias' is 1.0 there and 3.0 here"),
      (["model.initialization=orthogonal"], "'initialization' is glorot there and orthogonal here"),
      (["model.layers=2", "model.cell=gru"], "'cell' is lstm there and gru here, 'layers' is 1"),
      (
        ["vocabulary.units=character", "vocabulary.size=290"], "but 'vocabulary.units' is character"
      ),
    ] {
      let error = #expect(throws: ModelError.self) { try train(start + settings, out: "other") }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
    #expect(throws: RecipeError.self) { try recipe(start + ["vocabulary.from=/m"]) }
  }

  /// All that a stored model is asked to do.
  @Test func precisionsAndMeans() throws {
    let run = try train(["training.keepCheckpoints=2"])
    let mean = try LanguageModel.average(of: [run.folder])
    #expect(mean.description.origin.notes["average"]?.hasPrefix("mean of 2 models") == true)
    let plain = try Completer(path: run.bestModel).perplexity(of: TinyLanguage.lines)
    for precision in [WeightPrecision.int8, .float16] {
      let out = folder.path + "/" + precision.rawValue
      try LanguageModel(path: run.bestModel).write(to: out, precision: precision)
      let score = try Completer(path: out).perplexity(of: TinyLanguage.lines)
      #expect(abs(score.logProbability / plain.logProbability - 1) < 0.01)
      #expect(score.logProbability != plain.logProbability)
    }
    let judge = LanguageJudge(lines: TinyLanguage.lines, name: "lines", threads: 1)
    let judged = try judge.judge(path: run.bestModel).score
    #expect(judged > 1 && judged < 300)
  }

  /// A sequence that is copied is learned where lines stand alone.
  @Test func overfitsALine() throws {
    try write("train.txt", ["the cat sat on the mat."])
    let run = try train([
      "data.continuous=false", "training.updates=120", "training.learningRate=0.02",
      "training.warmup=5", "training.inputDropout=0", "training.outputDropout=0",
      "training.patience=0", "training.validationInterval=60",
    ])
    let text = try Completer(path: run.bestModel).continuations(of: "the cat")[0].text
    #expect(text == "the cat sat on the mat.")
  }

  // MARK: - Recipes

  @Test(arguments: [
    ("kind=caption", "this recipe makes a language model"),
    ("language=\"\"", "give the text's language"),
    ("data.train=[]", "lists no text"), ("data.train=[{column: 2}]", "is missing, and so is 'tsv'"),
    ("data.train=[{text: a, tsv: b}]", "stands beside 'text'"),
    ("data.train=[{text: a, column: 2}]", "goes with 'tsv' only"),
    ("data.train=[{tsv: a, column: 0}]", "columns are counted from 1"),
    ("data.train=[{text: a, weight: 2}]", "weights are for lines that stand alone"),
    ("data.train=[{txt: a}]", "'data.train.0.txt' is no setting"),
    ("model.vocabularySize=9", "follows from the units"),
    ("model.layers=0", "it must be 1 to 65536"),
    ("model.narrowing=none", "expected one of lastLayer, projection"),
    ("vocabulary.units=byte", "expected one of subword, word, character"),
    ("vocabulary.size=100", "it must be 259"), ("training.criterion=bleu", "judged by their loss"),
    ("training.subwordDropout=0.1", "set training.targetSubwordDropout"),
    ("language=Old English", "a language code has letters"),
    ("training.rDrop=1", "'training.rDrop' is for translators and captioners and does nothing"),
    ("training.wordDropout=0.1", "'training.wordDropout' is for translators and captioners"),
    ("training.validationLines=10", "'training.validationLines' is for translators"),
    ("training.validationBeam=2", "'training.validationBeam' is for translators"),
    ("training.batchTokens=10", "'training.batchTokens' is for lines that stand alone"),
    ("training.maxLength=10", "'training.maxLength' is for lines that stand alone"),
    ("training.targetSubwordDropout=0.1", "lines that stand alone"),
    ("training.steps=0", "it must be at least 1"), ("training.outputDropout=1", "below 1"),
    ("training.averageAfter=-1", "must not be negative"),
    ("training.clipValue=-1", "must be finite and not negative"),
    ("training.streams=40000", "at most 32767"),
  ])
  func wrongSettings(setting: String, message: String) throws {
    let error = #expect(throws: RecipeError.self) { try recipe([setting]) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func settingsThatExcludeEachOther() throws {
    for (settings, message) in [
      (["training.averageAfter=2", "training.averageDecay=0.9"], "set one of them to 0"),
      (["data.continuous=false", "training.randomSteps=true"], "goes on from line to line"),
      (
        ["data.continuous=false", "training.streams=3"],
        "'training.streams' is for text that goes on"
      ),
      (
        ["training.layerDropout=0.1", "model.layers=1"],
        "'training.layerDropout' is 0.1, but there is"
      ),
      (["data.continuous=false", "training.steps=3"], "'training.steps' is for text that goes on"),
      (
        ["vocabulary.units=word", "vocabulary.characterCoverage=0.9"],
        "'vocabulary.characterCoverage' is for subwords and characters"
      ),
      (
        ["vocabulary.from=/m", "vocabulary.size=300"],
        "'vocabulary.size' is for units that are learned"
      ),
      (
        ["vocabulary.from=/m", "vocabulary.normalization=nfkc"], "'vocabulary.normalization' is for"
      ),
      (
        ["vocabulary.from=/m", "vocabulary.minimumCount=9"],
        "'vocabulary.minimumCount' is for units"
      ),
      (
        ["vocabulary.from=/m", "vocabulary.characterCoverage=0.9"], "'vocabulary.characterCoverage'"
      ),
    ] {
      let error = #expect(throws: RecipeError.self) { try recipe(settings) }
      #expect(error?.description.contains(message) == true)
    }
    #expect(try recipe(["vocabulary.units=word", "vocabulary.size=10"]).vocabulary.size == 10)
  }

  /// What would do nothing is refused, and what does something is not.
  @Test func idleSettingsOfTheNetwork() throws {
    for (settings, message) in [
      (["narrowing=lastLayer"], "'model.hiddenSize' is 12, but"),
      (["narrowing=lastLayer", "tiesEmbeddings=false"], "'model.narrowing' is for vectors"),
      (["connections=highway"], "'model.connections' is highway"),
      (["connections=residual", "layers=2"], "'model.connections' is residual"),
      (["connections=highway", "layers=2", "narrowing=lastLayer"], "'model.connections'"),
      (["connections=residual", "layers=3", "narrowing=lastLayer"], "'model.connections'"),
    ] {
      let error = #expect(throws: RecipeError.self, "\(settings)") {
        try recipe(settings.map { "model." + $0 })
      }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
    for settings in [
      ["narrowing=lastLayer", "hiddenSize=8"], ["narrowing=lastLayer", "layers=2"],
      ["connections=highway", "layers=2"], ["connections=residual", "layers=3"],
      ["connections=highway", "layers=3", "narrowing=lastLayer"], ["tiesEmbeddings=false"],
    ] {
      _ = try recipe(settings.map { "model." + $0 })
    }
    let usual = LanguageModelConfig()
    #expect(usual.layerSizes == [usual.hiddenSize])
  }

  @Test func readingAndWritingGivesTheSame() throws {
    let recipe = try recipe(["data.train=[{tsv: /a.tsv, column: 3}, {text: /b.txt}]"])
    let path = folder.path + "/written.yaml"
    try Data(recipe.yaml.utf8).write(to: URL(fileURLWithPath: path))
    #expect(try LanguageRecipe(contentsOf: path) == recipe)
    #expect(try RecipeKind(contentsOf: path) == .languageModel)
  }

  @Test(arguments: ["ptb.yaml", "ptb-large.yaml", "complete-en.yaml", "tiny-text.yaml"])
  func recipesOfTheProject(_ file: String) throws {
    let recipe = try LanguageRecipe(
      contentsOf: projectFolder + "/Recipes/" + file, environment: ["S2S_DATA": "/where/data/is"])
    for source in recipe.data.train + recipe.data.dev
    where !source.path.hasPrefix("/where/data/is/") {
      #expect(FileManager.default.fileExists(atPath: source.path))
    }
    #expect(recipe.model.layerSizes.dropLast().allSatisfy { $0 == recipe.model.hiddenSize })
  }

  @Test func whatCannotBeRead() throws {
    for (name, text, message) in [
      ("none.txt", nil, "there is no such file"), ("empty.txt", "", "it is empty"),
      ("blank.txt", " \n\t\n", "no line can be used"),
    ] as [(String, String?, String)] {
      let path = folder.path + "/" + name
      if let text { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
      let error = #expect(throws: DataError.self) {
        try train(["data.train=[{text: \(path)}]"], out: "run-" + name)
      }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
    var bytes = Data("good\n".utf8)
    bytes.append(contentsOf: [0x61, 0xFF, 0x0A])
    try bytes.write(to: URL(fileURLWithPath: folder.path + "/dev.txt"))
    let run = try train(updates: 1)
    #expect(run.summaries[1].lines == 1)
    #expect(run.summaries[1].remarks[0].contains("dev.txt:2: byte 2 is not UTF-8"))
  }
}
