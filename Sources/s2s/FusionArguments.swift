import ArgumentParser
import Completion
import Recipes
import Seq2Seq

/// A language model that searches along.
struct FusionArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A language model that searches along (shallow fusion): its folder or its name; it must have the same target "
        + "subwords.", valueName: "model"),
    completion: .directory)
  var languageModel: String?

  @Option(
    help: ArgumentHelp(
      "With --language-model: how much its log-probability counts (0.2).", valueName: "weight"))
  var languageWeight: Float?

  func validate() throws {
    guard let languageWeight else { return }
    if languageModel == nil {
      throw ValidationError("--language-weight goes with --language-model.")
    }
    do {
      try checkLanguageWeight(languageWeight)
    } catch let error as ConfigurationError {
      throw ValidationError("--language-weight \(error.message).")
    }
  }

  /// The folder.
  var path: String? { languageModel.map { ModelLibrary().path(of: $0) } }
}
