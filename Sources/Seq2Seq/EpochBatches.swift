/// The batches of an epoch in the order of training: 4 bytes an example and 16 a batch, however large
/// the corpus.
public struct EpochBatches: RandomAccessCollection, Sendable {
  /// Example indices.
  public typealias Batch = ArraySlice<UInt32>

  private let order: [UInt32]
  private let ranges: [Range<Int>]

  /// - Parameters:
  ///   - order: the examples of the whole epoch.
  ///   - ranges: the batches, as ranges of `order`.
  init(order: [UInt32] = [], ranges: [Range<Int>] = []) {
    self.order = order
    self.ranges = ranges
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { ranges.count }

  public subscript(index: Int) -> Batch { order[ranges[index]] }
}
