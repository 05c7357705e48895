import ArgumentParser
import Recipes
import Seq2Seq
import Translation

struct ModelsShortlist: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shortlist",
    abstract: "Give a translator a shortlist of likely translations, which makes it faster.",
    discussion: """
      Learns from sentence pairs which subwords translate which, and writes shortlist.safetensors into the model's \
      folder. From then on only likely subwords are considered for a sentence: those that translate its own, and the \
      most frequent ones. s2s translate --no-shortlist considers all; compare the scores of both on text of yours.

      EXAMPLES:
        s2s models shortlist Runs/mine/best --source train.de --target train.en
      """)

  @Argument(help: "The model's folder.", completion: .directory)
  var model: String

  @Option(
    help: ArgumentHelp(
      "Text, a sentence a line, such as the model was trained on.", valueName: "file"),
    completion: .file())
  var source: String

  @Option(
    help: ArgumentHelp("Its translation, line by line.", valueName: "file"), completion: .file())
  var target: String

  @Option(help: ArgumentHelp("Most translations of a source subword.", valueName: "n"))
  var translations = ShortlistSettings().translations

  @Option(
    help: ArgumentHelp("The most frequent subwords, considered for every sentence.", valueName: "n")
  )
  var frequent = ShortlistSettings().frequent

  func validate() throws {
    try check("--translations", translations, 1...10_000)
    try check("--frequent", frequent, 0...1_000_000)
  }

  func run() throws {
    let path = ModelLibrary().path(of: model)
    var model = try TranslationModel(path: path)
    var settings = ShortlistSettings()
    settings.translations = translations
    settings.frequent = frequent
    let (shortlist, pairs, summaries) = try model.learnShortlist(
      from: [CorpusSource(.files(source: source, target: target))], settings)
    for summary in summaries where !summary.leftOut.isEmpty { remark("\(summary)") }
    model.shortlist = shortlist
    do {
      try model.writeExtras(to: path)
    } catch {
      throw Failure(.io, "\(error)")
    }
    let mean = Double(shortlist.translations.count) / Double(shortlist.offsets.count - 1)
    remark(
      "\(path)/shortlist.safetensors: \(fixed(mean, 1)) translations a subword, \(shortlist.always.count) considered "
        + "for every sentence; learned from \(pairs) pairs")
  }
}
