/// Systems under a metric of sacreBLEU's: rows of numbers, added many at a time.
struct NumberedSystems<Metric: ResampledMetric>: ResampledSystems {
  private let added: AddedSystems<Metric>
  private let numbers: [[[Double]]]
  private let rows: [SingleRows]
  private let metric: Metric

  init(_ statistics: [[Metric.Statistics]], metric: Metric) {
    added = AddedSystems(statistics, metric: metric)
    numbers = statistics.map { $0.map { metric.numbers(of: $0) } }
    rows = numbers.map { SingleRows($0) }
    self.metric = metric
  }

  var segmentCount: Int { added.segmentCount }

  func score(of system: Int) -> Double { added.score(of: system) }

  func resampleScore(of system: Int, drawing segments: [UInt32]) -> ResampleScore {
    metric.resampleScore(of: rows[system].sums(drawing: segments))
  }

  /// Rows that differ by whole numbers, as those of BLEU, chrF and TER do, need to be added up once
  /// only; a trial's sums are theirs and what its exchanges change.
  func exchange(with system: Int) -> any SegmentExchange {
    guard let differences = RowDifferences(numbers[0], numbers[system]) else {
      return added.exchange(with: system)
    }
    return Exchange(
      baseline: Self.sums(numbers[0]), system: Self.sums(numbers[system]),
      rows: differences, metric: metric)
  }

  private static func sums(_ rows: [[Double]]) -> [Double] {
    var sums = [Double](repeating: 0, count: rows.first?.count ?? 0)
    for row in rows {
      for column in sums.indices { sums[column] += row[column] }
    }
    return sums
  }

  private struct Exchange: SegmentExchange {
    let baseline: [Double]
    let system: [Double]
    let rows: RowDifferences
    let metric: Metric

    func differences(_ trials: TrialBatch) -> [Double] {
      rows.sums(trials).map { exchanged in
        abs(score(zip(system, exchanged).map(+)) - score(zip(baseline, exchanged).map(-)))
      }
    }

    private func score(_ numbers: [Double]) -> Double {
      metric.score(metric.statistics(of: numbers)).value
    }
  }
}

/// Rows of numbers in single precision, sixteen columns a block.
struct SingleRows: Sendable {
  private let columnCount: Int
  private let blockCount: Int
  private let blocks: [SIMD16<Float>]

  init(_ rows: [[Double]]) {
    columnCount = rows.first?.count ?? 0
    blockCount = (columnCount + 15) / 16
    var blocks = [SIMD16<Float>](repeating: .zero, count: rows.count * blockCount)
    for (index, row) in rows.enumerated() {
      for (column, number) in row.enumerated() {
        blocks[index * blockCount + column / 16][column % 16] = Float(number)
      }
    }
    self.blocks = blocks
  }

  /// The sums of the rows drawn, each added in its turn and rounded to single precision, as NumPy
  /// does: past 2^24, and for broken numbers, the order shows.
  func sums(drawing rows: [UInt32]) -> [Float] {
    var sums = [Float](repeating: 0, count: columnCount)
    blocks.withUnsafeBufferPointer { blocks in
      for block in 0..<blockCount {
        var sum = SIMD16<Float>.zero
        for row in rows { sum += blocks[Int(row) * blockCount + block] }
        for lane in 0..<min(16, columnCount - block * 16) { sums[block * 16 + lane] = sum[lane] }
      }
    }
    return sums
  }
}

/// What each segment adds to a sum when it is exchanged: whole numbers, sixteen columns a block.
struct RowDifferences: Sendable {
  private let columnCount: Int
  private let blockCount: Int
  /// Block after block, a row for each bit of a trial's words.
  private let rows: [SIMD16<Int32>]
  private let rowCount: Int

  /// The rows of the baseline less those of a system.
  ///
  /// Nil where they are not whole numbers, or so large that a sum might not fit.
  init?(_ baseline: [[Double]], _ system: [[Double]]) {
    columnCount = baseline.first?.count ?? 0
    blockCount = (columnCount + 15) / 16
    rowCount = (baseline.count + 63) / 64 * 64
    var rows = [SIMD16<Int32>](repeating: .zero, count: rowCount * blockCount)
    var largestSums = [Double](repeating: 0, count: columnCount)
    for row in baseline.indices {
      for column in 0..<columnCount {
        let difference = baseline[row][column] - system[row][column]
        largestSums[column] += abs(difference)
        guard let whole = Int32(exactly: difference), largestSums[column] <= Double(Int32.max)
        else { return nil }
        rows[column / 16 * rowCount + row][column % 16] = whole
      }
    }
    self.rows = rows
  }

  /// The sums of the rows whose bits are set, for each trial.
  func sums(_ trials: TrialBatch) -> [[Double]] {
    var sums = (0..<trials.count).map { _ in [Double](repeating: 0, count: columnCount) }
    for block in 0..<blockCount {
      for (trial, sum) in blockSums(block, trials).enumerated() {
        for lane in 0..<min(16, columnCount - block * 16) {
          sums[trial][block * 16 + lane] = Double(sum[lane])
        }
      }
    }
    return sums
  }

  /// Sums of four rows at a time are looked up by their four bits (Arlazarov et al., 1970): sixteen
  /// tables of sixteen sums are made for 64 rows and serve all trials.
  private func blockSums(_ block: Int, _ trials: TrialBatch) -> [SIMD16<Int32>] {
    var sums = [SIMD16<Int32>](repeating: .zero, count: trials.count)
    var tables = [SIMD16<Int32>](repeating: .zero, count: 256)
    for word in 0..<trials.wordCount {
      fill(&tables, from: block * rowCount + word * 64)
      tables.withUnsafeBufferPointer { tables in
        for trial in 0..<trials.count {
          var bits = trials.words[trial * trials.wordCount + word]
          var sum = sums[trial]
          for table in stride(from: 0, to: 256, by: 16) {
            sum &+= tables[table + Int(bits & 15)]
            bits >>= 4
          }
          sums[trial] = sum
        }
      }
    }
    return sums
  }

  private func fill(_ tables: inout [SIMD16<Int32>], from row: Int) {
    for table in 0..<16 {
      for bits in 1..<16 {
        let rest = tables[table * 16 + (bits & (bits - 1))]
        tables[table * 16 + bits] = rest &+ rows[row + table * 4 + bits.trailingZeroBitCount]
      }
    }
  }
}
