internal import Neural
internal import Tensors

/// A convolution without a bias, and the batch normalisation after it.
struct NormalizedLayer: Sendable {
  enum Kind: Sendable, Equatable {
    /// Over all channels; weight [output, taps · input].
    case full(window: Window, input: Int, output: Int)
    /// Each channel by itself; weight [taps, channels].
    case depthwise(window: Window, channels: Int)
    /// Of single places; weight [output, input].
    case pointwise(input: Int, output: Int)
  }

  /// ReLU6's upper limit.
  static let ceiling: Float = 6

  let name: String
  let kind: Kind
  let weight: Parameter
  let gain: Parameter
  let shift: Parameter
  /// In the table of statistics.
  let mean: Parameter
  let variance: Parameter

  init(
    _ name: String, _ kind: Kind, in table: inout ParameterTable,
    statistics: inout ParameterTable
  ) {
    self.name = name
    self.kind = kind
    weight = kind.declareWeight("\(name).weight", in: &table)
    let channels = kind.outputChannels
    gain = table.declare("\(name).gain", rows: 1, columns: channels, .constant(1))
    shift = table.declare("\(name).shift", rows: 1, columns: channels, .zeros)
    mean = statistics.declare("\(name).mean", rows: 1, columns: channels, .zeros)
    variance = statistics.declare("\(name).variance", rows: 1, columns: channels, .constant(1))
  }

  /// The layer's output; `grid` becomes its places.
  ///
  /// - Parameter isLimited: whether ReLU6 follows.
  func apply(
    _ x: Variable, _ grid: inout Grid, _ statistics: ConvolutionalEncoder.Statistics,
    epsilon: Float, isLimited: Bool, on graph: Graph
  ) -> Variable {
    let y: Variable
    switch kind {
    case .full(let window, _, _):
      y = graph.convolution(x, grid, weight, window: window)
      grid = window.output(of: grid)
    case .depthwise(let window, _):
      y = graph.depthwiseConvolution(x, grid, weight, window: window)
      grid = window.output(of: grid)
    case .pointwise:
      y = graph.affine(x, weight)
    }
    let moments: NormalizationMoments =
      switch statistics {
      case .batch(let buffer):
        .batch(mean: mean.cut(from: buffer), variance: variance.cut(from: buffer))
      case .running(let buffer):
        .given(mean: mean.cut(from: buffer), variance: variance.cut(from: buffer))
      }
    return graph.batchNormalized(
      y, gain: gain, shift: shift, moments: moments, epsilon: epsilon,
      ceiling: isLimited ? Self.ceiling : nil)
  }
}

extension NormalizedLayer.Kind {
  var outputChannels: Int {
    switch self {
    case .full(_, _, let output), .pointwise(_, let output): output
    case .depthwise(_, let channels): channels
    }
  }

  /// Declares a weight that keeps the variance of what it multiplies on the way back (He et al.
  /// 2015).
  func declareWeight(_ name: String, in table: inout ParameterTable) -> Parameter {
    func deviation(_ fan: Int) -> Initializer { .normal((2 / Float(fan)).squareRoot()) }
    switch self {
    case .full(let window, let input, let output):
      return table.declare(
        name, rows: output, columns: window.taps * input, deviation(window.taps * output))
    case .depthwise(let window, let channels):
      return table.declare(
        name, rows: window.taps, columns: channels, deviation(window.taps), use: .columnwise)
    case .pointwise(let input, let output):
      return table.declare(name, rows: output, columns: input, deviation(output))
    }
  }
}
