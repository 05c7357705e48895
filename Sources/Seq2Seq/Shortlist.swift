/// Which target tokens are worth considering for a source: those that each of its tokens is often translated by, and
/// some that may come in any output (Jean et al. 2015, sec. 3.3). The output layer, half of the arithmetic of a
/// decoder's step, then multiplies those alone.
///
/// What is considered for a sentence depends on that sentence alone, not on others that are decoded with it.
public struct Shortlist: Sendable, Equatable {
  /// Considered for every source, the end mark among them; lowest first.
  public let always: [TokenID]
  /// Target tokens that source tokens are often translated by: those of token 0, then those of token 1, …
  public let translations: [TokenID]
  /// Where the translations of each source token begin, and where the last ones end.
  public let offsets: [Int]
  /// Entries of the target vocabulary.
  public let vocabularySize: Int
  /// Whether source and target tokens are the same, so that a name may be copied piece by piece.
  public let isJoint: Bool

  /// - Parameters:
  ///   - translations: those of all source tokens, one list after the other.
  ///   - offsets: from 0 to `translations.count`, one more than there are source tokens.
  /// - Throws: unless all tokens are of the vocabulary, the end mark is always considered, and the offsets fit.
  public init(
    always: [TokenID], translations: [TokenID], offsets: [Int], vocabularySize: Int, isJoint: Bool
  ) throws(ConfigurationError) {
    let range = 0..<TokenID(vocabularySize)
    guard always.contains(Mark.end), always.allSatisfy(range.contains),
      translations.allSatisfy(range.contains), !isJoint || offsets.count == vocabularySize + 1
    else {
      throw ConfigurationError(
        key: "shortlist", message: "has tokens that a vocabulary of \(vocabularySize) has not")
    }
    guard offsets.first == 0, offsets.last == translations.count,
      zip(offsets, offsets.dropFirst()).allSatisfy(<=)
    else {
      throw ConfigurationError(key: "shortlist", message: "has tables that do not fit each other")
    }
    self.always = always.sorted()
    self.translations = translations
    self.offsets = offsets
    self.vocabularySize = vocabularySize
    self.isJoint = isJoint
  }

  /// - Parameter translations: by source token.
  /// - Throws: as above.
  public init(
    always: [TokenID], translations: [[TokenID]], vocabularySize: Int, isJoint: Bool
  ) throws(ConfigurationError) {
    var offsets = [0]
    for tokens in translations { offsets.append(offsets[offsets.count - 1] + tokens.count) }
    try self.init(
      always: always, translations: Array(translations.joined()), offsets: offsets,
      vocabularySize: vocabularySize, isJoint: isJoint)
  }

  /// The tokens to be considered for a source without marks, lowest first.
  func candidates(for source: [TokenID]) -> [TokenID] {
    var all = Set(always)
    for token in source {
      all.formUnion(translations[offsets[Int(token)]..<offsets[Int(token) + 1]])
      if isJoint { all.insert(token) }
    }
    return all.sorted()
  }
}

/// The shortlists of a batch's sentences, and all tokens that are in any of them.
struct BatchShortlist {
  /// Lowest first.
  let tokens: [TokenID]
  /// For each sentence its tokens, lowest first.
  let own: [[TokenID]]
  /// For each sentence the places of its tokens in `tokens`.
  let places: [[Int]]

  init(_ shortlist: Shortlist, sources: [[TokenID]]) {
    own = sources.map(shortlist.candidates)
    var place = [Int](repeating: -1, count: shortlist.vocabularySize)
    for token in own.joined() { place[Int(token)] = 0 }
    tokens = place.indices.filter { place[$0] == 0 }.map { TokenID($0) }
    for (number, token) in tokens.enumerated() { place[Int(token)] = number }
    places = own.map { tokens in tokens.map { place[Int($0)] } }
  }
}
