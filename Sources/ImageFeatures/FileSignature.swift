/// How files begin that people take for photos, and what to do with them.
struct FileSignature {
  private let name: String
  /// Bytes and where they stand; all of them must.
  private let parts: [(place: Int, bytes: [UInt8])]
  private let remedy: String

  /// What the file is, and what to do with it.
  static func name(_ bytes: Span<UInt8>) -> (name: String, remedy: String)? {
    for signature in all {
      var fits = true
      for part in signature.parts { fits = fits && bytes.has(part.bytes, at: part.place) }
      if fits { return (signature.name, signature.remedy) }
    }
    return markup(bytes)
  }

  private init(
    _ name: String, _ parts: (Int, [UInt8])..., remedy: String = "convert it to one of them first"
  ) {
    self.name = name
    self.parts = parts
    self.remedy = remedy
  }

  private static func text(_ string: String, at place: Int = 0) -> (Int, [UInt8]) {
    (place, Array(string.utf8))
  }

  private static let render = "render it as a PNG first"
  private static let unpack = "unpack it first"

  /// Of two that fit, the first counts.
  private static let all: [FileSignature] =
    [
      FileSignature("a GIF image", text("GIF8")),
      FileSignature("a WebP image", text("RIFF"), text("WEBP", at: 8)),
      FileSignature("a BMP image", text("BM"), (6, [0, 0, 0, 0])),
      FileSignature("a TIFF image or a camera's raw file", (0, [0x49, 0x49, 0x2A, 0x00])),
      FileSignature("a TIFF image or a camera's raw file", (0, [0x4D, 0x4D, 0x00, 0x2A])),
      FileSignature("a JPEG XL image", (0, [0xFF, 0x0A])),
      FileSignature("a JPEG XL image", (0, [0, 0, 0, 0x0C]), text("JXL ", at: 4)),
      FileSignature("a JPEG 2000 image", (0, [0, 0, 0, 0x0C]), text("jP  ", at: 4)),
      FileSignature("an icon", (0, [0, 0, 1, 0])),
      FileSignature("a Photoshop document", text("8BPS")),
      FileSignature("a PDF document", text("%PDF"), remedy: render),
      FileSignature("a PostScript document", text("%!PS"), remedy: render),
      FileSignature("a ZIP archive", (0, [0x50, 0x4B, 0x03, 0x04]), remedy: unpack),
      FileSignature("a gzip archive", (0, [0x1F, 0x8B]), remedy: unpack),
    ]
    + ["avif", "avis"].map { container("an AVIF image", brand: $0) }
    + ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"].map {
      container("a HEIC image", brand: $0)
    }
    + [
      container("a camera's raw file", brand: "crx "),
      FileSignature("a video", text("ftyp", at: 4), remedy: "save one of its frames as an image"),
    ]

  /// A file of the family of MPEG-4, told apart by the brand after its first box's head.
  private static func container(_ name: String, brand: String) -> FileSignature {
    FileSignature(name, text("ftyp", at: 4), text(brand, at: 8))
  }

  /// Drawings and pages, which are text; a page is what comes where a download failed.
  private static func markup(_ bytes: Span<UInt8>) -> (name: String, remedy: String)? {
    let first = (0..<min(bytes.count, 1024)).map { bytes[$0] }
    let text = String(decoding: first, as: UTF8.self).lowercased()
    guard text.drop(while: { $0.isWhitespace || $0 == "\u{FEFF}" }).first == "<" else { return nil }
    if text.contains("<svg") { return ("an SVG drawing", render) }
    if text.contains("<html") || text.contains("<!doctype html") {
      return ("an HTML page", "download the image itself, not the page that shows it")
    }
    return nil
  }
}
