import Foundation
import Plotting
import Testing

@Suite struct PlotAxisTests {
  /// Values of all sizes: every tick lies in its frame, and there are a few.
  @Test func ticksAreFewAndInside() throws {
    for exponent in [-30.0, -3, 0, 4, 30] {
      for factor in [1.0, 1.3, 2.7, 9.99] {
        let values = [1.0, factor * 3].map { $0 * pow(10, exponent) }
        for scale in [LinePlot.Scale.linear, .logarithmic] {
          let points = values.map { LinePlot.Point($0, $0) }
          let elements = try Elements(plot([.init("s", points)], x: scale, y: scale).svg)
          let frame = try #require(elements.named("rect", "axis").first).attributes
          let left = try #require(Double(frame["x"] ?? ""))
          let width = try #require(Double(frame["width"] ?? ""))
          let top = try #require(Double(frame["y"] ?? ""))
          let height = try #require(Double(frame["height"] ?? ""))
          let grid = elements.named("line", "grid")
          #expect((4...22).contains(grid.count), "\(grid.count) at \(exponent), \(factor)")
          func places(_ name: String) -> [Double] {
            grid.compactMap { $0.attributes[name].flatMap { Double($0) } }
          }
          let (across, up) = (places("x1") + places("x2"), places("y1") + places("y2"))
          #expect(across.count == 2 * grid.count && up.count == 2 * grid.count)
          #expect(across.allSatisfy { $0 >= left - 0.1 && $0 <= left + width + 0.1 })
          #expect(up.allSatisfy { $0 >= top - 0.1 && $0 <= top + height + 0.1 })
          // The two points are told apart, whatever their size.
          let line = try #require(elements.lines.first)
          #expect(line[1][0] - line[0][0] > width / 2 && line[0][1] - line[1][1] > height / 3)
        }
      }
    }
  }

  /// On a logarithmic axis too that is shorter than a decade.
  @Test(arguments: [(3.1, 3.4), (1.01, 1.09), (0.6, 2.9), (41, 399)] as [(Double, Double)])
  func shortLogarithmicAxesHaveTicks(low: Double, high: Double) throws {
    let points = [LinePlot.Point(low, low), .init(high, high)]
    let grid = try Elements(plot([.init("s", points)], x: .logarithmic, y: .logarithmic).svg)
      .named("line", "grid")
    let upright = grid.filter { $0.attributes["x1"] == $0.attributes["x2"] }
    #expect(upright.count >= 3 && grid.count - upright.count >= 3)
  }

  /// Differences of the largest numbers are no numbers; of the smallest nothing is left.
  @Test func numbersOfAnySizeAreTaken() throws {
    let (largest, least) = (Double.greatestFiniteMagnitude, Double.leastNonzeroMagnitude)
    for values in [
      [-largest, largest], [1e308, 1.1e308], [-1e300, 1e300], [least, 9 * least], [0, least],
      [1e-290, 2e-290], [1, 1 + 1e-12],
    ] as [[Double]] {
      for scale in [LinePlot.Scale.linear, .logarithmic] {
        let points = values.map { LinePlot.Point($0, $0, spread: min($0, 0)...max($0, 1)) }
        let elements = try Elements(plot([.init("s", points)], x: scale, y: scale).svg)
        #expect(elements.named("rect", "axis").count == 1)
      }
    }
  }
}
