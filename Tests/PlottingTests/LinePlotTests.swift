import Foundation
import Plotting
import Testing

@Suite struct LinePlotTests {
  @Test func axesLegendAndLinesAreThere() throws {
    let svg = plot([
      .init("one", [.init(0, 0), .init(5, 50), .init(10, 100)]),
      .init("two", [.init(0, 100), .init(10, 0)]),
    ]).svg
    let elements = try Elements(svg)
    for text in ["A plot", "steps", "share", "one", "two", "0", "2", "10", "20", "100"] {
      #expect(elements.texts.contains(text), "\(text) in \(elements.texts)")
    }
    let lines = elements.lines
    try #require(lines.count == 2)
    #expect(lines[0].count == 3 && lines[1].count == 2)
    // Upwards on the page is less y.
    #expect(lines[0][2][1] < lines[0][0][1] && lines[1][1][1] > lines[1][0][1])
    #expect(lines[0][1][0] == (lines[0][0][0] + lines[0][2][0]) / 2)
    #expect(elements.named("circle").count == 5)
    #expect(Set(elements.named("polyline").map { $0.attributes["class"] }).count == 2)
  }

  @Test func logarithmicAxesPlaceByPowersOfTen() throws {
    let svg = plot(
      [.init("s", [.init(1, 1), .init(10, 1e-3), .init(100, 1e-6)])], x: .logarithmic,
      y: .logarithmic
    ).svg
    let elements = try Elements(svg)
    let line = try #require(elements.lines.first)
    #expect(abs(line[1][0] - (line[0][0] + line[2][0]) / 2) < 0.11)
    #expect(abs(line[1][1] - (line[0][1] + line[2][1]) / 2) < 0.11)
    for tick in ["1", "2", "5", "10", "50", "100", "0.001", "1e-06"] {
      #expect(elements.texts.contains(tick), "\(tick) in \(elements.texts)")
    }
  }

  /// What is no number, or not positive on a logarithmic axis, leaves a gap.
  @Test func whatHasNoPlaceBreaksTheLine() throws {
    let points: [LinePlot.Point] = [
      .init(1, 1), .init(2, 0.1), .init(3, 0), .init(4, .nan), .init(5, 0.1), .init(6, 0.2),
    ]
    let elements = try Elements(plot([.init("s", points)], y: .logarithmic).svg)
    #expect(elements.lines.map(\.count) == [2, 2])
    #expect(!elements.texts.contains("nothing to show"))
  }

  @Test func nothingIsSaidSo() throws {
    for series in [[], [LinePlot.Series("s", [])], [.init("s", [.init(1, -.infinity)])]] {
      for scale in [LinePlot.Scale.linear, .logarithmic] {
        #expect(try Elements(plot(series, y: scale).svg).texts.contains("nothing to show"))
      }
    }
  }

  @Test func aSinglePointIsMarkedInTheMiddle() throws {
    for (value, scale) in [(3.0, LinePlot.Scale.linear), (0, .linear), (3, .logarithmic)] {
      let elements = try Elements(plot([.init("s", [.init(7, value)])], y: scale).svg)
      #expect(elements.named("circle").count == 1)
      #expect(elements.lines.isEmpty)
    }
  }

  @Test func axesReachFurtherWhereAsked() throws {
    func firstPlace(_ including: [Double]) throws -> Double {
      let plot = LinePlot(
        title: "A plot", x: .init("x", including: including), y: .init("y"),
        series: [.init("s", [.init(5, 1), .init(10, 2)])])
      return try #require(try Elements(plot.svg).lines.first?.first?.first)
    }
    #expect(try firstPlace([0]) > firstPlace([]) + 200)
  }

  @Test func spreadsAreBandsBelowTheLine() throws {
    let points = (1...4).map { x in
      LinePlot.Point(Double(x), 2, spread: x == 4 ? 0...3 : 1...3)
    }
    for scale in [LinePlot.Scale.linear, .logarithmic] {
      let elements = try Elements(plot([.init("s", points)], y: scale).svg)
      let band = try #require(elements.named("polygon", "band").first)
      #expect(band.attributes["points"]?.split(separator: " ").count == 8)
    }
  }

