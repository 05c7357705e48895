import Foundation
import Recipes
import Seq2Seq
import Testing
import Translation

@Suite struct RecipeErrorTests {
  /// What is added to the least recipe (whose last line is 5), and what is said of it after the
  /// recipe's path.
  static let additions: [(text: String, message: String)] = [
    (
      "training:\n  learning_rate: 1\n",
      ":7:3: 'training.learning_rate' is no setting; did you mean 'training.learningRate'?"
    ),
    (
      "trainnig: {}\n", ":6:1: 'trainnig' is no setting; did you mean 'training'?"
    ),
    (
      "vocabulary: {sise: 3}\n",
      ":6:14: 'vocabulary.sise' is no setting; did you mean 'vocabulary.size'?"
    ),
    (
      "model: {hiddenSize: 3}\n",
      ":6:9: 'model.hiddenSize' is no setting; 'model' has cell, embeddingSize, encoderLayers, "
        + "encoderHiddenSize, bidirectional, decoderLayers, decoderHiddenSize, attention, "
        + "inputFeeding, tying, layerNormalization, forgetBias, initialization, initializationScale, "
        + "zoneoutHidden, zoneoutCell, connections, sourceVocabularySize, targetVocabularySize"
    ),
    (
      "model: {cell: lstmm}\n",
      ":6:15: 'model.cell' expected one of lstm, peephole-lstm, cifg, gru, gru-reset-before, rnn, found "
        + "'lstmm'"
    ),
    (
      "model: {cell: gru, forgetBias: 2}\n",
      ":6:20: 'model.forgetBias' is 2.0, but gru has no forget gate; leave it out, or set it to 1"
    ),
    (
      "model: {cell: rnn, zoneoutCell: 0.1}\n",
      ":6:20: 'model.zoneoutCell' is 0.1, but rnn has no cell value; set it to 0, and zoneoutHidden alone"
    ),
    (
      "training: {epsilon: 1e-40}\n",
      ":6:12: 'training.epsilon' is 1e-40; it must be at least 1e-30 and finite"
    ),
    (
      "model: {zoneoutHidden: 1}\n",
      ":6:9: 'model.zoneoutHidden' is 1.0; it must be at least 0 and below 1"
    ),
    (
      "model: {initializationScale: 0}\n",
      ":6:9: 'model.initializationScale' is 0.0; it must be above 0 and at most 1000"
    ),
    (
      "training: {recurrentWeightDropout: 1}\n",
      ":6:12: 'training.recurrentWeightDropout' is 1.0; it must be at least 0 and below 1"
    ),
    (
      "training: {weightDecay: -1, optimizer: sgd}\n",
      ":6:12: 'training.weightDecay' is -1.0; it must be finite and not negative"
    ),
    (
      "training: {weightDecay: 0.1}\n",
      ":6:12: 'training.weightDecay' is 0.1, but does nothing with optimizer adam; set "
        + "training.optimizer: adamw, or leave it out"
    ),
    (
      "training: {momentum: 0.9, optimizer: adamw}\n",
      ":6:12: 'training.momentum' is 0.9, but does nothing with optimizer adamw, which has beta1; set "
        + "training.optimizer: sgd, or leave it out"
    ),
    (
      "training: {rDrop: 1, inputDropout: 0, outputDropout: 0, recurrentWeightDropout: 0.5}\n",
      ":6:12: 'training.rDrop' is 1.0, but compares two passes that dropout makes differ, and there is none; "
        + "set training.outputDropout, or leave it out"
    ),
    ("beam: 3\n", ":6:1: 'beam' is no setting; did you mean 'search.beam'?"),
    (
      "colour: red\n",
      ":6:1: 'colour' is no setting; a recipe has kind, name, source, target, data, start, vocabulary, model, "
        + "training, search, notes"
    ),
    (
      "training:\n  updates: many\n",
      ":7:12: 'training.updates' expected a whole number, found 'many'"
    ),
    (
      "training: {updates: 1.5}\n",
      ":6:21: 'training.updates' expected a whole number, found '1.5'"
    ),
    (
      "training: {updates: '7'}\n",
      ":6:21: 'training.updates' expected a whole number, found the text \"7\""
    ),
    ("training:\n  updates:\n", ":7:11: 'training.updates' expected a whole number, found nothing"),
    (
      "training: {updates: 9223372036854775808}\n",
      ":6:21: 'training.updates' expected a whole number from -9223372036854775808 to "
        + "9223372036854775807, found '9223372036854775808'"
    ),
    (
      "training: {seed: -1}\n",
      ":6:18: 'training.seed' expected a whole number from 0 to 18446744073709551615, found '-1'"
    ),
    (
      "training: {learningRate: fast}\n",
      ":6:26: 'training.learningRate' expected a number, found 'fast'"
    ),
    (
      "training: {learningRate: nan}\n",
      ":6:26: 'training.learningRate' expected a number, found 'nan'"
    ),
    (
      "model: {bidirectional: yes}\n",
      ":6:24: 'model.bidirectional' expected true or false, found 'yes'"
    ),
    (
      "model: {attention: local}\n",
      ":6:20: 'model.attention' expected one of dot, general, additive, found 'local'"
    ),
    (
      "vocabulary: {normalization: nfd}\n",
      ":6:29: 'vocabulary.normalization' expected one of nfc, nfkc, none, found 'nfd'"
    ),
    (
      "training: fast\n",
      ":6:11: 'training' expected a section (lines of 'key: value'), found 'fast'"
    ),
    ("name: [a]\n", ":6:7: 'name' expected text, found a list"),
    ("name: {a: b}\n", ":6:7: 'name' expected text, found a section"),
    ("notes: {a: [b]}\n", ":6:12: 'notes.a' expected text, found a list"),
    ("search: {beam: 0}\n", ":6:10: 'search.beam' is 0; it must be 1 to 1000"),
    (
      "search:\n  beam: 2\n  nbest: 3\n",
      ":8:3: 'search.nbest' is 3, but the beam keeps only 2; raise 'search.beam'"
    ),
    ("training:\n  warmup: -1\n", ":7:3: 'training.warmup' is -1; it must not be negative"),
    (
      "vocabulary: {size: 100}\n",
      ":6:14: 'vocabulary.size' is 100; it must be 259 (the bytes and special marks) to 1048576"
    ),
    (
      "vocabulary: {characterCoverage: 2}\n",
      ":6:14: 'vocabulary.characterCoverage' is 2.0; it must be above 0 and at most 1"
    ),
    (
      "vocabulary: {minimumCount: 0}\n",
      ":6:14: 'vocabulary.minimumCount' is 0; it must be at least 1"
    ),
    (
      "vocabulary: {joint: false}\nmodel: {tying: all}\n",
      ":7:9: 'model.tying' all needs one joint vocabulary; use target, or vocabulary.joint: true"
    ),
    (
      "model:\n  connections: highway\n",
      ":7:3: 'model.connections' is highway, but with one layer there is nothing that it changes (highways go past the "
        + "second and further layers, residual connections past the third and further); leave it out, or set more "
        + "layers"
    ),
    (
      "model:\n  encoderLayers: 2\n  connections: none\n",
      ":8:3: 'model.connections' is none, but with 2 layers there is nothing that it changes (highways go past the "
        + "second and further layers, residual connections past the third and further); leave it out, or set more "
        + "layers"
    ),
    // The default of one key clashes with what the file says of another.
    (
      "search: {nbest: 9}\n",
      ":6:10: 'search.nbest' is 9, but the beam keeps only 5; raise 'search.beam'"
    ),
    (
      "name: a\nname: b\n",
      ":6:1: the key 'name' stands here and again further down; keep one of them"
    ),
    ("? [a]\n: b\n", ":6:3: a key must be a word, not a list or a section"),
    (
      "name: 'open\n",
      ":7:1: this is not YAML: found unexpected end of stream (while scanning a quoted scalar, begun "
        + "at line 6); check indentation, colons and quotes"
    ),
    (
      "training:\n\tupdates: 3\n",
      ":7:1: this is not YAML: found character that cannot start any token (while scanning for the "
        + "next token, begun at line 7); check indentation, colons and quotes"
    ),
    (
      "---\nname: b\n",
      ":6:1: this is not YAML: expected a single document in the stream, but found another document; "
        + "check indentation, colons and quotes"
    ),
    (
      "name: *x\n",
      ":6:7: this is not YAML: found undefined alias; check indentation, colons and quotes"
    ),
    (
      "name: a\u{1}b\n",
      ":6:8: this is not YAML: control characters are not allowed"
    ),
  ]

