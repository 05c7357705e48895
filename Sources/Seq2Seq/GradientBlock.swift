internal import Neural
internal import Tensors

/// Some rows of a parameter whose gradients are summed, and whose weights are stepped, by one worker at a time.
struct GradientBlock: Sendable {
  /// Numbers that it has if the parameter is large; they and their moments stay in the second cache.
  private static let numbers = 3 << 15
  /// A multiple of the rows that products take at once on any processor (6 or 8).
  private static let rowsAtOnce = 24

  let parameter: Parameter
  let rows: Range<Int>
  let rule: UpdateRule

  /// Its numbers in a flat buffer.
  var range: Range<Int> {
    parameter.offset + rows.lowerBound * parameter.columns..<parameter.offset + rows.upperBound
      * parameter.columns
  }

  /// Its rows of a flat buffer, [rows.count, columns].
  func cut(from buffer: Tensor) -> Tensor {
    buffer.cut(at: range.lowerBound, rows: rows.count, columns: parameter.columns)
  }

  /// All blocks of a network in the order of its table. They are the same on every machine.
  static func blocks(
    of network: some TrainableNetwork, _ config: TrainingConfig
  ) -> [GradientBlock] {
    network.table.parameters.flatMap { parameter in
      let rule = network.rule(for: parameter, config)
      let height = max(numbers / parameter.columns / rowsAtOnce, 1) * rowsAtOnce
      return stride(from: 0, to: parameter.rows, by: height).map {
        GradientBlock(
          parameter: parameter, rows: $0..<min($0 + height, parameter.rows), rule: rule)
      }
    }
  }
}
