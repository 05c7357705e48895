/// What is done to a line of text before it is cut into subwords.
public struct Normalizer: Codable, Sendable, Hashable {
  /// A Unicode normalization form (Unicode Standard Annex #15).
  public enum Form: String, Codable, Sendable, CaseIterable {
    /// The text stays as it is.
    case none
    /// Canonical composition: one way to write what looks the same, nothing visible changes.
    case nfc
    /// Compatibility composition: also ﬁ → fi, ① → 1, full width → half width.
    case nfkc
  }

  /// What happens to white space.
  public enum Whitespace: String, Codable, Sendable, CaseIterable {
    /// It stays as it is.
    case keep
    /// Runs of white space become one space; at both ends of the line they go.
    case collapse
  }

  public var form: Form
  public var whitespace: Whitespace

  public init(form: Form = .nfc, whitespace: Whitespace = .keep) {
    self.form = form
    self.whitespace = whitespace
  }

  /// Changes nothing.
  public static let identity = Normalizer(form: .none)
}
