import ArgumentParser
import Foundation
import Recipes
import Seq2Seq
import Translation

struct ModelsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The models there are, most preferred first.",
    discussion: """
      EXAMPLES:
        s2s models list
        s2s models list --json
      """)

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() throws {
    let library = ModelLibrary()
    let (entries, problems) = library.all()
    let output = try TextOutput(path: nil)
    for line in json ? entries.map(object) : table(entries) { try output.write(line) }
    try output.close()
    if entries.isEmpty && problems.isEmpty {
      remark("there are no models in " + library.folders.joined(separator: ", "))
    }
    for problem in problems { remark("\(problem)") }
    if !problems.isEmpty { throw SilentEnd(status: .someFailed) }
  }

  private func table(_ entries: [ModelLibrary.Entry]) -> [String] {
    guard !entries.isEmpty else { return [] }
    let rows =
      [["PAIR", "NAME", "SIZE", "SCORE", "PATH"]]
      + entries.map { entry in
        let model = entry.header
        return [
          model.label, model.name, megabytes(folderSize(entry.path)),
          score(model), entry.path,
        ]
      }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { text, width in
        text + String(repeating: " ", count: width - text.count + 2)
      }.joined() + row[4]
    }
  }

  /// By what a model was judged while it was trained.
  private func score(_ model: ModelHeader) -> String {
    guard let validation = model.origin.validation else { return "-" }
    if let cider = validation.cider { return "CIDEr " + fixed(cider, 2) }
    if let perplexity = validation.perplexity { return "PPL " + fixed(perplexity, 1) }
    return validation.bleu.map { "BLEU " + fixed($0, 1) } ?? "-"
  }

  private func object(_ entry: ModelLibrary.Entry) -> String {
    let model = entry.header
    return JSON.object([
      ("kind", .string(model.kind.rawValue)),
      ("source", model.source.map(JSON.string) ?? .null), ("target", .string(model.target)),
      ("name", .string(model.name)), ("bytes", .integer(folderSize(entry.path))),
      ("bleu", .known(model.origin.validation?.bleu)),
      ("cider", .known(model.origin.validation?.cider)),
      ("perplexity", .known(model.origin.validation?.perplexity)),
      ("path", .string(entry.path)),
    ]).text
  }
}

/// Bytes of the files in a folder.
func folderSize(_ path: String) -> Int {
  let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  return files.reduce(0) { sum, file in
    let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + file)
    return sum + (attributes?[.size] as? Int ?? 0)
  }
}

/// `19.8 MB`, a megabyte being a million bytes.
func megabytes(_ bytes: Int) -> String { fixed(Double(bytes) / 1e6, 1) + " MB" }
