/// The batches of an epoch in the order of training: 4 bytes an example and 16 a batch, however large
/// the corpus.
public struct EpochBatches: RandomAccessCollection, Sendable {
  /// Example indices, or whatever else the plan that made it knows a batch by.
  public typealias Batch = ArraySlice<UInt32>

  private let order: [UInt32]
  private let ranges: [Range<Int>]

  /// - Parameters:
  ///   - order: the batches of the whole epoch, one behind the other.
  ///   - ranges: the batches, as ranges of `order`.
  init(order: [UInt32] = [], ranges: [Range<Int>] = []) {
    self.order = order
    self.ranges = ranges
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { ranges.count }

  public subscript(index: Int) -> Batch { order[ranges[index]] }
}
