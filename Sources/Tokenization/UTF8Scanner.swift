/// One step through bytes that are meant to be UTF-8.
enum UTF8Scanner {
  /// The scalar that starts at an offset and its length in bytes, or nil where the bytes are not
  /// well-formed (Unicode 16, table 3-7: no overlong forms, no surrogates, none above U+10FFFF).
  @inline(__always)
  static func scalar(
    _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int
  ) -> (value: UInt32, length: Int)? {
    let first = UInt32(bytes[offset])
    if first < 0x80 { return (first, 1) }
    if first < 0xC2 || first > 0xF4 { return nil }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    if offset + length > bytes.count { return nil }
    var value = first & (0x7F >> UInt32(length))
    for i in 1..<length {
      let next = UInt32(bytes[offset + i])
      if next & 0xC0 != 0x80 { return nil }
      value = value << 6 | next & 0x3F
    }
    switch length {
    case 3: if value < 0x800 || 0xD800...0xDFFF ~= value { return nil }
    case 4: if value < 0x1_0000 || value > 0x10_FFFF { return nil }
    default: break
    }
    return (value, length)
  }
}
