internal import Seq2Seq

/// What recipes of all kinds check.
extension RecipeDocument {
  package func check(
    _ holds: Bool, _ key: String, _ message: @autoclosure () -> String
  ) throws {
    if !holds { throw ConfigurationError(key: key, message: message()) }
  }

  /// Throws unless there is a language's code.
  ///
  /// - Parameter whose: what a message says is to be given, as `the language's code, such as de`.
  package func checkLanguage(_ code: String, _ key: String, _ whose: String) throws {
    try check(!code.isEmpty, key, "is not set; give \(whose)")
    try check(
      code.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") },
      key, "is '\(code)'; a language code has letters, digits and '-', such as de or pt-BR")
  }

  /// Throws if one of the lists of data is empty, or something in it cannot be.
  ///
  /// - Parameters:
  ///   - none: what a message says of an empty list.
  ///   - validate: throws what is wrong with a source, its key relative to the source.
  package func checkData<Source>(
    train: [Source], dev: [Source], none: String,
    _ validate: (Source) throws -> Void
  ) throws {
    for (key, sources) in [("train", train), ("dev", dev)] {
      try check(!sources.isEmpty, "data.\(key)", none)
      for (index, source) in sources.enumerated() {
        do {
          try validate(source)
        } catch let error as ConfigurationError {
          throw ConfigurationError(key: "data.\(key).\(index).\(error.key)", message: error.message)
        }
      }
    }
  }

  /// Throws if a size that follows from the vocabulary is set.
  ///
  /// - Parameter units: what the vocabulary is of.
  package func checkFollows(_ size: Int, _ key: String, from units: String = "subwords") throws {
    try check(
      size == 0, key,
      "is \(size), but it follows from the \(units) learned; leave it out, and set vocabulary.size")
  }

  /// Throws if one of some settings is not as it is where a recipe says nothing of it.
  ///
  /// - Parameters:
  ///   - settings: each with its key, and whether it is as usual.
  ///   - message: what is said of it.
  package func checkUsual(_ settings: [(key: String, isUsual: Bool)], _ message: String) throws {
    for (key, isUsual) in settings { try check(isUsual, key, message) }
  }
}
