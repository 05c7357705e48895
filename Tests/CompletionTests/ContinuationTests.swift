import Completion
import Foundation
import Neural
import Seq2Seq
import Tensors
import Testing

@Suite struct ContinuationTests {
  private func options(
    _ completer: Completer, words: Int? = nil, _ change: (inout SearchOptions) -> Void = { _ in }
  ) -> Completer.Options {
    var options = completer.defaultOptions
    options.maxWords = words
    change(&options.search)
    return options
  }

  /// The text begins with the prompt, and what was added is the rest.
  @Test(arguments: UnitKind.allCases) func textsBeginWithTheirPrompts(kind: UnitKind) throws {
    let completer = try TinyLanguage.completer(kind)
    for prompt in ["the ca", "the cat ", "go", "", "where is"] {
      let found = try completer.continuations(
        of: prompt, options: options(completer) { ($0.nbest, $0.beam) = (3, 5) })
      #expect(found.count >= 1)
      for one in found {
        #expect(one.text == prompt + one.added, "\(kind) '\(prompt)' '\(one.text)'")
        #expect(one.unitCount <= 12)
      }
      #expect(Set(found.map(\.text)).count == found.count || kind != .word)
    }
    // A word that nobody knows is one.
    let unknown = try completer.continuations(of: "zqx")[0].text
    #expect(unknown.hasPrefix(kind == .word ? "<unk>" : "zqx"))
    #expect(!unknown.dropFirst(5).contains("<unk>"))
  }

  /// What is added has the probability that the model gives it: of words that are units, whose end costs nothing, the
  /// product of theirs.
  @Test func probabilities() throws {
    let completer = try TinyLanguage.completer(.word)
    let found = try completer.continuations(
      of: "the dog ", options: options(completer, words: 2))[0]
    let graphs = completer.weights.borrow()
    let scorer = LanguageScorer(completer.network, beginnings: [.line], on: graphs)
    _ = scorer.start()
    var expected = 0.0
    var scores = scorer.step([Mark.begin])
    for (place, token) in completer.units.encode(found.text).enumerated() {
      if place >= 2 { expected += Double(scores[0, Int(token)]) }
      scores = scorer.step([token])
    }
    if found.text.split(separator: " ").count < 4 { expected += Double(scores[0, Int(Mark.end)]) }
    #expect(found.ended && abs(expected - found.logProbability) < 1e-3)
  }

  @Test(arguments: UnitKind.allCases, [0, 1, 3]) func numberOfWords(kind: UnitKind, words: Int)
    throws
  {
    let completer = try TinyLanguage.completer(kind)
    for (prompt, own) in [("the ca", 2), ("the cat ", 2), ("", 0)] {
      for one in try completer.continuations(
        of: prompt,
        options: options(completer, words: words) {
          ($0.nbest, $0.maxLengthOffset) = (3, 60)
        })
      where one.ended {
        // A space that is typed, or the beginning of a line, begins a word, of which there may be nothing.
        let count = one.text.split(separator: " ").count
        #expect(count <= own + max(words, prompt.hasSuffix("a") ? 0 : 1), "'\(one.text)'")
      }
    }
  }

  @Test func sampling() throws {
    let completer = try TinyLanguage.completer()
    func drawn(_ seed: UInt64, number: Int = 0) throws -> [String] {
      try completer.continuations(
        of: ["the"],
        options: options(completer) { ($0.method, $0.nbest, $0.seed) = (.sampling, 4, seed) },
        firstNumber: number)[0].map(\.text)
    }
    #expect(try drawn(1) == drawn(1))
    #expect(try drawn(1) != drawn(2))
    #expect(try drawn(1) != drawn(1, number: 1))
  }

  /// Several prompts on several threads give what each gives alone.
  @Test func manyPrompts() throws {
    let completer = try TinyLanguage.completer()
    let prompts = ["the", "where is", "a ", "", "dog"]
    var options = options(completer)
    options.threads = 3
    let together = try completer.continuations(of: prompts, options: options)
    for (prompt, found) in zip(prompts, together) {
      #expect(try completer.continuations(of: prompt) == found)
    }
    options.search.beam = 0
    #expect(throws: ConfigurationError.self) {
      try completer.continuations(of: "the", options: options)
    }
  }
}
