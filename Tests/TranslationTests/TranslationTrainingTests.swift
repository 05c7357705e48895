import Foundation
import Neural
import Recipes
import Seq2Seq
import TestSupport
import Testing
import Translation

@Suite struct TranslationTrainingTests {
  /// A tiny corpus, a tiny network, and a folder for both.
  private final class Project {
    let folder: TemporaryFolder
    var recipe = Recipe()

    init() throws {
      folder = try TemporaryFolder()
      let pairs = (1...24).map { "wir haben \($0) Hunde\twe have \($0) dogs" }
      try write(pairs, to: "train.tsv")
      try write(Array(pairs.prefix(4)), to: "dev.tsv")
      recipe.name = "dogs"
      recipe.source = "de"
      recipe.target = "en"
      recipe.data.train = [
        CorpusSource(.table(path: path("train.tsv"), sourceColumn: 1, targetColumn: 2))
      ]
      recipe.data.dev = [
        CorpusSource(.table(path: path("dev.tsv"), sourceColumn: 1, targetColumn: 2))
      ]
      recipe.vocabulary.size = 300
      recipe.model.embeddingSize = 8
      recipe.model.encoderHiddenSize = 8
      recipe.model.decoderHiddenSize = 16
      recipe.training.batchTokens = 60
      recipe.training.maxLength = 40
      recipe.training.memoryLimit = 300
      recipe.training.updates = 4
      recipe.training.validationInterval = 2
    }

    func path(_ name: String) -> String { folder.path + "/" + name }

    func write(_ lines: [String], to name: String) throws {
      try lines.joined(separator: "\n").write(
        toFile: path(name), atomically: true, encoding: .utf8)
    }

    func train() throws -> StopReason {
      try TranslationTraining(recipe, folder: path("run"), workers: 1, report: { _ in }).run()
    }
  }

  @Test func aRunLeavesACompleteModel() throws {
    let project = try Project()
    #expect(try project.train() == .updates)
    let translator = try Translator(path: project.path("run/best"))
    #expect(translator.source == "de" && translator.target == "en")
    #expect(try translator.translate(["", "wir haben 3 Hunde"]).count == 2)
    let log = try String(contentsOfFile: project.path("run/log.jsonl"), encoding: .utf8)
    #expect(log.contains("\"event\":\"stopped\"") && log.contains("\"event\":\"validated\""))
  }

  @Test func moreUpdatesMayBeAskedForButNoOtherLearningRate() throws {
    let project = try Project()
    _ = try project.train()
    project.recipe.training.updates = 6
    #expect(try project.train() == .updates)
    project.recipe.training.learningRate = 0.5
    let error = #expect(throws: ModelError.self) { try project.train() }
    #expect(error?.message.contains("learningRate") == true)
  }

  @Test func theEndOfAStraightLineMayNotMove() throws {
    let project = try Project()
    project.recipe.training.schedule = .linear
    _ = try project.train()
    project.recipe.training.updates = 6
    #expect(throws: ModelError.self) { try project.train() }
  }

  @Test func aStartThatWasRefusedPinsNothing() throws {
    let project = try Project()
    project.recipe.training.memoryLimit = 10
    #expect(throws: ConfigurationError.self) { try project.train() }
    project.recipe.training.memoryLimit = 300
    project.recipe.vocabulary.size = 290
    #expect(try project.train() == .updates)
  }

  @Test func otherDataIsRefusedWhicheverItIs() throws {
    for file in ["train.tsv", "dev.tsv"] {
      let project = try Project()
      _ = try project.train()
      project.recipe.training.updates = 6
      try project.write(["ein Haus\ta house", "zwei Katzen\ttwo cats"], to: file)
      let error = #expect(throws: ModelError.self) { try project.train() }
      #expect(error?.message.contains("data has changed") == true)
    }
  }

  // MARK: - Beginning with a model

