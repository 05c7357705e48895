import ImageFeatures
import Testing

struct DecodingErrorTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: ImageError.Kind
    let description: String
    var testDescription: String { name }

    init(_ name: String, _ kind: ImageError.Kind, _ description: String) {
      self.name = name
      self.kind = kind
      self.description = description
    }
  }

  static let errors = [
    Row(
      "12bit.jpg", .unsupported,
      "the JPEG file is of a kind that is not read (Unsupported JPEG data precision 12); "
        + "save it as an ordinary PNG or JPEG with another program"),
    Row(
      "cut-arithmetic.jpg", .truncated,
      "the JPEG file is cut short: its 1199 bytes give 144 of 200 scan lines; get the "
        + "whole file again"),
    Row(
      "cut-first-scan.jpg", .truncated,
      "the JPEG file is cut short: its 272 bytes give 16 of 29 scan lines; get the whole "
        + "file again"),
    Row(
      "cut-header.jpg", .truncated,
      "the JPEG file is cut short: it ends at byte 100; get the whole file again"),
    Row(
      "cut-header.png", .truncated,
      "the PNG file is cut short: it ends at byte 20; get the whole file again"),
    Row(
      "cut-interlaced.png", .truncated,
      "the PNG file is cut short: it ends at byte 795; get the whole file again"),
    Row(
      "cut-progressive.jpg", .truncated,
      "the JPEG file is cut short: it ends at byte 1003 (the last scans are missing); "
        + "get the whole file again"),
    Row(
      "cut-signature.png", .truncated,
      "the PNG file is cut short: it ends at byte 6; get the whole file again"),
    Row(
      "cut-tables.jpg", .truncated,
      "the JPEG file is cut short: it ends at byte 614; get the whole file again"),
    Row(
      "cut.jpg", .truncated,
      "the JPEG file is cut short: its 1011 bytes give 16 of 29 scan lines; get the "
        + "whole file again"),
    Row(
      "cut.png", .truncated,
      "the PNG file is cut short: its 785 bytes give 0 of 17 scan lines; get the whole "
        + "file again"),
    Row(
      "depth3.png", .damaged,
      "the PNG file is damaged near byte 33 (Invalid IHDR data); get it again"),
    Row(
      "empty.jpg", .empty,
      "the file is empty; get it again"),
    Row(
      "end-in-the-middle.jpg", .damaged,
      "the JPEG file is damaged near byte 2077, scan line 120 of 200 (the data of a scan "
        + "end too early); get it again"),
    Row(
      "hollow.jpg", .truncated,
      "the JPEG file is cut short: it ends at byte 1264 (too few bytes for so many "
        + "pixels); get the whole file again"),
    Row(
      "hollow.png", .truncated,
      "the PNG file is cut short: it ends at byte 90 (too few bytes for so many pixels); "
        + "get the whole file again"),
    Row(
      "huge.jpg", .tooLarge,
      "the image is 65000 × 65000 pixels, more than the 100000000 that are allowed; make "
        + "it smaller, or allow more"),
    Row(
      "huge.png", .tooLarge,
      "the image is 60000 × 60000 pixels, more than the 100000000 that are allowed; make "
        + "it smaller, or allow more"),
    Row(
      "line-ends-converted.png", .damaged,
      "the PNG file is damaged near byte 8 (PNG file corrupted by ASCII conversion); get "
        + "it again"),
    Row(
      "lossless.jpg", .unsupported,
      "the JPEG file is of a kind that is not read (Unsupported JPEG process: SOF type "
        + "0xc3); save it as an ordinary PNG or JPEG with another program"),
    Row(
      "missing-colour.jpg", .damaged,
      "the JPEG file is damaged near byte 1167 (a colour is missing); get it again"),
    Row(
      "no-height.jpg", .damaged,
      "the JPEG file is damaged near byte 160 (Empty JPEG image (DNL not supported)); "
        + "get it again"),
    Row(
      "no-palette.png", .damaged,
      "the PNG file is damaged near byte 41 (IDAT: Missing PLTE before IDAT); get it "
        + "again"),
    Row(
      "no-pixels.png", .damaged,
      "the PNG file is damaged near byte 41 (IEND: out of place); get it again"),
    Row(
      "no-width.png", .damaged,
      "the PNG file is damaged near byte 33 (Invalid IHDR data); get it again"),
    Row(
      "other.avif", .otherFormat,
      "this is an AVIF image, but only PNG and JPEG are read; convert it to one of them "
        + "first"),
    Row(
      "other.bmp", .otherFormat,
      "this is a BMP image, but only PNG and JPEG are read; convert it to one of them "
        + "first"),
    Row(
      "other.gif", .otherFormat,
      "this is a GIF image, but only PNG and JPEG are read; convert it to one of them "
        + "first"),
    Row(
      "other.heic", .otherFormat,
      "this is a HEIC image, but only PNG and JPEG are read; convert it to one of them "
        + "first"),
    Row(
      "other.pdf", .otherFormat,
      "this is a PDF document, but only PNG and JPEG are read; render it as a PNG first"),
    Row(
      "other.svg", .otherFormat,
      "this is an SVG drawing, but only PNG and JPEG are read; render it as a PNG first"),
    Row(
      "other.tiff", .otherFormat,
      "this is a TIFF image or a camera's raw file, but only PNG and JPEG are read; "
        + "convert it to one of them first"),
    Row(
      "other.webp", .otherFormat,
      "this is a WebP image, but only PNG and JPEG are read; convert it to one of them "
        + "first"),
    Row(
      "page.jpg", .otherFormat,
      "this is an HTML page, but only PNG and JPEG are read; download the image itself, "
        + "not the page that shows it"),
    Row(
      "scan-bomb.jpg", .tooLarge,
      "the JPEG file asks for too much (more scans than allowed); save it anew with "
        + "another program"),
    Row(
      "tall-cut.jpg", .truncated,
      "the JPEG file is cut short: its 2388 bytes give 136 of 200 scan lines; get the "
        + "whole file again"),
    Row(
      "text.jpg", .notAnImage,
      "this is no image: the file begins with the text 'A photo of a dog'; give a PNG or "
        + "JPEG file"),
    Row(
      "too-few-rows.png", .damaged,
      "the PNG file is damaged near byte 429, scan line 5 of 17 (Not enough image data); "
        + "get it again"),
    Row(
      "two-bytes.jpg", .truncated,
      "the JPEG file is cut short: it ends at byte 2; get the whole file again"),
    Row(
      "wrong-checksum-of-header.png", .damaged,
      "the PNG file is damaged near byte 33 (IHDR: CRC error); get it again"),
    Row(
      "wrong-checksum.png", .damaged,
      "the PNG file is damaged near byte 1297, scan line 16 of 17 (IDAT: CRC error); get "
        + "it again"),
    Row(
      "wrong-stream.png", .damaged,
      "the PNG file is damaged near byte 143, scan line 0 of 17 (IDAT: invalid stored "
        + "block lengths); get it again"),
    Row(
      "wrong-tables.jpg", .damaged,
      "the JPEG file is damaged near byte 179 (Bogus Huffman table definition); get it "
        + "again"),
    Row(
      "zeros.jpg", .notAnImage,
      "this is no image: the file begins with the bytes 00 00 00 00 00 00 00 00; give a "
        + "PNG or JPEG file"),
  ]

  @Test("says what happened, where, and what to do", arguments: errors)
  func message(row: Row) throws {
    let bytes = try OddFiles.bytes(row.name)
    // Whole, and as small as can be.
    for side in [nil, 1] {
      let error = #expect(throws: ImageError.self) {
        try ImageCodec.decode(bytes, shortSide: side)
      }
      #expect(error?.description == row.description)
      #expect(error?.kind == row.kind)
    }
  }

  @Test("a limit of one's own is named")
  func limit() throws {
    let bytes = try OddFiles.bytes("rgb8.png")
    let error = #expect(throws: ImageError.self) {
      try ImageCodec.header(bytes, limits: ImageLimits(pixels: 400))
    }
    #expect(
      error?.description == "the image is 24 × 17 pixels, more than the 400 that are allowed; "
        + "make it smaller, or allow more")
  }
}
