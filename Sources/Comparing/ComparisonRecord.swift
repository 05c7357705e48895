internal import Foundation
internal import Recipes
internal import Seq2Seq

/// `comparison.json`: what is compared, and how far that has come, so that it can go on where it was stopped.
public struct ComparisonRecord: Codable, Sendable, Equatable {
  public static let file = "comparison.json"

  public enum Status: String, Codable, Sendable {
    case waiting, done, failed
  }

  /// What a model came to.
  public struct Quality: Codable, Sendable, Equatable {
    /// Of the model that was judged.
    public var update: Int
    public var beam: Int
    /// BLEU, CIDEr or perplexity on development data, and which data that is; nil in older records.
    public var development: Double
    public var developmentFingerprint: String?
    /// The same on test data, where that is given.
    public var test: Double?
    public var testFingerprint: String?

    public init(
      update: Int, beam: Int, development: Double, developmentFingerprint: String, test: Double?,
      testFingerprint: String?
    ) {
      (self.update, self.beam, self.development) = (update, beam, development)
      self.developmentFingerprint = developmentFingerprint
      (self.test, self.testFingerprint) = (test, testFingerprint)
    }
  }

  public struct Entry: Codable, Sendable, Equatable {
    public var variant: Variant
    public var status = Status.waiting
    /// Spent on it in sessions, each up to the last checkpoint that it wrote.
    public var seconds = 0.0
    /// When the session under way began, in seconds since 1970.
    public var started: Double?
    /// Of the last session.
    public var exitCode: Int32?
    /// Most that any session held at once.
    public var peakBytes = 0
    /// Made when it was done; nil in older records.
    public var updates: Int?
    public var quality: Quality?

    init(_ variant: Variant) { self.variant = variant }
  }

  public var version = 1
  /// Seconds each variant may take; none where the recipe says when to stop.
  public var budget: Double?
  /// Threads each is given; nil for all processors.
  public var threads: Int?
  public var entries: [Entry] = []

  init(budget: Double?, threads: Int?) { (self.budget, self.threads) = (budget, threads) }

  /// Reads what a folder holds; nil if it holds none.
  init?(folder: String) throws {
    let path = folder + "/" + Self.file
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let decoder = JSONDecoder()
    // Of a newer format nothing else may be as it was.
    if let format = try? decoder.decode(Format.self, from: data), format.version != 1 {
      throw ModelError(
        path: path, "was written by a newer program; update s2s, or use another --out")
    }
    do {
      self = try decoder.decode(Self.self, from: data)
    } catch {
      throw ModelError(path: path, "damaged; use another --out")
    }
  }

  private struct Format: Decodable { var version: Int }

  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let path = folder + "/" + Self.file
    do {
      try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw WritingError(path: path, error)
    }
  }
}

extension ComparisonRecord.Entry {
  /// Counts a session's time. What was trained beyond the last checkpoint is lost, and so is no time spent.
  mutating func count(seconds: Double, exitCode: Int32, run: String) {
    self.exitCode = exitCode
    // Training that ends by itself or is asked to stop writes a checkpoint last of all.
    let written = started.flatMap { Self.lastCheckpoint(run, since: $0) }
    guard exitCode == 0 || [130, 143].contains(exitCode) && written != nil else {
      return settle(run: run)
    }
    self.seconds += seconds
    started = nil
  }

  /// Counts a session that was killed or failed up to the last checkpoint that it wrote; a run that has none begins
  /// anew.
  mutating func settle(run: String) {
    if let began = started, let written = Self.lastCheckpoint(run, since: began) {
      seconds += written - began
    }
    started = nil
    if !RunFolder.checkpoints(of: run).holdsUpdates { seconds = 0 }
  }

  /// When a run's last checkpoint was written, in seconds since 1970; nil if that was before a time, or there is none.
  private static func lastCheckpoint(_ run: String, since began: Double) -> Double? {
    guard let last = RunFolder.checkpoints(of: run).updates.last,
      let attributes = try? FileManager.default.attributesOfItem(atPath: last),
      let written = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970
    else { return nil }
    // The clock of files may be some milliseconds behind.
    return written >= began - 0.05 ? max(began, written) : nil
  }
}
