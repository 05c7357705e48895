public import Foundation
internal import Seq2Seq

/// A figure as a history keeps it, a JSON object a line.
public struct BenchmarkRecord: Codable, Sendable, Equatable {
  /// When it was measured, ISO 8601 in UTC.
  public var date: String
  /// Of the program.
  public var version: String
  public var processor: String
  /// Sets of kernels by what they compute.
  public var kernels: [String: String]
  public var threads: Int
  public var `case`: String
  /// What texts, models and pictures of the user it was measured on; nil for what ships.
  public var data: String?
  public var unit: String
  public var value: Double
  public var min: Double
  public var max: Double
  public var passes: Int
  public var processorValue: Double
  public var bound: Double?
  public var ratio: Double?
  public var processorRatio: Double?

  public init(
    _ item: BenchmarkCase, _ figure: Figure, settings: BenchmarkSettings, version: String,
    machine: Machine = .current, date: Date = Date()
  ) {
    self.date = date.formatted(.iso8601)
    self.version = version
    processor = machine.processor
    kernels = machine.kernels
    threads = settings.threads
    self.case = item.name
    data = settings.data(for: item.suite)
    unit = item.measure.unit
    value = figure.value.median
    min = figure.value.min
    max = figure.value.max
    passes = figure.passes
    processorValue = figure.processorValue
    bound = figure.bound
    ratio = figure.ratio
    processorRatio = figure.processorRatio
  }

  /// The object on one line.
  public func line() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Whether both were measured of the same thing on the same kind of machine.
  public func isComparable(to other: BenchmarkRecord) -> Bool {
    self.case == other.case && threads == other.threads && processor == other.processor
      && unit == other.unit && data == other.data
  }
}

extension BenchmarkSettings {
  /// Names what a suite takes of the user's, so that figures of other data are not compared with it.
  func data(for suite: BenchmarkSuite) -> String? {
    var parts: [String] = []
    func add(_ name: String, _ items: [some Collection<UInt8>]?) {
      guard let items else { return }
      var hash = CorpusFingerprint()
      for item in items {
        hash.add(item)
        hash.add(CollectionOfOne(0x0A))
      }
      parts.append("\(name) \(hash.digits)")
    }
    /// A file by what is in it, a model by what it says of itself and by its weights.
    func add(_ name: String, _ path: String?) {
      guard let path else { return }
      let files = [path, path + "/model.json", path + "/weights.safetensors"]
      add(name, files.compactMap { FileManager.default.contents(atPath: $0) })
    }
    switch suite {
    case .products, .lstm, .cells, .attention, .softmax, .convolution: break
    case .training:
      add("source", corpus?.source)
      add("target", corpus?.target)
    case .decoding, .startup, .tokenizing:
      add("model", model)
      add("text", text?.map(\.utf8))
    case .scoring: add("text", text?.map(\.utf8))
    case .captioning:
      add("model", captioner)
      add("pictures", pictures)
    case .reading: add("pictures", pictures)
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
