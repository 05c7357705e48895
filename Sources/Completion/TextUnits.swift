internal import Foundation
internal import Recipes
package import Seq2Seq
package import Tokenization

/// What the units of a language model are.
public enum UnitKind: String, Codable, Sendable, CaseIterable { case subword, word, character }

/// The units of a language model: what turns text into numbers and back.
package enum TextUnits: Sendable {
  case subwords(Subwords)
  /// Subwords of one character each.
  case characters(Subwords)
  case words(WordVocabulary)

  package var kind: UnitKind {
    switch self {
    case .subwords: .subword
    case .characters: .character
    case .words: .word
    }
  }

  /// What lies in the model's folder.
  package var stored: any StoredVocabulary {
    switch self {
    case .subwords(let subwords), .characters(let subwords): subwords
    case .words(let words): words
    }
  }

  package var size: Int { stored.vocabularySize }

  /// The name of its file in a folder.
  static func file(_ kind: UnitKind) -> String { kind == .word ? "words.txt" : "subwords.txt" }

  package init(_ kind: UnitKind, contentsOf path: String) throws(SubwordsError) {
    let url = URL(fileURLWithPath: path)
    switch kind {
    case .subword: self = .subwords(try Subwords(contentsOf: url))
    case .character: self = .characters(try Subwords(contentsOf: url))
    case .word: self = .words(try WordVocabulary(contentsOf: url))
    }
  }

  /// Those of what a model says: of a translator its target's, of a captioner or language model its own.
  init(ofModel path: String, kind: UnitKind) throws {
    let header = try ModelHeader(path: path)
    switch header.kind {
    case .languageModel:
      let model = try LanguageModel.readDescription(path)
      try Self.check(model.units, of: path, are: kind)
      self = try LanguageModel.readUnits(path, model)
    case .translation, .caption:
      guard kind == .subword else {
        throw ModelError(
          path: path,
          "has subwords, but 'vocabulary.units' is \(kind.rawValue); leave that out")
      }
      self = .subwords(
        try readVocabulary(
          path, file: header.jointSubwords == false ? "target.subwords.txt" : "subwords.txt",
          size: nil, fingerprint: header.targetFingerprint ?? "", Subwords.init(contentsOf:)))
    }
  }

  /// Throws unless a model's units are of the kind that a recipe says.
  static func check(_ units: UnitKind, of path: String, are kind: UnitKind) throws {
    guard units == kind else {
      throw ModelError(
        path: path, "its units are \(units.rawValue)s, but 'vocabulary.units' is \(kind.rawValue)")
    }
  }

  /// The units of a line, without marks.
  package func encode(_ line: String) -> [TokenID] {
    switch self {
    case .subwords(let subwords), .characters(let subwords): subwords.encode(line)
    case .words(let words): words.encode(line)
    }
  }

  /// The units of each of many lines, without marks.
  func lines(of lines: some Sequence<String>) -> [[TokenID]] {
    let (tokens, starts) = encode(all: lines)
    return zip(starts, starts.dropFirst()).map { Array(tokens[$0..<$1]) }
  }

  /// The units of many lines.
  ///
  /// - Returns: all lines' units end to end, and where each line begins, with the end of the last behind.
  func encode(all lines: some Sequence<String>) -> (tokens: [TokenID], starts: [Int]) {
    var starts = [0]
    let tokens = encode(all: lines) { starts.append($0.count) }
    return (tokens, starts)
  }

  /// The units of many lines end to end, the mark of its end behind each.
  func stream(of lines: some Sequence<String>) -> [TokenID] {
    encode(all: lines) { $0.append(Mark.end) }
  }

  /// - Parameter endLine: handed what there is after each line.
  private func encode(
    all lines: some Sequence<String>, _ endLine: (inout [TokenID]) -> Void
  ) -> [TokenID] {
    var tokens: [TokenID] = []
    switch self {
    case .subwords(let subwords), .characters(let subwords):
      var encoder = SubwordEncoder(subwords)
      for line in lines {
        encoder.encode(line, into: &tokens)
        endLine(&tokens)
      }
    case .words(let words):
      for line in lines {
        tokens += words.encode(line)
        endLine(&tokens)
      }
    }
    return tokens
  }

  /// The text of units; marks are skipped.
  package func decode(_ tokens: some Sequence<TokenID>) -> String {
    switch self {
    case .subwords(let subwords), .characters(let subwords): subwords.decode(tokens)
    case .words(let words): words.decode(tokens)
    }
  }

  /// The UTF-8 that a unit adds to a line, a space before each word; marks add nothing.
  package func bytes(of token: TokenID) -> [UInt8] {
    switch self {
    case .subwords(let subwords), .characters(let subwords): return subwords.bytes(of: token)
    case .words(let words):
      let word = words.bytes(of: token)
      return word.isEmpty ? [] : [0x20] + word
    }
  }

  /// The unit that stands for all those that are not known, where there is one.
  package var unknown: TokenID? {
    if case .words = self { return WordVocabulary.unknown }
    return nil
  }
}

extension String {
  /// Words between white space, with the end of the line as one more.
  package var countOfWords: Int {
    unicodeScalars.split(whereSeparator: \.properties.isWhitespace).count + 1
  }

  /// Characters (Unicode scalars), with the end of the line as one more.
  package var countOfCharacters: Int { unicodeScalars.count + 1 }

  /// The same of its words with a space between.
  package var countOfWordCharacters: Int {
    let words = unicodeScalars.split(whereSeparator: \.properties.isWhitespace)
    return words.reduce(0) { $0 + $1.count } + max(words.count - 1, 0) + 1
  }
}
