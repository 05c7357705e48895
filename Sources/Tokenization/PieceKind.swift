/// What a piece consists of, which decides what it may merge with.
enum PieceKind: Sendable {
  /// Only ▁; it merges with whatever word it begins.
  case marker
  case letters
  case digits
  /// Punctuation, symbols, controls.
  case other
  /// Combining marks and joiners only; they go with whatever they stand beside.
  case extending

  init(_ scalar: Unicode.Scalar) {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      self = .letters
    case .decimalNumber, .letterNumber, .otherNumber: self = .digits
    case .nonspacingMark, .spacingMark, .enclosingMark, .format: self = .extending
    default: self = .other
    }
  }

  func mayPrecede(_ right: PieceKind, _ settings: SubwordLearner) -> Bool {
    if settings.splitDigits && (self == .digits || right == .digits) { return false }
    if !settings.splitPunctuation || self == right { return true }
    return self == .marker || self == .extending || right == .extending
  }

  func joined(with right: PieceKind) -> PieceKind {
    self == .marker || self == .extending ? right : self
  }
}
