/// How an image is written in a file, told by its first bytes and never by its name.
public enum ImageFormat: String, Sendable, CaseIterable {
  case png = "PNG"
  case jpeg = "JPEG"

  /// The format of a file.
  ///
  /// - Parameter bytes: its beginning is enough.
  /// - Throws: `ImageError` that says what the file is instead.
  public init(of bytes: Span<UInt8>) throws(ImageError) {
    if bytes.isEmpty {
      throw ImageError(.empty, "the file is empty", remedy: "get it again")
    } else if bytes.has([0x89, 0x50, 0x4E, 0x47], at: 0) {
      self = .png
    } else if bytes.has([0xFF, 0xD8], at: 0) {
      self = .jpeg
    } else if let (name, remedy) = FileSignature.name(bytes) {
      throw ImageError(
        .otherFormat, "this is \(name), but only PNG and JPEG are read", remedy: remedy)
    } else {
      throw ImageError(
        .notAnImage, "this is no image: the file begins with \(Self.beginning(bytes))",
        remedy: "give a PNG or JPEG file")
    }
  }

  /// The first bytes, as text where they are some.
  private static func beginning(_ bytes: Span<UInt8>) -> String {
    let first = (0..<min(bytes.count, 16)).map { bytes[$0] }
    if first.allSatisfy({ (0x20..<0x7F).contains($0) || (0x09...0x0D).contains($0) }) {
      let text = first.map { Character(UnicodeScalar($0 < 0x20 ? 0x20 : $0)) }
      return "the text '\(String(text))'"
    }
    let codes = first.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return "the bytes \(codes.joined(separator: " "))"
  }
}

extension Span<UInt8> {
  /// Whether `part` stands at `place`.
  func has(_ part: [UInt8], at place: Int) -> Bool {
    guard part.count <= count - place else { return false }
    for index in part.indices where self[place + index] != part[index] { return false }
    return true
  }
}