  @Test(arguments: additions.indices)
  func mistakesAreNamed(index: Int) throws {
    let (text, message) = Self.additions[index]
    try expect(RecipeFixture.least + text, message)
  }

  /// Settings that only language models know, with values that are not theirs by default.
  static let languageSettings = [
    ("streams", "7"), ("steps", "7"), ("randomSteps", "true"), ("layerDropout", "0.1"),
    ("embeddingDropout", "0.1"), ("activationPenalty", "0.1"), ("temporalActivationPenalty", "0.1"),
  ]

  @Test(arguments: languageSettings)
  func settingsOfLanguageModelsAreRefused(key: String, value: String) throws {
    try expect(
      RecipeFixture.least + "training: {\(key): \(value)}\n",
      ":6:12: 'training.\(key)' is for language models and does nothing here; leave it out")
  }

  /// What passes of R-Drop may differ by.
  @Test(arguments: [
    "training.inputDropout", "training.outputDropout", "training.recurrentDropout",
    "training.wordDropout", "model.zoneoutHidden", "model.zoneoutCell",
  ]) func rDropGoesWithAnyDropout(key: String) throws {
    let bare = ["training.rDrop=1", "training.inputDropout=0", "training.outputDropout=0"]
    let recipe = try RecipeFixture.read(RecipeFixture.least, overrides: bare + ["\(key)=0.1"])
    #expect(recipe.training.rDrop == 1)
  }

