internal import Foundation

extension BLEU {
  /// What becomes of n-gram orders without a single match.
  ///
  /// The methods are those that Chen and Cherry, "A systematic comparison of smoothing techniques
  /// for sentence-level BLEU" (2014), number 1 to 3. None is applied where not even a word matches:
  /// the score is 0 then.
  public enum Smoothing: Sendable, Equatable {
    /// Its precision is 0, and so is the score.
    case none
    /// It counts as so many matches (method 1).
    case floor(Double = 0.1)
    /// So much is added to the matches and to the n-grams of every order above 1, whether or not
    /// anything matched (method 2, Lin and Och, 2004).
    case addK(Double = 1)
    /// The k-th such order counts as 1/2^k matches (method 3, of mteval-v13a).
    case exponential

    /// The names of the methods, as sacreBLEU's command takes them.
    public enum Method: String, Sendable, CaseIterable {
      case none
      case floor
      case addK = "add-k"
      case exponential = "exp"
    }

    /// The smoothing of a name and a value; nil is the method's own default.
    ///
    /// - Parameter value: what floor and add-k take; the others have no use for it.
    public init(_ method: Method, value: Double? = nil) {
      switch (method, value) {
      case (.none, _): self = .none
      case (.floor, nil): self = .floor()
      case (.floor, let value?): self = .floor(value)
      case (.addK, nil): self = .addK()
      case (.addK, let value?): self = .addK(value)
      case (.exponential, _): self = .exponential
      }
    }

    /// The method without its value.
    public var method: Method {
      switch self {
      case .none: .none
      case .floor: .floor
      case .addK: .addK
      case .exponential: .exponential
      }
    }

    /// The method and its value as a signature names them: `floor[0.10]`.
    var signature: String {
      switch self {
      case .none, .exponential: method.rawValue
      case .floor(let value), .addK(let value):
        method.rawValue + String(format: "[%.2f]", value)
      }
    }
  }
}
