public import Seq2Seq

/// A recipe of some kind: everything that a model is made from, as YAML with its properties as keys.
///
/// What a file leaves out has the value of `init()`. See `init(contentsOf:overrides:environment:)` for
/// reading and `yaml` for writing.
public protocol RecipeDocument: Codable, Equatable, Sendable {
  /// The recipe of all defaults.
  init()

  /// What messages and folders call the model; the file's name where the file gives none.
  var name: String { get set }
  /// A model's folder whose weights and vocabulary training begins with; all begins anew where it is empty.
  var start: String { get set }
  var training: TrainingConfig { get set }
  var search: SearchOptions { get set }
  /// For people: how to get the data, its licence, the expected score with protocol, time, machine.
  var notes: [String: String] { get set }

  /// The settings that are paths, each as the keys that lead to it; a list is gone through.
  static var pathKeys: [[String]] { get }

  /// The keys of a corpus in the lists of the section `data`.
  static var corpusKeys: [String] { get }

  /// Throws the first setting that cannot be, as a `ConfigurationError`.
  func validate() throws

  /// Puts a run's own settings in the place of those that do not matter to it besides `withFreeSettings`: where files
  /// lie, for fingerprints tell whether they hold the same.
  ///
  /// - Parameters:
  ///   - settings: those of this recipe, as far as they are not put back yet.
  ///   - begun: what the run was begun with.
  func putBack(_ settings: inout Self, as begun: Self)
}

extension RecipeDocument {
  /// The first setting that differs from a run's and would make it another run; when to stop, what is kept and how it is
  /// judged may change.
  func whatForbidsGoingOn(from begun: Self) -> String? {
    var new = withFreeSettings(of: begun)
    putBack(&new, as: begun)
    return new.firstDifference(from: begun)
  }
}

extension RecipeDocument {
  /// The recipe with all that may change while a run goes on as the run was begun with: when to stop, what is
  /// kept and how it is judged.
  package func withFreeSettings(of begun: Self) -> Self {
    var new = self
    new.training.epochs = begun.training.epochs
    new.training.patience = begun.training.patience
    new.training.keepCheckpoints = begun.training.keepCheckpoints
    // A straight line to zero is another one when its end moves.
    if training.schedule != .linear { new.training.updates = begun.training.updates }
    new.search = begun.search
    new.notes = begun.notes
    new.name = begun.name
    if start.isEmpty == begun.start.isEmpty { new.start = begun.start }
    return new
  }
}

extension RecipeDocument {
  /// The whole of a key that is given without its section, as `cell` for `model.cell`; one that is nobody's stays as it
  /// is.
  ///
  /// - Throws: `RecipeError` if several sections have it.
  public static func fullKey(_ key: String, path: String) throws(RecipeError) -> String {
    func settings(_ node: RecipeNode, _ above: [String]) -> [[String]] {
      node.members.flatMap { member in
        let name = above + [member.key]
        return member.node.members.isEmpty ? [name] : settings(member.node, name)
      }
    }
    let all = settings(defaults, [])
    guard !key.contains("."), !all.contains([key]) else { return key }
    let found = all.filter { $0.last == key }.map { $0.joined(separator: ".") }
    guard found.count < 2 else {
      throw RecipeError(
        path: path, place: .override(key),
        "'\(key)' may be \(found.joined(separator: " or ")); write it whole")
    }
    return found.first ?? key
  }
}

/// What a recipe makes; its first key.
public enum RecipeKind: String, Codable, Sendable, CaseIterable {
  /// Text from text.
  case translation
  /// Text from pictures.
  case caption
  /// Text from the beginning of it.
  case languageModel = "language-model"
}
