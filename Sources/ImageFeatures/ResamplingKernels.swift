internal import CImageCodec

/// The loops of resampling in one kind of instructions; all give the same bytes.
package struct ResamplingKernels: Sendable {
  private let set: Int32

  /// Those that this processor can run, best first.
  package static let all = (0..<s2s_resample_sets()).map { ResamplingKernels(set: $0) }

  package static let best = all[0]

  /// Weighted sums along rows.
  ///
  /// - Parameters:
  ///   - pixels: [more than `rows`, width, 3].
  ///   - rows: those that are wanted.
  /// - Returns: [rows, places, 3].
  func resampleRows(
    _ pixels: [UInt8], width: Int, rows: Range<Int>, _ weights: ResamplingWeights
  ) -> [UInt8] {
    let count = rows.count * weights.counts.count * 3
    precondition(weights.sources.upperBound <= width && rows.upperBound * width * 3 <= pixels.count)
    return weights.withSums { sums in
      pixels.withUnsafeBufferPointer { source in
        [UInt8](unsafeUninitializedCapacity: count) { target, filled in
          if let from = source.baseAddress, let to = target.baseAddress {
            s2s_resample_rows(
              set, from + rows.lowerBound * width * 3, Int32(width), Int32(rows.count), sums, to)
            filled = count
          }
        }
      }
    }
  }

  /// Weighted sums along columns.
  ///
  /// - Parameter bytes: [rows, rowBytes].
  /// - Returns: [places, rowBytes].
  func resampleColumns(_ bytes: [UInt8], rowBytes: Int, _ weights: ResamplingWeights) -> [UInt8] {
    let count = weights.counts.count * rowBytes
    precondition(weights.sources.upperBound * rowBytes <= bytes.count)
    return weights.withSums { sums in
      bytes.withUnsafeBufferPointer { source in
        [UInt8](unsafeUninitializedCapacity: count) { target, filled in
          if let from = source.baseAddress, let to = target.baseAddress {
            s2s_resample_columns(set, from, rowBytes, sums, to)
            filled = count
          }
        }
      }
    }
  }
}

extension ResamplingWeights {
  /// Lends the weights as the kernels want them.
  fileprivate func withSums<Result>(_ body: (s2s_resampling) -> Result) -> Result {
    first.withUnsafeBufferPointer { first in
      counts.withUnsafeBufferPointer { counts in
        weights.withUnsafeBufferPointer { weights in
          body(
            s2s_resampling(
              count: Int32(counts.count), taps: Int32(taps), first: first.baseAddress,
              counts: counts.baseAddress, weights: weights.baseAddress))
        }
      }
    }
  }
}
