import Foundation
import Tensors
import Testing

@Suite struct StorageTests {
  private static let page = Int(getpagesize())

  private func address(of tensor: Tensor) -> Int {
    tensor.withValues { Int(bitPattern: $0.baseAddress) }
  }

  /// Bytes of a tensor's memory that the system has given pages for.
  private func resident(_ tensor: Tensor) -> Int {
    let bytes = tensor.count * MemoryLayout<Float>.stride
    var pages = [UInt8](repeating: 0, count: (bytes + Self.page - 1) / Self.page)
    #expect(tensor.withMutableValues { mincore($0.baseAddress, bytes, &pages) } == 0)
    return pages.count { $0 & 1 == 1 } * Self.page
  }

  @Test(arguments: [1, 1 << 17, 1 << 20, (1 << 20) + 1, 5_000_001]) func holdsZeros(_ count: Int) {
    for tensor in [Tensor(rows: 1, columns: count), Tensor(inHugePages: 1, columns: count)] {
      #expect(tensor.values.allSatisfy { $0 == 0 })
      tensor.withMutableValues { $0.update(repeating: 1) }
      #expect(tensor.values.allSatisfy { $0 == 1 })
    }
  }

  /// Numbers far apart: no more than their own pages.
  @Test func whatIsNotWrittenTakesNoMemory() {
    let tensor = Tensor(rows: 64, columns: 1 << 18)
    for row in 0..<64 { tensor[row, 17] = 1 }
    #expect(resident(tensor) == 64 * Self.page)
  }

  #if os(Linux)
    /// Whatever the system makes of the wish, huge pages can begin where large memory does, and all of it may be written.
    @Test func memoryInHugePagesBeginsAtOne() {
      let tensors = (1...5).map { Tensor(inHugePages: $0, columns: (1 << 20) + 3) }
      for (number, tensor) in tensors.enumerated() {
        #expect(address(of: tensor) % (2 << 20) == 0)
        tensor.withMutableValues { $0.update(repeating: Float(number)) }
      }
      for (number, tensor) in tensors.enumerated() {
        #expect(tensor.values.allSatisfy { $0 == Float(number) })
      }
    }
  #endif
}
