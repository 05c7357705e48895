public import Seq2Seq

/// How much typing suggestions save: somebody types given lines, and takes a suggestion as soon as one is right.
///
/// A suggestion is right if it is the word of the line, up to the next character that belongs to none (with a model of
/// words: up to the next space). Taking it is one keystroke and types the rest of the word, nothing behind it; it is
/// taken only where that is more than one character.
public struct TypingTest: Sendable {
  public struct Result: Sendable, Equatable {
    public var lines = 0
    /// Characters (Unicode scalars) of the lines.
    public var characters = 0
    /// What it took to type them.
    public var keystrokes = 0
    /// Suggestions taken.
    public var taken = 0
    /// Seconds that suggestions took after each keystroke, in order.
    public var seconds: [Double] = []

    /// Share of the characters that needed no key.
    public var saved: Double { 1 - Double(keystrokes) / Double(max(characters, 1)) }

    /// Seconds that suggestions took after a keystroke in the mean.
    public var meanSeconds: Double { seconds.reduce(0, +) / Double(max(seconds.count, 1)) }

    /// The time that so many of all keystrokes took at most, in seconds.
    ///
    /// - Parameter share: 0.5 for the median, 1 for the slowest.
    public func seconds(within share: Double) -> Double {
      let sorted = seconds.sorted()
      guard !sorted.isEmpty else { return 0 }
      return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
  }

  private let completer: Completer
  /// Suggestions shown at once.
  private let count: Int
  private let cache: ContinuousCache.Settings?

  /// - Parameters:
  ///   - count: suggestions shown at once, one at least.
  ///   - cache: what the text itself adds to the model; nothing where nil.
  public init(_ completer: Completer, count: Int = 3, cache: ContinuousCache.Settings? = nil) {
    precondition(count > 0)
    self.completer = completer
    self.count = count
    self.cache = cache
  }

  /// Types lines, one after the other. Earlier ones count where the model has learned text that goes on from line to
  /// line, and with a cache.
  public func type(_ lines: [String]) -> Result {
    var result = Result()
    let session = CompletionSession(completer, cache: cache)
    for line in lines {
      result.lines += 1
      type(Array(line.unicodeScalars), session, &result)
      session.endLine(line)
    }
    return result
  }

  private func type(
    _ line: [Unicode.Scalar], _ session: CompletionSession, _ result: inout Result
  ) {
    result.characters += line.count
    var place = 0
    var typed = String.UnicodeScalarView()
    let clock = ContinuousClock()
    while place < line.count {
      let began = clock.now
      let suggestions = session.nextWords(after: String(typed), count: count)
      result.seconds.append((clock.now - began) / .seconds(1))
      result.keystrokes += 1
      let rest = word(line, from: place)
      if rest.count > 1,
        suggestions.contains(where: { Array($0.completion.unicodeScalars) == rest })
      {
        result.taken += 1
        typed.append(contentsOf: rest)
        place += rest.count
      } else {
        typed.append(line[place])
        place += 1
      }
    }
  }

  /// What of a word is still to come.
  private func word(_ line: [Unicode.Scalar], from place: Int) -> [Unicode.Scalar] {
    let isWhole = completer.unitKind == .word
    return Array(
      line[place...].prefix { isWhole ? !$0.properties.isWhitespace : UnitIndex.isOfWord($0) })
  }
}
