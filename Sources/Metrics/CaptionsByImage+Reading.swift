internal import Foundation

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
}

extension CaptionsByImage {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - format: how it is written; nil to tell by its first line.
  /// - Throws: `CaptionError` with the file and the line or key where it fails.
  public init(path: String, format: CaptionFormat? = nil) throws(CaptionError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .unreadable(file: path, reason: error.localizedDescription)
    }
    try self.init(bytes: Array(data), file: path, format: format)
  }

  /// Reads the contents of a file; `file` names it in errors. See `init(path:format:)`.
  public init(
    bytes: [UInt8], file: String, format: CaptionFormat? = nil
  ) throws(CaptionError) {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0  // a byte order mark
    let text = bytes[start...]
    self.init()
    switch format ?? Self.format(of: text) {
    case .tabbed: try readLines(text, file: file, areNumbered: false)
    case .flickr: try readLines(text, file: file, areNumbered: true)
    case .annotations: try readAnnotations(text, file: file)
    case .results: try readResults(text, file: file)
    }
    guard captions.contains(where: { !$0.isEmpty }) else { throw .noCaptions(file: file) }
  }

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
    _ text: ArraySlice<UInt8>, file: String, areNumbered: Bool
  ) throws(CaptionError) {
    var lineNumber = 0
    var rest = text
    while !rest.isEmpty {
      lineNumber += 1
      var line = rest.prefix { $0 != Self.lineFeed }
      rest = rest[min(line.endIndex + 1, rest.endIndex)...]
      if line.last == 0x0D { line.removeLast() }
      guard let tab = line.firstIndex(of: Self.tab) else {
        throw .noTab(file: file, line: lineNumber)
      }
      let name = areNumbered ? Self.unnumbered(line[..<tab]) : line[..<tab]
      guard !name.isEmpty else { throw .noImageName(file: file, line: lineNumber) }
      guard let image = String(validating: name, as: UTF8.self),
        let caption = String(validating: line[(tab + 1)...], as: UTF8.self)
      else { throw .notUTF8(file: file, line: lineNumber) }
      add(caption, image: image)
    }
  }
}
