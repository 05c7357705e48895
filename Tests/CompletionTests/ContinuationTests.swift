import Completion
import Foundation
import Neural
import Recipes
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

  /// The text is the prompt, whatever the units make of it, and what was added; no text comes twice.
  @Test(arguments: UnitKind.allCases) func textsBeginWithTheirPrompts(kind: UnitKind) throws {
    let completer = try TinyLanguage.completer(kind)
    for prompt in [
      "the ca", "the cat ", "go", "", "where is", "The CAT", "the  cat  ", "first\nthe c",
      "e\u{301}",
      "\tthe", String(repeating: "long", count: 40),
    ] {
      let found = try completer.continuations(
        of: prompt, options: options(completer) { ($0.nbest, $0.beam) = (8, 8) })
      #expect(found.count >= 1)
      for one in found {
        #expect(one.text == prompt + one.added, "\(kind) '\(prompt)' '\(one.text)'")
        #expect(one.unitCount <= 12 && one.logProbability <= 0)
      }
      #expect(Set(found.map(\.text)).count == found.count)
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.score >= $1.score })
    }
    // What is half typed is gone on with.
    if kind == .word {
      #expect(try completer.continuations(of: "the ca")[0].added.hasPrefix("t"))
      #expect(try completer.continuations(of: "the cat ")[0].added.first != " ")
    }
  }

  /// A word that nobody knows stays as it is, also where it begins with one that somebody knows, and is not gone on
  /// with.
  @Test(arguments: ["zqx", "theorem", "where theorem", "The"]) func unknownWords(prompt: String)
    throws
  {
    let completer = try TinyLanguage.completer(.word)
    for words in [0, 3] {
      let found = try completer.continuations(
        of: prompt, options: options(completer, words: words))[0]
      #expect(found.text == prompt + found.added && !found.text.contains("<unk>"))
      #expect(words == 0 ? found.added.isEmpty : found.added.first == " ", "'\(found.added)'")
      #expect(found.logProbability.isFinite && found.ended)
    }
    #expect(completer.nextWords(after: "see theorem").isEmpty)
  }

  /// What is composed in the vocabulary stays as it was typed.
  @Test func normalizedPrompts() throws {
    let completer = try TinyLanguage.completer(normalization: .nfkc)
    for prompt in ["the \u{FB01}", "caf e\u{301}", "\u{2460} go"] {
      let found = try completer.continuations(of: prompt)[0]
      #expect(Array(found.text.unicodeScalars) == Array((prompt + found.added).unicodeScalars))
      #expect(Array(found.text.unicodeScalars).starts(with: Array(prompt.unicodeScalars)))
    }
  }

  /// What is typed does not count for the greatest length.
  @Test(arguments: UnitKind.allCases, [1, 2]) func greatestLength(kind: UnitKind, most: Int) throws
  {
    let completer = try TinyLanguage.completer(kind)
    for prompt in ["the government gove", "the cat", ""] {
      let found = try completer.continuations(
        of: prompt, options: options(completer) { ($0.maxLengthOffset, $0.nbest) = (most, 3) })
      for one in found {
        #expect(one.unitCount <= most && (one.ended || one.unitCount == most), "\(one)")
        if kind == .word { #expect(one.added.split(separator: " ").count <= most) }
        if kind == .character, !one.ended {
          // A byte that is no character is shown as one; a space that is typed already is none.
          #expect(one.added.unicodeScalars.count <= most)
        }
      }
    }
  }

  /// What is added has the probability that the model gives it: of words that are units, whose end costs nothing, the
  /// product of theirs, the first among those that a space begins.
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
      if place == 2 {
        let mass = completer.index.extending([0x20]).reduce(0.0) {
          $0 + exp(Double(scores[0, Int($1)]))
        }
        expected -= log(mass)
      }
      scores = scorer.step([token])
    }
    if found.text.split(separator: " ").count < 4 { expected += Double(scores[0, Int(Mark.end)]) }
    #expect(found.ended && abs(expected - found.logProbability) < 1e-3)
  }

  /// All words that begin as is typed have the probability 1 together.
  @Test func whatIsTypedCostsNothing() throws {
    let completer = try TinyLanguage.completer(.word)
    let found = try completer.continuations(
      of: "where is the go",
      options: options(completer, words: 0) { ($0.nbest, $0.beam) = (20, 20) })
    #expect(found.count == 5, "\(found.map(\.text))")
    #expect(abs(found.reduce(0) { $0 + exp($1.logProbability) } - 1) < 1e-3)
  }

  /// A text that can be cut in several ways has the probability of all of them.
  @Test func waysToCutATextCountTogether() throws {
    let completer = try TinyLanguage.completer(size: 268)
    let found = try completer.continuations(
      of: "the", options: options(completer, words: 0) { ($0.nbest, $0.beam) = (60, 200) })
    #expect(Set(found.map(\.text)).count == found.count)
    let suggested = completer.nextWords(after: "the", count: 300)
    var compared = 0
    for one in found where one.ended {
      guard let word = suggested.first(where: { $0.completion == one.added }) else { continue }
      // The word search knows of every way and of every end; continuations end at the end of the line or a new word.
      #expect(exp(one.logProbability) <= word.probability * 1.01, "\(one) \(word)")
      compared += 1
    }
    #expect(compared > 0)
  }

  /// A prompt of any length is read without a chain of things that let each other go.
  @Test(arguments: [false, true]) func longPrompts(continuous: Bool) throws {
    let completer = try TinyLanguage.completer(continuous: continuous)
    let lines = Array(repeating: "the cat sat on the log", count: 8).joined(separator: " ") + "\n"
    let text = String(repeating: lines, count: 280) + String(repeating: "the dog sat ", count: 4200)
    #expect(text.count > 100_000)
    var options = options(completer)
    options.threads = 2
    let found = try completer.continuations(of: [text + "go", text + "the c"], options: options)
    #expect(found[0][0].text == text + "go" + found[0][0].added)
    #expect(found[1][0].text == text + "the c" + found[1][0].added)
    // The same with suggestions, with a cache and without.
    let cache = ContinuousCache.Settings(size: 20)
    for settings in [nil, cache] {
      let session = CompletionSession(completer, cache: settings)
      let words = session.nextWords(after: text + "the g")
      #expect(!words.isEmpty && words.allSatisfy { $0.text.hasPrefix("g") })
      let other = CompletionSession(completer, cache: settings)
      _ = other.nextWords(after: text)
      let later = other.nextWords(after: text + "the g")
      #expect(later.map(\.text) == words.map(\.text))
    }
  }

  /// A line that came at once is as one that was typed bit by bit, each token of which has a place of its own; a cache
  /// remembers both.
  @Test(
    arguments: [(1000, nil), (100, ContinuousCache.Settings(size: 3000, share: 0.5))]
      as [(Int, ContinuousCache.Settings?)])
  func longLines(repeats: Int, cache: ContinuousCache.Settings?) throws {
    let completer = try TinyLanguage.completer()
    let line =
      String(repeating: "where is the dog? here ", count: repeats)
      + String(repeating: "the cat sat on ", count: 3)
    let typing = CompletionSession(completer, cache: cache)
    for end in stride(from: 200, to: line.count, by: 200) {
      _ = typing.nextWords(after: String(line.prefix(end)), count: 1)
    }
    for text in ["the ", "the d"] {
      let typed = typing.nextWords(after: line + text)
      let read = CompletionSession(completer, cache: cache).nextWords(after: line + text)
      #expect(typed.map(\.text) == read.map(\.text))
      for (a, b) in zip(typed, read) { #expect(abs(a.probability - b.probability) < 1e-4) }
    }
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
    let prompts = ["the", "where is", "a ", "", "dog"] + (0..<20).map { "the \($0) go" }
    var options = options(completer)
    options.threads = 3
    let together = try completer.continuations(of: prompts, options: options)
    for (prompt, found) in zip(prompts, together) {
      let alone = try completer.continuations(of: prompt)
      #expect(alone.map(\.text) == found.map(\.text))
      for (one, other) in zip(alone, found) {
        #expect(abs(one.logProbability - other.logProbability) < 1e-4)
        #expect(one.ended == other.ended && one.unitCount == other.unitCount)
      }
    }
    options.search.beam = 0
    #expect(throws: ConfigurationError.self) {
      try completer.continuations(of: "the", options: options)
    }
  }
}
