import Foundation
import Neural
import Recipes
import Seq2Seq
import Tensors
import TestSupport
import Testing
import Tokenization
import Translation

/// Corpora as a run keeps them: tokens in a file.
@Suite struct EncodedCorpusTests {
  /// Files with text, and what is made of them.
  final class Project {
    let folder: TemporaryFolder
    var corpora: [CorpusSource] = []
    var lines: [(source: String, target: String)] = []
    var config = TrainingConfig()
    var source: Subwords
    var target: Subwords

    init(_ texts: [[(String, String)]], form: Normalizer.Form = .nfc, joint: Bool = true) throws {
      folder = try TemporaryFolder()
      var learner = SubwordLearner(vocabularySize: 500, normalizer: Normalizer(form: form))
      learner.characterCoverage = 0.98
      lines = texts.flatMap { $0 }.map { (source: $0.0, target: $0.1) }
      source =
        joint
        ? try learner.learn(from: lines.map(\.source), lines.map(\.target))
        : try learner.learn(from: lines.map(\.source))
      target = joint ? source : try learner.learn(from: lines.map(\.target))
      for (number, text) in texts.enumerated() {
        let paths = ["de", "en"].map { folder.path + "/\(number).\($0)" }
        for (path, side) in zip(paths, [text.map(\.0), text.map(\.1)]) {
          try Data((side.joined(separator: "\n") + "\n").utf8).write(
            to: URL(fileURLWithPath: path))
        }
        corpora.append(
          CorpusSource(
            .files(source: paths[0], target: paths[1]), weight: [1, 2.5, 0.5][number % 3]))
      }
    }

    var file: String { folder.path + "/corpus.tokens" }

    func corpus(workers: Int = 1) throws -> (EncodedCorpus, remark: String?) {
      try CorpusEncoder(
        corpora, summaries: CorpusSurvey(corpora).summaries, source: source, target: target,
        maxLength: config.maxLength
      ).corpus(at: file, workers: Workers(count: workers))
    }

    func data(workers: Int = 1) throws -> TranslationData {
      TranslationData(
        try corpus(workers: workers).0, of: corpora, source: source, target: target,
        config: config)
    }

    /// The examples of the text itself, lines that are too long left out.
    func expected(_ number: Int, _ generator: inout RandomGenerator) -> Example {
      let (line, dropouts) = (
        lines[number], (Double(config.subwordDropout), Double(config.targetSubwordDropout))
      )
      return Example(
        source: source.encode(line.source, dropout: dropouts.0, using: &generator),
        target: target.encode(line.target, dropout: dropouts.1, using: &generator))
    }
  }

  /// Scalars that have broken tokenizers before, among words.
  static let odd: [String] = [
    " ", "  ", "Haus", "house", "Straße", "e\u{301}", "é", "\u{301}", "\u{323}\u{307}", "▁", "ﬁ",
    "①", "Ａ", "\0", "\t", "\r", "\u{85}", "\u{A0}", "\u{2028}", "\u{FEFF}", "\u{FFFD}",
    "\u{10FFFF}", "👩🏽‍❤️‍👩🏽", "🇩🇪", "שָׁלוֹם", "漢字", "\u{1100}\u{1161}\u{11A8}", "가\u{11A8}", "\u{212B}",
    "\u{0344}", "\u{1D15E}", "क\u{093C}", "</s>", "<0x0A>", "\\n", "が", "か\u{3099}",
  ]

