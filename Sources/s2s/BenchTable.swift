import Benchmarking

/// A table of figures that is printed as they come: names to the left, numbers in columns of one width.
struct BenchTable {
  private static let width = 10
  private let nameWidth: Int
  private let unitWidth: Int
  private let compares: Bool

  init(_ cases: [BenchmarkCase], compares: Bool) {
    nameWidth = cases.map(\.name.count).max() ?? 0
    unitWidth = cases.map(\.measure.unit.count).max() ?? 0
    self.compares = compares
  }

  var header: String {
    line(
      "CASE", "UNIT", ["MEDIAN", "MIN", "MAX", "PASSES", "BOUND", "SHARE", "PROCESSOR", "SHARE"],
      compares ? "AGAINST" : nil)
  }

  /// - Parameter speed: how many times as fast it is as what it is compared with.
  func row(_ item: BenchmarkCase, _ figure: Figure, speed: Double?) -> String {
    line(
      item.name, item.measure.unit,
      [
        number(figure.value.median), number(figure.value.min), number(figure.value.max),
        "\(figure.passes)", number(figure.bound), percent(figure.ratio),
        number(figure.processorValue), percent(figure.processorRatio),
      ], compares ? speed.map { fixed($0, 2) + "x" } ?? "-" : nil)
  }

  private func line(_ name: String, _ unit: String, _ cells: [String], _ last: String?) -> String {
    padded(name, nameWidth) + "  " + padded(unit, unitWidth)
      + (cells + (last.map { [$0] } ?? [])).map {
        String(repeating: " ", count: max(1, Self.width - $0.count)) + $0
      }.joined()
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Four digits that count, all of those before the point.
  private func number(_ value: Double?) -> String {
    guard let value else { return "-" }
    return fixed(value, value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3)
  }

  private func percent(_ ratio: Double?) -> String {
    ratio.map { fixed(100 * $0, 1) + "%" } ?? "-"
  }
}
