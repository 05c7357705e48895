extension PairedTest.Comparison: CustomStringConvertible {
  public var description: String { text() }

  /// A table of systems and metrics, what its numbers say, and the signatures.
  ///
  /// ```
  /// ╒════════════════════╤══════════════════════╕
  /// │             System │  BLEU (μ ± 95% CI)   │
  /// ╞════════════════════╪══════════════════════╡
  /// │ Baseline: base.txt │ 37.01 (37.10 ± 1.10) │
  /// ├────────────────────┼──────────────────────┤
  /// │            new.txt │ 38.50 (38.40 ± 1.20) │
  /// │                    │    (p = 0.0010)*     │
  /// ╘════════════════════╧══════════════════════╛
  /// ```
  ///
  /// - Parameter decimals: of scores and intervals; sacreBLEU's command prints 1 unless told.
  public func text(decimals: Int = 1) -> String {
    [table(decimals: decimals), explanation, signatures].joined(separator: "\n\n")
  }

  /// The table alone.
  public func table(decimals: Int = 1) -> String {
    let hasIntervals = systems.contains { $0.results.contains { $0.interval != nil } }
    return Grid(
      header: ["System"] + metrics.map { $0.name + (hasIntervals ? " (μ ± 95% CI)" : "") },
      rows: systems.enumerated().map { index, system in
        [[index == 0 ? baselineTitle : system.name]]
          + system.results.map { $0.cell(decimals: decimals) }
      }
    ).text
  }

  /// A system that is called just that needs no second mention.
  private var baselineTitle: String {
    let name = systems.first?.name ?? ""
    return name == "Baseline" ? name : "Baseline: \(name)"
  }

  private var explanation: String {
    let (title, draws) =
      switch test.method {
      case .bootstrap: ("Paired bootstrap resampling", "\(test.samples) resamples")
      case .approximateRandomization:
        ("Paired approximate randomization", "\(test.samples) trials")
      }
    let interval =
      "The score of the corpus, then mean and half width of the 95% interval over "
      + "\(test.intervalSamples ?? 0) resamples."
    let lines = [
      "\(title), \(draws), seed \(test.seed): each system against the baseline.",
      test.intervalSamples == nil ? nil : interval,
      "p: how probable chance alone makes a larger difference, were the two systems equally good.",
      "*: p is at most 0.05. p tells neither which system is better nor by how much.",
    ]
    return lines.compactMap { $0 }.joined(separator: "\n")
  }

  private var signatures: String {
    let width = metrics.map(\.name.count).max() ?? 0
    let lines = metrics.map { metric in
      metric.name + String(repeating: " ", count: width - metric.name.count + 2) + metric.signature
    }
    return (["Signatures"] + lines).joined(separator: "\n")
  }
}

extension PairedTest.Comparison.Result {
  /// `38.50 (38.40 ± 1.20)` and, in a second line, `(p = 0.0010)*`.
  fileprivate func cell(decimals: Int) -> [String] {
    var score = FixedPoint.text(self.score, decimals)
    if let interval { score += " (\(interval.text(decimals: decimals)))" }
    guard let pValue else { return [score] }
    return [score, "(p = \(FixedPoint.text(pValue, 4)))" + (isSignificant ? "*" : "")]
  }
}

/// A table in a grid of lines as sacreBLEU prints it: first column to the right, others in the
/// middle.
private struct Grid {
  let header: [String]
  /// The lines of each cell.
  let rows: [[[String]]]

  var text: String {
    let widths = header.indices.map { column in
      let cells = rows.flatMap { $0[column] }.map(\.count)
      return max(header[column].count + 2, cells.max() ?? 0)
    }
    func rule(_ left: String, _ line: String, _ cross: String, _ right: String) -> String {
      let lines = widths.map { String(repeating: line, count: $0 + 2) }
      return left + lines.joined(separator: cross) + right
    }
    let body = rows.map { row in
      (0..<(row.map(\.count).max() ?? 0)).map { line in
        Self.line(row.map { line < $0.count ? $0[line] : "" }, widths)
      }.joined(separator: "\n")
    }
    return [
      rule("╒", "═", "╤", "╕"),
      Self.line(header, widths),
      rule("╞", "═", "╪", "╡"),
      body.joined(separator: "\n\(rule("├", "─", "┼", "┤"))\n"),
      rule("╘", "═", "╧", "╛"),
    ].joined(separator: "\n")
  }

  private static func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).enumerated().map { column, cell in
      let free = cell.1 - cell.0.count
      let left = column == 0 ? free : free / 2
      return String(repeating: " ", count: left) + cell.0
        + String(repeating: " ", count: free - left)
    }
    return "│ " + padded.joined(separator: " │ ") + " │"
  }
}
