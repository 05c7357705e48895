extension Normalizer {
  /// The text normalized.
  public func normalize(_ text: String) -> String {
    withNormalized(text) { String(decoding: $0, as: UTF8.self) }
  }

  /// Calls `body` with the UTF-8 of the text normalized; nothing is copied if it is so already.
  func withNormalized<Result>(
    _ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    var text = text
    return text.withUTF8 { withNormalized($0, body) }
  }

  func withNormalized<Result>(
    _ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let isComposed = form == .none || isQuicklyNormalized(text)
    if isComposed && whitespace == .keep { return body(text) }
    var scalars = String(decoding: text, as: UTF8.self).unicodeScalars
    if !isComposed { scalars = Composition.compose(scalars, form: form) }
    if whitespace == .collapse { scalars = Self.collapse(scalars) }
    var normalized = String(scalars)
    return normalized.withUTF8(body)
  }

  private static func collapse(_ scalars: String.UnicodeScalarView) -> String.UnicodeScalarView {
    var result = String.UnicodeScalarView()
    var isSpacePending = false
    for scalar in scalars {
      if scalar.properties.isWhitespace {
        isSpacePending = !result.isEmpty
      } else {
        if isSpacePending { result.append(" ") }
        isSpacePending = false
        result.append(scalar)
      }
    }
    return result
  }
}

// The quick check: most text is normalized already, and can be seen to be so at little cost.
extension Normalizer {
  /// Whether all scalars are among those that normalization leaves alone wherever they stand.
  /// A false answer says nothing.
  private func isQuicklyNormalized(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var offset = 0
    while offset < text.count {
      if text[offset] < 0x80 {
        offset += 1
        continue
      }
      guard let scalar = UTF8Scanner.scalar(text, at: offset),
        Self.isInert(scalar.value, in: form)
      else { return false }
      offset += scalar.length
    }
    return true
  }

  /// Whether a scalar is known to be a starter that neither decomposes in this form nor composes
  /// with what stands before it. Not all such scalars are known.
  package static func isInert(_ scalar: UInt32, in form: Form) -> Bool {
    switch form {
    case .none: return true
    case .nfc: return scalar < 0x300 || contains(inertInNFC, scalar)
    case .nfkc: return scalar < 0xA0 || contains(inertInNFKC, scalar)
    }
  }

  private static func contains(_ ranges: [ClosedRange<UInt32>], _ scalar: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if scalar > ranges[middle].upperBound { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(scalar)
  }

  private static let inertInNFC: [ClosedRange<UInt32>] = [
    0x0370...0x0373, 0x0375...0x037D, 0x0384...0x0386, 0x0388...0x0482, 0x048A...0x0590,
    0x05D0...0x05F4, 0x0600...0x060F, 0x061B...0x064A, 0x0660...0x066F, 0x0671...0x06D5,
    0x0904...0x0939, 0x093D...0x094C, 0x0E01...0x0E37, 0x0E3F...0x0E47, 0x10A0...0x10FF,
    0x1200...0x135C,
    0x1E00...0x1EFF, 0x1F00...0x1F70, 0x2002...0x20CF, 0x2100...0x2125, 0x212C...0x2328,
    0x232B...0x2ADB, 0x2ADD...0x2CEE, 0x2E80...0x3029, 0x3030...0x3098, 0x309B...0xA66E,
    0xAC00...0xD7A3, 0xFE00...0xFE1F, 0xFE30...0xFFFF, 0x1F000...0x1FAFF, 0x20000...0x2A6DF,
  ]

  private static let inertInNFKC: [ClosedRange<UInt32>] = [
    0x00A1...0x00A7, 0x00AB...0x00AE, 0x00B0...0x00B1, 0x00B6...0x00B7, 0x00BB...0x00BB,
    0x00BF...0x0131, 0x0134...0x013E, 0x0141...0x0148, 0x014A...0x017E, 0x0180...0x01C3,
    0x0391...0x03CE, 0x0400...0x0482, 0x048A...0x0523, 0x05D0...0x05EA, 0x0621...0x064A,
    0x0660...0x066F, 0x0E01...0x0E32, 0x1E00...0x1E99, 0x1E9E...0x1EFF, 0x2012...0x2016,
    0x2018...0x2023, 0x3001...0x3029, 0x3041...0x3096, 0x30A1...0x30FE, 0x4E00...0x9FFC,
    0xAC00...0xD7A3, 0x1F300...0x1F64F, 0x1F680...0x1F6D7,
  ]
}
