internal import CVectors

/// A set of kernels for what is done to numbers one by one, in one kind of instructions. Sets with fused
/// multiply-adds agree to the bit.
///
/// Sendable because it points to constants.
package struct VectorKernels: @unchecked Sendable {
  let pointer: UnsafePointer<s2s_vectors>

  /// Those that this processor can run, best first.
  package static let all: [VectorKernels] = {
    var all: [VectorKernels] = []
    while let pointer = s2s_vectors_at(Int32(all.count)) {
      all.append(VectorKernels(pointer: pointer))
    }
    return all
  }()

  package static let best = all[0]

  package var name: String { String(cString: pointer.pointee.name) }

  /// Whether multiply and add are rounded once.
  package var isFused: Bool { pointer.pointee.is_fused != 0 }
}

/// The best set's functions.
var vectors: s2s_vectors { VectorKernels.best.pointer.pointee }
