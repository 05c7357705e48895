internal import Neural
public import Tensors

/// What recent text adds to a language model at test time: words that came after states like this one are likely to
/// come again (Grave, Joulin & Usunier 2017, "Improving neural language models with a continuous cache").
///
/// p(w) = (1 − λ) p_model(w) + λ p_cache(w), where p_cache(w) is in proportion to the sum of exp(θ hₜ·hᵢ) over the
/// last `size` states hᵢ that were followed by w.
public struct ContinuousCache: Sendable {
  public struct Settings: Sendable, Equatable {
    /// States remembered.
    public var size: Int
    /// θ: how much likeness counts.
    public var flatness: Float
    /// λ: the cache's share.
    public var share: Float

    public init(size: Int = 2000, flatness: Float = 0.3, share: Float = 0.1) {
      self.size = size
      self.flatness = flatness
      self.share = share
    }

    /// Throws the first setting that cannot be; `key` is the property's name.
    public func validate() throws {
      func check(_ holds: Bool, _ key: String, _ message: String) throws {
        if !holds { throw ConfigurationError(key: key, message: message) }
      }
      try check((1...1_000_000).contains(size), "size", "is \(size); it must be 1 to 1000000")
      try check(
        flatness >= 0 && flatness.isFinite, "flatness",
        "is \(flatness); it must be finite and not negative")
      try check(share >= 0 && share < 1, "share", "is \(share); it must be at least 0 and below 1")
    }
  }

  public let settings: Settings
  /// A ring of states, [most so far, H].
  private var keys: Tensor
  private var tokens: [TokenID] = []
  private var next = 0

  /// - Parameters:
  ///   - settings: that `validate` has nothing against.
  ///   - width: H.
  public init(_ settings: Settings, width: Int) {
    precondition((try? settings.validate()) != nil, "a cache that cannot be: \(settings)")
    self.settings = settings
    // It grows with what there is to remember.
    let rows = min(settings.size, 256)
    keys = Tensor(rows: rows, columns: width)
  }

  /// Remembers that states were followed by tokens.
  ///
  /// - Parameter states: what the last layer gave before each of these, [n, H].
  package mutating func add(_ states: Tensor, followedBy tokens: ArraySlice<TokenID>) {
    for (row, token) in tokens.enumerated() {
      add(states.slice(row..<row + 1), followedBy: token)
    }
  }

  /// Remembers that a state was followed by a token.
  ///
  /// - Parameter state: what the last layer gave, [1, H].
  public mutating func add(_ state: Tensor, followedBy token: TokenID) {
    if tokens.count == keys.rows, keys.rows < settings.size {
      move(rows: min(2 * keys.rows, settings.size))
    }
    copy(state, to: keys.slice(next..<next + 1))
    if tokens.count < keys.rows { tokens.append(token) } else { tokens[next] = token }
    next = (next + 1) % settings.size
  }

  /// Another one that remembers the same, in memory of its own.
  package func duplicated() -> Self {
    var other = self
    other.move(rows: keys.rows)
    return other
  }

  private mutating func move(rows: Int) {
    let wider = Tensor(rows: rows, columns: keys.columns)
    if !tokens.isEmpty { copy(keys.slice(0..<tokens.count), to: wider.slice(0..<tokens.count)) }
    keys = wider
  }

  /// What came after states that are remembered nowhere else: these, [1, H] each, and the tokens, earliest first.
  public typealias Recent = [(state: Tensor, token: TokenID)]

  /// Mixes what is remembered into distributions.
  ///
  /// - Parameters:
  ///   - logProbabilities: of the model after each of `states`, [n, V]; changed.
  ///   - states: [n, H].
  ///   - recent: for each of these what came after what is remembered; the last `size` of all count. None where nil.
  public func mix(into logProbabilities: Tensor, states: Tensor, recent: [Recent]? = nil) {
    guard settings.share > 0 else { return }
    let likeness = self.likeness(of: states)
    let kept = naturalLogarithm(1 - Double(settings.share))
    for row in 0..<states.rows {
      let weights = self.weights(
        likeness, row, state: states.slice(row..<row + 1), recent?[row] ?? [])
      guard !weights.isEmpty else { continue }
      let total = weights.reduce(0) { $0 + $1.weight }
      logProbabilities.slice(row..<row + 1).withMutableValues { values in
        var mass = [Double](repeating: 0, count: values.count)
        for (token, weight) in weights { mass[Int(token)] += weight }
        for index in values.indices {
          values[index] =
            mass[index] == 0
            ? values[index] + Float(kept)
            : Float(
              naturalLogarithm(
                exponential(kept + Double(values[index]))
                  + Double(settings.share) * mass[index] / total))
        }
      }
    }
  }

  /// Log-probability of one token after a state.
  ///
  /// - Parameters:
  ///   - own: what the model says, without what is remembered.
  ///   - state: [1, H].
  func logProbability(of token: TokenID, own: Float, state: Tensor) -> Double {
    let weights = self.weights(likeness(of: state), 0, state: state, [])
    guard settings.share > 0, !weights.isEmpty else { return Double(own) }
    let (mass, total) = weights.reduce(into: (0.0, 0.0)) {
      $0.1 += $1.weight
      if $1.token == token { $0.0 += $1.weight }
    }
    return naturalLogarithm(
      (1 - Double(settings.share)) * exponential(Double(own))
        + Double(settings.share) * mass / total)
  }

  /// hᵢ·h of what is remembered and of states, [remembered, n]; nil where nothing is.
  private func likeness(of states: Tensor) -> Tensor? {
    guard !tokens.isEmpty else { return nil }
    let products = Tensor(rows: tokens.count, columns: states.rows)
    multiply(keys.slice(0..<tokens.count), .plain, states, .transposed, into: products)
    return products
  }

  /// exp(θ hᵢ·h) of all that counts, but for one factor, and what followed.
  private func weights(
    _ likeness: Tensor?, _ column: Int, state: Tensor, _ recent: Recent
  ) -> [(token: TokenID, weight: Double)] {
    let recent = recent.suffix(settings.size)
    var scored: [(token: TokenID, weight: Double)] = []
    scored.reserveCapacity(min(settings.size, tokens.count + recent.count))
    if let likeness {
      // The latest one lies before `next`.
      for age in 0..<min(tokens.count, settings.size - recent.count) {
        let place = (next - 1 - age + settings.size) % settings.size
        scored.append((tokens[place], Double(settings.flatness) * Double(likeness[place, column])))
      }
    }
    let one = Tensor(rows: 1, columns: 1)
    for (before, token) in recent {
      multiply(before, .plain, state, .transposed, into: one)
      scored.append((token, Double(settings.flatness) * Double(one[0, 0])))
    }
    let peak = scored.reduce(-Double.infinity) { max($0, $1.weight) }
    for index in scored.indices { scored[index].weight = exponential(scored[index].weight - peak) }
    return scored
  }
}
