public import Seq2Seq

/// Where pictures lie and what people said about them.
///
/// In a recipe, only `captions` must be given; what else is left out has its default.
public struct CaptionSource: Sendable, Equatable {
  /// How captions are written; see `captions`.
  public enum Format: String, Codable, Sendable, CaseIterable {
    /// To be told by the file's first line, or by the keys of its JSON.
    case auto
    /// A name, a tab and a caption a line.
    case tsv
    /// Flickr8k's tokens: a name, # and the caption's number, a tab and a caption a line.
    case flickr
    /// COCO's annotations in JSON.
    case coco
    /// Karpathy's data sets in JSON.
    case karpathy
  }

  /// The file with the captions, in one of these forms; an image has as many as there are:
  ///
  /// - lines `beach.jpg TAB A dog on a beach.`, several an image;
  /// - Flickr8k's token file, lines `beach.jpg#0 TAB A dog on a beach .`;
  /// - COCO's annotations: `{"images": [{"id": 7, "file_name": "beach.jpg"}],
  ///   "annotations": [{"image_id": 7, "caption": "A dog on a beach."}]}`;
  /// - Karpathy's data sets: `{"images": [{"filename": "beach.jpg", "filepath": "train2014",
  ///   "split": "train", "sentences": [{"raw": "A dog on a beach."}]}]}`; `filepath` may be missing.
  public var captions: String
  /// The folder in which the images lie; where empty, the folder of the captions' file or its
  /// subfolder `images`, whichever has more of them.
  public var images = ""
  /// A text file with the name of one image a line: only those are used, in that order, as with
  /// Flickr8k's lists for training and testing. Where empty, all images are.
  public var list = ""
  /// The splits of Karpathy's JSON that are used, joined by +: `train`, or `train+restval`. Where
  /// empty, all images are.
  public var split = ""
  public var format: Format = .auto
  /// Whether captions that were cut into words and marks are joined again, ` .` to `.`; see
  /// `CaptionText.joined(_:)`.
  public var joinPunctuation = true

  public init(captions: String = "") { self.captions = captions }

  /// The names in `split`.
  var splits: [String] {
    split.isEmpty
      ? [] : split.split(separator: "+", omittingEmptySubsequences: false).map { String($0) }
  }

  /// Throws the first setting that cannot be; its key is relative to the source.
  public func validate() throws(ConfigurationError) {
    if captions.isEmpty {
      throw ConfigurationError(
        key: "captions", message: "is not set; give the file with the captions")
    }
    if splits.contains(where: { $0.isEmpty || $0.contains(where: \.isWhitespace) }) {
      throw ConfigurationError(
        key: "split",
        message: "is '\(split)'; it must be a split's name, or several as in train+restval")
    }
    if !split.isEmpty && format != .auto && format != .karpathy {
      throw ConfigurationError(
        key: "split",
        message: "goes with Karpathy's JSON only, but 'format' is \(format.rawValue); leave it out")
    }
  }
}

extension CaptionSource: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case captions, images, list, split, format, joinPunctuation
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let captions = try container.decodeIfPresent(String.self, forKey: .captions) else {
      throw ConfigurationError(
        key: "captions", message: "is missing; give the file with the captions")
    }
    self.init(captions: captions)
    images = try container.decodeIfPresent(String.self, forKey: .images) ?? images
    list = try container.decodeIfPresent(String.self, forKey: .list) ?? list
    split = try container.decodeIfPresent(String.self, forKey: .split) ?? split
    format = try container.decodeIfPresent(Format.self, forKey: .format) ?? format
    joinPunctuation =
      try container.decodeIfPresent(Bool.self, forKey: .joinPunctuation) ?? joinPunctuation
  }
}
