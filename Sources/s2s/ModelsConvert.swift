import ArgumentParser
import Captioning
import Completion
import Neural
import Recipes
import Translation

struct ModelsConvert: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Write a model with weights of another precision.",
    discussion: """
      int8 takes a quarter of float32's space, float16 half; both work nearly alike.

      EXAMPLES:
        s2s models convert Runs/tiny/best small --precision int8
      """,
    aliases: ["export"])

  @Argument(
    help: ArgumentHelp(
      "The model: its folder, its name, or a pair such as de-en.", valueName: "in"),
    completion: .directory)
  var input: String

  @Argument(help: "Folder of the new model.", completion: .directory)
  var out: String

  @Option(help: "How weights are written: float32, float16 or int8.")
  var precision: WeightPrecision

  func run() throws {
    try checkIsNew(out)
    let path = ModelLibrary().path(of: input)
    switch try ModelHeader(path: path).kind {
    case .translation: try write(TranslationModel(path: path), to: out, precision: precision)
    case .caption: try write(CaptionModel(path: path), to: out, precision: precision)
    case .languageModel: try write(LanguageModel(path: path), to: out, precision: precision)
    }
    remark("\(out): \(megabytes(folderSize(out))), from \(megabytes(folderSize(path)))")
  }
}
