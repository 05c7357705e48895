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
    record = try ComparisonRecord(folder: folder) ?? ComparisonRecord(budget: settings.budget)
    guard record.budget == settings.budget else {
      func told(_ budget: Double?) -> String { budget.map { "--budget \($0)" } ?? "no --budget" }
      throw ModelError(
        path: folder + "/" + ComparisonRecord.file,
        "this comparison was begun with \(told(record.budget)), not \(told(settings.budget)); give that again, or "
          + "begin anew with another --out")
    }
    for variant in variants {
      if let index = record.entries.firstIndex(where: { $0.variant.name == variant.name }) {
        guard record.entries[index].variant == variant else {
          throw ModelError(
            path: folder + "/" + ComparisonRecord.file,
            "here '\(variant.name)' means other settings (\(record.entries[index].variant.settings)); give it another "
              + "name, or begin anew with another --out")
        }
      } else {
        record.entries.append(.init(variant))
      }
    }
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
      if record.entries[index].status == .done {
        report(.alreadyDone(variant))
        continue
      }
      let run = run(of: variant)
      try waitForOthers(run) { report(.waiting(variant)) }
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

  /// Trains one variant to its end; false when it was interrupted.
  private func train(
    _ index: Int, run: String, program: String, interruption: () -> Int32
  ) throws -> Bool {
    record.entries[index].started = Date().timeIntervalSince1970
    record.entries[index].status = .waiting
    try record.write(to: folder)
    let began = ContinuousClock.now
    guard
      let end = ChildProcess.run(
        program, arguments(record.entries[index], run: run), interruption: interruption)
    else { throw ModelError(path: program, "cannot be started: \(systemMessage())") }
    let entry = record.entries[index]
    record.entries[index].started = nil
    record.entries[index].seconds = entry.seconds + began.duration(to: .now) / .seconds(1)
    record.entries[index].exitCode = end.exitCode
    record.entries[index].peakBytes = max(entry.peakBytes, end.peakBytes)
    let isInterrupted = end.exitCode != 0 && interruption() != 0
    if end.exitCode == 0 {
      record.entries[index].status = .done
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

  /// A process whose comparison was killed finishes its update first.
  private func waitForOthers(_ run: String, beforeWaiting: () -> Void) throws {
    let path = RunFolder.lock(of: run)
    guard FileManager.default.fileExists(atPath: path) else { return }
    try withoutActuallyEscaping(beforeWaiting) { _ = try RunLock(path: path, beforeWaiting: $0) }
  }

  /// Notes what a variant's model came to.
  public func note(_ quality: ComparisonRecord.Quality, of variant: Variant) throws {
    guard let index = record.entries.firstIndex(where: { $0.variant == variant }) else { return }
    record.entries[index].quality = quality
    try record.write(to: folder)
  }
}

private func systemMessage() -> String { String(cString: strerror(errno)) }

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
