import Completion
import Foundation
import Neural
import Seq2Seq
import Tensors
import Testing

@Suite struct WordSearchTests {
  /// Log-probabilities of what comes after tokens, by a network that is run from the beginning each time.
  private func scores(_ completer: Completer, _ tokens: [TokenID]) -> [Double] {
    let graphs = completer.weights.borrow()
    defer { completer.weights.giveBack(graphs) }
    let scorer = LanguageScorer(completer.network, beginnings: [.line], on: graphs)
    _ = scorer.start()
    var last = scorer.step([Mark.begin])
    for token in tokens { last = scorer.step([token]) }
    return last.values.map(Double.init)
  }

  /// The probability of every word that begins so, summed over all ways to cut it, by brute force.
  private func bruteForce(
    _ completer: Completer, _ text: String, longest: Int
  ) -> (words: [String: Double], mass: Double) {
    let (before, typed) = completer.beginning(of: text)
    let index = completer.index
    var words: [String: Double] = [:]
    var mass = 0.0
    func go(_ tokens: [TokenID], _ bytes: [UInt8], _ logProbability: Double, covered: Bool) {
      let scores = scores(completer, before + tokens)
      if covered {
        let end = scores.indices.filter { index.endsWord(TokenID($0)) }
          .reduce(0.0) { $0 + exp(scores[$1]) }
        words[String(decoding: bytes, as: UTF8.self), default: 0] += exp(logProbability) * end
      }
      guard bytes.count < typed.count + longest else { return }
      for token in scores.indices.map({ TokenID($0) }) where !index.bytes[Int(token)].isEmpty {
        let own = index.bytes[Int(token)]
        let all = bytes + own
        let probability = logProbability + scores[Int(token)]
        if covered {
          if !index.endsWord(token), index.isOfWord(token, beyond: 0) {
            go(tokens + [token], all, probability, covered: true)
          }
        } else if all.count < typed.count {
          if typed.starts(with: all) { go(tokens + [token], all, probability, covered: false) }
        } else if all.starts(with: typed) {
          mass += exp(probability)
          if index.isOfWord(token, beyond: typed.count - bytes.count) {
            go(tokens + [token], all, probability, covered: true)
          }
        }
      }
    }
    go([], [], 0, covered: false)
    return (words, mass)
  }

  /// A search that gives nothing up finds what trying everything finds, of words of a letter more.
  @Test func agreesWithBruteForce() throws {
    let completer = try TinyLanguage.completer(size: 268)
    for text in ["the g", "the", "d"] {
      let (words, mass) = bruteForce(completer, text, longest: 1)
      let typed = String(text.split(separator: " ").last ?? "")
      let found = completer.nextWords(after: text, count: 2000)
      #expect(!found.isEmpty)
      for word in found where word.completion.utf8.count == 1 {
        let expected = try #require(words[" " + word.text])
        #expect(
          abs(expected / mass - word.probability) < 0.01 * word.probability,
          "\(text): \(word.text) \(expected / mass) \(word.probability)")
        #expect(word.text == typed + word.completion)
      }
    }
  }

  /// With words as units a suggestion's probability is its share of all words that begin so.
  @Test func wordsOfAClosedVocabulary() throws {
    let completer = try TinyLanguage.completer(.word)
    for text in ["where the go", "the ", ""] {
      let (before, typed) = completer.beginning(of: text)
      let scores = scores(completer, before)
      let fitting = completer.index.extending(typed[...]).filter {
        completer.units.bytes(of: $0).contains { $0 >= 0x30 }
      }
      let mass = fitting.reduce(0.0) { $0 + exp(scores[Int($1)]) }
      let found = completer.nextWords(after: text, count: 3)
      let best = fitting.filter { completer.units.bytes(of: $0) != typed }
        .sorted { scores[Int($0)] > scores[Int($1)] }.prefix(3)
      #expect(found.map(\.text) == best.map { completer.units.decode([$0]) })
      for (word, token) in zip(found, best) {
        #expect(abs(word.probability - exp(scores[Int(token)]) / mass) < 1e-4)
      }
      #expect(found.allSatisfy { $0.text != "<unk>" })
    }
    #expect(completer.nextWords(after: "zzz").isEmpty)
  }

  /// All suggestions begin as is typed, are longer, are words, and differ.
  @Test(arguments: UnitKind.allCases) func suggestionsFit(kind: UnitKind) throws {
    let completer = try TinyLanguage.completer(kind)
    for text in ["the g", "where ", "d", "", "the cat\nwhere is t"] {
      let typed =
        text.last.map { $0 == " " } ?? true ? "" : text.split { $0.isWhitespace }.last ?? ""
      let found = completer.nextWords(after: text, count: 5)
      #expect(!found.isEmpty, "\(kind) \(text)")
      #expect(Set(found.map(\.text)).count == found.count)
      for (word, next) in zip(found, found.dropFirst()) {
        #expect(word.probability >= next.probability)
      }
      for word in found {
        #expect(word.text == typed + word.completion && !word.completion.isEmpty)
        #expect(word.probability > 0 && word.probability <= 1)
        #expect(kind == .word || !word.text.contains { " ,.!?;".contains($0) }, "\(word.text)")
      }
      #expect(found.reduce(0) { $0 + $1.probability } <= 1.001)
    }
    #expect(completer.nextWords(after: "the", count: 0).isEmpty)
  }

  /// A session that has seen other keys before answers as a new one does.
  @Test(arguments: UnitKind.allCases, [0, 48 << 20])
  func sessionsRememberNothingWrong(kind: UnitKind, mostBytes: Int) throws {
    let completer = try TinyLanguage.completer(kind, continuous: true)
    // With hardly any memory beginnings are forgotten again and again.
    let session = CompletionSession(completer, mostBytes: mostBytes)
    for text in [
      "t", "th", "the", "the ", "the g", "the go", "the g", "the ", "the c", "where is", "the g\n",
      "the g\nd", "",
    ] {
      let fresh = completer.nextWords(after: text)
      let kept = session.nextWords(after: text)
      #expect(kept.map(\.text) == fresh.map(\.text), "\(text)")
      for (a, b) in zip(kept, fresh) { #expect(abs(a.probability - b.probability) < 1e-4) }
    }
  }

  /// Earlier lines count where the model has learned text that goes on, and only there.
  @Test func earlierLines() throws {
    let going = try TinyLanguage.completer(continuous: true)
    let apart = try TinyLanguage.completer(continuous: false)
    let text = "the dog sat\nthe "
    #expect(apart.nextWords(after: text) == apart.nextWords(after: "the "))
    #expect(
      going.nextWords(after: text).map(\.probability)
        != going.nextWords(after: "the ").map(\.probability))
  }

  /// A word that the text has is likelier with a cache of it.
  @Test func aCacheLetsWordsComeAgain() throws {
    let completer = try TinyLanguage.completer(.word)
    let text = "governors governors governors governors "
    func probability(_ cache: ContinuousCache.Settings?) -> Double {
      CompletionSession(completer, cache: cache).nextWords(after: text, count: 30)
        .first { $0.text == "governors" }?.probability ?? 0
    }
    let without = probability(nil)
    let with = probability(ContinuousCache.Settings(size: 100, flatness: 0.1, share: 0.5))
    #expect(with > without + 0.3)
  }
}
