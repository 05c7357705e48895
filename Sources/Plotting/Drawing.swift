/// An SVG file that is being written.
struct Drawing {
  /// Beyond so many points a line's points are not marked.
  private static let markedPoints = 60
  private static let longestLegend = 36
  /// Lines of a legend lie so far apart, in pixels.
  private static let legendLine = 18.0

  private let width: Double
  private let frames: [Frame]
  private let height: Double
  private let title: String
  private var body: [String] = []

  // Of one plot, in pixels.
  private let left: Double
  private let top = 40.0
  private let bottom = 52.0
  private let right = 16.0
  private let plotWidth = 520.0
  private static let leastHeight = 260.0

  init(title: String, plots: [LinePlot]) {
    self.title = title
    let axes = plots.map { plot in
      let points = plot.series.flatMap(\.points)
      return (
        x: PlotAxis(points.map(\.x) + plot.x.including, plot.x.scale, reachesTicks: false),
        y: PlotAxis(
          points.flatMap { [$0.y] + ($0.spread.map { [$0.lowerBound, $0.upperBound] } ?? []) }
            + plot.y.including,
          plot.y.scale, reachesTicks: true)
      )
    }
    let longestTick = axes.flatMap(\.y.ticks).map { tickLabel($0).count }.max() ?? 0
    left = max(76, 30 + 7 * Double(longestTick))
    let longestName = plots.flatMap(\.series).map { min($0.name.count, Self.longestLegend) }.max()
    width = left + plotWidth + right + (longestName.map { 44 + 7 * Double($0) } ?? 0)
    var frames: [Frame] = []
    var below = 0.0
    for (plot, axes) in zip(plots, axes) {
      // As high as its legend.
      let height = max(Self.leastHeight, Self.legendLine * Double(plot.series.count) + 8)
      frames.append(
        Frame(
          left: left, top: below + top, width: plotWidth, height: height, x: axes.x, y: axes.y))
      below += top + height + bottom
    }
    self.frames = frames
    height = max(below, top + bottom)
  }

