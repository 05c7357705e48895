public import ArgumentParser
import Foundation
public import Tokenization

/// Learning subwords from text.
struct LearningArguments: ParsableArguments {
  @Flag(help: "Learn subwords from the text and write them to --out.")
  var learn = false

  @Option(
    help: ArgumentHelp("Subwords in all, special ones and bytes counted.", valueName: "n"))
  var vocabularySize = 8000

  @Option(help: "Where the subwords go.", completion: .file())
  var out: String?

  @Option(help: "What is done to the text first: none, nfc or nfkc.")
  var normalization: Normalizer.Form = .nfc

  func validate() throws {
    if learn {
      if out == nil { throw ValidationError("--learn needs --out, the file to write.") }
      let sizes = Subwords.minimumVocabularySize...Subwords.maximumVocabularySize
      try check("--vocabulary-size", vocabularySize, sizes)
    } else if out != nil {
      throw ValidationError("--out goes with --learn only.")
    }
  }

  func run(_ files: [String]) throws {
    guard let out else { return }
    let clock = ContinuousClock()
    let began = clock.now
    let learner = SubwordLearner(
      vocabularySize: vocabularySize, normalizer: Normalizer(form: normalization))
    var counts = WordCounts(normalizer: learner.normalizer)
    let input = TextInput(files)
    var lines = 0
    while case .line(let line) = input.next(waits: true) {
      if let text = line.text { counts.add(text) } else { input.fail(line.problem ?? "") }
      lines += 1
    }
    guard counts.count > 0 else {
      throw Failure(.data, "there is no text to learn from; nothing was written")
    }
    let subwords = try learner.learn(from: counts)
    do {
      try subwords.write(to: fileURL(out))
    } catch {
      throw Failure(.cannotCreate, error.description)
    }
    remark(
      "\(out): \(subwords.vocabularySize) subwords of \(lines) lines in "
        + "\(fixed((clock.now - began) / .seconds(1), 2)) s")
    try input.finish()
  }
}

extension Normalizer.Form: ExpressibleByArgument {}

func fileURL(_ path: String) -> URL { URL(fileURLWithPath: path) }
