internal import Foundation
public import Recipes
internal import Seq2Seq

/// Trains variants of a recipe one after the other under one budget, each in a process and a run's folder of its own.
public final class Comparison {
  /// What there is to tell meanwhile.
  public enum Event: Sendable {
    case training(Variant, number: Int, of: Int, run: String)
    /// It was trained before.
    case alreadyDone(Variant)
    /// It was trained before, and since then outside the comparison: updates then and now.
    case trainedOn(Variant, from: Int, to: Int)
    /// Another process, left over from before, trains it still.
    case waiting(Variant)
    case failed(Variant, exitCode: Int32)
  }

  /// How variants are trained.
  public struct Settings: Sendable {
    /// The recipe's file.
    public var recipe: String
    /// Seconds for each.
    public var budget: Double?
    public var threads: Int?

    public init(recipe: String, budget: Double?, threads: Int?) {
      (self.recipe, self.budget, self.threads) = (recipe, budget, threads)
    }
  }

  public let folder: String
  public private(set) var record: ComparisonRecord
  private let variants: [Variant]
  private let settings: Settings
  private let lock: RunLock

  /// Takes up the folder of a comparison, or makes one of an existing folder.
  ///
  /// - Throws: `ModelError` if the comparison was begun otherwise, or another process is at it.
  public init(folder: String, variants: [Variant], settings: Settings) throws {
    (self.folder, self.variants, self.settings) = (folder, variants, settings)
    lock = try RunLock(path: folder + "/comparison.lock")
    let known = try ComparisonRecord(folder: folder)
    record = known ?? ComparisonRecord(budget: settings.budget, threads: settings.threads)
    try checkWasBegun("--budget", record.budget, settings.budget)
    try checkWasBegun("--threads", record.threads, settings.threads)
    for variant in variants {
      if let index = record.entries.firstIndex(where: { $0.variant.name == variant.name }) {
        guard record.entries[index].variant == variant else {
          throw ModelError(
            path: folder + "/" + ComparisonRecord.file,
            "here '\(variant.name)' means other settings (\(record.entries[index].variant.settings)); give it another "
              + "name, or begin anew with another --out")
        }
      } else {
        try checkHasNoRun(variant, isNew: known == nil)
        record.entries.append(.init(variant))
      }
    }
  }

  private func checkWasBegun<Value: Equatable>(
    _ option: String, _ begun: Value?, _ now: Value?
  ) throws {
    guard begun != now else { return }
    func told(_ value: Value?) -> String { value.map { "\(option) \($0)" } ?? "no \(option)" }
    throw ModelError(
      path: folder + "/" + ComparisonRecord.file,
      "this comparison was begun with \(told(begun)), not \(told(now)); give that again, or begin anew with "
        + "another --out")
  }

  /// Throws if what would be a variant's run was trained by others: nobody knows for how long.
  private func checkHasNoRun(_ variant: Variant, isNew: Bool) throws {
    guard RunFolder.checkpoints(of: run(of: variant)).holdsUpdates else { return }
    throw isNew
      ? ModelError(
        path: folder, "holds runs but no \(ComparisonRecord.file); use another --out")
      : ModelError(
        path: run(of: variant),
        "is a run that this comparison did not begin; give '\(variant.name)' another name, or use another --out"
      )
  }

  /// The entries of the variants that are compared, in their order.
  public var entries: [ComparisonRecord.Entry] {
    variants.compactMap { variant in record.entries.first { $0.variant == variant } }
  }

  /// The folder of a variant's run.
  public func run(of variant: Variant) -> String { folder + "/" + variant.folder }

  /// Trains what is not trained yet.
  ///
  /// - Parameters:
  ///   - program: the command that trains, `PROGRAM train …`.
  ///   - interruption: a signal that came, or 0.
  /// - Returns: whether all has come to an end; false when it was interrupted.
  public func train(
    program: String, interruption: () -> Int32, report: (Event) -> Void
  ) throws -> Bool {
    for (number, variant) in variants.enumerated() {
      guard let index = record.entries.firstIndex(where: { $0.variant == variant }) else {
        continue
      }
      if interruption() != 0 { return false }
      let run = run(of: variant)
      if record.entries[index].status == .done {
        report(.alreadyDone(variant))
        if let (before, now) = trainedOutside(record.entries[index]) {
          report(.trainedOn(variant, from: before, to: now))
        }
        continue
      }
      guard
        try waitForOthers(
          run, beforeWaiting: { report(.waiting(variant)) },
          isInterrupted: { interruption() != 0 })
      else { return false }
      record.entries[index].settle(run: run)
      report(.training(variant, number: number + 1, of: variants.count, run: run))
      guard try train(index, run: run, program: program, interruption: interruption) else {
        return false
      }
      let entry = record.entries[index]
      if entry.status == .failed { report(.failed(variant, exitCode: entry.exitCode ?? 0)) }
    }
    return true
  }

