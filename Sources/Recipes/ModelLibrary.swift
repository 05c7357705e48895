internal import Foundation
internal import PretrainedModels

/// The model folders there are, in the order in which they are preferred: `$S2S_MODELS`, the user's data
/// folder (XDG), then those that ship.
public struct ModelLibrary: Sendable {
  /// A model found.
  public struct Entry: Sendable {
    public let path: String
    public let description: ModelDescription
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
          entries.append(Entry(path: path, description: try TranslationModel.readDescription(path)))
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
      $0.description.source == source && $0.description.target == target
    }) {
      return found
    }
    throw MissingModel(source: source, target: target, entries: entries, problems: problems)
  }

  /// The folder that a path, a folder's name, a model's name or a pair such as `de-en` means; what
  /// means no model is taken for a path.
  public func path(of nameOrPath: String) -> String {
    if nameOrPath.contains("/") || isModel(nameOrPath) { return nameOrPath }
    if let named = folders.map({ $0 + "/" + nameOrPath }).first(where: isModel) { return named }
    let entry = all().entries.first {
      let model = $0.description
      return model.name == nameOrPath || "\(model.source)-\(model.target)" == nameOrPath
    }
    return entry?.path ?? nameOrPath
  }

  private func isModel(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/" + TranslationModel.File.description)
  }
}

/// No model for a pair of languages: which there are, and how to get one.
public struct MissingModel: Error, CustomStringConvertible {
  public let source: String
  public let target: String
  public let entries: [ModelLibrary.Entry]
  public let problems: [ModelError]

  public var description: String {
    var lines = ["no model translates from '\(source)' to '\(target)'"]
    if entries.isEmpty {
      lines.append("There are no models at all.")
    } else {
      lines.append("There are:")
      for entry in entries {
        let d = entry.description
        lines.append("  --src \(d.source) --tgt \(d.target)   \(d.name) (\(entry.path))")
      }
    }
    lines += problems.map { "(passed over: \($0))" }
    lines.append(
      "To train one from a parallel corpus, copy Recipes/tiny.yaml, set languages and data, and run:"
    )
    lines.append(
      "  s2s train my-recipe.yaml --out my-model, then s2s translate --model my-model/best")
    return lines.joined(separator: "\n")
  }
}
