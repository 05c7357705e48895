/// A plot of lines over two axes.
public struct LinePlot: Sendable, Equatable {
  public enum Scale: Sendable, Equatable {
    case linear
    /// By powers of ten; what is not positive has no place on it, and leaves a gap in its line (as does on any scale
    /// what is no number or larger than 1e300).
    case logarithmic
  }

  public struct Axis: Sendable, Equatable {
    /// What is measured, with its unit.
    public var label: String
    public var scale: Scale
    /// Values that have their place on the axis even where no point lies so far out: plots below each other are to
    /// have one axis.
    public var including: [Double]

    public init(_ label: String, _ scale: Scale = .linear, including: [Double] = []) {
      self.label = label
      self.scale = scale
      self.including = including
    }
  }

  public struct Point: Sendable, Equatable {
    public var x: Double
    public var y: Double
    /// Between which values a measurement is spread, if that is to be shown.
    public var spread: ClosedRange<Double>?

    public init(_ x: Double, _ y: Double, spread: ClosedRange<Double>? = nil) {
      self.x = x
      self.y = y
      self.spread = spread
    }
  }

  /// A line, in the order of its points.
  public struct Series: Sendable, Equatable {
    /// What the legend calls it.
    public var name: String
    public var points: [Point]

    public init(_ name: String, _ points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  public var title: String
  public var x: Axis
  public var y: Axis
  public var series: [Series]

  public init(title: String, x: Axis, y: Axis, series: [Series]) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
  }

  /// The plot as an SVG file.
  public var svg: String { PlotSheet(title: title, plots: [self]).svg }
}

/// Plots one below the other.
public struct PlotSheet: Sendable, Equatable {
  /// What the file is called by those who read it aloud.
  public var title: String
  public var plots: [LinePlot]

  public init(title: String, plots: [LinePlot]) {
    self.title = title
    self.plots = plots
  }

  /// The sheet as an SVG 1.1 file: the same text for the same numbers. Its colours follow the reader's wish for a
  /// light or a dark page, and it brings its own paper, so that it can be read where that wish is not known.
  public var svg: String {
    var drawing = Drawing(title: title, plots: plots)
    for (number, plot) in plots.enumerated() { drawing.add(plot, number: number) }
    return drawing.text
  }
}
