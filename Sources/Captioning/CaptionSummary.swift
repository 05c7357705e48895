/// What was read of a source of captions and what was left out.
public struct CaptionSummary: Sendable, Equatable {
  /// Why an image, or a caption of it, was left out.
  public enum Reason: Sendable, CaseIterable {
    /// The image's file is not there.
    case noFile
    /// Nobody said anything about the image.
    case noCaption
    /// The list names the image once more.
    case listedAgain
    /// A caption has nothing but white space; its image may have others.
    case emptyCaption
    /// A line of the captions' file is not a name, a tab and a caption in UTF-8.
    case badLine

    fileprivate func counted(_ count: Int) -> String {
      let plural = count == 1 ? "" : "s"
      return switch self {
      case .noFile: "\(count) image\(plural) whose file is not there"
      case .noCaption: "\(count) image\(plural) without a caption"
      case .listedAgain: "\(count) name\(plural) listed again"
      case .emptyCaption: "\(count) empty caption\(plural)"
      case .badLine: "\(count) bad line\(plural)"
      }
    }
  }

  /// An image that was left out or lost a caption, or a line that was left out, and why.
  public struct Remark: Sendable, Equatable, CustomStringConvertible {
    /// The image's name; of a bad line nothing, for its message says where it stands.
    public var image: String
    public var reason: Reason
    public var message: String

    public var description: String {
      let consequence =
        switch reason {
        case .noFile, .noCaption: "the image is left out"
        case .listedAgain: "it is used once"
        case .emptyCaption: "the caption is left out"
        case .badLine: "the line is left out"
        }
      return (image.isEmpty ? "" : "\(image): ") + "\(message); \(consequence)"
    }
  }

  /// How many remarks of each reason are kept.
  public static let remarksKept = 3

  /// The file with the captions.
  public internal(set) var name: String
  /// Images kept.
  public internal(set) var images = 0
  /// Captions of these images.
  public internal(set) var captions = 0
  public internal(set) var leftOut: [Reason: Int] = [:]
  /// The first few of each reason, in the order of the images.
  public internal(set) var remarks: [Remark] = []
  /// 16 hexadecimal digits that depend on every byte of the names and captions kept, in their
  /// order: FNV-1a, 64 bits, over name, TAB, caption, LF for each caption.
  public internal(set) var fingerprint = ""

  /// One line: how many images and captions were kept, and how many left out for what reason.
  public var counts: String {
    let reasons = Reason.allCases.compactMap { reason in leftOut[reason].map(reason.counted) }
    return "\(images) image\(images == 1 ? "" : "s") with "
      + "\(captions) caption\(captions == 1 ? "" : "s")"
      + (reasons.isEmpty ? "" : "; left out: " + reasons.joined(separator: ", "))
  }

  /// Counts an image, a caption of it, or a line as left out.
  mutating func leaveOut(_ image: String, _ reason: Reason, _ message: String) {
    leftOut[reason, default: 0] += 1
    if leftOut[reason, default: 0] <= Self.remarksKept {
      remarks.append(Remark(image: image, reason: reason, message: message))
    }
  }
}

extension CaptionSummary: CustomStringConvertible {
  /// The counts, then a line a remark.
  public var description: String {
    (["\(name): \(counts)"] + remarks.map { "  \($0)" }).joined(separator: "\n")
  }
}