  /// A corpus list in place of the training data, and what is said of it; it begins at 4:12.
  static let corpora: [(text: String, message: String)] = [
    ("[]", ":4:3: 'data.train' lists no corpus; give 'source' and 'target' files, or a 'tsv'"),
    ("a.tsv", ":4:10: 'data.train' expected a list, found 'a.tsv'"),
    ("{tsv: a}", ":4:10: 'data.train' expected a list, found a section"),
    (
      "[a.tsv]",
      ":4:11: 'data.train.0' expected a section (lines of 'key: value'), found 'a.tsv'"
    ),
    ("[{source: a}]", ":4:11: 'data.train.0.target' is missing beside 'source'"),
    ("[{target: a}]", ":4:11: 'data.train.0.source' is missing beside 'target'"),
    (
      "[{weight: 1}]",
      ":4:11: 'data.train.0.tsv' is missing, and so are 'source' and 'target'; give either"
    ),
    (
      "[{tsv: a, source: b}]",
      ":4:11: 'data.train.0.tsv' stands beside 'source' or 'target'; give either one or the others"
    ),
    (
      "[{tsv: a}, {tsv: b, colums: [1, 2]}]",
      ":4:30: 'data.train.1.colums' is no setting; did you mean 'data.train.1.columns'?"
    ),
    (
      "[{tsv: a, columns: [1, 2, 3]}]",
      ":4:11: 'data.train.0.columns' has 3 numbers; it must be [source, target], such as [1, 2]"
    ),
    (
      "[{tsv: a, columns: [1, b]}]",
      ":4:33: 'data.train.0.columns.1' expected a whole number, found 'b'"
    ),
    (
      "[{tsv: a, columns: [0, 1]}]",
      ":4:20: 'data.train.0.columns' is [0, 1]; columns are counted from 1"
    ),
    (
      "[{tsv: a, columns: [2, 2]}]",
      ":4:20: 'data.train.0.columns' is [2, 2]; source and target must be different columns"
    ),
    (
      "[{source: a, target: b, columns: [1, 2]}]",
      ":4:11: 'data.train.0.columns' goes with 'tsv' only; leave it out"
    ),
    ("[{tsv: a, weight: -1}]", ":4:20: 'data.train.0.weight' is -1.0; it must be 0 to 1000"),
    ("[{tsv: a, weight: x}]", ":4:28: 'data.train.0.weight' expected a number, found 'x'"),
    ("[{tsv: a, weight: 0}]", ":4:3: 'data.train' has no corpus with a weight above 0"),
    ("[{tsv: }]", ":4:17: 'data.train.0.tsv' expected text, found nothing"),
    (
      "[{tsv: $NONE/a}]",
      ":4:17: the path '$NONE/a' needs the environment variable 'NONE', which is not set; set it, or "
        + "give a default as in '${NONE:-../data}'"
    ),
    ("[{tsv: '${NONE/a'}]", ":4:17: the path '${NONE/a' has a '${' without its '}'"),
    (
      "[{tsv: a$/b}]",
      ":4:17: the path 'a$/b' has a '$' without a variable's name; write '$$' for a dollar sign"
    ),
    (
      "[{tsv: '${1x}'}]",
      ":4:17: the path '${1x}' has a '$' without a variable's name; write '$$' for a dollar sign"
    ),
  ]

  @Test(arguments: corpora.indices)
  func mistakesInCorporaAreNamed(index: Int) throws {
    let (text, message) = Self.corpora[index]
    try expect(
      "source: de\ntarget: en\ndata:\n  train: \(text)\n  dev: [{tsv: /d/dev.tsv}]\n", message)
  }

