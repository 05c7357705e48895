internal import Foundation
internal import Neural
internal import Recipes
internal import Seq2Seq

/// The shortlist of a model's folder: `shortlist.safetensors` with `always` [n], `offsets` [source vocabulary + 1]
/// and `translations` [all], where those of source token s are numbers offsets[s] up to offsets[s + 1].
struct ShortlistFile {
  private let path: String

  init(in folder: String) { path = folder + "/shortlist.safetensors" }

  /// What the file says of whose subwords it is.
  private func metadata(_ model: ModelDescription) -> [String: String] {
    [
      "format": "s2s shortlist", "source": model.sourceFingerprint,
      "target": model.targetFingerprint,
    ]
  }

  func write(_ shortlist: Shortlist, for model: ModelDescription) throws {
    try SafetensorsFile.write(
      [
        entry("always", shortlist.always.map(Int.init)), entry("offsets", shortlist.offsets),
        entry("translations", shortlist.translations.map(Int.init)),
      ], metadata: metadata(model), to: path)
  }

  private func entry(_ name: String, _ numbers: [Int]) -> SafetensorsEntry {
    let isShort = numbers.allSatisfy { $0 <= UInt16.max }
    let bytes = numbers.flatMap { number in
      (0..<(isShort ? 2 : 4)).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    return SafetensorsEntry(
      name: name, shape: [numbers.count], type: isShort ? .u16 : .u32, bytes: bytes)
  }

  /// - Returns: nil where there is none.
  func read(for model: ModelDescription) throws -> Shortlist? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try SafetensorsFile(path: path)
    guard file.metadata == metadata(model) else {
      throw SafetensorsError(
        path: path,
        "is a shortlist for other subwords than the model's; make it anew with `s2s models shortlist`, or remove it"
      )
    }
    let offsets = try file.integers("offsets").map(Int.init)
    let architecture = model.architecture
    guard offsets.count == architecture.sourceVocabularySize + 1 else {
      throw damaged("its tables do not fit the model's subwords")
    }
    do {
      return try Shortlist(
        always: file.integers("always").map { TokenID(clamping: $0) },
        translations: file.integers("translations").map { TokenID(clamping: $0) }, offsets: offsets,
        vocabularySize: architecture.targetVocabularySize, isJoint: model.jointSubwords)
    } catch let error as ConfigurationError {
      throw damaged("it \(error.message)")
    }
  }

  private func damaged(_ what: String) -> SafetensorsError {
    SafetensorsError(
      path: path, "damaged: \(what); make it anew with `s2s models shortlist`, or remove it")
  }
}
