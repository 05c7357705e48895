/// The places of a batch of feature maps. Maps lie as a matrix [rows, channels] whose row (b ·
/// height + y) · width + x holds the channels at place (y, x) of image b, so that a convolution of
/// single places is a matrix product.
public struct Grid: Sendable, Hashable {
  /// Images (B).
  public let batch: Int
  public let height: Int
  public let width: Int

  public init(batch: Int, height: Int, width: Int) {
    precondition(batch >= 0 && height > 0 && width > 0, "a grid of \(batch)×\(height)×\(width)")
    self.batch = batch
    self.height = height
    self.width = width
  }

  /// Places of one image.
  public var places: Int { height * width }

  /// Rows of the matrix.
  public var rows: Int { batch * places }

  /// The rows of one image.
  public func rows(of image: Int) -> Range<Int> { image * places..<(image + 1) * places }

  /// The same grid for another number of images.
  public func with(batch: Int) -> Grid { Grid(batch: batch, height: height, width: width) }
}

/// A square window that slides over maps, with zeros around them as TensorFlow's SAME padding has
/// it: the result has ⌈extent / stride⌉ places, and where the zeros cannot be the same on both
/// sides the last side has one more.
public struct Window: Sendable, Hashable {
  /// Side of the window, at most `largestKernel`.
  public let kernel: Int
  /// Places it moves on, 1 or 2.
  public let stride: Int

  public static let largestKernel = 7

  public init(kernel: Int, stride: Int) {
    precondition(
      (1...Self.largestKernel).contains(kernel) && (1...2).contains(stride),
      "a window of \(kernel) with stride \(stride)")
    self.kernel = kernel
    self.stride = stride
  }

  /// Numbers in a window of one channel.
  public var taps: Int { kernel * kernel }

  /// The result's places.
  public func output(of grid: Grid) -> Grid {
    Grid(batch: grid.batch, height: output(of: grid.height), width: output(of: grid.width))
  }

  private func output(of extent: Int) -> Int { (extent + stride - 1) / stride }

  /// Zeros before the first of `extent` places.
  public func padding(before extent: Int) -> Int {
    max((output(of: extent) - 1) * stride + kernel - extent, 0) / 2
  }

  /// The rows of a map that `rows` of the result are made from.
  public func inputRows(for rows: Range<Int>, of grid: Grid) -> Range<Int> {
    let top = padding(before: grid.height)
    let first = max(rows.lowerBound * stride - top, 0)
    return first..<max(first, min((rows.upperBound - 1) * stride - top + kernel, grid.height))
  }
}
