import ArgumentParser
import Foundation
import Neural
import Seq2Seq
import Translation

struct ModelsInfo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Everything that is known about a model.",
    discussion: """
      EXAMPLES:
        s2s models info de-en
        s2s models info Runs/tiny/best --json
      """)

  @Argument(help: "Its folder, its name, or a pair such as de-en.", completion: .directory)
  var model: String

  @Flag(help: "Print a JSON object: what model.json says, and path, bytes and parameters.")
  var json = false

  func run() throws {
    let path = ModelLibrary().path(of: model)
    let description = try TranslationModel.readDescription(path)
    let parameters = try EncoderDecoder(description.architecture).table.parameters
      .reduce(0) { $0 + $1.count }
    let output = try TextOutput(path: nil)
    if json {
      try output.write(object(path, description, parameters: parameters))
    } else {
      for (name, value) in rows(path, description, parameters: parameters) {
        let indent = value == nil ? "" : String(repeating: " ", count: max(1, 26 - name.count))
        try output.write(name + indent + (value ?? ""))
      }
    }
    try output.close()
  }

  /// Names with values; headings have none.
  private func rows(
    _ path: String, _ model: ModelDescription, parameters: Int
  ) -> [(String, String?)] {
    let origin = model.origin
    var rows: [(String, String?)] = [
      ("Name", model.name), ("Languages", "\(model.source) to \(model.target)"), ("Path", path),
      ("Size", megabytes(folderSize(path))), ("Parameters", "\(parameters)"),
      ("Weights", precision(path)), ("Format", "\(model.format)"),
      ("Subwords", model.jointSubwords ? "one file for both languages" : "a file a language"),
      ("  source fingerprint", model.sourceFingerprint),
      ("  target fingerprint", model.targetFingerprint),
      ("Longest source", "\(model.maxLength) subwords; longer lines are translated in parts"),
      ("Origin", nil), ("  recipe", origin.recipe), ("  training pairs", "\(origin.trainingPairs)"),
      ("  data fingerprint", origin.trainingFingerprint), ("  updates", "\(origin.updates)"),
      ("  target tokens", "\(origin.tokens)"), ("  seconds", "\(fixed(origin.seconds, 0))"),
    ]
    if let validation = origin.validation {
      rows.append(("  validation loss", fixed(validation.loss, 4)))
      if let bleu = validation.bleu { rows.append(("  validation BLEU", fixed(bleu, 2))) }
    }
    rows += origin.notes.sorted { $0.key < $1.key }.map { ("  " + $0.key, indented($0.value)) }
    rows.append(("Architecture", nil))
    rows += members(of: model.architecture)
    rows.append(("Search", nil))
    return rows + members(of: model.search)
  }

  private func members(of value: Any) -> [(String, String?)] {
    Mirror(reflecting: value).children.map { ("  " + ($0.label ?? ""), "\($0.value)") }
  }

  /// A note of several lines stays in its column.
  private func indented(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline)
      .joined(separator: "\n" + String(repeating: " ", count: 26))
  }

  /// How the matrices lie in the file of weights.
  private func precision(_ path: String) -> String {
    do {
      let types = Set(try TranslationModel.weightsFile(path).tensors.map(\.type))
      return types.contains(.i8) ? "int8" : types.contains(.f16) ? "float16" : "float32"
    } catch {
      return "damaged: \(error)"
    }
  }

  private func object(
    _ path: String, _ model: ModelDescription, parameters: Int
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Everything in model.json, with what only the folder tells in front.
    let known = String(decoding: try encoder.encode(model), as: UTF8.self)
    let own = JSON.object([
      ("path", .string(path)), ("bytes", .integer(folderSize(path))),
      ("parameters", .integer(parameters)), ("precision", .string(precision(path))),
    ]).text
    return own.dropLast() + "," + known.dropFirst()
  }
}
