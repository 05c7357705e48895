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
        flatness >= 0 && flatness.isFinite, "flatness", "is \(flatness); it must not be negative")
      try check(share >= 0 && share < 1, "share", "is \(share); it must be at least 0 and below 1")
    }
  }

  public let settings: Settings
  /// A ring of states, [most so far, H].
  private var keys: Tensor
  private var scores: Tensor
  private var tokens: [TokenID] = []
  private var next = 0

  public init(_ settings: Settings, width: Int) {
    self.settings = settings
    // It grows with what there is to remember.
    let rows = min(max(settings.size, 1), 256)
    keys = Tensor(rows: rows, columns: width)
    scores = Tensor(rows: 1, columns: rows)
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
    scores = Tensor(rows: 1, columns: rows)
  }

  /// Mixes what is remembered into a distribution.
  ///
  /// - Parameters:
  ///   - logProbabilities: of the model after `state`, [1, V]; changed.
  ///   - state: [1, H].
  ///   - recent: states that came after those remembered, [1, H] each, and what followed them, earliest first; the last
  ///     `size` of all count.
  public func mix(
    into logProbabilities: Tensor, state: Tensor, recent: [(state: Tensor, token: TokenID)] = []
  ) {
    guard settings.share > 0, let shares = shares(state, recent.suffix(settings.size)) else {
      return
    }
    Self.mix(shares, share: settings.share, into: logProbabilities)
  }

  /// The cache's probability of each token that it holds.
  private func shares(
    _ state: Tensor, _ recent: ArraySlice<(state: Tensor, token: TokenID)>
  ) -> [TokenID: Double]? {
    var scored: [(token: TokenID, score: Float)] = []
    let kept = min(tokens.count, settings.size - recent.count)
    if kept > 0 {
      let row = scores.reshaped(rows: keys.rows, columns: 1).slice(0..<tokens.count)
      multiply(keys.slice(0..<tokens.count), .plain, state, .transposed, into: row)
      // The latest one lies before `next`.
      for age in 1...kept {
        let place = (next - age + settings.size) % settings.size
        scored.append((tokens[place], settings.flatness * row[place, 0]))
      }
    }
    let one = Tensor(rows: 1, columns: 1)
    for (before, token) in recent {
      multiply(before, .plain, state, .transposed, into: one)
      scored.append((token, settings.flatness * one[0, 0]))
    }
    return scored.isEmpty ? nil : Self.shares(scored)
  }

  /// Softmax over scores, summed a token.
  static func shares(_ scored: [(token: TokenID, score: Float)]) -> [TokenID: Double] {
    let peak = scored.reduce(-Float.infinity) { max($0, $1.score) }
    var mass: [TokenID: Double] = [:]
    var total = 0.0
    for (token, score) in scored {
      let weight = exponential(Double(score - peak))
      mass[token, default: 0] += weight
      total += weight
    }
    return mass.mapValues { $0 / total }
  }

  /// (1 − share) of a distribution, and `share` of another.
  static func mix(_ shares: [TokenID: Double], share: Float, into logProbabilities: Tensor) {
    let kept = naturalLogarithm(1 - Double(share))
    logProbabilities.withMutableValues { values in
      for index in values.indices { values[index] += Float(kept) }
      for (token, probability) in shares {
        let own = exponential(Double(values[Int(token)]))
        values[Int(token)] = Float(naturalLogarithm(own + Double(share) * probability))
      }
    }
  }
}

extension LanguageText {
  /// What the model finds of the text with a cache of what it has read: one stream, one worker. Where lines stand alone
  /// the cache is carried along all the same, as the state is not.
  ///
  /// - Returns: sums over all tokens, ends of lines counted, in nats.
  public func cost(
    _ network: LanguageNetwork, _ weights: InferenceWeights,
    cache settings: ContinuousCache.Settings
  ) -> CrossEntropySums {
    var cache = ContinuousCache(settings, width: network.outputSize)
    var sums = CrossEntropySums()
    let memory = Tensor(rows: 1, columns: network.stateSize)
    let graph = weights.graph()
    let output = weights.graph()
    for line in isContinuous ? [stream] : lines.map({ $0 + [Mark.end] }) {
      for start in stride(from: 0, to: line.count, by: Self.steps) {
        let targets = Array(line[start..<min(start + Self.steps, line.count)])
        let before = start > 0 ? line[start - 1] : Mark.end
        graph.reset()
        let (states, _, _) = network.outputs(
          [
            LanguageExample(
              inputs: [before] + targets.dropLast(), targets: targets, memory: memory,
              isBeginning: start == 0)
          ], on: graph)
        output.reset()
        let scores = network.logProbabilities(states, on: output)
        for (row, target) in targets.enumerated() {
          let (state, own) = (states.value.slice(row..<row + 1), scores.slice(row..<row + 1))
          cache.mix(into: own, state: state)
          sums.negativeLogLikelihood -= Double(own[0, Int(target)])
          cache.add(state, followedBy: target)
        }
        sums.tokens += targets.count
      }
    }
    sums.smoothed = sums.negativeLogLikelihood
    return sums
  }
}
