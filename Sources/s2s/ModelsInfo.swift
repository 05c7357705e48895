import ArgumentParser
import Captioning
import Completion
import Foundation
import Neural
import Recipes
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
    let output = try TextOutput(path: nil)
    switch try ModelHeader(path: path).kind {
    case .translation:
      let description = try TranslationModel.readDescription(path)
      let table = try EncoderDecoder(description.architecture).table
      try write(description, rows(description), path, table, to: output)
    case .caption:
      let description = try CaptionModel.readDescription(path)
      let table = try CaptionNetwork(description.architecture).table
      try write(description, rows(description), path, table, to: output)
    case .languageModel:
      let description = try LanguageModel.readDescription(path)
      let table = try LanguageNetwork(description.architecture).table
      try write(description, rows(description), path, table, to: output)
    }
    try output.close()
  }

  private func write(
    _ description: some Encodable, _ own: Rows, _ path: String, _ table: ParameterTable,
    to output: TextOutput
  ) throws {
    let parameters = table.parameters.reduce(0) { $0 + $1.count }
    if json { return try output.write(object(path, description, table, parameters: parameters)) }
    let header = try ModelHeader(path: path)
    let rows: Rows =
      [("Name", header.name)] + own.prefix(1)
      + [
        ("Path", path), ("Size", megabytes(folderSize(path))), ("Parameters", "\(parameters)"),
        ("Weights", precision(path, table)), ("Format", "\(header.format)"),
      ] + own.dropFirst()
    for (name, value) in rows {
      let indent = value == nil ? "" : String(repeating: " ", count: max(1, 26 - name.count))
      try output.write(name + indent + (value ?? ""))
    }
  }

  /// Names with values; headings have none.
  private typealias Rows = [(String, String?)]

  private func rows(_ model: ModelDescription) -> Rows {
    var rows: Rows = [
      ("Languages", "\(model.source) to \(model.target)"),
      ("Subwords", model.jointSubwords ? "one file for both languages" : "a file a language"),
      ("  source fingerprint", model.sourceFingerprint),
      ("  target fingerprint", model.targetFingerprint),
      ("Longest source", "\(model.maxLength) subwords; longer lines are translated in parts"),
    ]
    rows += self.rows(model.origin)
    rows += section("Architecture", model.architecture)
    return rows + section("Search", model.search)
  }

  private func rows(_ model: CaptionDescription) -> Rows {
    let architecture = model.architecture
    var rows: Rows = [
      ("Languages", "pictures to \(model.target)"), ("Subwords", "of the captions' language"),
      ("  target fingerprint", model.targetFingerprint),
    ]
    rows += self.rows(model.origin)
    rows += section("Pictures", architecture.preparation)
    rows += section("Convolutional network", architecture.image)
    rows.append(("  features", architecture.features.rawValue))
    rows += section("Decoder", architecture.decoder)
    return rows + section("Search", model.search)
  }

  private func rows(_ model: LanguageModelDescription) -> Rows {
    var rows: Rows = [
      ("Languages", "completes \(model.target)"), ("Units", "\(model.units.rawValue)s"),
      ("  target fingerprint", model.targetFingerprint),
      ("Text", model.continuous ? "goes on from line to line" : "lines that stand alone"),
    ]
    rows += self.rows(model.origin, of: "lines")
    rows += section("Architecture", model.architecture)
    return rows + section("Search", model.search)
  }

  private func rows(_ origin: ModelOrigin, of examples: String = "pairs") -> Rows {
    var rows: Rows = [
      ("Origin", nil), ("  recipe", origin.recipe),
      ("  training \(examples)", "\(origin.trainingPairs)"),
      ("  data fingerprint", origin.trainingFingerprint), ("  updates", "\(origin.updates)"),
      ("  target tokens", "\(origin.tokens)"), ("  seconds", "\(fixed(origin.seconds, 0))"),
    ]
    if let validation = origin.validation {
      rows.append(("  validation loss", fixed(validation.loss, 4)))
      if let cider = validation.cider { rows.append(("  validation CIDEr", fixed(cider, 3))) }
      if let perplexity = validation.perplexity {
        rows.append(("  perplexity a word", fixed(perplexity, 2)))
      }
      if let bits = validation.bitsPerCharacter {
        rows.append(("  bits a character", fixed(bits, 3)))
      }
      if let bleu = validation.bleu { rows.append(("  validation BLEU", fixed(bleu, 2))) }
    }
    return rows
      + origin.notes.sorted { $0.key < $1.key }.map { ("  " + $0.key, indented($0.value)) }
  }

  /// A heading and the members of a value.
  private func section(_ name: String, _ value: Any) -> Rows {
    [(name, nil)]
      + Mirror(reflecting: value).children.map { ("  " + ($0.label ?? ""), "\($0.value)") }
  }

  /// A note of several lines stays in its column.
  private func indented(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline)
      .joined(separator: "\n" + String(repeating: " ", count: 26))
  }

  /// How the matrices lie in the file of weights.
  private func precision(_ path: String, _ table: ParameterTable) -> String {
    do {
      return try WeightPrecisions(of: ModelHeader.weightsFile(path), table: table).description
    } catch {
      return "damaged: \(error)"
    }
  }

  private func object(
    _ path: String, _ model: some Encodable, _ table: ParameterTable, parameters: Int
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Everything in model.json, with what only the folder tells in front.
    let known = String(decoding: try encoder.encode(model), as: UTF8.self)
    let own = JSON.object([
      ("path", .string(path)), ("bytes", .integer(folderSize(path))),
      ("parameters", .integer(parameters)), ("precision", .string(precision(path, table))),
    ]).text
    return own.dropLast() + "," + known.dropFirst()
  }
}
