import Foundation
import Seq2Seq
import TestSupport
import Testing

@Suite struct SearchPruningTests {
  private func search(
    _ pruning: Float, nbest: Int = 1
  ) -> (outputs: [[Hypothesis]], rows: Int) {
    let scorer = TableScorer.random(numbers: Array(0..<30), vocabularySize: 12, sharpness: 2)
    var options = searchOptions(beam: 5, maxLength: 10)
    options.pruning = pruning
    options.nbest = nbest
    let outputs = BeamSearch(options).search(scorer, sentences: 30)
    return (outputs, scorer.rowsOfSteps.reduce(0, +))
  }

  @Test func fewerRowsTheLessIsTolerated() {
    let all = search(0)
    let wide = search(1000)
    #expect(wide.outputs == all.outputs && wide.rows == all.rows)
    var last = all.rows
    for threshold in [2, 1, 0.25] as [Float] {
      let rows = search(threshold).rows
      #expect(rows < last, "\(threshold): \(rows) rows after \(last)")
      last = rows
    }
  }

  /// Where nothing but the best is tolerated, that is what greedy search takes.
  @Test func toleratingNothingIsGreedy() {
    let scorer = TableScorer.random(numbers: Array(0..<30), vocabularySize: 12, sharpness: 2)
    let greedy = BeamSearch(searchOptions(beam: 1, maxLength: 10)).search(scorer, sentences: 30)
    #expect(search(1e-6).outputs.map(\.[0].tokens) == greedy.map(\.[0].tokens))
  }

  /// The others of an n-best list are what is less probable.
  @Test func severalOutputsAreNotPruned() {
    #expect(search(0.25, nbest: 3).outputs == search(0, nbest: 3).outputs)
  }

  @Test func whatIsJustWithinTheBoundStays() {
    // After 2 the second token ends with certainty, after 3 it is one of many.
    let table: TableScorer.Table = { _, prefix in
      let weights: [Float] =
        switch prefix {
        case []: [0, 0, 0.65, 0.35]
        case [2]: [0, 0.3, 0.35, 0.35]
        default: [0, 1, 0, 0]
        }
      return weights.map { log($0) }
    }
    func best(_ pruning: Float) -> [TokenID] {
      var options = searchOptions(beam: 2, maxLength: 3)
      options.lengthPenalty = 0
      options.pruning = pruning
      let scorer = TableScorer(sentences: 1, vocabularySize: 4, table: table)
      return BeamSearch(options).search(scorer, sentences: 1)[0][0].tokens
    }
    // ln(0.65 / 0.35) = 0.62 nats lie between them.
    #expect(best(0.7) == [3])
    #expect(best(0.6) != [3])
  }

  @Test func optionsOfOlderModelsPruneNothing() throws {
    let encoded = try JSONEncoder().encode(SearchOptions())
    var entries = try #require(
      try JSONSerialization.jsonObject(with: encoded) as? [String: Any])
    #expect(try JSONDecoder().decode(SearchOptions.self, from: encoded) == SearchOptions())
    #expect(entries.removeValue(forKey: "pruning") != nil)
    let older = try JSONDecoder().decode(
      SearchOptions.self, from: JSONSerialization.data(withJSONObject: entries))
    #expect(older.pruning == 0 && older.beam == SearchOptions().beam)
  }

  @Test(arguments: [-1, .nan, .infinity] as [Float])
  func whatCannotBeIsRefused(pruning: Float) {
    var options = SearchOptions()
    options.pruning = pruning
    #expect(throws: ConfigurationError.self) { try options.validate() }
  }
}