  static func oddPairs(_ count: Int, seed: UInt64) -> [(String, String)] {
    var generator = RandomGenerator(seed: seed)
    func line() -> String {
      let parts = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
        odd[Int.random(in: 0..<odd.count, using: &generator)]
      }
      return "x" + parts.joined() + "y"
    }
    return (0..<count).map { _ in (line(), line()) }
  }

  @Test(arguments: Normalizer.Form.allCases, [true, false])
  func examplesAreThoseOfTheText(form: Normalizer.Form, joint: Bool) throws {
    let project = try Project(
      [Self.oddPairs(700, seed: 1), Self.oddPairs(300, seed: 2)], form: form, joint: joint)
    project.config.maxLength = 25
    for (dropout, targetDropout) in [(0, 0), (0.3, 0), (0.2, 0.4)] as [(Float, Float)] {
      (project.config.subwordDropout, project.config.targetSubwordDropout) = (
        dropout, targetDropout
      )
      let data = try project.data(workers: 2)
      var kept: [Int] = []
      for (number, line) in project.lines.enumerated() {
        let lengths = (
          project.source.encode(line.source).count + 1, project.target.encode(line.target).count + 1
        )
        guard max(lengths.0, lengths.1) <= 25 else { continue }
        #expect(data.lengths(kept.count) == lengths)
        var generators = [RandomGenerator](
          repeating: RandomGenerator(seed: UInt64(number)), count: 2)
        #expect(
          data.example(kept.count, using: &generators[0])
            == project.expected(number, &generators[1]))
        #expect(generators[0].next() == generators[1].next())
        // As development data is cut, whatever the dropout.
        let plain = Example(
          source: project.source.encode(line.source), target: project.target.encode(line.target))
        #expect(data.plainExample(kept.count) == plain)
        kept.append(number)
      }
      #expect(data.count == kept.count && data.tooLong == 1000 - kept.count && data.tooLong > 0)
      var weights = ExampleWeights()
      weights.append(1, count: kept.filter { $0 < 700 }.count)
      weights.append(2.5, count: kept.filter { $0 >= 700 }.count)
      #expect(data.weights == weights)
    }
  }

  /// More pairs than a worker takes at a time, in files of several kinds.
  @Test(arguments: [1, 3])
  func manyPairsStayInOrderWhoeverEncodesThem(workers: Int) throws {
    let numbers = (0..<40_000).map { ("zahl \($0)", "number \($0 / 7)") }
    let project = try Project([Array(numbers[..<17_000]), Array(numbers[17_000...])])
    let (corpus, remark) = try project.corpus(workers: workers)
    #expect(remark == nil && corpus.count == 40_000 && corpus.pairsOfCorpora == [17_000, 23_000])
    for number in stride(from: 0, to: 40_000, by: 37) {
      let tokens = corpus.tokens(number)
      #expect(project.source.decode(tokens.source) == numbers[number].0)
      #expect(project.target.decode(tokens.target) == numbers[number].1)
    }
    let survey = try CorpusSurvey(
      project.corpora, counting: SubwordLearner(vocabularySize: 400), joint: false,
      workers: Workers(count: workers))
    #expect(survey.summaries.map(\.pairs) == [17_000, 23_000])
    for (counts, side) in [(survey.sources, \(String, String).0), (survey.targets, \.1)] {
      let learner = SubwordLearner(vocabularySize: 400)
      #expect(
        try learner.learn(from: counts).text
          == learner.learn(from: numbers.map { $0[keyPath: side] }).text)
    }
  }

  @Test func aFileThatFitsIsUsedAgain() throws {
    let project = try Project([Self.oddPairs(100, seed: 3)])
    _ = try project.corpus()
    let number = try FileManager.default.attributesOfItem(atPath: project.file)[.systemFileNumber]
    #expect(try project.corpus().remark == nil)
    let again = try FileManager.default.attributesOfItem(atPath: project.file)[.systemFileNumber]
    #expect(number as? Int == again as? Int)
  }

  @Test func anyDamageIsSeenAndMended() throws {
    let project = try Project([Self.oddPairs(200, seed: 4)])
    _ = try project.corpus()
    let good = try Data(contentsOf: URL(fileURLWithPath: project.file))
    var damaged: [Data] = [
      Data(), Data("text".utf8), good.prefix(100), good.prefix(128), good.dropLast(),
      good + [0], Data(repeating: 0, count: good.count), Data(repeating: 0xFF, count: good.count),
    ]
    // Every number of the header as large as can be, then a bit here and there.
    for start in stride(from: 0, to: 128, by: 8) {
      var bytes = good
      bytes.replaceSubrange(start..<start + 8, with: [UInt8](repeating: 0xFF, count: 8))
      damaged.append(bytes)
    }
    for place in stride(from: 130, to: good.count, by: 997) {
      var bytes = good
      bytes[place] ^= 4
      damaged.append(bytes)
    }
    for bytes in damaged {
      try bytes.write(to: URL(fileURLWithPath: project.file))
      let (corpus, remark) = try project.corpus()
      #expect(remark?.contains("made anew") == true, "\(remark ?? "no remark")")
      #expect(corpus.count == 200)
      #expect(try Data(contentsOf: URL(fileURLWithPath: project.file)) == good)
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: project.folder.path).sorted()
        == ["0.de", "0.en", "corpus.tokens"])
  }

  @Test func aFileOfAnotherOriginIsMadeAnew() throws {
    let project = try Project([Self.oddPairs(50, seed: 5)])
    _ = try project.corpus()
    let changes: [() throws -> Void] = [
      { project.config.maxLength = 40 },
      { project.source = try SubwordLearner(vocabularySize: 300).learn(from: ["abc abc"]) },
      {
        for side in ["de", "en"] {
          try Data("x\n".utf8).write(
            to: URL(fileURLWithPath: project.folder.path + "/0.\(side)"))
        }
      },
    ]
    for change in changes {
      try change()
      #expect(try project.corpus().remark?.contains("other data") == true)
      #expect(try project.corpus().remark == nil)
    }
  }

  @Test func vocabulariesBeyondTwoBytesTakeFour() throws {
    let scalars =
      (0x20000..<0x20000 + 40_000).map { $0 } + (0x4E00..<0x4E00 + 20_000)
      + (0xAC00..<0xAC00 + 8000)
    let characters = scalars.compactMap(Unicode.Scalar.init).map { String(Character($0)) }
    let header = "s2s-subwords 1 normalization=none whitespace=keep size=\(259 + characters.count)"
    let subwords = try Subwords(
      text: Array(([header, "▁"] + characters).map { $0 + "\n" }.joined().utf8))
    #expect(subwords.vocabularySize > 1 << 16)
    let rare = (characters[67_999] + characters[0], characters[66_000] + " a")
    let project = try Project([[rare, ("b", "c")]])
    (project.source, project.target) = (subwords, subwords)
    let corpus = try project.corpus().0
    #expect(corpus.tokens(0).source == subwords.encode(rare.0))
    #expect(corpus.tokens(0).target == subwords.encode(rare.1))
    #expect(corpus.tokens(0).source.max() ?? 0 > 1 << 16)
  }

  @Test func dataThatChangesWhileItIsReadIsRefused() throws {
    let project = try Project([Self.oddPairs(50, seed: 6)])
    let encoder = CorpusEncoder(
      project.corpora, summaries: try CorpusSurvey(project.corpora).summaries,
      source: project.source, target: project.target, maxLength: 100)
    try Data("x\n".utf8).write(to: URL(fileURLWithPath: project.folder.path + "/0.de"))
    try Data("x\n".utf8).write(to: URL(fileURLWithPath: project.folder.path + "/0.en"))
    let error = #expect(throws: DataError.self) {
      try encoder.corpus(at: project.file, workers: Workers(count: 1))
    }
    #expect(error?.message.contains("changed while it was read") == true)
    #expect(!FileManager.default.fileExists(atPath: project.file))
    #expect(!FileManager.default.fileExists(atPath: project.file + ".partial"))
  }

  @Test func whatCannotBeWrittenIsNamed() throws {
    let project = try Project([Self.oddPairs(50, seed: 7)])
    let encoder = CorpusEncoder(
      project.corpora, summaries: try CorpusSurvey(project.corpora).summaries,
      source: project.source, target: project.target, maxLength: 100)
    let path = project.folder.path + "/missing/corpus.tokens"
    let error = #expect(throws: WritingError.self) {
      try encoder.corpus(at: path, workers: Workers(count: 1))
    }
    #expect(error?.path == path)
  }
}
