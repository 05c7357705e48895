public import Tensors

/// The weight matrices of a network laid out for products, beside the flat buffer they come from: one
/// packing serves all steps of all batches between two changes of the weights. Some may be of 8 bits.
///
/// Sendable because graphs only read it; `repack` is called when none of them runs.
public final class PackedWeights: @unchecked Sendable {
  /// Which products will be asked for.
  public enum Use: Sendable {
    /// x·Wᵀ alone.
    case inference
    /// x·Wᵀ, and dy·W for gradients.
    case training
  }

  private struct Part {
    let parameter: Parameter
    let matrix: PackedMatrix
    let orientation: Orientation
  }

  /// Panels of columns that one worker packs at a time.
  private static let panelsAtOnce = 32

  private let weights: Tensor
  /// By the parameter's number in its table.
  private var forward: [PackedMatrix?]
  private var backward: [PackedMatrix?]
  private var parts: [Part] = []
  private var int8: [Int8Matrix?]

  /// Packs the matrices of `weights` that products are made with.
  ///
  /// - Parameters:
  ///   - int8: matrices of 8 bits, [rows, columns], by the names of their parameters, which take the place of those
  ///     in the flat buffer; for inference alone.
  ///   - takesWeights: whether the caller gives the weights up: those that are only multiplied by are
  ///     then kept in packed form alone, and `repack` must not be called.
  public init(
    _ table: ParameterTable, weights: Tensor, int8: [String: Int8Matrix] = [:], for use: Use,
    workers: Workers, takesWeights: Bool = false
  ) {
    precondition(int8.isEmpty || use == .inference, "what is learned has 32 bits")
    self.weights = weights
    forward = Array(repeating: nil, count: table.parameters.count)
    backward = forward
    self.int8 = table.parameters.map { int8[$0.name] }
    let multiplied = table.parameters.filter { $0.isMultiplied && int8[$0.name] == nil }
    // Training goes through all of them for every few rows: its are in huge pages, which are looked up less.
    var room =
      use == .training ? Tensor(inHugePages: 1, columns: Self.trainingRoom(for: multiplied)) : nil
    func matrix(depth: Int, columns: Int) -> PackedMatrix {
      guard let lent = room else { return PackedMatrix(depth: depth, columns: columns) }
      let taken = PackedMatrix.room(depth: depth, columns: columns)
      room = lent.cut(at: taken, rows: 1, columns: lent.count - taken)
      return PackedMatrix(
        depth: depth, columns: columns, in: lent.cut(at: 0, rows: 1, columns: taken))
    }
    for parameter in multiplied {
      let transposed = matrix(depth: parameter.columns, columns: parameter.rows)
      forward[parameter.number] = transposed
      parts.append(Part(parameter: parameter, matrix: transposed, orientation: .transposed))
      if use == .training {
        let plain = matrix(depth: parameter.rows, columns: parameter.columns)
        backward[parameter.number] = plain
        parts.append(Part(parameter: parameter, matrix: plain, orientation: .plain))
      }
    }
    // One after the other, so that not all are there twice at any time.
    for number in parts.indices {
      pack([number], of: weights, workers)
      let parameter = parts[number].parameter
      if takesWeights, use == .inference,
        parameter.use == .multiplied || parameter.use == .recurrent
      {
        parameter.cut(from: weights).discard()
      }
    }
  }

  /// Numbers that both packings of parameters take.
  private static func trainingRoom(for parameters: [Parameter]) -> Int {
    parameters.reduce(0) {
      $0 + PackedMatrix.room(depth: $1.columns, columns: $1.rows)
        + PackedMatrix.room(depth: $1.rows, columns: $1.columns)
    }
  }

  /// Numbers held in 32 bits.
  public var count: Int {
    parts.reduce(0) { $0 + PackedMatrix.room(depth: $1.matrix.depth, columns: $1.matrix.columns) }
  }

  /// Follows a change of the weights.
  ///
  /// - Parameter other: other weights, cut by the same table, that are packed in place of the own ones; nil for
  ///   those.
  public func repack(from other: Tensor? = nil, _ workers: Workers) {
    precondition(other == nil || other?.count == weights.count, "weights of another network")
    pack(Array(parts.indices), of: other ?? weights, workers)
  }

  private func pack(_ numbers: [Int], of weights: Tensor, _ workers: Workers) {
    let jobs = numbers.flatMap { number in
      let panels = parts[number].matrix.panels
      return stride(from: 0, to: panels, by: Self.panelsAtOnce).map {
        (number, $0..<min($0 + Self.panelsAtOnce, panels))
      }
    }
    workers.run(jobs.count) { [self] job in
      let (number, panels) = jobs[job]
      let part = parts[number]
      part.matrix.pack(part.parameter.cut(from: weights), part.orientation, panels: panels)
    }
  }

  /// W where it is of 8 bits.
  func int8(_ parameter: Parameter) -> Int8Matrix? { int8[parameter.number] }

  /// W as x·Wᵀ takes it; nil for what is only looked up.
  func forward(_ parameter: Parameter) -> PackedMatrix? { forward[parameter.number] }

  /// W as dy·W takes it; nil for what is only looked up, and in inference.
  func backward(_ parameter: Parameter) -> PackedMatrix? { backward[parameter.number] }
}
