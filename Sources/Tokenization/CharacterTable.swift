/// From a Unicode scalar to the id of its piece: pages of 256, of which only those in use exist.
struct CharacterTable: Sendable {
  /// Which page holds the scalars from 256 × index; page 0 is empty.
  private var pages = [UInt16](repeating: 0, count: 0x1100)
  private var ids = [Int32](repeating: -1, count: 256)

  /// The id, or -1 where the scalar has none. The scalar is at most U+10FFFF.
  @inline(__always)
  subscript(scalar: UInt32) -> Int32 {
    get { ids[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)] }
    set {
      let page = Int(scalar >> 8)
      if pages[page] == 0 {
        pages[page] = UInt16(ids.count >> 8)
        ids.append(contentsOf: repeatElement(-1, count: 256))
      }
      ids[Int(pages[page]) << 8 | Int(scalar & 0xFF)] = newValue
    }
  }
}