  /// A project with a translator, and other sentences for it to learn from.
  private func domain() throws -> (project: Project, model: String, loss: Double) {
    let project = try Project()
    _ = try project.train()
    let model = project.path("run/best")
    try project.write(["zwölf Boxkämpfer\ttwelve boxers", "ein Quiz\ta quiz"], to: "train.tsv")
    project.recipe.start = model
    let validation = try TranslationModel.readDescription(model).origin.validation
    return (project, model, try #require(validation).loss)
  }

  private func train(_ project: Project, _ out: String, updates: Int = .max) throws -> String {
    let training = try TranslationTraining(
      project.recipe, folder: project.path(out), workers: 2, report: { _ in })
    let first = training.state.update
    _ = try training.run(isInterrupted: { training.state.update - first >= updates })
    return training.bestModel
  }

  /// It begins where the model ended, with its subwords, however its weights are stored.
  @Test func aRunBeginsWithAModelsWeights() throws {
    let (project, model, loss) = try domain()
    let small = project.path("int8")
    try TranslationModel(path: model).write(to: small, precision: .int8)
    project.recipe.training.updates = 1
    project.recipe.training.validationInterval = 1
    project.recipe.training.learningRate = 1e-9
    for (start, out, tolerance) in [(model, "whole", 1e-4), (small, "small", 0.05)] {
      project.recipe.start = start
      let tuned = try TranslationModel.readDescription(train(project, out))
      let first = try TranslationModel.readDescription(model)
      #expect(abs(try #require(tuned.origin.validation).loss - loss) < tolerance)
      #expect(tuned.targetFingerprint == first.targetFingerprint)
      #expect(tuned.origin.trainingFingerprint != first.origin.trainingFingerprint)
    }
    project.recipe.start = ""
    let other = try TranslationModel.readDescription(train(project, "anew"))
    #expect(abs(try #require(other.origin.validation).loss - loss) > 1e-3)
  }

  @Test func aRunThatBeganWithAModelGoesOn() throws {
    let (project, model, _) = try domain()
    _ = try train(project, "whole")
    _ = try train(project, "broken", updates: 1)
    let moved = project.path("moved")
    try FileManager.default.moveItem(atPath: model, toPath: moved)
    project.recipe.start = moved
    _ = try train(project, "broken")
    let weights = try ["whole", "broken"].map { run in
      let last = CheckpointFolder(path: project.path(run + "/checkpoints")).all().last
      return Data(try SafetensorsFile(path: try #require(last)).bytes("weights"))
    }
    #expect(weights[0] == weights[1])
    // Other weights are another beginning.
    project.recipe.training.updates = 6
    project.recipe.start = project.path("whole/best")
    let error = #expect(throws: ModelError.self) { try train(project, "broken") }
    #expect(error?.message.contains("that this run began with") == true)
  }

  @Test func aModelThatDoesNotFitIsNoStart() throws {
    let changes: [(String, (inout Recipe) -> Void)] = [
      ("'embeddingSize' is 8 there and 9 here", { $0.model.embeddingSize = 9 }),
      ("'cell' is lstm there and gru here", { $0.model.cell = .gru }),
      ("'vocabulary.joint' is false; set it to true", { $0.vocabulary.joint = false }),
      ("no such model folder", { $0.start += "-none" }),
    ]
    let (project, _, _) = try domain()
    let recipe = project.recipe
    for (message, change) in changes {
      project.recipe = recipe
      change(&project.recipe)
      let error = #expect(throws: ModelError.self) { try train(project, "other") }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
    // Nothing of that is kept.
    project.recipe = recipe
    _ = try train(project, "other")
  }

  @Test func theSameDataMayLieElsewhere() throws {
    let project = try Project()
    _ = try project.train()
    try FileManager.default.moveItem(
      atPath: project.path("train.tsv"), toPath: project.path("moved.tsv"))
    project.recipe.data.train = [
      CorpusSource(.table(path: project.path("moved.tsv"), sourceColumn: 1, targetColumn: 2))
    ]
    project.recipe.training.updates = 6
    #expect(try project.train() == .updates)
  }

  /// A run goes on to the same weights without its file of tokens, as older programs left it, or with a
  /// damaged one.
  @Test func tokensThatAreGoneOrDamagedAreMadeAgain() throws {
    var weights: [Data] = []
    for damage in [nil, "", "not tokens"] as [String?] {
      let project = try Project()
      project.recipe.training.subwordDropout = 0.2
      project.recipe.training.epochs = 100
      _ = try project.train()
      let file = project.path("run/corpus.tokens")
      #expect(FileManager.default.fileExists(atPath: file))
      if damage == "" { try FileManager.default.removeItem(atPath: file) }
      if let damage, damage != "" {
        try Data(damage.utf8).write(to: URL(fileURLWithPath: file))
      }
      project.recipe.training.updates = 6
      let training = try TranslationTraining(
        project.recipe, folder: project.path("run"), workers: 2, report: { _ in })
      #expect((training.remark != nil) == (damage == "not tokens"))
      #expect(try training.run() == .updates)
      let last = try SafetensorsFile(
        path: project.path("run/checkpoints/update-00000006.safetensors"))
      weights.append(Data(try last.bytes("weights")))
    }
    #expect(Set(weights).count == 1)
  }

  @Test func itTellsWhatItPrepares() throws {
    let project = try Project()
    project.recipe.training.maxLength = 12
    var last: (read: Int, encoded: Int, count: Int) = (0, 0, 0)
    let training = try TranslationTraining(
      project.recipe, folder: project.path("run"), workers: 1,
      prepare: { preparation in
        switch preparation {
        case .read(let pairs): last.read = pairs
        case .encoded(let pairs, let count): (last.encoded, last.count) = (pairs, count)
        }
      }, report: { _ in })
    #expect(last == (24, 24, 24) && training.remark == nil)
  }

  @Test func targetsCutAtRandomCountAsTheyAre() throws {
    let project = try Project()
    project.recipe.training.targetSubwordDropout = 0.9
    project.recipe.training.updates = 3
    var losses: [Double] = []
    let training = try TranslationTraining(
      project.recipe, folder: project.path("run"), workers: 1,
      report: { event in
        if case .stepUndone(_, let loss, _, _) = event { losses.append(loss) }
      })
    #expect(try training.run() == .updates)
    #expect(losses.isEmpty)
  }

  @Test func settingsThatCannotBeAreRefused() throws {
    let changes: [(String, (inout Recipe) -> Void)] = [
      ("model.sourceVocabularySize", { $0.model.sourceVocabularySize = 77 }),
      ("training.pieces", { $0.training.pieces = .max }),
      ("training.maxLength", { $0.training.maxLength = .max }),
      ("training.memoryLimit", { $0.training.memoryLimit = .max }),
      ("training.validationBeam", { $0.training.validationBeam = .max }),
    ]
    for (key, change) in changes {
      let project = try Project()
      change(&project.recipe)
      let error = #expect(throws: ConfigurationError.self) { try project.recipe.validate() }
      #expect(error?.key == key)
    }
  }

  @Test func sizesInAModelFileAreCheckedBeforeMemoryIsTaken() throws {
    let project = try Project()
    _ = try project.train()
    let file = project.path("run/best/model.json")
    let json = try String(contentsOfFile: file, encoding: .utf8)
    let size = try TranslationModel.readDescription(project.path("run/best")).architecture
      .targetVocabularySize
    for (old, new) in [
      ("\"targetVocabularySize\" : \(size)", "\"targetVocabularySize\" : 0"),
      ("\"targetVocabularySize\" : \(size)", "\"targetVocabularySize\" : 9223372036854775807"),
      ("\"decoderHiddenSize\" : 16", "\"decoderHiddenSize\" : 65536"),
      ("\"embeddingSize\" : 8", "\"embeddingSize\" : 9"),
    ] {
      try json.replacingOccurrences(of: old, with: new).write(
        toFile: file, atomically: true, encoding: .utf8)
      #expect(throws: (any Error).self) { try Translator(path: project.path("run/best")) }
    }
  }
}
