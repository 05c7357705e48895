public import Seq2Seq
public import Tensors
public import Tokenization

/// A parallel corpus as the trainer sees it: raw lines kept, cut into subwords when they are needed, so
/// that BPE-dropout can cut them differently each time.
public final class TranslationData: TrainingData {
  public let weights: [Float]?
  private let corpus: ParallelCorpus
  /// Corpus lines that are short enough.
  private let lines: [Int32]
  private let sourceLengths: [UInt16]
  private let targetLengths: [UInt16]
  private let dropout: Float
  private let targetDropout: Float
  private let source: SubwordEncoderPool
  private let target: SubwordEncoderPool
  /// Pairs left out because a side is longer than the recipe's `maxLength`.
  public let tooLong: Int

  public init(
    _ corpus: ParallelCorpus, source: Subwords, target: Subwords, config: TrainingConfig
  ) {
    self.corpus = corpus
    self.source = SubwordEncoderPool(source)
    self.target = source === target ? self.source : SubwordEncoderPool(target)
    dropout = config.subwordDropout
    targetDropout = config.targetSubwordDropout
    var lines: [Int32] = []
    var (sources, targets): ([UInt16], [UInt16]) = ([], [])
    for line in 0..<corpus.count {
      let lengths = (
        self.source.encode(corpus.source(line)).count + 1,
        self.target.encode(corpus.target(line)).count + 1
      )
      guard max(lengths.0, lengths.1) <= min(config.maxLength, Int(UInt16.max)) else { continue }
      lines.append(Int32(line))
      sources.append(UInt16(lengths.0))
      targets.append(UInt16(lengths.1))
    }
    tooLong = corpus.count - lines.count
    self.lines = lines
    (sourceLengths, targetLengths) = (sources, targets)
    weights = corpus.weights.map { weights in lines.map { weights[Int($0)] } }
  }

  public var count: Int { lines.count }

  public func lengths(_ index: Int) -> (source: Int, target: Int) {
    (Int(sourceLengths[index]), Int(targetLengths[index]))
  }

  public func example(_ index: Int, using generator: inout RandomGenerator) -> Example {
    let line = Int(lines[index])
    return Example(
      source: source.encode(corpus.source(line), dropout: dropout, using: &generator),
      target: target.encode(corpus.target(line), dropout: targetDropout, using: &generator))
  }
}