  var text: String {
    let size = (coordinate(width), coordinate(height))
    return
      ([
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size.0)\" height=\"\(size.1)\" "
          + "viewBox=\"0 0 \(size.0) \(size.1)\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">",
        "<title>\(escapedForXML(title))</title>",
        PlotStyle.sheet,
        "<rect class=\"paper\" width=\"\(size.0)\" height=\"\(size.1)\"/>",
      ] + body + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  /// Draws one of the plots.
  mutating func add(_ plot: LinePlot, number: Int) {
    let frame = frames[number]
    let middle = frame.left + frame.width / 2
    body.append("<g class=\"plot\">")
    write(
      shortened(plot.title, to: 64), x: middle, y: frame.top - 16,
      " text-anchor=\"middle\" font-size=\"15\"")
    axes(plot, frame)
    for (number, series) in plot.series.enumerated() { add(series, number, frame) }
    if !plot.series.flatMap(\.points).contains(where: { frame.place($0.x, $0.y) != nil }) {
      write(
        "nothing to show", x: middle, y: frame.top + frame.height / 2, " text-anchor=\"middle\"")
    }
    legend(plot.series, top: frame.top)
    body.append("</g>")
  }

  private mutating func axes(_ plot: LinePlot, _ frame: Frame) {
    let base = frame.top + frame.height
    for tick in frame.x.ticks {
      guard let position = frame.x.position(tick) else { continue }
      let x = frame.left + position * frame.width
      line(x, frame.top, x, base, "grid")
      write(tickLabel(tick), x: x, y: base + 16, " text-anchor=\"middle\"")
    }
    for tick in frame.y.ticks {
      guard let position = frame.y.position(tick) else { continue }
      let y = base - position * frame.height
      line(frame.left, y, frame.left + frame.width, y, "grid")
      write(tickLabel(tick), x: frame.left - 6, y: y + 4, " text-anchor=\"end\"")
    }
    body.append(
      "<rect class=\"axis\" x=\"\(coordinate(frame.left))\" y=\"\(coordinate(frame.top))\" "
        + "width=\"\(coordinate(frame.width))\" height=\"\(coordinate(frame.height))\"/>")
    write(
      shortened(plot.x.label, to: 80), x: frame.left + frame.width / 2, y: base + 36,
      " text-anchor=\"middle\"")
    let middle = frame.top + frame.height / 2
    write(
      shortened(plot.y.label, to: 44), x: 16, y: middle,
      " text-anchor=\"middle\" transform=\"rotate(-90 16 \(coordinate(middle)))\"")
  }

  /// A line with its band and its marks; where a point has no place the line is broken.
  private mutating func add(_ series: LinePlot.Series, _ number: Int, _ frame: Frame) {
    let colour = number % PlotStyle.palette.count
    let runs = series.points.split { frame.place($0.x, $0.y) == nil }
    for run in runs {
      let spread = run.filter { $0.spread != nil }
      let upper = spread.compactMap { frame.place($0.x, $0.spread?.upperBound ?? $0.y) }
      // What is spread down to where the scale does not reach ends at the frame.
      let lower = spread.compactMap { point in
        frame.place(point.x, point.spread?.lowerBound ?? point.y)
          ?? frame.place(point.x, point.y).map { ($0.x, frame.top + frame.height) }
      }
      if upper.count > 1 {
        body.append(
          "<polygon class=\"band f\(colour)\" points=\"\(Self.points(upper + lower.reversed()))\"/>"
        )
      }
      let places = run.compactMap { frame.place($0.x, $0.y) }
      if places.count > 1 {
        body.append(
          "<polyline class=\"line l\(colour)\"\(PlotStyle.dash(number)) points=\"\(Self.points(places))\"/>"
        )
      }
      guard series.points.count <= Self.markedPoints || places.count == 1 else { continue }
      for place in places {
        body.append(
          "<circle class=\"f\(colour)\" cx=\"\(coordinate(place.x))\" cy=\"\(coordinate(place.y))\" r=\"3\"/>"
        )
      }
    }
  }

  private mutating func legend(_ series: [LinePlot.Series], top: Double) {
    let x = left + plotWidth + right
    for (number, series) in series.enumerated() {
      let y = top + 12 + Self.legendLine * Double(number)
      let colour = number % PlotStyle.palette.count
      body.append(
        "<line class=\"line l\(colour)\"\(PlotStyle.dash(number)) x1=\"\(coordinate(x))\" y1=\"\(coordinate(y - 4))\" "
          + "x2=\"\(coordinate(x + 24))\" y2=\"\(coordinate(y - 4))\"/>")
      write(shortened(series.name, to: Self.longestLegend), x: x + 30, y: y, "")
    }
  }

  private mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String
  ) {
    body.append(
      "<line class=\"\(kind)\" x1=\"\(coordinate(x1))\" y1=\"\(coordinate(y1))\" x2=\"\(coordinate(x2))\" "
        + "y2=\"\(coordinate(y2))\"/>")
  }

  private mutating func write(_ text: String, x: Double, y: Double, _ attributes: String) {
    body.append(
      "<text class=\"ink\" x=\"\(coordinate(x))\" y=\"\(coordinate(y))\"\(attributes)>"
        + "\(escapedForXML(text))</text>")
  }

  private static func points(_ places: [(x: Double, y: Double)]) -> String {
    places.map { "\(coordinate($0.x)),\(coordinate($0.y))" }.joined(separator: " ")
  }
}

/// Where a plot's values lie on the sheet, in pixels.
private struct Frame {
  var left: Double
  var top: Double
  var width: Double
  var height: Double
  var x: PlotAxis
  var y: PlotAxis

  /// Nil for what has no place on a scale.
  func place(_ x: Double, _ y: Double) -> (x: Double, y: Double)? {
    guard let across = self.x.position(x), let up = self.y.position(y) else { return nil }
    return (left + across * width, top + (1 - up) * height)
  }
}
