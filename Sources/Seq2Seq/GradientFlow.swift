public import Neural
public import Tensors

/// How much of a gradient survives its way back through a recurrence (Hochreiter 1991; Bengio et al. 1994; Pascanu
/// et al. 2013, sec. 2): a random vector of length 1 is put in place of the gradient of a state, the tape runs
/// backward, and k steps before the length of what arrives at that state is read. A length that falls towards zero
/// is a gradient that vanishes: what happened there can hardly be learned from. One that grows explodes.
///
/// It works on any recurrence: of a cell, or of a decoder whose steps are tied by more than its cells.
public struct GradientFlow: Sendable, Equatable {
  /// A part of what a recurrent step hands to the next.
  public enum State: String, Sendable, CaseIterable {
    /// h, which others see.
    case hidden
    /// c, which cells with a memory of their own have besides.
    case cell
  }

  /// What is left so many steps back, over all vectors.
  public struct Point: Sendable, Equatable {
    public var steps: Int
    public var mean: Double
    /// Standard deviation; infinite where the mean is.
    public var deviation: Double

    public init(steps: Int, mean: Double, deviation: Double) {
      self.steps = steps
      self.mean = mean
      self.deviation = deviation
    }

    /// Mean and deviation of lengths, one a vector. One that is no number has overflowed on its way and counts as
    /// infinite.
    public init(steps: Int, lengths: [Double]) {
      self.steps = steps
      guard lengths.allSatisfy(\.isFinite) else {
        (mean, deviation) = (.infinity, .infinity)
        return
      }
      let mean = lengths.reduce(0, +) / Double(lengths.count)
      let square = lengths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(lengths.count)
      self.mean = mean
      deviation = square.squareRoot()
    }

    /// From a deviation below the mean to one above it; nil where that is beyond all numbers.
    public var spread: ClosedRange<Double>? {
      let most = mean + deviation
      return most.isFinite ? max(0, mean - deviation)...most : nil
    }
  }

  /// What is left along one layer's state, nearest first.
  public struct Trace: Sendable, Equatable {
    /// The layer, by the name its parameters begin with: `encoder.0.forward`.
    public var layer: String
    public var state: State
    public var points: [Point]

    public init(layer: String, state: State, points: [Point]) {
      self.layer = layer
      self.state = state
      self.points = points
    }

    /// What is left after so many steps; nil where that was not measured.
    public func mean(after steps: Int) -> Double? { points.first { $0.steps == steps }?.mean }
  }

  /// After how many steps is looked.
  public var distances = [1, 2, 5, 10, 20, 50, 100, 200]
  /// Random vectors, each going through a sequence of its own.
  public var vectors = 8
  /// Start of the random numbers.
  public var seed: UInt64 = 1
  /// Steps before the first that is looked at: a recurrence begins with states unlike those it comes to later.
  private static let warmUp = 16

  public init() {}

  /// Steps that a sequence needs.
  public var steps: Int { (distances.max() ?? 0) + 1 + Self.warmUp }

  /// What a cell's state has, in the order of traces.
  public static func states(of cell: some RecurrentCell) -> [State] {
    cell.hasCellValue ? [.hidden, .cell] : [.hidden]
  }

  /// One cell over inputs that are given.
  ///
  /// - Parameters:
  ///   - input: what the cell is fed, [Σ rows, E].
  ///   - steps: each step's rows in it, `vectors` for each state of the cell.
  ///   - isBackward: whether the sequences are gone through from their ends.
  ///   - graph: a training graph; it is reset.
  public func traces(
    of cell: any RecurrentCell, layer: String, input: Tensor, steps: [Range<Int>],
    isBackward: Bool = false, on graph: Graph
  ) -> [Trace] {
    graph.reset()
    let projected = cell.project(Variable(constant: input), on: graph)
    var state = cell.stateOfZeros(on: graph)
    return traces(
      layers: [(layer, Self.states(of: cell))], steps: isBackward ? steps.reversed() : steps,
      on: graph
    ) {
      state = cell.step(graph.stepRows(of: projected), state, mask: nil, on: graph)
      return [state]
    }
  }

  /// Any recurrence.
  ///
  /// Rows must not depend on each other: each state of each layer has `vectors` rows of the batch to itself.
  ///
  /// - Parameters:
  ///   - layers: their names and what their states have.
  ///   - steps: each step's rows in the order in which they are taken, `vectors` for each state of each layer.
  ///   - graph: a training graph, on which all that the steps need has been made.
  ///   - step: makes the next step, as in `Graph.unroll`, and returns the state of each layer.
  public func traces(
    layers: [(name: String, states: [State])], steps: [Range<Int>], on graph: Graph,
    step: () -> [CellState]
  ) -> [Trace] {
    precondition(graph.mode == .training, "nothing flows back without a tape")
    // Of the network as it is used, not of one that chance has thinned.
    let wasStochastic = graph.isStochastic
    graph.isStochastic = false
    defer { graph.isStochastic = wasStochastic }
    let channels = layers.enumerated().flatMap { number, layer in
      layer.states.map { (layer: number, state: $0) }
    }
    precondition(
      steps.allSatisfy { $0.count == channels.count * vectors }, "\(vectors) rows for each state")
    var lengths = Lengths(count: channels.count)
    var last: [CellState] = []
    _ = graph.unroll(steps) { number in
      last = step()
      let distance = steps.count - 1 - number
      guard distance > 0, distances.contains(distance) else { return [] }
      for (index, channel) in channels.enumerated() {
        guard let variable = last[channel.layer].part(channel.state) else { continue }
        graph.watchGradient(of: variable) { gradient in
          lengths.note(gradient.slice(rows(index)), channel: index, steps: distance)
        }
      }
      return []
    }
    for (index, channel) in channels.enumerated() {
      if let gradient = last[channel.layer].part(channel.state)?.gradient {
        fillWithDirections(gradient.slice(rows(index)))
      }
    }
    graph.backward()
    return channels.enumerated().map { index, channel in
      Trace(
        layer: layers[channel.layer].name, state: channel.state, points: lengths.points(index))
    }
  }

  /// The rows of a state of a layer.
  private func rows(_ channel: Int) -> Range<Int> { channel * vectors..<(channel + 1) * vectors }

  /// Random vectors of length 1, the same ones whatever the state.
  private func fillWithDirections(_ rows: Tensor) {
    for row in 0..<rows.rows {
      var generator = RandomGenerator(seed: seed, stream: 0xF10, UInt64(row))
      rows.slice(row..<row + 1).withMutableValues { values in
        for index in values.indices { values[index] = generator.normal() }
        let norm = length(UnsafeBufferPointer(values))
        for index in values.indices { values[index] = Float(Double(values[index]) / norm) }
      }
    }
  }
}

extension CellState {
  fileprivate func part(_ state: GradientFlow.State) -> Variable? {
    switch state {
    case .hidden: hidden
    case .cell: cell
    }
  }
}

private func length(_ values: UnsafeBufferPointer<Float>) -> Double {
  values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
}

/// Lengths of gradients as they are met, farthest last.
private struct Lengths {
  private var points: [[GradientFlow.Point]]

  init(count: Int) { points = Array(repeating: [], count: count) }

  mutating func note(_ rows: Tensor, channel: Int, steps: Int) {
    let lengths = (0..<rows.rows).map { row in
      rows.slice(row..<row + 1).withValues { length($0) }
    }
    points[channel].append(GradientFlow.Point(steps: steps, lengths: lengths))
  }

  func points(_ channel: Int) -> [GradientFlow.Point] { points[channel] }
}
