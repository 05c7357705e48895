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
    let beginning = completer.beginning(of: text)
    let (before, typed) = (beginning.tokens, beginning.typed)
    let index = completer.index
    var words: [String: Double] = [:]
    var mass = 0.0
    func go(_ tokens: [TokenID], _ bytes: [UInt8], _ logProbability: Double, covered: Bool) {
      let scores = scores(completer, before + tokens)
      if covered {
        let end = index.ending.reduce(0.0) { $0 + exp(scores[Int($1)]) }
        words[String(decoding: bytes, as: UTF8.self), default: 0] += exp(logProbability) * end
      }
      guard bytes.count < typed.count + longest else { return }
      for token in scores.indices.map({ TokenID($0) }) where !index.bytes[Int(token)].isEmpty {
        let own = index.bytes[Int(token)]
        let all = bytes + own
        let probability = logProbability + scores[Int(token)]
        if covered {
          if index.going.contains(token) {
            go(tokens + [token], all, probability, covered: true)
          }
        } else if all.count < typed.count {
          if typed.starts(with: all) { go(tokens + [token], all, probability, covered: false) }
        } else if all.starts(with: typed) {
          mass += exp(probability)
          if index.mayBelongToWord(token, beyond: typed.count - bytes.count) {
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
      let likely = words.filter { word, probability in
        probability / mass > 1e-3 && word.dropFirst() != typed
          && word.unicodeScalars.allSatisfy {
            $0 != "\u{FFFD}"
          } && word.contains { $0.isLetter || $0.isNumber }
      }
      #expect(!likely.isEmpty)
      for word in likely.keys { #expect(found.contains { " " + $0.text == word }, "'\(word)'") }
      for word in found where word.completion.utf8.count == 1 {
        let expected = try #require(words[" " + word.text])
        #expect(
          abs(expected / mass - word.probability) < 0.01 * word.probability,
          "\(text): \(word.text) \(expected / mass) \(word.probability)")
        #expect(word.text == typed + word.completion)
      }
    }
  }

  /// Looking at fewer ways to cut a word makes no word likelier.
  @Test func probabilitiesAreAtWorstTooLow() throws {
    let completer = try TinyLanguage.completer()
    for text in ["the gov", "where govern", "the ca", "do", "the "] {
      let wide = completer.nextWords(after: text, count: 500)
      for word in completer.nextWords(after: text, count: 1) {
        let same = try #require(wide.first { $0.text == word.text })
        #expect(word.probability <= same.probability * 1.001, "\(text) \(word) \(same)")
      }
    }
  }

  /// As many words are found as are wanted, whatever else than words is likely.
  @Test(arguments: [UnitKind.subword, .character]) func enoughWords(kind: UnitKind) throws {
    let completer = try TinyLanguage.completer(kind)
    for text in ["where ", "the g", "don't -", ""] {
      #expect(completer.nextWords(after: text, count: 12).count == 12, "\(text)")
    }
  }

  @Test(arguments: UnitKind.allCases) func longWords(kind: UnitKind) throws {
    let completer = try TinyLanguage.completer(kind)
    for word in [String(repeating: "a", count: 10_000), String(repeating: "世界", count: 3000)] {
      let found = completer.nextWords(after: "the " + word)
      #expect(found.isEmpty == (kind == .word))
      #expect(found.allSatisfy { $0.text == word + $0.completion })
      #expect(try completer.continuations(of: word)[0].text.hasPrefix(word))
    }
  }

  /// With words as units a suggestion's probability is its share of all words that begin so.
  @Test func wordsOfAClosedVocabulary() throws {
    let completer = try TinyLanguage.completer(.word)
    for text in ["where the go", "the ", ""] {
      let beginning = completer.beginning(of: text)
      let (before, typed) = (beginning.tokens, beginning.typed)
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
  @Test(arguments: UnitKind.allCases, [0, 100_000, 48 << 20])
  func sessionsRememberNothingWrong(kind: UnitKind, mostBytes: Int) throws {
    for (continuous, cache) in [
      (true, nil), (true, ContinuousCache.Settings(size: 6, share: 0.5)),
      (false, ContinuousCache.Settings(size: 300, share: 0.5)),
    ] {
      let completer = try TinyLanguage.completer(kind, continuous: continuous)
      // With hardly any memory beginnings are forgotten again and again.
      let session = CompletionSession(completer, cache: cache, mostBytes: mostBytes)
      for text in [
        "t", "th", "the", "the ", "the g", "the go", "the g", "the ", "the c", "where is",
        "the g\n",
        "the g\nd", "the g\ndog\n\nthe ", "the g\ndog\na", "where\nis", "where\nis t", "",
        String(repeating: "the cat sat ", count: 200) + "on the m",
        String(repeating: "the cat sat ", count: 200) + "on the", "the cat sat",
      ] {
        let fresh = CompletionSession(completer, cache: cache).nextWords(after: text)
        let kept = session.nextWords(after: text)
        #expect(kept.map(\.text) == fresh.map(\.text), "\(text)")
        for (a, b) in zip(kept, fresh) { #expect(abs(a.probability - b.probability) < 1e-4) }
      }
    }
  }

  /// Lines that were ended come before what is typed.
  @Test(
    arguments: [false, true],
    [nil, ContinuousCache.Settings(size: 50, share: 0.5)] as [ContinuousCache.Settings?])
  func linesThatWereEnded(continuous: Bool, cache: ContinuousCache.Settings?) throws {
    let completer = try TinyLanguage.completer(continuous: continuous)
    let session = CompletionSession(completer, cache: cache)
    session.endLine("the dog sat")
    session.endLine("where is it?\nhere")
    func check(_ text: String, like whole: String) {
      let kept = session.nextWords(after: text)
      let fresh = CompletionSession(completer, cache: cache).nextWords(after: whole)
      #expect(kept.map(\.text) == fresh.map(\.text))
      for (a, b) in zip(kept, fresh) { #expect(abs(a.probability - b.probability) < 1e-4) }
    }
    let before = "the dog sat\nwhere is it?\nhere\n"
    check("the ", like: before + "the ")
    check("one\ntwo\nthe ", like: before + "one\ntwo\nthe ")
    check("one\nthe ", like: before + "one\nthe ")
    check("go", like: before + "go")
    session.endLine("go")
    check("", like: before + "go\n")
  }

  /// Earlier lines count where the model has learned text that goes on, and only there.
  @Test func earlierLines() throws {
    let going = try TinyLanguage.completer(continuous: true)
    let apart = try TinyLanguage.completer(continuous: false)
    let text = "the dog sat\nthe "
    #expect(going.nextWords(after: "the ", count: .max).count > 3)
    #expect(apart.nextWords(after: text) == apart.nextWords(after: "the "))
    #expect(
      going.nextWords(after: text).map(\.probability)
        != going.nextWords(after: "the ").map(\.probability))
    // Blank ones are none: nothing of the kind was learned from.
    #expect(going.nextWords(after: "the dog sat\n\n \nthe ") == going.nextWords(after: text))
    let session = CompletionSession(going)
    session.endLine("the dog sat")
    session.endLine("")
    #expect(session.nextWords(after: "the ") == going.nextWords(after: text))
    let whole = try going.continuations(of: text)[0]
    #expect(
      try going.continuations(of: "the dog sat\n\nthe ")[0].logProbability == whole.logProbability)
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
    // Lines that stand alone are remembered too.
    let session = CompletionSession(
      completer, cache: ContinuousCache.Settings(size: 100, flatness: 0.1, share: 0.5))
    for _ in 0..<4 { session.endLine("governors governors") }
    let later = session.nextWords(after: "the ", count: 30).first { $0.text == "governors" }
    #expect(try #require(later).probability > without + 0.2)
  }
}
