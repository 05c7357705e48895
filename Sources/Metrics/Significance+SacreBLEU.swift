/// The rows of numbers that sacreBLEU keeps of a segment, and what it makes of their sums.

extension BLEU: ResampledMetric {
  package func numbers(of statistics: Statistics) -> [Double] {
    [Double(statistics.hypothesisLength), Double(statistics.referenceLength)]
      + (0..<Self.order).map { Double(statistics.matches[$0]) }
      + (0..<Self.order).map { Double(statistics.totals[$0]) }
  }

  package func statistics(of numbers: [Double]) -> Statistics {
    var statistics = Statistics()
    statistics.hypothesisLength = Int(numbers[0])
    statistics.referenceLength = Int(numbers[1])
    for order in 0..<Self.order {
      statistics.matches[order] = Int(numbers[2 + order])
      statistics.totals[order] = Int(numbers[2 + Self.order + order])
    }
    return statistics
  }

  package func resampleScore(of sums: [Float]) -> ResampleScore {
    .double(SampleFormula.bleu(sums, smoothing: smoothing, effectiveOrder: effectiveOrder))
  }
}

extension CHRF: ResampledMetric {
  package func numbers(of statistics: Statistics) -> [Double] {
    var orders = statistics.orders
    // A segment in which nothing was counted has zeros.
    let missing = characterOrder + wordOrder - orders.count
    orders.append(contentsOf: repeatElement(NgramCounts(), count: missing))
    return orders.flatMap { [Double($0.hypothesis), Double($0.reference), Double($0.matches)] }
  }

  package func statistics(of numbers: [Double]) -> Statistics {
    var statistics = Statistics()
    for start in stride(from: 0, to: numbers.count, by: 3) {
      var counts = NgramCounts()
      counts.hypothesis = Int(numbers[start])
      counts.reference = Int(numbers[start + 1])
      counts.matches = Int(numbers[start + 2])
      statistics.orders.append(counts)
    }
    return statistics
  }

  package func resampleScore(of sums: [Float]) -> ResampleScore {
    SampleFormula.chrF(sums, beta: beta, epsilonSmoothing: epsilonSmoothing)
      .map { .single($0) } ?? .double(0)
  }
}

extension TER: ResampledMetric {
  package func numbers(of statistics: Statistics) -> [Double] {
    [Double(statistics.edits), statistics.referenceLength]
  }

  package func statistics(of numbers: [Double]) -> Statistics {
    var statistics = Statistics()
    statistics.edits = Int(numbers[0])
    statistics.referenceLength = numbers[1]
    return statistics
  }

  package func resampleScore(of sums: [Float]) -> ResampleScore {
    SampleFormula.ter(sums).map { .single($0) } ?? .double(sums[0] > 0 ? 100 : 0)
  }
}
