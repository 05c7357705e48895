/// How captions are written in a file.
public enum CaptionFormat: String, Sendable, CaseIterable {
  /// An image's name, a tab and a caption a line; several lines an image.
  case tabbed = "tsv"
  /// As Flickr8k's tokens: like `tabbed`, but the name ends in # and the caption's number.
  case flickr
  /// COCO's annotations: `{"images": [{"id": …}], "annotations": [{"image_id": …, "caption": …}]}`.
  case annotations = "coco"
  /// COCO's results: `[{"image_id": …, "caption": …}]`.
  case results = "coco-results"
  /// Karpathy's data sets: `{"images": [{"filename": …, "split": …, "sentences": [{"raw": …}]}]}`,
  /// with the file's folder as `filepath` where there is one.
  case karpathy
}

extension CaptionsByImage {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - format: how it is written; nil to tell by its first line, or by the keys of its JSON.
  ///   - splits: which parts of Karpathy's data, such as `train` and `restval`; empty for all.
  ///   - passOver: told of a line of text that is not as it should be, which is left out then; where it is nil,
  ///     such a line is an error.
  /// - Throws: `CaptionError` with the file and the line or key where it fails.
  public init(
    path: String, format: CaptionFormat? = nil, splits: [String] = [],
    passOver: ((CaptionError) -> Void)? = nil
  ) throws(CaptionError) {
    try self.init(
      bytes: CaptionFile.bytes(path), file: path, format: format, splits: splits,
      passOver: passOver)
  }

  /// Reads the contents of a file; `file` names it in errors. See `init(path:format:splits:passOver:)`.
  public init(
    bytes: [UInt8], file: String, format: CaptionFormat? = nil, splits: [String] = [],
    passOver: ((CaptionError) -> Void)? = nil
  ) throws(CaptionError) {
    let text = CaptionFile.withoutMark(bytes)
    let guess = format ?? Self.format(of: text)
    switch guess {
    case .tabbed, .flickr:
      guard splits.isEmpty else { throw .noSplits(file: file) }
      self.init()
      try readLines(text, file: file, areNumbered: guess == .flickr, passOver)
    case .annotations, .results, .karpathy:
      try self.init(json: text, file: file, format: format, splits: splits)
    }
    guard captions.contains(where: { !$0.isEmpty }) else { throw .noCaptions(file: file) }
  }

  /// A text's format by its first line; of JSON, the first guess.
  private static func format(of text: ArraySlice<UInt8>) -> CaptionFormat {
    switch text.first(where: { $0 > 0x20 }) {
    case UInt8(ascii: "{"): return .annotations
    case UInt8(ascii: "["): return .results
    default: break
    }
    let name = text.prefix { $0 != tab && $0 != lineFeed }
    return unnumbered(name).count < name.count ? .flickr : .tabbed
  }

  private static let tab = UInt8(ascii: "\t")
  private static let lineFeed = UInt8(ascii: "\n")

  /// A name without # and digits at its end.
  private static func unnumbered(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let sign = name.lastIndex(of: UInt8(ascii: "#")), sign + 1 < name.endIndex,
      name[(sign + 1)...].allSatisfy({ (0x30...0x39).contains($0) })
    else { return name }
    return name[..<sign]
  }

  private mutating func readLines(
    _ text: ArraySlice<UInt8>, file: String, areNumbered: Bool,
    _ passOver: ((CaptionError) -> Void)?
  ) throws(CaptionError) {
    var lineNumber = 0
    var firstProblem: CaptionError?
    var rest = text
    while !rest.isEmpty {
      lineNumber += 1
      var line = rest.prefix { $0 != Self.lineFeed }
      rest = rest[min(line.endIndex + 1, rest.endIndex)...]
      if line.last == 0x0D { line.removeLast() }
      // Empty lines say nothing, such as one at the file's end.
      if line.isEmpty { continue }
      do throws(CaptionError) {
        try read(line, file: file, number: lineNumber, isNumbered: areNumbered)
      } catch {
        guard let passOver else { throw error }
        firstProblem = firstProblem ?? error
        passOver(error)
      }
    }
    // A file without a single good line is another kind of file: its first line says which.
    if images.isEmpty, let firstProblem { throw firstProblem }
  }

  /// A line: a name, a tab, a caption.
  private mutating func read(
    _ line: ArraySlice<UInt8>, file: String, number: Int, isNumbered: Bool
  ) throws(CaptionError) {
    guard let tab = line.firstIndex(of: Self.tab) else { throw .noTab(file: file, line: number) }
    let name = isNumbered ? Self.unnumbered(line[..<tab]) : line[..<tab]
    guard !name.isEmpty else { throw .noImageName(file: file, line: number) }
    guard let image = String(validating: name, as: UTF8.self),
      let caption = String(validating: line[(tab + 1)...], as: UTF8.self)
    else { throw .notUTF8(file: file, line: number) }
    add(caption, image: image)
  }
}
