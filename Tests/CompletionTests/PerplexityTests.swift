import Completion
import Foundation
import Neural
import Seq2Seq
import Tensors
import Testing

@Suite struct PerplexityTests {
  @Test func countsAndFigures() throws {
    let completer = try TinyLanguage.completer(.word)
    let score = completer.perplexity(of: ["the cat zzz", "", "a dög"])
    #expect(score.lines == 3 && score.words == 3 + 1 + 1 + 2 + 1 && score.units == 8)
    #expect(score.characters == 12 + 1 + 6 && score.unknown == 2)
    #expect(score.perplexityPerWord == exp(-score.logProbability / 8))
    // What unknown words cost says nothing of their characters.
    #expect(score.bitsPerCharacter == nil)
    // That word of the text is not an unknown one.
    let known = completer.perplexity(of: ["the cat <unk>"])
    #expect(known.unknown == 0 && known.bitsPerCharacter != nil && known.units == 4)
    // White space that a model of words need not tell is no character of its text.
    #expect(completer.perplexity(of: [" the\t cat <unk> "]) == known)
    #expect(try TinyLanguage.completer().perplexity(of: [" a "]).characters == 4)
    let letters = try TinyLanguage.completer().perplexity(of: ["the cat zzz", "", "a dög"])
    let bits = try #require(letters.bitsPerCharacter)
    #expect(abs(bits + letters.logProbability / log(2) / 19) < 1e-12)
  }

  /// Whether lines know those before them is the model's matter; streams cut a text.
  @Test func linesThatGoOn() throws {
    let lines = (0..<12).map { TinyLanguage.lines[$0 % 6] }
    let apart = try TinyLanguage.completer(continuous: false)
    let going = try TinyLanguage.completer(continuous: true)
    let alone = lines.reduce(0.0) { $0 + apart.perplexity(of: [$1]).logProbability }
    #expect(abs(apart.perplexity(of: lines).logProbability - alone) < 1e-3)
    let whole = going.perplexity(of: lines)
    #expect(abs(whole.logProbability - alone) > 1e-2)
    let tokens = lines.flatMap { going.units.encode($0) + [Mark.end] }
    let sums = going.network.loss(
      [LanguageExample(inputs: [Mark.end] + tokens.dropLast(), targets: tokens)],
      on: going.weights.graph())
    #expect(abs(whole.logProbability + sums.negativeLogLikelihood) < 1e-3)
    for streams in [5, 16, 40, 1000, .max] {
      let cut = going.perplexity(of: lines, streams: streams, threads: 1)
      #expect(cut.units == whole.units && cut.logProbability != whole.logProbability)
      for threads in [2, 3, 0] {
        #expect(going.perplexity(of: lines, streams: streams, threads: threads) == cut)
      }
    }
  }

  /// A line that is longer than what is read at once costs what it costs as a whole, beside shorter ones too.
  @Test func longLines() throws {
    let completer = try TinyLanguage.completer(.character)
    let long = String(repeating: "the cat sat on the mat. ", count: 9)
    let lines = [long, "the dog", long + "a", String(long.prefix(63)), String(long.prefix(64))]
    #expect(completer.units.encode(long).count > 3 * LanguageText.steps)
    let whole = lines.reduce(0.0) {
      $0
        + completer.network.loss(
          [LanguageExample(line: completer.units.encode($1))], on: completer.weights.graph()
        ).negativeLogLikelihood
    }
    let score = completer.perplexity(of: lines)
    #expect(abs(score.logProbability + whole) < 1e-2, "\(score.logProbability) \(whole)")
    #expect(score.units == lines.reduce(0) { $0 + completer.units.encode($1).count + 1 })
  }

  /// The formula of Grave et al. (2017), written out. Where lines stand alone the cache goes on, the state does not.
  @Test(arguments: [true, false]) func cache(continuous: Bool) throws {
    let completer = try TinyLanguage.completer(.character, continuous: continuous)
    let lines = Array(TinyLanguage.lines.prefix(3)) + [TinyLanguage.lines.joined(separator: " ")]
    let encoded = lines.map { completer.units.encode($0) + [Mark.end] }
    #expect(encoded.contains { $0.count > LanguageText.steps })
    let tokens = encoded.flatMap(\.self)
    let network = completer.network
    // A row a token, whatever its state goes back to.
    let states = Tensor(rows: tokens.count, columns: network.outputSize)
    var read = 0
    for text in continuous ? [tokens] : encoded {
      let example = LanguageExample(inputs: [Mark.end] + text.dropLast(), targets: text)
      let (output, _, _) = network.outputs([example], on: completer.weights.graph())
      copy(output.value, to: states.slice(read..<read + text.count))
      read += text.count
    }
    let scores = network.logProbabilities(
      Variable(constant: states), on: completer.weights.graph())
    for settings in [
      ContinuousCache.Settings(size: 4, flatness: 0.7, share: 0.3),
      ContinuousCache.Settings(size: 500, flatness: 0.2, share: 0.1),
    ] {
      var expected = 0.0
      for (place, target) in tokens.enumerated() {
        var (hits, total) = (0.0, 0.0)
        for before in max(0, place - settings.size)..<place {
          let likeness = (0..<network.outputSize).reduce(0.0) {
            $0 + Double(states[place, $1]) * Double(states[before, $1])
          }
          let weight = exp(Double(settings.flatness) * likeness)
          total += weight
          if tokens[before] == target { hits += weight }
        }
        let own = exp(Double(scores[place, Int(target)]))
        let share = place == 0 ? 0 : Double(settings.share)
        expected += log((1 - share) * own + share * (total > 0 ? hits / total : 0))
      }
      let found = completer.perplexity(of: lines, cache: settings).logProbability
      #expect(abs(found - expected) < 1e-2, "\(found) \(expected)")
    }
    let none = ContinuousCache.Settings(size: 10, flatness: 1, share: 0)
    #expect(
      abs(
        completer.perplexity(of: lines, cache: none).logProbability
          - completer.perplexity(of: lines).logProbability) < 1e-3)
    #expect(throws: ConfigurationError.self) {
      try ContinuousCache.Settings(size: 0).validate()
    }
    #expect(throws: ConfigurationError.self) {
      try ContinuousCache.Settings(share: 1).validate()
    }
  }

  /// Probabilities of many rare bytes are too small for numbers, their logarithms are not.
  @Test func sumsOfTinyProbabilities() {
    var sum = LogarithmicSum()
    sum.add(-.infinity)
    #expect(sum.value == -.infinity)
    for _ in 0..<4 { sum.add(-900) }
    sum.add(-2000)
    #expect(abs(sum.value + 900 - log(4)) < 1e-12)
  }

  @Test func typing() throws {
    let completer = try TinyLanguage.completer()
    let result = TypingTest(completer, count: 3).type(TinyLanguage.lines)
    #expect(result.lines == 6)
    #expect(result.characters == TinyLanguage.lines.reduce(0) { $0 + $1.unicodeScalars.count })
    #expect(result.seconds.count == result.keystrokes && result.keystrokes <= result.characters)
    #expect(result.seconds(within: 0.5) <= result.seconds(within: 0.95))
    // One who knows all words saves all but their first letters and what is between them.
    let knowing = TypingTest(try TinyLanguage.completer(.word), count: 1000)
      .type(["the governors sat"])
    #expect(knowing.taken == 3 && knowing.keystrokes == 5)
    #expect(abs(knowing.saved - (1 - 5.0 / 17)) < 1e-12)
  }
}
