/// What the scores of captions are made of: counts and sums over images, which add up.
public struct CaptionStatistics: SegmentStatistics {
  /// The images that were counted.
  public var images = 0
  public var bleu = BLEU.Statistics()
  public var meteor = METEORExactStem.Statistics()
  /// The sums of the images' scores.
  public var rougeL = 0.0
  public var cider = 0.0
  public var plainCIDEr = 0.0

  public init() {}

  public static func += (left: inout Self, right: Self) {
    left.images += right.images
    left.bleu += right.bleu
    left.meteor += right.meteor
    left.rougeL += right.rougeL
    left.cider += right.cider
    left.plainCIDEr += right.plainCIDEr
  }

  /// The scores of the images that were counted. CIDEr's weights stay those of the corpus in which they
  /// were counted.
  public var scores: CaptionScores {
    let count = Double(max(1, images))
    return CaptionScores(
      bleu: CaptionBLEU.scores(bleu), meteorExactStem: METEORExactStem.score(meteor),
      rougeL: rougeL / count, cider: cider / count, plainCIDEr: plainCIDEr / count)
  }
}

/// The scores of a caption, or of a corpus of captions.
public struct CaptionScores: Sendable, Equatable {
  /// BLEU-1 to BLEU-4, 0 to 1, by coco-caption's rules.
  public var bleu: SIMD4<Double>
  /// METEOR (exact+stem), 0 to 1; see `METEORExactStem`.
  public var meteorExactStem: Double
  /// ROUGE-L, 0 to 1.
  public var rougeL: Double
  /// What coco-caption prints as CIDEr, 0 to 10: `CIDEr.Formula.robust`.
  public var cider: Double
  /// `CIDEr.Formula.plain`, 0 to 10.
  public var plainCIDEr: Double

  /// The scores in a fixed order, each with the name it is printed by.
  public var named: [(name: String, value: Double)] {
    (0..<BLEU.order).map { ("Bleu_\($0 + 1)", bleu[$0]) } + [
      (METEORExactStem.name, meteorExactStem), ("ROUGE_L", rougeL), ("CIDEr", cider),
      (CIDEr.Formula.plain.rawValue, plainCIDEr),
    ]
  }
}
