extension RGBImage {
  /// The image resized to `width` by `height` pixels, or a window of what would then be there.
  ///
  /// Smaller images are smoothed just as much as their grid needs: first along rows, then along
  /// columns, each in fixed point and rounded to 8 bits. The result equals, byte for byte, that of
  /// `Image.resize` in the Python library Pillow up to version 12; from 13 on that begins with the
  /// columns where it is cheaper, and some bytes differ by a level.
  ///
  /// - Parameters:
  ///   - columns: those of the resized image that are wanted; all where nothing is said.
  ///   - rows: those that are wanted.
  public func resized(
    width: Int, height: Int, columns: Range<Int>? = nil, rows: Range<Int>? = nil,
    filter: ResamplingFilter = .bilinear
  ) -> RGBImage {
    resized(
      width: width, height: height, columns: columns ?? 0..<width, rows: rows ?? 0..<height,
      filter: filter, kernels: .best)
  }

  package func resized(
    width: Int, height: Int, columns: Range<Int>, rows: Range<Int>, filter: ResamplingFilter,
    kernels: ResamplingKernels
  ) -> RGBImage {
    precondition(
      !columns.isEmpty && columns.lowerBound >= 0 && columns.upperBound <= width
        && !rows.isEmpty && rows.lowerBound >= 0 && rows.upperBound <= height,
      "columns \(columns), rows \(rows) of \(width) × \(height) pixels")
    let isTall = height == self.height
    var vertical = ResamplingWeights(
      from: self.height, to: height, places: isTall ? 0..<0 : rows, filter: filter)
    // Rows that no row of the result takes from are not touched.
    let stored = isTall ? rows : vertical.sources
    let strip = stretched(
      rows: stored, to: width, columns: columns, filter: filter, kernels: kernels)
    vertical.count(from: stored.lowerBound)
    return RGBImage(
      width: columns.count, height: rows.count,
      pixels: isTall
        ? strip : kernels.resampleColumns(strip, rowBytes: columns.count * 3, vertical))
  }

  /// Some rows made `width` pixels long, and of each the pixels `columns`.
  private func stretched(
    rows: Range<Int>, to width: Int, columns: Range<Int>, filter: ResamplingFilter,
    kernels: ResamplingKernels
  ) -> [UInt8] {
    let isKept = width == self.width && columns == 0..<width
    if isKept, rows == 0..<height { return pixels }
    let row = self.width * 3
    if isKept { return Array(pixels[(rows.lowerBound * row)..<(rows.upperBound * row)]) }
    return kernels.resampleRows(
      pixels, width: self.width, rows: rows,
      ResamplingWeights(from: self.width, to: width, places: columns, filter: filter))
  }
}