  /// From which update to which a variant that was done was trained on outside the comparison; nil where it was not.
  public func trainedOutside(_ entry: ComparisonRecord.Entry) -> (from: Int, to: Int)? {
    guard entry.status == .done, let updates = entry.updates,
      let log = try? RunLog(run: run(of: entry.variant)), log.updates != updates
    else { return nil }
    return (updates, log.updates)
  }

  /// Trains one variant to its end; false when it was interrupted.
  private func train(
    _ index: Int, run: String, program: String, interruption: () -> Int32
  ) throws -> Bool {
    record.entries[index].started = Date().timeIntervalSince1970
    record.entries[index].status = .waiting
    try record.write(to: folder)
    let began = ContinuousClock.now
    let end = try ChildProcess.run(
      program, arguments(record.entries[index], run: run), interruption: interruption)
    record.entries[index].count(
      seconds: began.duration(to: .now) / .seconds(1), exitCode: end.exitCode, run: run)
    record.entries[index].peakBytes = max(record.entries[index].peakBytes, end.peakBytes)
    let isInterrupted = end.exitCode != 0 && interruption() != 0
    if end.exitCode == 0 {
      record.entries[index].status = .done
      record.entries[index].updates = (try? RunLog(run: run))?.updates
    } else if !isInterrupted {
      record.entries[index].status = .failed
    }
    try record.write(to: folder)
    return !isInterrupted
  }

  private func arguments(_ entry: ComparisonRecord.Entry, run: String) -> [String] {
    var arguments = ["train", settings.recipe, "--out", run]
    if let budget = settings.budget {
      // What little is left may be too short for anything but the end of it.
      arguments += ["--budget", String(format: "%.1fs", max(1, budget - entry.seconds))]
    }
    if let threads = settings.threads { arguments += ["--threads", "\(threads)"] }
    arguments += ["--parent", "\(ProcessInfo.processInfo.processIdentifier)"]
    return arguments + entry.variant.settings.flatMap { ["--set", $0] }
  }

  /// A process whose comparison was killed finishes its update first; false when waiting for it was interrupted.
  private func waitForOthers(
    _ run: String, beforeWaiting: () -> Void, isInterrupted: () -> Bool
  ) throws -> Bool {
    let path = RunFolder.lock(of: run)
    guard FileManager.default.fileExists(atPath: path) else { return true }
    do {
      _ = try RunLock(path: path, beforeWaiting: beforeWaiting, isInterrupted: isInterrupted)
      return true
    } catch is RunLock.Interrupted {
      return false
    }
  }

  /// Notes what a variant's model came to.
  public func note(_ quality: ComparisonRecord.Quality, of variant: Variant) throws {
    guard let index = record.entries.firstIndex(where: { $0.variant == variant }) else { return }
    record.entries[index].quality = quality
    try record.write(to: folder)
  }

  /// Forgets what a variant's model came to: it can be judged no more.
  public func forgetQuality(of variant: Variant) throws {
    guard let index = record.entries.firstIndex(where: { $0.variant == variant }),
      record.entries[index].quality != nil
    else { return }
    record.entries[index].quality = nil
    try record.write(to: folder)
  }

  /// What to say if variants that are done learned from other data than each other, though their settings name the
  /// same: it was changed in between.
  public var differenceOfData: String? {
    func data(_ variant: Variant) -> [String] { variant.settings.filter { $0.hasPrefix("data.") } }
    var known: [(variant: Variant, fingerprint: String)] = []
    for entry in entries where entry.status == .done {
      guard let facts = RunFolder.facts(run(of: entry.variant)) else { continue }
      if let other = known.first(where: {
        data($0.variant) == data(entry.variant) && $0.fingerprint != facts.trainingFingerprint
      }) {
        return
          "\(folder): '\(other.variant.name)' and '\(entry.variant.name)' learned from different data, as it was "
          + "changed in between; put it back and compare anew with another --out"
      }
      known.append((entry.variant, facts.trainingFingerprint))
    }
    return nil
  }
}

extension Comparison {
  /// Throws if a variant's run was begun with another recipe than the one that it is to be trained with now.
  public func checkFits(_ recipe: some RecipeDocument, _ variant: Variant) throws {
    let path = RunFolder.recipe(of: run(of: variant))
    guard FileManager.default.fileExists(atPath: path) else { return }
    try checkFits(recipe, path, variant)
  }

  private func checkFits<Document: RecipeDocument>(
    _ recipe: Document, _ path: String, _ variant: Variant
  ) throws {
    if let difference = recipe.firstDifference(from: try Document(contentsOf: path)) {
      throw ModelError(
        path: path,
        "'\(variant.name)' was begun with \(difference); put that back, or compare anew with another --out"
      )
    }
  }
}
