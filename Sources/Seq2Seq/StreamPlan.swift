internal import Tensors

/// Text that goes on and on, as several streams side by side: stream s is the s-th part of the text, and a batch is
/// the next few tokens of every stream, so that each batch goes on where the one before has ended (stateful
/// truncated backpropagation through time, as Zaremba et al. 2014 and Merity et al. 2018 train).
public struct StreamPlan: TrainingPlan {
  public let streams: Int
  /// Tokens of each stream.
  public let length: Int
  /// Tokens of a window, or, with random ones, about what most have.
  public let steps: Int
  private let isRandom: Bool
  private let seed: UInt64

  /// - Parameters:
  ///   - tokens: of the whole text; what is left over when it is dealt to the streams is not learned from.
  ///   - isRandom: whether windows have random lengths, so that it is not always the same tokens whose past cannot be
  ///     learned from (Merity et al. 2018, "Variable length backpropagation sequences").
  public init(tokens: Int, streams: Int, steps: Int, isRandom: Bool = false, seed: UInt64) {
    precondition(streams > 0 && steps > 0 && tokens >= 0)
    self.streams = streams
    self.steps = steps
    self.isRandom = isRandom
    self.seed = seed
    length = tokens / streams
    precondition(length <= Int(UInt32.max), "a stream of \(length) tokens is too long")
  }

  /// Longest window there can be, in tokens.
  public var longest: Int { min(isRandom ? steps + Int(6 * Self.deviation) : steps, length) }

  /// Standard deviation of random lengths, in tokens.
  private static let deviation: Float = 5
  /// Sets random lengths apart from other random numbers of the same seed.
  private static let stream: UInt64 = 0x57E9

  /// A batch is two numbers: where in each stream it begins, and how many tokens it takes.
  public func batches(epoch: Int) -> EpochBatches {
    var generator = RandomGenerator(seed: seed, stream: Self.stream, UInt64(epoch))
    var windows: [UInt32] = []
    var start = 0
    while start < length {
      let count = min(isRandom ? drawn(using: &generator) : steps, length - start)
      windows += [UInt32(start), UInt32(count)]
      start += count
    }
    return EpochBatches(
      order: windows,
      ranges: stride(from: 0, to: windows.count, by: 2).map { $0..<$0 + 2 })
  }

  /// Mostly near `steps`, now and then half of that; at least 5.
  private func drawn(using generator: inout RandomGenerator) -> Int {
    let mean = Float(steps) * (generator.uniform() < 0.95 ? 1 : 0.5)
    let length = Int((mean + Self.deviation * generator.normal()).rounded())
    return max(min(5, steps), min(length, longest))
  }

  /// Neighbouring streams make a piece.
  public func cut(_ batch: EpochBatches.Batch, into pieces: Int) -> [[Int]] {
    let (start, count) = window(batch)
    return (0..<pieces).map { piece in
      (piece * streams / pieces..<(piece + 1) * streams / pieces).map { stream in
        Window(stream: stream, start: start, count: count).number
      }
    }
  }

  public func targetTokens(_ batch: EpochBatches.Batch) -> Int { streams * window(batch).count }

  /// Windows of random length step in proportion to it, lest short ones count for more a token (Merity et al. 2018).
  public func rateShare(_ batch: EpochBatches.Batch) -> Double {
    isRandom ? Double(window(batch).count) / Double(steps) : 1
  }

  private func window(_ batch: EpochBatches.Batch) -> (start: Int, count: Int) {
    (Int(batch[batch.startIndex]), Int(batch[batch.startIndex + 1]))
  }

  /// One stream's part of a batch.
  struct Window {
    var stream: Int
    var start: Int
    var count: Int

    init(stream: Int, start: Int, count: Int) {
      self.stream = stream
      self.start = start
      self.count = count
    }

    /// All three in one number: 16 bits of stream, 16 of count, 32 of start.
    var number: Int { stream << 48 | count << 32 | start }

    init(number: Int) {
      self.init(
        stream: number >> 48, start: number & 0xFFFF_FFFF, count: number >> 32 & 0xFFFF)
    }
  }
}
