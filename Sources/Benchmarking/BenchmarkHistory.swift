internal import Foundation

/// The figures of earlier runs, oldest first.
public struct BenchmarkHistory: Sendable {
  public let records: [BenchmarkRecord]

  /// Reads a file that runs have added to; empty lines are passed over.
  ///
  /// - Throws: `HistoryError` for a file that cannot be read, or a line that is no record.
  public init(contentsOf path: String) throws(HistoryError) {
    guard let content = FileManager.default.contents(atPath: path) else {
      throw HistoryError(path: path, "cannot be read; --json FILE begins a history")
    }
    let decoder = JSONDecoder()
    var records: [BenchmarkRecord] = []
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) {
      guard let record = try? decoder.decode(BenchmarkRecord.self, from: line) else {
        throw HistoryError(
          path: path, "line \(number + 1) is no record of a benchmark; delete the line")
      }
      records.append(record)
    }
    self.records = records
  }

  /// The last one of the same case, threads, processor and data.
  public func last(like record: BenchmarkRecord) -> BenchmarkRecord? {
    records.last { $0.isComparable(to: record) }
  }
}

/// A history that cannot be used: which, what is wrong, what to do.
public struct HistoryError: Error, CustomStringConvertible, Equatable {
  public var path: String
  public var message: String

  init(path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}
