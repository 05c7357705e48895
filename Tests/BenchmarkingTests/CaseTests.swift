import Benchmarking
import Foundation
import Seq2Seq
import Tensors
import TestSupport
import Testing

@Suite struct CaseTests {
  @Test func namesAreOneOfAKindAndBeginWithTheirSuite() {
    let all = BenchmarkCase.all
    #expect(Set(all.map(\.name)).count == all.count)
    #expect(all.allSatisfy { $0.name.hasPrefix($0.suite.rawValue + "/") })
    #expect(Set(all.map(\.suite)) == Set(BenchmarkSuite.allCases))
    #expect(all.allSatisfy { !$0.name.contains(" ") })
  }

  @Test func aNameMeansASuiteOrTheBeginningOfCases() {
    #expect(BenchmarkCase.named("decoding").count == 8)
    #expect(BenchmarkCase.named("decoding/int8").count == 4)
    #expect(BenchmarkCase.named("decoding/int8/batch64/beam5").count == 1)
    #expect(BenchmarkCase.named("decod").isEmpty && BenchmarkCase.named("decoding/").isEmpty)
  }

  /// Those that need neither a model nor the built program; the heaviest are left out, which differ in size alone.
  @Test func casesCanBeMeasured() throws {
    let settings = BenchmarkSettings(threads: 2, seconds: 0.002)
    let benchmark = Benchmark(settings)
    for name in [
      "products/float/5x2048x512", "products/int8/32x2048x512", "products/gradient/480x2048x512",
      "lstm", "cells", "attention", "softmax/forward", "convolution/forward/batch1", "scoring",
      "reading/whole",
    ] {
      for item in BenchmarkCase.named(name) {
        let figure = try benchmark.figure(of: item)
        let hasBound = item.suite != .scoring && item.suite != .reading
        #expect(figure.value.min > 0 && figure.value.min <= figure.value.median, "\(item.name)")
        #expect(figure.processorValue > 0 && figure.passes >= 3, "\(item.name)")
        #expect(((figure.ratio ?? 0) > 0) == hasBound && (figure.bound != nil) == hasBound)
      }
    }
  }

  /// As many operations as the shapes say, for each thread its own.
  @Test(arguments: [1, 3]) func productsCountTheirOperations(threads: Int) throws {
    let settings = BenchmarkSettings(threads: threads, seconds: 1)
    let shape = ProductShape(rows: 3, columns: 40, depth: 20)
    let float = try ProductWork.float(shape, settings).work.run(2)
    #expect(float.need.float == Double(2 * threads * 2 * 3 * 40 * 20) && float.need.int8 == 0)
    #expect(float.units == float.need.float / 1e9)
    #expect(float.need.bytes == Double(2 * threads * 4 * 40 * 20))
    let int8 = try ProductWork.int8(shape, settings).work.run(1)
    #expect(int8.need.int8 == Double(threads * 2 * 3 * 40 * 20) && int8.need.float == 0)
    let gradient = try ProductWork.weightGradient(shape, settings).run(1)
    #expect(gradient.need.float == Double(threads * 2 * 3 * 40 * 20))
  }

  @Test func drawnPairsAreAsLongAsThoseOfMulti30k() {
    let pairs = ExamplePairs(drawing: 2000)
    let lengths = (0..<pairs.count).map { pairs.lengths($0) }
    for mean in [lengths.map(\.source), lengths.map(\.target)].map({
      Double($0.reduce(0, +)) / Double(pairs.count)
    }) {
      #expect((13...14).contains(mean))
    }
    #expect(lengths.allSatisfy { (4...40).contains($0.source) && (4...40).contains($0.target) })
    let again = ExamplePairs(drawing: 2000)
    var generator = RandomGenerator(seed: 1)
    for index in 0..<pairs.count {
      let example = pairs.example(index, using: &generator)
      #expect(example == again.example(index, using: &generator))
      #expect(
        (example.source + example.target).allSatisfy {
          $0 > Mark.end && $0 < ExamplePairs.vocabularySize
        })
    }
  }

  /// A corpus of one's own is what is trained on, in batches of its tokens.
  @Test func trainingTakesACorpus() throws {
    let folder = try TemporaryFolder()
    let paths = ["de", "en"].map { folder.path + "/text." + $0 }
    let lines = ["ein Haus am See", "das Haus ist alt", "der See ist tief", "ein altes Haus"]
    for path in paths {
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: path, atomically: true, encoding: .utf8)
    }
    var settings = BenchmarkSettings(threads: 1, seconds: 0.001)
    settings.corpus = (paths[0], paths[1])
    let text = try TrainingText(settings, config: TrainingConfig())
    #expect(text.data.count == 4 && text.vocabularySize < 400)
    let item = try #require(BenchmarkCase.named("training/S").first)
    let done = try item.prepare(settings).run(2)
    let tokens = (0..<4).reduce(0) { $0 + text.data.lengths($1).target }
    #expect(done.units == Double(2 * tokens) && done.need.float > 0)
  }
}
