import Foundation
import Recipes
import Seq2Seq
import Testing
import Translation

enum RecipeFixture {
  /// A folder that goes with the test, its name without symbolic links.
  static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("s2s-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  /// Writes `text` as a recipe and reads it.
  static func read(
    _ text: String, overrides: [String] = [], environment: [String: String] = [:]
  ) throws -> Recipe {
    try withFolder { folder in
      let path = folder + "/a.yaml"
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      return try Recipe(contentsOf: path, overrides: overrides, environment: environment)
    }
  }

  /// The least a recipe must say.
  static let least = """
    source: de
    target: en
    data:
      train: [{source: /d/train.de, target: /d/train.en}]
      dev: [{tsv: /d/dev.tsv}]

    """
}

@Suite struct RecipeTests {
  @Test func whatIsLeftOutHasTheDefault() throws {
    var expected = Recipe()
    expected.name = "a"
    expected.source = "de"
    expected.target = "en"
    expected.data.train = [
      CorpusSource(.files(source: "/d/train.de", target: "/d/train.en"))
    ]
    expected.data.dev = [
      CorpusSource(.table(path: "/d/dev.tsv", sourceColumn: 1, targetColumn: 2))
    ]
    #expect(try RecipeFixture.read(RecipeFixture.least) == expected)
  }

  @Test func everyKindOfValueIsRead() throws {
    let read = try RecipeFixture.read(
      """
      # A comment.
      name: "multi30k: de → en"
      source: no            # Norwegian, not false
      target: en
      data:
        train:
          - source: /d/train.de
            target: /d/train.en
            weight: 2.5
          - {tsv: /d/more.tsv, columns: [3, 1]}
        dev:
          - tsv: /d/dev.tsv
      vocabulary:
        size: 4_000
        joint: false
        normalization: nfkc
      model:
        attention: additive
        encoderHiddenSize: 300
      training:
        seed: 18446744073709551615
        learningRate: 2e-3
        schedule: inverseSquareRoot
      search: {beam: 8, nbest: 3}
      notes:
        data: |
          Get it.
          Unpack it.
        expected: 37.0
      """)
    #expect(read.name == "multi30k: de → en")
    #expect(read.source == "no")
    #expect(read.data.train[0].weight == 2.5)
    #expect(
      read.data.train[1]
        == CorpusSource(.table(path: "/d/more.tsv", sourceColumn: 3, targetColumn: 1)))
    #expect(read.vocabulary.size == 4000 && !read.vocabulary.joint)
    #expect(read.vocabulary.normalization == .nfkc)
    #expect(read.model.attention == .additive && read.model.encoderHiddenSize == 300)
    #expect(read.model.embeddingSize == ModelConfig().embeddingSize)
    #expect(read.training.seed == .max && read.training.learningRate == 0.002)
    #expect(read.training.schedule == .inverseSquareRoot)
    #expect(read.search.beam == 8 && read.search.nbest == 3)
    #expect(read.notes == ["data": "Get it.\nUnpack it.\n", "expected": "37.0"])
  }

  @Test func overridesCountMoreThanTheFile() throws {
    let text =
      RecipeFixture.least + "training: {learningRate: 0.5, batchTokens: 7}\nnotes: {a: b}\n"
    let read = try RecipeFixture.read(
      text,
      overrides: [
        "training.learningRate=0.1", "training.learningRate = 0.002", "model.bidirectional=false",
        "name=x: #1", "data.dev=[{tsv: /e/one.tsv}, {tsv: /e/two.tsv, weight: 0.5}]",
        "notes.time=a=b", "source=\"nb\"",
      ])
    #expect(read.training.learningRate == 0.002 && read.training.batchTokens == 7)
    #expect(!read.model.bidirectional)
    #expect(read.name == "x: #1" && read.source == "nb")
    #expect(read.data.dev.map(\.name) == ["/e/one.tsv", "/e/two.tsv"])
    #expect(read.data.dev[1].weight == 0.5)
    #expect(read.notes == ["a": "b", "time": "a=b"])
  }

