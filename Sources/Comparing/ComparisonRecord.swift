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
    /// BLEU or CIDEr on development data.
    public var development: Double
    /// The same on test data, where that is given, and which data that is.
    public var test: Double?
    public var testFingerprint: String?

    public init(
      update: Int, beam: Int, development: Double, test: Double?, testFingerprint: String?
    ) {
      (self.update, self.beam, self.development) = (update, beam, development)
      (self.test, self.testFingerprint) = (test, testFingerprint)
    }
  }

  public struct Entry: Codable, Sendable, Equatable {
    public var variant: Variant
    public var status = Status.waiting
    /// Spent on it in sessions that came to their end, or to their last checkpoint.
    public var seconds = 0.0
    /// When the session under way began, in seconds since 1970.
    public var started: Double?
    /// Of the last session.
    public var exitCode: Int32?
    /// Most that any session held at once.
    public var peakBytes = 0
    public var quality: Quality?

    init(_ variant: Variant) { self.variant = variant }
  }

  public var version = 1
  /// Seconds each variant may take; none where the recipe says when to stop.
  public var budget: Double?
  public var entries: [Entry] = []

  init(budget: Double?) { self.budget = budget }

  /// Reads what a folder holds; nil if it holds none.
  init?(folder: String) throws {
    let path = folder + "/" + Self.file
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw ModelError(path: path, "damaged; delete it to begin anew, or use another --out")
    }
    guard version == 1 else {
      throw ModelError(
        path: path, "was written by a newer program; update s2s, or use another --out")
    }
  }

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
  /// Counts a session that was killed up to its last checkpoint: what came after is lost, and so is no time spent.
  mutating func settle(run: String) {
    guard let began = started else { return }
    started = nil
    guard let last = RunFolder.checkpoints(of: run).updates.last,
      let attributes = try? FileManager.default.attributesOfItem(atPath: last),
      let written = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970
    else { return }
    seconds += max(0, written - began)
  }
}
