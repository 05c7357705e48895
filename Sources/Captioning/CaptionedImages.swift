internal import Seq2Seq

/// Pictures with their captions, in a fixed order.
public struct CaptionedImages: Sendable, Equatable {
  /// Each has at least one caption, and its file is there.
  public let images: [CaptionedImage]
  /// What was read of each source, in the order of the recipe.
  public let summaries: [CaptionSummary]

  init(images: [CaptionedImage], summaries: [CaptionSummary]) {
    self.images = images
    self.summaries = summaries
  }

  /// How many captions there are.
  public var captionCount: Int { summaries.reduce(0) { $0 + $1.captions } }

  /// 16 hexadecimal digits that depend on every byte of all names and captions: the source's own
  /// where there is one, else FNV-1a over those of all.
  public var fingerprint: String { CorpusFingerprint.digits(joining: summaries.map(\.fingerprint)) }
}
