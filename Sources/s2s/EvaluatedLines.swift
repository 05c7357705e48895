import Metrics

/// What is scored: the lines of one or more systems, and their references.
struct EvaluatedLines {
  struct System {
    var name: String
    var lines: [String]
  }

  var systems: [System]
  /// A list of lines a reference; nil where a line has no such reference.
  var references: [[String?]]
  /// The images that lines are captions of, if they are.
  private(set) var images: [String]?
  /// What was counted of each system's captions, for all their metrics at once.
  private var captionStatistics: [[CaptionStatistics]] = []
  /// The references' files, to be named in messages.
  private let referenceNames: [String]

  /// - Parameters:
  ///   - references: with several, an empty line is one that is not there, unless its line has no other.
  ///   - names: their files.
  init(systems: [System], references: [[String]], names: [String]) {
    // As sacreBLEU reads them: without white space at their ends.
    self.systems = systems.map {
      System(name: $0.name, lines: $0.lines.map(SegmentText.withoutTrailingSpace))
    }
    let references = references.map { $0.map(SegmentText.withoutTrailingSpace) }
    referenceNames = names
    let lines = references.map(\.count).min() ?? 0
    let onlyEmpty = (0..<lines).map { line in references.allSatisfy { $0[line].isEmpty } }
    self.references = references.map { reference in
      reference.enumerated().map { line, text in
        text.isEmpty && references.count > 1 && line < lines && !onlyEmpty[line] ? nil : text
      }
    }
  }

  /// Captions, one an image, and those that people wrote of it.
  ///
  /// - Parameter onlyAnswered: whether images that a system has no caption of are left out.
  init(
    captions systems: [(name: String, captions: CaptionsByImage)], references: CaptionsByImage,
    onlyAnswered: Bool
  ) throws(Failure) {
    self.systems = []
    self.references = []
    referenceNames = []
    for system in systems {
      let report: CaptionMetrics.Report
      do {
        report = try CaptionMetrics().report(
          results: system.captions, references: references, onlyResults: onlyAnswered)
      } catch {
        throw Failure(.data, "\(system.name): \(error)")
      }
      guard images == nil || images == report.images else {
        throw Failure(
          .data,
          "\(system.name) answers other images than \(systems[0].name); compare systems on the same"
        )
      }
      images = report.images
      captionStatistics.append(report.statistics)
      let lines = report.images.map { system.captions[$0]?.first ?? "" }
      self.systems.append(System(name: system.name, lines: lines))
    }
    let captions = (images ?? []).map { references[$0] ?? [] }
    for place in 0..<(captions.map(\.count).max() ?? 0) {
      self.references.append(captions.map { place < $0.count ? $0[place] : nil })
    }
  }

  /// A metric's counts of a system's lines.
  func statistics<Metric: CorpusMetric>(
    _ system: Int, _ metric: Metric
  ) throws(MetricError) -> [Metric.Statistics] {
    if metric is CaptionMetric, let counted = captionStatistics[system] as? [Metric.Statistics] {
      return counted
    }
    return try metric.statistics(hypotheses: systems[system].lines, references: references)
  }

  /// Throws where line counts differ: with names and both counts.
  func check() throws(Failure) {
    for system in systems {
      for (name, reference) in zip(referenceNames, references)
      where reference.count != system.lines.count {
        throw Failure(
          .data,
          "\(system.name) has \(count(system.lines.count)) but \(name) has \(reference.count); line n "
            + "of the one must belong to line n of the other")
      }
    }
  }

  private func count(_ lines: Int) -> String { "\(lines) line\(lines == 1 ? "" : "s")" }

  /// Says what makes scores doubtful: references that are empty, and hypotheses that look tokenized or
  /// lower-cased when their references are not.
  ///
  /// - Parameter withoutCase: how to take no notice of case; nil where none is taken.
  func remarkOnDoubts(withoutCase: String?) {
    // Captions are tokenized and lower-cased by their metrics.
    if images != nil { return }
    let empty = (references.first ?? []).indices.filter { line in
      references.allSatisfy { $0[line]?.allSatisfy(\.isWhitespace) ?? true }
    }
    if let first = empty.first {
      remark(
        "line \(first + 1) has an empty reference"
          + (empty.count > 1 ? ", and so have \(empty.count - 1) more" : "")
          + "; what stands there counts as wrong")
    }
    let reference = TextLook(references.joined().lazy.compactMap(\.self))
    for system in systems {
      let look = TextLook(system.lines)
      if look.tokenized > 0.1, look.tokenized > 4 * reference.tokenized {
        remark(
          "\(system.name) looks tokenized (spaces before punctuation) and the references do not: undo "
            + "that first, or the scores are not comparable")
      }
      if let withoutCase, reference.cased > 0.2, look.cased < reference.cased / 10 {
        remark(
          "\(system.name) looks lower-cased and the references do not: restore the case, or compare "
            + withoutCase)
      }
    }
  }
}

/// How lines look: shares of those that are not empty.
struct TextLook {
  /// Lines with a space before a period, comma or the like.
  private(set) var tokenized = 0.0
  /// Lines with a capital letter.
  private(set) var cased = 0.0

  init(_ lines: some Sequence<String>) {
    var count = 0.0
    for line in lines where !line.isEmpty {
      count += 1
      if Self.hasSpacedPunctuation(line.utf8) { tokenized += 1 }
      if line.unicodeScalars.contains(where: \.properties.isUppercase) { cased += 1 }
    }
    tokenized /= max(count, 1)
    cased /= max(count, 1)
  }

  private static func hasSpacedPunctuation(_ bytes: String.UTF8View) -> Bool {
    var previous = UInt8(ascii: "x")
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "!"), UInt8(ascii: "?"):
        if previous == UInt8(ascii: " ") { return true }
      default: break
      }
      previous = byte
    }
    return false
  }
}
