internal import Foundation
internal import PretrainedModels

/// The model folders there are, in the order in which they are preferred: `$S2S_MODELS`, the user's data
/// folder (XDG), then those that ship.
public struct ModelLibrary: Sendable {
  /// A model found.
  public struct Entry: Sendable {
    public let path: String
    public let header: ModelHeader
  }

  /// Folders whose subfolders are models, most preferred first.
  public let folders: [String]

  /// - Parameter folders: most preferred first; one that is named twice counts once.
  public init(folders: [String]) {
    var seen: Set<String> = []
    self.folders = folders.filter { folder in
      seen.insert(URL(fileURLWithPath: folder).standardizedFileURL.resolvingSymlinksInPath().path)
        .inserted
    }
  }

  /// The folders that this process's environment names.
  public init() { self.init(environment: ProcessInfo.processInfo.environment) }

  /// The folders that an environment names.
  public init(environment: [String: String]) {
    var folders: [String] = []
    if let listed = environment["S2S_MODELS"] {
      folders += listed.split(separator: ":").map(String.init)
    }
    if let data = environment["XDG_DATA_HOME"], !data.isEmpty {
      folders.append(data + "/s2s/models")
    } else if let home = environment["HOME"] {
      folders.append(home + "/.local/share/s2s/models")
    }
    if let shipped = PretrainedModels.folder { folders.append(shipped) }
    self.init(folders: folders)
  }

  /// Every readable model, and what is wrong with those that are not.
  public func all() -> (entries: [Entry], problems: [ModelError]) {
    var entries: [Entry] = []
    var problems: [ModelError] = []
    for folder in folders {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for name in names.sorted() where isModel(folder + "/" + name) {
        let path = folder + "/" + name
        do {
          entries.append(Entry(path: path, header: try ModelHeader(path: path)))
        } catch let error as ModelError {
          problems.append(error)
        } catch {
          problems.append(ModelError(path: path, "\(error)"))
        }
      }
    }
    return (entries, problems)
  }

  /// The preferred model for a pair of languages.
  public func model(source: String, target: String) throws -> Entry {
    let (entries, problems) = all()
    if let found = entries.first(where: {
      $0.header.kind == .translation && $0.header.source == source && $0.header.target == target
    }) {
      return found
    }
    throw MissingModel(
      wanted: .translation(source: source, target: target), entries: entries, problems: problems)
  }

  /// The preferred model that captions pictures.
  ///
  /// - Parameter language: code of the captions' language; any where nil.
  public func captionModel(language: String? = nil) throws -> Entry {
    let (entries, problems) = all()
    if let found = entries.first(where: {
      $0.header.kind == .caption && (language ?? $0.header.target) == $0.header.target
    }) {
      return found
    }
    throw MissingModel(
      wanted: .caption(language: language), entries: entries, problems: problems)
  }

  /// The preferred model that completes text.
  ///
  /// - Parameter language: code of the text's language; any where nil.
  public func languageModel(language: String? = nil) throws -> Entry {
    let (entries, problems) = all()
    if let found = entries.first(where: {
      $0.header.kind == .languageModel && (language ?? $0.header.target) == $0.header.target
    }) {
      return found
    }
    throw MissingModel(
      wanted: .completion(language: language), entries: entries, problems: problems)
  }

  /// The folder that a path, a folder's name, a model's name or a label such as `de-en` means; what
  /// means no model is taken for a path.
  public func path(of nameOrPath: String) -> String {
    if nameOrPath.contains("/") || isModel(nameOrPath) { return nameOrPath }
    if let named = folders.map({ $0 + "/" + nameOrPath }).first(where: isModel) { return named }
    let entry = all().entries.first {
      $0.header.name == nameOrPath || $0.header.label == nameOrPath
    }
    return entry?.path ?? nameOrPath
  }

  private func isModel(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/" + ModelFile.description)
  }
}

extension ModelHeader {
  /// `de-en`; nil where the source is no text.
  public var pair: String? { source.map { "\($0)-\(target)" } }

  /// What the list of models calls it: `de-en`, `photo-en`, or `text-en`.
  public var label: String { pair ?? (kind == .caption ? "photo-" : "text-") + target }
}

/// No model for what is to be done: which there are, and how to get one.
public struct MissingModel: Error, CustomStringConvertible {
  /// What a model was looked for.
  public enum Wanted: Sendable, Equatable {
    case translation(source: String, target: String)
    case caption(language: String?)
    case completion(language: String?)
  }

  public let wanted: Wanted
  public let entries: [ModelLibrary.Entry]
  public let problems: [ModelError]

  public var description: String {
    switch wanted {
    case .translation(let source, let target):
      lines(
        "no model translates from '\(source)' to '\(target)'", .translation,
        [
          "To train one from a parallel corpus, copy Recipes/tiny.yaml, set languages and data, and run:",
          "  s2s train my-recipe.yaml --out my-model, then s2s translate --model my-model/best",
        ])
    case .completion(let language): completing(language)
    case .caption(let language):
      lines(
        "no model captions pictures" + (language.map { " in '\($0)'" } ?? ""), .caption,
        [
          "To train one from captioned pictures, copy Recipes/tiny-captions.yaml, set its data, and run:",
          "  s2s train my-recipe.yaml --out my-model, then s2s caption --model my-model/best",
        ])
    }
  }

  private func completing(_ language: String?) -> String {
    lines(
      "no model completes text" + (language.map { " in '\($0)'" } ?? ""), .languageModel,
      [
        "To train one from text, copy Recipes/tiny-text.yaml, set its data, and run:",
        "  s2s train my-recipe.yaml --out my-model, then s2s complete --model my-model/best",
      ])
  }

  private func lines(_ problem: String, _ kind: ModelKind, _ remedy: [String]) -> String {
    var lines = [problem]
    let entries = entries.filter { $0.header.kind == kind }
    if entries.isEmpty {
      lines.append(
        kind == .translation ? "There are no models at all that translate." : "There are none.")
    } else {
      lines.append("There are:")
      for entry in entries {
        let header = entry.header
        let choice = header.source.map { "--src \($0) --tgt \(header.target)" } ?? header.target
        lines.append("  \(choice)   \(header.name) (\(entry.path))")
      }
    }
    lines += problems.map { "(passed over: \($0))" }
    return (lines + remedy).joined(separator: "\n")
  }
}
