/// Scores captions of images against captions that people wrote of them, as coco-caption does.
///
/// The figures are those of pycocoevalcap: captions are cut by `PTBTokenizer`, then BLEU-1 to BLEU-4,
/// ROUGE-L and CIDEr are computed over all images of the references. METEOR is the form without synonyms
/// and paraphrases (see `METEORExactStem`), and SPICE is not computed.
///
/// ```swift
/// let report = try CaptionMetrics().report(
///   results: CaptionsByImage(path: "results.json"),
///   references: CaptionsByImage(path: "captions_val.json"))
/// print(report.scores.cider, report.scoresByImage[0].rougeL)
/// ```
public struct CaptionMetrics: Sendable, Equatable {
  public var meteor: METEORExactStem

  public init(meteor: METEORExactStem = METEORExactStem()) {
    self.meteor = meteor
  }

  /// The scores of captions, together and image by image.
  public struct Report: Sendable, Equatable {
    /// The images in the order of the references.
    public let images: [String]
    /// What was counted of each image.
    public let statistics: [CaptionStatistics]

    /// The sums over all images.
    public var sum: CaptionStatistics {
      var sum = CaptionStatistics()
      for image in statistics { sum += image }
      return sum
    }

    /// The scores of the corpus.
    public var scores: CaptionScores { sum.scores }

    /// The scores of each image. CIDEr's weights are those of the corpus.
    public var scoresByImage: [CaptionScores] { statistics.map(\.scores) }
  }

  /// Scores one caption an image.
  ///
  /// - Parameters:
  ///   - results: one caption for each image of the references.
  ///   - references: at least one caption for each image; their images are those that are scored.
  ///   - onlyResults: whether images without a result are left out, as if the references had not named
  ///     them; else they are an error.
  /// - Throws: `CaptionError` for an image with two results or without any, a result for an image that the
  ///   references do not have, an image without references, or no images at all.
  public func report(
    results: CaptionsByImage, references: CaptionsByImage, onlyResults: Bool = false
  ) throws(CaptionError) -> Report {
    let pairs = try Self.pairs(results, references, onlyResults: onlyResults)
    let statistics = statistics(pairs.map(\.result), pairs.map(\.references))
    return Report(images: pairs.map(\.image), statistics: statistics)
  }

  /// What is counted of captions whose references are given in the same order.
  ///
  /// - Parameters:
  ///   - captions: raw text.
  ///   - references: for each caption at least one reference, raw text.
  func statistics(_ captions: [String], _ references: [[String]]) -> [CaptionStatistics] {
    var words = CaptionWords(functionWords: meteor.functionWords)
    let tokenizedReferences = words.tokenized(groups: references)
    let tokenized = words.tokenized(groups: captions.map { [$0] }).map { $0[0] }
    let wordsOfReferences = tokenizedReferences.map { $0.map(\.words) }
    let cider = CIDEr(words: words.table, references: wordsOfReferences, formula: .robust)
    var workspace = cider.makeWorkspace()
    var rouge = ROUGEL()
    var ngrams = NgramTable()
    var aligner = METEORAligner()
    return tokenized.indices.map { image in
      let caption = tokenized[image]
      let references = tokenizedReferences[image]
      var statistics = CaptionStatistics()
      statistics.images = 1
      statistics.bleu = CaptionBLEU.statistics(caption.words, wordsOfReferences[image], &ngrams)
      statistics.meteor = METEORExactStem.statistics(
        words.forMETEOR(caption.tokens),
        references.lazy.map { words.forMETEOR($0.tokens) }, &aligner)
      statistics.rougeL = rouge.score(caption.tokens, references.lazy.map(\.tokens))
      let consensus = cider.scores(wordIDs: caption.words, image: image, in: &workspace)
      statistics.cider = consensus.robust
      statistics.plainCIDEr = consensus.plain
      return statistics
    }
  }

  private static func pairs(
    _ results: CaptionsByImage, _ references: CaptionsByImage, onlyResults: Bool
  ) throws(CaptionError) -> [(image: String, result: String, references: [String])] {
    var resultOfImage: [String: String] = [:]
    for (image, captions) in zip(results.images, results.captions) {
      guard captions.count <= 1 else { throw .severalResults(image: image, count: captions.count) }
      guard references.contains(image) else { throw .unknownImage(image) }
      resultOfImage[image] = captions.first
    }
    var pairs: [(image: String, result: String, references: [String])] = []
    var missing: [String] = []
    for (image, captions) in zip(references.images, references.captions) {
      guard let result = resultOfImage[image] else {
        missing.append(image)
        continue
      }
      guard !captions.isEmpty else { throw .noReferences(image: image) }
      pairs.append((image, result, captions))
    }
    if let first = missing.first, !onlyResults {
      throw .noResult(image: first, count: missing.count)
    }
    guard !pairs.isEmpty else { throw .noImages }
    return pairs
  }
}
