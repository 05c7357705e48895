public import ArgumentParser
import Captioning
import Completion
public import Neural
import Recipes
import Translation

struct ModelsAverage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "average", abstract: "Make one model whose weights are the mean of several.",
    discussion: """
      The models must have one architecture and the same subwords. The folder of a training run \
      stands for all checkpoints it keeps (training.keepCheckpoints).

      EXAMPLES:
        s2s models average mean Runs/tiny
        s2s models average mean Runs/tiny/checkpoints/update-00000300.safetensors Runs/tiny/best
      """)

  @Argument(help: "Folder of the new model.", completion: .directory)
  var out: String

  @Argument(
    help: ArgumentHelp(
      "Models, training runs, or checkpoints of runs.", valueName: "model"),
    completion: .file())
  var models: [String]

  @Option(help: "How weights are written: float32, float16 or int8.")
  var precision: WeightPrecision = .float32

  func run() throws {
    try checkIsNew(out)
    let library = ModelLibrary()
    let paths = models.map { exists($0) ? $0 : library.path(of: $0) }
    switch try ModelHeader(averaging: paths).kind {
    case .translation: try finish(TranslationModel.average(of: paths))
    case .caption: try finish(CaptionModel.average(of: paths))
    case .languageModel: try finish(LanguageModel.average(of: paths))
    }
  }

  private func finish(_ mean: some StoredModel) throws {
    try write(mean, to: out, precision: precision)
    remark("\(out): \(mean.description.origin.notes["average"] ?? "")")
  }
}

/// Throws if there is a model already.
func checkIsNew(_ path: String) throws(Failure) {
  if exists(path + "/model.json") {
    throw Failure(
      .cannotCreate, "\(path): there is a model already; name another folder, or remove it first")
  }
}

/// Writes a model's folder.
func write(
  _ model: some StoredModel, to path: String, precision: WeightPrecision
) throws(Failure) {
  try makeFolder(path)
  do {
    try model.write(to: path, precision: precision)
  } catch {
    throw Failure(.io, "\(error)")
  }
}

extension WeightPrecision: ExpressibleByArgument {}