  @Test func namesAreEscaped() throws {
    let name = "a < b & \"c\" 'd' \u{1}\u{B} ü"
    let elements = try Elements(
      LinePlot(title: name, x: .init(name), y: .init(name), series: [.init(name, [.init(1, 1)])])
        .svg)
    let shown = "a < b & \"c\" 'd' \u{FFFD}\u{FFFD} ü"
    #expect(elements.texts.count { $0 == shown } == 4)
    #expect(elements.named("title").map(\.text) == [shown])
  }

  @Test func manyLinesAreToldApart() throws {
    let series = (0..<20).map { LinePlot.Series("s\($0)", [.init(0, Double($0)), .init(1, 0)]) }
    let lines = try Elements(plot(series).svg).named("polyline")
    let styles = Set(
      lines.map { "\($0.attributes["class"] ?? "") \($0.attributes["stroke-dasharray"] ?? "")" })
    #expect(styles.count == 20)
  }

  @Test func colourFollowsThePage() throws {
    let one = plot([.init("s", [.init(0.1, 0.30000000000000004), .init(1e9, 1e-12)])])
    #expect(one.svg.contains("@media (prefers-color-scheme: dark)"))
    #expect(try Elements(one.svg).named("rect", "paper").count == 1)
  }

  @Test func aSheetPutsPlotsBelowEachOther() throws {
    let one = plot([.init("s", [.init(0, 0), .init(1, 1)])])
    let elements = try Elements(PlotSheet(title: "Sheet", plots: [one, one, one]).svg)
    #expect(elements.named("g", "plot").count == 3)
    let starts = elements.lines.compactMap { $0.first?[1] }
    #expect(starts == starts.sorted() && Set(starts).count == 3)
    let height = try #require(Double(elements.named("svg")[0].attributes["height"] ?? ""))
    #expect(starts.allSatisfy { $0 < height })
    #expect(elements.named("title").map(\.text) == ["Sheet"])
  }

  /// However many lines there are and however long their names: every text lies on the sheet.
  @Test(arguments: [1, 14, 18, 60]) func textsLieInside(count: Int) throws {
    let long = String(repeating: "a long name of something, ", count: 8)
    let series = (0..<count).map { number in
      LinePlot.Series(
        "model.layerNormalization=true, training.seed=\(number)",
        [.init(0, -1.234567e-299), .init(1, 123_456.7), .init(2, 123_456.9)])
    }
    var one = plot(series)
    (one.title, one.x.label, one.y.label) = (long, long, long)
    let far = plot([.init("s", [.init(-1.2345e-7, 1_234_567.1), .init(1, 1_234_567.2)])])
    let elements = try Elements(PlotSheet(title: long, plots: [one, far, one]).svg)
    let sheet = elements.named("svg")[0].attributes
    let width = try #require(Double(sheet["width"] ?? ""))
    let height = try #require(Double(sheet["height"] ?? ""))
    for text in elements.named("text") {
      let x = try #require(Double(text.attributes["x"] ?? ""))
      let y = try #require(Double(text.attributes["y"] ?? ""))
      let size = text.attributes["font-size"].flatMap { Double($0) } ?? 12
      // Letters of such a font are about half as wide as high.
      let length = 0.56 * size * Double(text.text.count)
      let before =
        switch text.attributes["text-anchor"] {
        case "middle": length / 2
        case "end": length
        default: 0.0
        }
      let (place, room) = text.attributes["transform"] == nil ? (x, width) : (y, height)
      #expect(place - before >= 0 && place - before + length <= room, "\(text)")
      #expect(y >= size && y <= height - 4, "\(text)")
    }
    // Names differ at their ends.
    #expect(Set(elements.texts).isSuperset(of: (0..<count).map { shortenedName($0) }))
  }

  private func shortenedName(_ number: Int) -> String {
    let name = "model.layerNormalization=true, training.seed=\(number)"
    return name.prefix(18) + "…" + name.suffix(17)
  }
}
