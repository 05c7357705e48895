/// What the intl tokenizer asks of a scalar: its general category, as far as it tells words apart.
enum ScalarClass: UInt8 {
  case other = 1
  case number, punctuation, symbol
}

/// Looks up the class of scalars, each of the basic plane once.
struct ScalarClasses {
  private var known = [UInt8](repeating: 0, count: 0x10000)  // raw values, 0 where not asked yet

  /// The class of a scalar by the Unicode version that the Swift library has.
  @inline(__always)
  mutating func of(_ value: UInt32) -> ScalarClass {
    let index = Int(value)
    guard index < known.count else { return Self.lookUp(value) }
    if let found = ScalarClass(rawValue: known[index]) { return found }
    let found = Self.lookUp(value)
    known[index] = found.rawValue
    return found
  }

  private static func lookUp(_ value: UInt32) -> ScalarClass {
    switch Unicode.Scalar(value)?.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: .number
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      .punctuation
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: .symbol
    default: .other
    }
  }
}
