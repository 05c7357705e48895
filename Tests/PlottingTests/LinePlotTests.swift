import Foundation
import Plotting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An SVG's elements with their attributes and texts, as an XML reader finds them.
private final class Elements: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
  }

  private(set) var all: [Element] = []
  private var open: [Int] = []

  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    let isValid = parser.parse()
    try #require(isValid, "not XML: \(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append(all.count)
    all.append(Element(name: name, attributes: attributes))
  }

  func parser(
    _ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.last { all[last].text += text }
  }

  func named(_ name: String, _ kind: String = "") -> [Element] {
    all.filter { $0.name == name && ($0.attributes["class"] ?? "").hasPrefix(kind) }
  }

  var texts: [String] { named("text").map(\.text) }

  /// The places of each line.
  var lines: [[[Double]]] {
    named("polyline").map { line in
      (line.attributes["points"] ?? "").split(separator: " ").map {
        $0.split(separator: ",").compactMap { Double($0) }
      }
    }
  }
}

private func plot(
  _ series: [LinePlot.Series], x: LinePlot.Scale = .linear, y: LinePlot.Scale = .linear
) -> LinePlot {
  LinePlot(title: "A plot", x: .init("steps", x), y: .init("share", y), series: series)
}

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

  @Test func colourFollowsThePageAndTextIsTheSame() throws {
    let one = plot([.init("s", [.init(0.1, 0.30000000000000004), .init(1e9, 1e-12)])])
    #expect(one.svg == one.svg)
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
          let grid = elements.named("line", "grid")
          #expect((4...22).contains(grid.count), "\(grid.count) at \(exponent), \(factor)")
          for line in grid {
            let x = try #require(Double(line.attributes["x1"] ?? ""))
            #expect(x >= left - 0.1 && x <= left + width + 0.1)
          }
        }
      }
    }
  }
}
