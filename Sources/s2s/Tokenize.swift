import ArgumentParser
import Tokenization
import Translation

struct Tokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cut text into subwords, put them together again, or learn them.",
    discussion: """
      Prints a line of pieces for each line, separated by spaces; ▁ is a space of the text. --undo \
      gives the text back exactly, up to the Unicode normalisation that the subwords were learned \
      with. Lines end with LF alone; everything else in them is text.

      EXAMPLES:
        echo 'Guten Morgen!' | s2s tokenize --src de --tgt en
        s2s tokenize --model Runs/tiny/best --target --ids < text.en
        s2s tokenize --subwords subwords.txt < text.de | s2s tokenize --subwords subwords.txt --undo
        s2s tokenize --learn --vocabulary-size 8000 --out subwords.txt text.de text.en
      """)

  @OptionGroup(title: "Model") var model: ModelArguments

  @Flag(help: "Use the model's subwords of the target language, not those of the source.")
  var target = false

  @Option(
    help: ArgumentHelp("A file of subwords, instead of a model.", valueName: "file"),
    completion: .file())
  var subwords: String?

  @Flag(help: "Numbers instead of pieces.")
  var ids = false

  @Flag(help: "From pieces (with --ids: from numbers) to text.")
  var undo = false

  @Option(
    help: ArgumentHelp(
      "Probability that a merge is left out, which cuts words in other ways (BPE-dropout).",
      valueName: "p"))
  var dropout: Double?

  @Option(help: ArgumentHelp("Start of --dropout's random numbers.", valueName: "number"))
  var seed: UInt64?

  @OptionGroup(title: "Learning") var learning: LearningArguments

  @Argument(help: "Files of text; standard input where there are none.", completion: .file())
  var files: [String] = []

  func validate() throws {
    if learning.learn {
      if model.isGiven || subwords != nil || ids || undo || target || dropout != nil {
        throw ValidationError("--learn takes text alone, and none of the options for cutting it.")
      }
      return
    }
    if model.isGiven == (subwords != nil) {
      throw ValidationError(
        "Which subwords? Give either a model (--src and --tgt, or --model) or --subwords FILE.")
    }
    if model.model.count > 1 {
      throw ValidationError("--model names \(model.model.count) models; give one.")
    }
    if target && subwords != nil { throw ValidationError("--target goes with a model only.") }
    if let dropout, !(0...1).contains(dropout) {
      throw ValidationError("--dropout is \(dropout); it must be 0 to 1.")
    }
    if undo && dropout != nil { throw ValidationError("--dropout does not go with --undo.") }
    if seed != nil && dropout == nil { throw ValidationError("--seed goes with --dropout only.") }
  }

  func run() throws {
    if learning.learn { return try learning.run(files) }
    let subwords =
      try subwords.map { try Subwords(contentsOf: fileURL($0)) }
      ?? TranslationModel.readSubwords(model.paths()[0], target ? .target : .source)
    let input = TextInput(files, isExact: true)
    let output = try TextOutput(path: nil)
    var cutter = SubwordCutter(subwords, ids: ids, dropout: dropout ?? 0, seed: seed ?? 1)
    var waits = false
    while true {
      switch input.next(waits: waits) {
      case .line(let line):
        waits = false
        try output.write(bytes: answer(line, input, &cutter))
      case .notYet:
        // What is done so far goes out before waiting.
        try output.flush()
        waits = true
      case .end:
        try output.close()
        return try input.finish()
      }
    }
  }

  /// What becomes of a line; nothing of one that fails.
  private func answer(_ line: InputLine, _ input: TextInput, _ cutter: inout SubwordCutter)
    -> [UInt8]
  {
    do {
      guard let text = line.text else { throw SubwordsError(line.problem ?? "") }
      return undo ? try cutter.join(text) : Array(cutter.cut(text).utf8)
    } catch {
      input.fail(line.text == nil ? "\(error)" : "line \(line.number): \(error)")
      return []
    }
  }
}
