import Foundation
import Neural
import Recipes
import Seq2Seq
import Tensors
import TestSupport
import Testing
import Tokenization
import Translation

@Suite struct QuantizerTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/model" }
  private var out: String { folder.path + "/out" }

  init() throws {
    folder = try TemporaryFolder()
    try write { _, _ in }
  }

  /// Writes a network that nobody trained.
  ///
  /// - Parameter change: of its weights, cut by the table.
  private func write(_ change: (ParameterTable, Tensor) throws -> Void) throws {
    let subwords = try SubwordLearner(vocabularySize: 280, normalizer: .identity)
      .learn(from: ["a few words", "and some more words"])
    var architecture = ModelConfig()
    (architecture.embeddingSize, architecture.encoderHiddenSize) = (12, 8)
    architecture.decoderHiddenSize = 16
    architecture.sourceVocabularySize = subwords.vocabularySize
    architecture.targetVocabularySize = subwords.vocabularySize
    let network = try EncoderDecoder(architecture)
    let weights = network.table.initialWeights(seed: 5)
    try change(network.table, weights)
    try TranslationModel(
      description: ModelDescription(
        name: "tiny", source: "xx", target: "yy", architecture: architecture, jointSubwords: true,
        sourceFingerprint: subwords.fingerprint, targetFingerprint: subwords.fingerprint,
        maxLength: 50, search: SearchOptions(), origin: ModelOrigin()),
      network: network, weights: weights, sourceSubwords: subwords, targetSubwords: subwords
    ).write(to: path)
  }

  /// Knows what each part costs in 8 bits, and looks into the file for which of them are.
  private struct Judge: ModelJudge {
    typealias Model = TranslationModel
    var metric = QualityMetric.bleu
    var score = 40.0
    let data = JudgedData(count: 9, unit: .lines, name: "nine", fingerprint: "0123")
    var loss: @Sendable (Set<String>) -> Double
    /// Parts that 16 bits are too few for, too.
    var needs32: Set<String> = []

    func judge(path: String) throws -> Judgement {
      let table = try TranslationModel(path: path).table
      let precisions = WeightPrecisions(of: try ModelHeader.weightsFile(path), table: table)
      let int8 = table.parts.map(\.name).filter { precisions[$0] == .int8 }
      let ruined = needs32.contains { precisions[$0] == .float16 }
      return Judgement(score: score - loss(Set(int8)) - (ruined ? 3 : 0), seconds: 0.5)
    }
  }

  private func run(
    maxDrop: Double = 0.2, needs32: Set<String> = [],
    _ loss: @escaping @Sendable (Set<String>) -> Double
  ) throws -> QuantizationReport {
    try Quantizer(path: path, judge: Judge(loss: loss, needs32: needs32), maxDrop: maxDrop)
      .run(out: out, scratch: folder.path + "/scratch", progress: { _ in })
  }

  /// Whoever is told of the trials may end them; then there is no model.
  @Test func maybeStoppedBetweenTrials() throws {
    struct Stop: Error {}
    var steps = 0
    let quantizer = try Quantizer(
      path: path, judge: Judge(loss: { $0.isEmpty ? 0 : 5 }), maxDrop: 0.2)
    #expect(throws: Stop.self) {
      try quantizer.run(out: out, scratch: folder.path + "/scratch") { _ in
        steps += 1
        if steps == 3 { throw Stop() }
      }
    }
    #expect(steps == 3)
    #expect(throws: (any Error).self) { try TranslationModel(path: out) }
  }

  @Test func everythingWhereItCostsLittle() throws {
    let report = try run { $0.isEmpty ? 0 : 0.1 }
    #expect(report.isWithinBound && report.trials.count == 1)
    #expect("\(report.chosen.precisions)" == "int8" && abs(report.chosen.drop - 0.1) < 1e-9)
    #expect(report.before.score == 40 && report.before.speed == 18)
    #expect(report.before.bytes > 2 * report.after.bytes)
    let file = try ModelHeader.weightsFile(out)
    #expect(file.tensors.reduce(0) { $0 + $1.range.count } == report.after.bytes)
    let model = try TranslationModel(path: out)
    #expect(
      model.description.origin.notes["quantization"]
        == "int8; BLEU 39.90 after 40.00, allowed a loss of 0.2 BLEU, on 9 lines of nine, "
        + "fingerprint 0123")
  }

  @Test func thePartThatCostsStaysAFloat() throws {
    let report = try run { $0.contains("decoder.output") ? 5 : 0.1 }
    #expect(report.isWithinBound)
    #expect("\(report.chosen.precisions)" == "int8 (float16: decoder.output)")
    let table = try TranslationModel(path: out).table
    let written = WeightPrecisions(of: try ModelHeader.weightsFile(out), table: table)
    #expect(written == report.chosen.precisions)
    for part in report.parts {
      let whole = try #require(table.parts.first { $0.name == part.name })
      #expect(part.bytesBefore == whole.byteCount(.float32))
      #expect(part.bytes == whole.byteCount(part.precision))
    }
  }

  /// A matrix is read as it was written, whatever the others are.
  @Test func mixedWeightsAreReadAsTheyWereWritten() throws {
    _ = try run { $0.contains("decoder.output") ? 5 : 0.1 }
    let (old, new) = (try TranslationModel(path: path), try TranslationModel(path: out))
    for parameter in old.table.parameters {
      let scale = parameter.name == "decoder.output" ? 0x1p-11 : 1.0 / 254
      for row in 0..<parameter.rows {
        let values = parameter.cut(from: old.weights).slice(row..<row + 1).values
        let read = parameter.cut(from: new.weights).slice(row..<row + 1).values
        let largest = values.map { abs($0) }.max() ?? 0
        let error = zip(values, read).map { abs($0 - $1) }.max() ?? 1
        #expect(
          Double(error) <= 1.01 * scale * Double(largest), "\(parameter.name), row \(row)")
        if parameter.rows == 1 { #expect(values == read) }
      }
    }
  }

  /// The bridge wins more a byte than the output layer, but what it wins is not needed.
  @Test func onlyWhatIsNeededIsGivenBack() throws {
    let costs = ["decoder.bridge": 0.5, "encoder.0": 3, "decoder.output": 3]
    let report = try run(maxDrop: 0.6) { int8 in
      int8.reduce(0) { $0 + (costs[$1] ?? 0) }
    }
    #expect("\(report.chosen.precisions)" == "int8 (float16: decoder.output, encoder.0)")
    #expect(report.isWithinBound && report.chosen.drop == 0.5)
    let given = report.trials.map(\.precisions.exceptions.count)
    #expect(given == [0, 0] + report.parts.map { _ in 1 } + [2, 3, 2, 2])
  }

  @Test func moreThanIsAllowedIsRefused() throws {
    let report = try run { $0.isEmpty ? 0 : 1 + Double($0.count) }
    #expect(!report.isWithinBound && !FileManager.default.fileExists(atPath: out))
    // What lost least has one part of 8 bits.
    #expect(report.parts.count { $0.precision == .int8 } == 1 && report.chosen.drop == 2)
    // Not the last that was tried, but the one with two parts of 8 bits.
    let best = try run { $0.count == 2 ? 1 : $0.isEmpty ? 0 : 4 }
    #expect(best.parts.count { $0.precision == .int8 } == 2 && best.chosen.drop == 1)
    let worse = try run { $0.isEmpty ? 0 : .nan }
    #expect(!worse.isWithinBound && worse.chosen.drop == .infinity)
  }

  @Test func numbersBeyond16BitsStayOf32() throws {
    try write { table, weights in
      let output = try #require(table.parameter(named: "decoder.output"))
      fill(output.cut(from: weights).slice(3..<4), with: 1e6)
    }
    let report = try run { $0.contains("decoder.output") ? 5 : 0 }
    #expect("\(report.chosen.precisions)" == "int8 (float32: decoder.output)")
  }

  @Test func where16BitsAreTooFewItIs32() throws {
    let report = try run(needs32: ["encoder.0"]) { $0.contains("decoder.output") ? 5 : 0 }
    #expect(report.isWithinBound)
    #expect("\(report.chosen.precisions)" == "int8 (float32: decoder.output)")
  }

  @Test func aRuinedModelIsRefused() throws {
    try write { table, weights in
      let output = try #require(table.parameter(named: "decoder.output"))
      fill(output.cut(from: weights).slice(0..<1), with: .nan)
    }
    let error = #expect(throws: ModelError.self) { try run { _ in 0 } }
    #expect(error?.message.contains("the model is ruined") == true)
  }

  @Test func whatCannotBeJudgedIsRefused() throws {
    _ = try run { _ in 0 }
    let again = #expect(throws: ModelError.self) {
      try Quantizer(path: out, judge: Judge(loss: { _ in 0 }), maxDrop: 0.2)
    }
    #expect(again?.message.contains("is of int8 already") == true)
    let nothing = #expect(throws: ModelError.self) {
      try Quantizer(path: path, judge: Judge(score: 0, loss: { _ in 0 }), maxDrop: 0.2)
        .run(out: out, scratch: folder.path + "/scratch", progress: { _ in })
    }
    #expect(nothing?.message.contains("has BLEU 0.0 on nine") == true)
  }

  @Test func dropsAreCountedByTheirMetric() {
    #expect(QualityMetric.bleu.drop(from: 40, to: 39) == 1)
    #expect(abs(QualityMetric.cider.drop(from: 0.5, to: 0.51) + 0.01) < 1e-12)
    #expect(abs(QualityMetric.perplexity.drop(from: 5, to: 5.05) - 1) < 1e-9)
    #expect(QualityMetric.perplexity.drop(from: 5, to: .nan) == .infinity)
  }
}
