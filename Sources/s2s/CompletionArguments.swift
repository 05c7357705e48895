import ArgumentParser
import Completion
import Recipes
import Seq2Seq

/// Which language model a command runs.
struct CompletionModelArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A language model: its folder or its name; the first one there is unless told.",
      valueName: "model"),
    completion: .directory)
  var model: String?

  @Option(help: ArgumentHelp("Language of the text, such as en.", valueName: "language"))
  var language: String?

  func validate() throws {
    if model != nil, language != nil {
      throw ValidationError("Give either --model, or --language.")
    }
  }

  func completer() throws -> Completer {
    let library = ModelLibrary()
    return try Completer(
      path: model.map { library.path(of: $0) } ?? library.languageModel(language: language).path)
  }
}

/// What recent text adds to a language model (a continuous cache).
struct CacheArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Let words come again whose units were among the last n: a continuous cache (Grave et al. 2017).",
      valueName: "n"))
  var cache: Int?

  @Option(
    help: ArgumentHelp(
      "With --cache: how much likeness of states counts (0.3).", valueName: "theta"))
  var cacheFlatness: Float?

  @Option(
    help: ArgumentHelp(
      "With --cache: its share of the probability (0.1).", valueName: "lambda"))
  var cacheShare: Float?

  func validate() throws {
    if cache == nil {
      for (name, isGiven) in [
        ("--cache-flatness", cacheFlatness != nil), ("--cache-share", cacheShare != nil),
      ] where isGiven {
        throw ValidationError("\(name) goes with --cache and the number of units remembered.")
      }
    }
    do {
      try settings?.validate()
    } catch let error as ConfigurationError {
      let option = error.key == "size" ? "--cache" : "--cache-\(error.key)"
      throw ValidationError("\(option) \(error.message).")
    }
  }

  var settings: ContinuousCache.Settings? {
    guard let cache else { return nil }
    var settings = ContinuousCache.Settings(size: cache)
    if let cacheFlatness { settings.flatness = cacheFlatness }
    if let cacheShare { settings.share = cacheShare }
    return settings
  }
}
