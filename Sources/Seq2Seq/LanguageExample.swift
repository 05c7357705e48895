public import Tensors

/// A stretch of text to learn from: what is fed, and what should be said next.
public struct LanguageExample: Sendable {
  /// The token before each target.
  public var inputs: [TokenID]
  /// As many.
  public var targets: [TokenID]
  /// The state that the text so far has left behind, [1, `stateSize`], read at the beginning and written at the end:
  /// a view of memory that outlives the example, and that no other example of the batch shares. Nil for text that
  /// stands alone.
  public var memory: Tensor?
  /// Whether the text begins here, so that what the memory holds is of no account.
  public var isBeginning: Bool

  public init(
    inputs: [TokenID], targets: [TokenID], memory: Tensor? = nil, isBeginning: Bool = true
  ) {
    precondition(inputs.count == targets.count && !inputs.isEmpty, "a stretch without tokens")
    self.inputs = inputs
    self.targets = targets
    self.memory = memory
    self.isBeginning = isBeginning
  }

  /// A stretch of a longer text, before which there was the end of a line.
  ///
  /// - Parameters:
  ///   - tokens: the text, ends of lines among them, its first token at place 0.
  ///   - range: of the stretch; not empty.
  public init(
    of tokens: [TokenID], _ range: Range<Int>, memory: Tensor? = nil, isBeginning: Bool = true
  ) {
    let targets = Array(tokens[range])
    let before = range.lowerBound > 0 ? tokens[range.lowerBound - 1] : Mark.end
    self.init(
      inputs: [before] + targets.dropLast(), targets: targets, memory: memory,
      isBeginning: isBeginning)
  }

  /// A line that stands alone: before it there was the end of another.
  public init(line tokens: [TokenID]) {
    self.init(inputs: [Mark.end] + tokens, targets: tokens + [Mark.end])
  }
}
