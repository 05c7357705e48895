/// Memory lent for one step and taken back at once: after a few steps nothing is allocated any more.
///
/// Blocks grow by need and are kept. A tensor lent before `reset` must not be used after it.
public final class Workspace {
  private static let smallestBlock = 1 << 18
  private var blocks: [Storage] = []
  private var current = 0
  private var used = 0
  /// Numbers lent since the last reset.
  private var lent = 0

  private let inHugePages: Bool

  /// - Parameter inHugePages: whether large blocks are asked for in huge pages, which products are faster in and which
  ///   take more memory.
  public init(inHugePages: Bool = false) { self.inHugePages = inHugePages }

  /// Numbers held in all blocks.
  public var capacity: Int { blocks.reduce(0) { $0 + $1.count } }

  /// Takes back everything lent.
  public func reset() {
    // Several blocks mean the step outgrew the first: one block of what was lent, and a little more
    // for the next step's luck, takes their place.
    if blocks.count > 1 {
      blocks.removeAll()
      blocks.append(Storage(count: lent + lent / 16, inHugePages: inHugePages))
    }
    current = 0
    used = 0
    lent = 0
  }

  /// Takes back everything lent and keeps no memory.
  public func release() {
    blocks.removeAll()
    reset()
  }

  /// A tensor with unspecified contents, [rows, columns], valid until `reset`.
  public func lend(rows: Int, columns: Int) -> Tensor {
    let aligned = (rows * columns + 15) & ~15
    while current < blocks.count, used + aligned > blocks[current].count {
      current += 1
      used = 0
    }
    if current == blocks.count {
      blocks.append(
        Storage(
          count: max(aligned, Self.smallestBlock, capacity / 4), inHugePages: inHugePages))
      used = 0
    }
    let storage = blocks[current]
    let tensor = Tensor(rows: rows, columns: columns, base: storage.base + used, storage: storage)
    used += aligned
    lent += aligned
    return tensor
  }

  /// Zeros, [rows, columns], valid until `reset`.
  public func lendZeros(rows: Int, columns: Int) -> Tensor {
    let tensor = lend(rows: rows, columns: columns)
    fill(tensor, with: 0)
    return tensor
  }
}
