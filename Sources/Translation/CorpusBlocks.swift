internal import Neural
internal import Recipes
internal import Synchronization

/// Some pairs of one corpus that follow each other.
struct CorpusBlock: Sendable {
  /// Number of the corpus, from 0.
  var corpus: Int
  var sources = CorpusLines()
  var targets = CorpusLines()

  var count: Int { sources.count }
}

/// Goes through all pairs of corpora on all workers, in memory that does not grow with the corpora.
///
/// Which pairs are in a block depends on the corpora alone, not on the number of workers.
struct CorpusBlocks {
  /// Most pairs of a block, and bytes from which on it gets no more: enough to keep a worker busy for some
  /// milliseconds.
  private static let most = (pairs: 1 << 14, bytes: 1 << 22)
  /// Blocks that each worker is given at a time.
  private static let blocksAtOnce = 2

  let corpora: [CorpusSource]
  let workers: Workers

  /// Reads everything once.
  ///
  /// - Parameters:
  ///   - work: done for blocks on all workers, while the blocks after them are being read.
  ///   - use: called with what was made of each block and the number of its corpus, in order.
  /// - Returns: what was read of each corpus, and what was left out.
  /// - Throws: as `CorpusReader.next`, and what `use` throws.
  func read<Made: Sendable>(
    work: @escaping @Sendable (CorpusBlock) -> Made, use: (Made, _ corpus: Int) throws -> Void
  ) throws -> [CorpusSummary] {
    let reader = Mutex(Reader(corpora: corpora))
    let count = Self.blocksAtOnce * workers.count
    @Sendable func next() -> Result<[CorpusBlock], DataError> {
      reader.withLock { reader in
        Result { () throws(DataError) in try reader.blocks(count) }
      }
    }
    var blocks = try next().get()
    while !blocks.isEmpty {
      let current = blocks
      let pieces = workers.map(current.count + 1) { piece -> Piece<Made> in
        piece == 0 ? .following(next()) : .made(work(current[piece - 1]))
      }
      for (number, piece) in pieces.enumerated() {
        switch piece {
        case .following(let following): blocks = try following.get()
        case .made(let made): try use(made, current[number - 1].corpus)
        }
      }
    }
    return reader.withLock { $0.summaries }
  }

  private enum Piece<Made: Sendable>: Sendable {
    case following(Result<[CorpusBlock], DataError>)
    case made(Made)
  }

  /// Pairs in blocks.
  private struct Reader {
    private let reader: CorpusReader
    private var hasBegun = false
    /// Whether the reader stands at a pair that is in no block yet.
    private var isAtPair = false

    init(corpora: [CorpusSource]) { reader = CorpusReader(corpora) }

    var summaries: [CorpusSummary] { reader.summaries }

    /// The next blocks, fewer at the end.
    mutating func blocks(_ count: Int) throws(DataError) -> [CorpusBlock] {
      var blocks: [CorpusBlock] = []
      while blocks.count < count, let block = try next() { blocks.append(block) }
      return blocks
    }

    private mutating func next() throws(DataError) -> CorpusBlock? {
      if !hasBegun { isAtPair = try reader.next() }
      hasBegun = true
      guard isAtPair else { return nil }
      var block = CorpusBlock(corpus: reader.corpus)
      while isAtPair, reader.corpus == block.corpus, block.count < CorpusBlocks.most.pairs,
        block.sources.byteCount + block.targets.byteCount < CorpusBlocks.most.bytes
      {
        block.sources.append(reader.source)
        block.targets.append(reader.target)
        isAtPair = try reader.next()
      }
      return block
    }
  }
}
