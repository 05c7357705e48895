internal import Foundation
package import Seq2Seq
package import Tokenization

/// A training run's folder: the resolved recipe, what must stay the same while the run goes on,
/// `log.jsonl`, `checkpoints/`, and in `best/` the best model so far.
package final class RunFolder {
  private enum File {
    static let recipe = "recipe.yaml"
    static let log = "log.jsonl"
    static let facts = "run.json"
    static let lock = "lock"
  }

  /// Names of the folders in it that others look for.
  package static let checkpoints = "checkpoints"
  package static let best = "best"

  package let path: String
  /// When this process turned to the run.
  let begun = ContinuousClock.now
  package let checkpoints: CheckpointFolder
  private let lock: RunLock

  /// Makes the folder if it is not there, and keeps other processes from training in it.
  ///
  /// - Parameter startFiles: names of what a run makes before its first update, besides the recipe. One that
  ///   never made an update (its settings were refused, say) leaves nothing to go on with.
  /// - Throws: `ModelError` also for a folder whose files are not a run's.
  package init(_ path: String, startFiles: [String]) throws {
    self.path = path
    let checkpoints = path + "/" + Self.checkpoints
    do {
      try FileManager.default.createDirectory(
        atPath: checkpoints, withIntermediateDirectories: true)
    } catch {
      throw WritingError(path: checkpoints, error)
    }
    let lockFile = path + "/" + File.lock
    let isRun = FileManager.default.fileExists(atPath: lockFile)
    let files = ([File.recipe, File.facts, File.log] + startFiles).map { path + "/" + $0 }
    if !isRun { try Self.checkHoldsNone(of: files + [path + "/" + ModelFile.description], path) }
    lock = try RunLock(path: lockFile)
    self.checkpoints = CheckpointFolder(path: checkpoints)
    guard isRun, !self.checkpoints.holdsUpdates else { return }
    if let best = Self.facts(path)?.best, best.update > 0 {
      throw ModelError(
        path: checkpoints,
        "the checkpoints of this run have gone, so that it cannot go on; put them back, or begin anew with "
          + "another --out")
    }
    for file in self.checkpoints.all() + files { try? FileManager.default.removeItem(atPath: file) }
  }

  /// Throws if a folder that no run was begun in holds files that a run would write over.
  private static func checkHoldsNone(of files: [String], _ path: String) throws {
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      return
    }
    throw ModelError(
      path: file,
      "would be written over, but belongs to no training run; give --out a folder of its own")
  }

  /// The folder of the best model.
  package var best: String { Self.best(of: path) }

  package func makeLog() -> TrainingLog { TrainingLog(path: Self.log(of: path)) }

  // What lies in the folder of a run that others look into.

  package static func best(of run: String) -> String { run + "/" + best }
  package static func log(of run: String) -> String { run + "/" + File.log }
  package static func recipe(of run: String) -> String { run + "/" + File.recipe }
  package static func lock(of run: String) -> String { run + "/" + File.lock }
  package static func checkpoints(of run: String) -> CheckpointFolder {
    CheckpointFolder(path: run + "/" + checkpoints)
  }

  /// Writes the resolved recipe of a new run, or compares it with the one the run was begun with.
  package func keep<Recipe: RecipeDocument>(_ recipe: Recipe) throws {
    let path = path + "/" + File.recipe
    guard FileManager.default.fileExists(atPath: path) else {
      do {
        try Data(recipe.yaml.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw WritingError(path: path, error)
      }
      return
    }
    if let difference = recipe.whatForbidsGoingOn(from: try Recipe(contentsOf: path)) {
      throw ModelError(
        path: path,
        "this run was begun with \(difference); put that back, or start a new run with another --out"
      )
    }
  }

  // MARK: - Facts

  /// What a run must find unchanged when it goes on, beside its recipe.
  package struct Facts: Codable, Equatable {
    package var trainingFingerprint: String
    package var trainingPairs: Int
    /// Nil in runs begun before it was noted, and where there is no such data.
    package var developmentFingerprint: String?
    /// Of weights from elsewhere that the run began with; nil where it began with none, and in runs begun before it
    /// was noted.
    package var startFingerprint: String?
    package var best: TrainingState.Milestone?

    package init(
      trainingFingerprint: String, trainingPairs: Int, developmentFingerprint: String?,
      startFingerprint: String? = nil
    ) {
      self.trainingFingerprint = trainingFingerprint
      self.trainingPairs = trainingPairs
      self.developmentFingerprint = developmentFingerprint
      self.startFingerprint = startFingerprint
    }
  }

  /// Writes the facts of a new run, or compares them.
  ///
  /// - Returns: those that the run was begun with.
  package func keep(_ facts: Facts) throws -> Facts {
    let path = path + "/" + File.facts
    guard FileManager.default.fileExists(atPath: path) else {
      try write(facts)
      return facts
    }
    guard let begun = Self.facts(self.path) else {
      throw ModelError(path: path, "damaged; start a new run with another --out")
    }
    guard begun.trainingFingerprint == facts.trainingFingerprint else {
      throw ModelError(
        path: path,
        "the training data has changed since this run was begun (\(begun.trainingPairs) examples then, "
          + "\(facts.trainingPairs) now); put it back, or start a new run with another --out")
    }
    guard
      begun.developmentFingerprint == nil
        || begun.developmentFingerprint == facts.developmentFingerprint
    else {
      throw ModelError(
        path: path,
        "the development data has changed since this run was begun, so that its scores could not be "
          + "compared; put it back, or start a new run with another --out")
    }
    guard begun.startFingerprint == nil || begun.startFingerprint == facts.startFingerprint else {
      throw ModelError(
        path: path,
        "the weights that this run began with (those of 'start' or 'image.weights') have changed since; put "
          + "them back, or start a new run with another --out")
    }
    return begun
  }

  /// Those that a run in a folder was begun with; nil if there are none that can be read.
  package static func facts(_ folder: String) -> Facts? {
    FileManager.default.contents(atPath: folder + "/" + File.facts).flatMap {
      try? JSONDecoder().decode(Facts.self, from: $0)
    }
  }

  package func write(_ facts: Facts) throws {
    let path = path + "/" + File.facts
    do {
      try JSONEncoder().encode(facts).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw WritingError(path: path, error)
    }
  }

  /// Whether a file of the run is there.
  package func holds(_ file: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/" + file)
  }

  /// The subwords in a file of the run: learned when it begins, then kept.
  package func subwords(_ file: String, learn: () throws -> Subwords) throws -> Subwords {
    let url = URL(fileURLWithPath: path + "/" + file)
    if FileManager.default.fileExists(atPath: url.path) { return try Subwords(contentsOf: url) }
    let learned = try learn()
    try learned.write(to: url)
    return learned
  }
}

extension RecipeDocument {
  /// The first line in which a recipe, as it is written, differs from a run's.
  package func firstDifference(from begun: Self) -> String? {
    guard begun != self else { return nil }
    let lines = (begun.yaml.split(separator: "\n"), yaml.split(separator: "\n"))
    for (ours, theirs) in zip(lines.0, lines.1) where ours != theirs {
      return "'\(ours.trimmingCharacters(in: .whitespaces))', not "
        + "'\(theirs.trimmingCharacters(in: .whitespaces))'"
    }
    return "other settings"
  }
}
