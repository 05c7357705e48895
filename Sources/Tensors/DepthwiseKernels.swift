internal import CDepthwise

/// A set of kernels for depthwise convolutions, in one kind of instructions.
///
/// Sendable because it points to constants.
package struct DepthwiseKernels: @unchecked Sendable {
  let pointer: UnsafePointer<s2s_depthwise_kernels>

  /// Those that this processor can run, best first.
  package static let all: [DepthwiseKernels] = {
    var all: [DepthwiseKernels] = []
    while let pointer = s2s_depthwise_kernels_at(Int32(all.count)) {
      all.append(DepthwiseKernels(pointer: pointer))
    }
    return all
  }()

  package static let best = all[0]

  package var name: String { String(cString: pointer.pointee.name) }

  /// Whether multiply and add are rounded once; sets that do so agree to the bit.
  package var isFused: Bool { pointer.pointee.is_fused != 0 }
}

extension s2s_window {
  /// `window` over one map of `grid`.
  init(_ window: Window, over grid: Grid) {
    let output = window.output(of: grid)
    self.init(
      height: Int32(grid.height), width: Int32(grid.width), out_height: Int32(output.height),
      out_width: Int32(output.width), kernel: Int32(window.kernel), stride: Int32(window.stride),
      top: Int32(window.padding(before: grid.height)),
      left: Int32(window.padding(before: grid.width)))
  }
}