  @Test func whatIsMissingIsNamed() throws {
    try expect("target: en\n", ": 'source' is not set; give the language's code, such as de")
    try expect(
      "source: d e\n",
      ":1:1: 'source' is 'd e'; a language code has letters, digits and '-', such as de or pt-BR")
    try expect(
      "source: de\ntarget: en\n",
      ": 'data.train' lists no corpus; give 'source' and 'target' files, or a 'tsv'")
    try expect("", ": holds no settings; a recipe has lines such as 'source: de'")
    try expect("# nothing\n", ": holds no settings; a recipe has lines such as 'source: de'")
    try expect("{}\n", ":1:1: holds no settings; a recipe has lines such as 'source: de'")
    try expect("[a]\n", ":1:1: holds no settings; a recipe has lines such as 'source: de'")
  }

  /// Overrides and what is said of them after `--set '…'`.
  static let overrides: [(text: String, message: String)] = [
    ("training.updates", "expected key=value, such as training.learningRate=0.002"),
    (
      "=3",
      "the key '' has an empty part; expected one such as training.learningRate"
    ),
    (
      "training..updates=3",
      "the key 'training..updates' has an empty part; expected one such as training.learningRate"
    ),
    (
      "training.update=3",
      "'training.update' is no setting; did you mean 'training.updates'?"
    ),
    ("learningRate=3", "'learningRate' is no setting; did you mean 'training.learningRate'?"),
    ("training.updates=", "'training.updates' expected a whole number, found nothing"),
    ("training.updates=x", "'training.updates' expected a whole number, found 'x'"),
    (
      "training.updates.x=1", "'training.updates' expected a whole number, found a section"
    ),
    ("training=1", "'training' expected a section (lines of 'key: value'), found '1'"),
    ("search.beam=0", "'search.beam' is 0; it must be 1 to 1000"),
    (
      "data.dev=[{tsv: a",
      "this is not YAML: did not find expected ',' or '}' (while parsing a flow mapping, begun at "
        + "line 1); check indentation, colons and quotes"
    ),
    ("data.dev=[{tvs: a}]", "'data.dev.0.tvs' is no setting; did you mean 'data.dev.0.tsv'?"),
    (
      "data.dev=[{tsv: $NONE}]",
      "the path '$NONE' needs the environment variable 'NONE', which is not set; set it, or give a "
        + "default as in '${NONE:-../data}'"
    ),
  ]

  @Test(arguments: overrides.indices)
  func mistakesInOverridesAreNamed(index: Int) throws {
    let (text, message) = Self.overrides[index]
    let error = #expect(throws: RecipeError.self) {
      try RecipeFixture.read(RecipeFixture.least, overrides: ["training.updates=3", text])
    }
    #expect(error?.description == "--set '\(text)': \(message)")
  }

  @Test func whatIsNoRecipeIsNamed() throws {
    try RecipeFixture.withFolder { folder in
      let path = folder + "/a.yaml"
      func said(_ path: String) -> String? {
        let error = #expect(throws: RecipeError.self) { try Recipe(contentsOf: path) }
        return error?.description
      }
      #expect(said(path) == "\(path): there is no such file; check the path")
      #expect(
        said(folder) == "\(folder): is a folder; name the recipe's file, such as recipe.yaml")
      try Data([0x61, 0xFF, 0x0A]).write(to: URL(fileURLWithPath: path))
      #expect(said(path) == "\(path): is not UTF-8 text; save it as UTF-8")
      try Data(repeating: 0x0A, count: (1 << 20) + 1).write(to: URL(fileURLWithPath: path))
      #expect(said(path) == "\(path): is longer than any recipe (1 MiB); is it a corpus?")
      var laughs = "a: &a0 [x]\n"
      for level in 1...40 {
        laughs += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
      }
      try laughs.write(toFile: path, atomically: false, encoding: .utf8)
      let error = #expect(throws: RecipeError.self) { try Recipe(contentsOf: path) }
      #expect(
        error?.message
          == "the recipe has more than 10000 values, aliases counted; write it shorter")
      let deep = String(repeating: "[", count: 200_000)
      try deep.write(toFile: path, atomically: false, encoding: .utf8)
      #expect(throws: RecipeError.self) { try Recipe(contentsOf: path) }
    }
  }

  /// Reads `text` as a recipe and compares what is said of it after the recipe's path.
  private func expect(
    _ text: String, _ message: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    try RecipeFixture.withFolder { folder in
      let path = folder + "/a.yaml"
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      let error = #expect(throws: RecipeError.self, sourceLocation: location) {
        try Recipe(contentsOf: path, environment: [:])
      }
      #expect(error?.description == path + message, sourceLocation: location)
    }
  }
}