  @Test func whatIsWrittenReadsBackEqual() throws {
    var recipe = try RecipeFixture.read(RecipeFixture.least)
    let texts = [
      "plain", "no", "Yes", "null", "~", "1e5", "-", "a: b", " lead", "trail ", "#", "a #b", "",
      "\"q\" 'q' \\", "tab\t", "two\nlines\n", "\u{0}\u{1}\u{7F}\u{85}\u{2028}\u{FEFF}", "é\u{301}",
      "漢字 😀 👩‍👩‍👧 עברית", "{a}", "[a]", "*a", "&a", "!a", "%a", "@a", "`a", "| x", "> x", "$HOME ~",
      "\u{FFFE}\u{FFFF}", "\u{10FFFF}",
    ]
    for (index, text) in texts.enumerated() { recipe.notes["key \(index): \(text)"] = text }
    recipe.training.learningRate = 0.1 + 0.2
    recipe.training.epsilon = 1e-30
    recipe.training.clipNorm = 1e20
    recipe.training.seed = .max
    recipe.search.lengthPenalty = 0.6
    recipe.vocabulary.characterCoverage = 0.1 + 0.2
    recipe.model.tying = .target
    recipe.data.train.append(
      CorpusSource(
        .files(source: "/p/$HOME/${x:-y}/$$ \"q\", {a}", target: "/p/~/é 漢"), weight: 0.3))
    recipe.data.dev.append(
      CorpusSource(.table(path: "/p/ #x: y", sourceColumn: 2, targetColumn: 9), weight: 0))
    try RecipeFixture.withFolder { folder in
      let path = folder + "/recipe.yaml"
      for text in texts where !text.isEmpty {
        recipe.name = text
        try recipe.yaml.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try Recipe(contentsOf: path, environment: [:]) == recipe)
      }
    }
  }

  @Test func theWrittenRecipeHasEveryKeyInTheOrderOfItsDeclaration() throws {
    let lines = try RecipeFixture.read(RecipeFixture.least).yaml.split(separator: "\n")
    let sections = lines.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
    #expect(
      sections == [
        "kind", "name", "source", "target", "data", "start", "vocabulary", "model", "training",
        "search",
        "notes",
      ])
    #expect(lines.contains("  learningRate: 0.001"))
    #expect(lines.contains("  epsilon: 1e-08"))
    #expect(lines.contains("    - {source: /d/train.de, target: /d/train.en, weight: 1.0}"))
    #expect(lines.contains("    - {tsv: /d/dev.tsv, columns: [1, 2], weight: 1.0}"))
    #expect(lines.last == "notes: {}")
  }

  @Test(arguments: [
    ("/abs/x", "/abs/x"), ("x", "R/x"), ("./x", "R/x"), ("../x/../y", "P/x/../y"),
    ("${D:-../data}/x", "P/data/x"), ("${S}/x", "/set/x"), ("$S/x", "/set/x"), ("$S-x", "/set-x"),
    ("${S:-y}", "/set"), ("${E:-y}", "R/y"), ("${D:-}x", "R/x"), ("~/x", "/home/me/x"),
    ("~x", "R/~x"), ("a~/x", "R/a~/x"), ("a$$b", "R/a$b"), ("$REL/x", "R/rel/x"),
    ("${D:-/a:-b}", "/a:-b"),
  ])
  func pathsAreMadeAbsolute(path: String, expected: String) throws {
    let environment = ["S": "/set", "E": "", "REL": "rel", "HOME": "/home/me"]
    try RecipeFixture.withFolder { parent in
      let folder = parent + "/recipes"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false)
      let text = "source: de\ntarget: en\ndata:\n  train: [{tsv: '\(path)'}]\n  dev: [{tsv: /d}]\n"
      try text.write(toFile: folder + "/a.yaml", atomically: false, encoding: .utf8)
      let read = try Recipe(contentsOf: folder + "/a.yaml", environment: environment)
      var name = expected
      if name.hasPrefix("R/") { name = folder + name.dropFirst() }
      if name.hasPrefix("P/") { name = parent + name.dropFirst() }
      #expect(read.data.train[0].name == name)
    }
  }

  @Test func anOverridesPathsStartFromTheWorkingDirectory() throws {
    let read = try RecipeFixture.read(RecipeFixture.least, overrides: ["data.dev=[{tsv: x.tsv}]"])
    let here = FileManager.default.currentDirectoryPath
    #expect(read.data.dev[0].name == (here == "/" ? "" : here) + "/x.tsv")
  }
}
