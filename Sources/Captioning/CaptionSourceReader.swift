internal import Metrics
internal import Recipes
internal import Seq2Seq

/// Reads one source: its captions, its list, and which of its files are there.
struct CaptionSourceReader {
  private(set) var images: [CaptionedImage] = []
  private(set) var summary: CaptionSummary
  private let source: CaptionSource
  /// By the name of the image's file.
  private let captions: CaptionsByImage
  private var fingerprint = CorpusFingerprint()

  init(_ source: CaptionSource) throws(CaptionError) {
    self.source = source
    var summary = CaptionSummary(name: source.captions)
    captions = Self.byFile(
      try CaptionsByImage(
        path: source.captions, format: CaptionFormat(rawValue: source.format.rawValue),
        splits: source.splits, passOver: { summary.leaveOut("", .badLine, $0.description) }))
    self.summary = summary
  }

  mutating func read() throws {
    let names = try source.list.isEmpty ? captions.images : listed()
    var folder = try folder(for: names)
    for name in names {
      guard let raw = captions[name], !raw.isEmpty else {
        summary.leaveOut(name, .noCaption, "has no caption")
        continue
      }
      guard let path = folder.find(name) else {
        let place = ImageFolder.joined(folder.path, name)
        summary.leaveOut(name, .noFile, "there is no file \(place)")
        continue
      }
      let texts = usable(raw, of: name)
      if texts.isEmpty {
        summary.leaveOut(name, .noCaption, "has no caption that is not empty")
      } else {
        keep(CaptionedImage(name: name, path: path, captions: texts))
      }
    }
    guard summary.images > 0 else { throw nothingRemains() }
    summary.fingerprint = fingerprint.digits
  }

  /// COCO knows an image by its number, a list and a folder by its file; what is said of one file
  /// under two numbers belongs to one image.
  private static func byFile(_ read: CaptionsByImage) -> CaptionsByImage {
    if read.files == read.images { return read }
    var captions = CaptionsByImage()
    for (file, texts) in zip(read.files, read.captions) {
      captions.add(image: file)
      for text in texts { captions.add(text, image: file) }
    }
    return captions
  }

  private mutating func listed() throws -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for name in try ImageList.read(source.list) {
      if seen.insert(name).inserted {
        names.append(name)
      } else {
        summary.leaveOut(name, .listedAgain, "is listed again")
      }
    }
    guard !names.isEmpty else {
      throw DataError(
        path: source.list, "names no image; it has the name of one image a line")
    }
    return names
  }

  private func folder(for names: [String]) throws(DataError) -> ImageFolder {
    if !source.images.isEmpty {
      let folder = ImageFolder(path: source.images)
      guard folder.exists else {
        throw DataError(
          path: source.images, "there is no such folder; name the one with the images")
      }
      return folder
    }
    var beside = ImageFolder(path: String(ImageFolder.folder(of: source.captions)))
    var below = ImageFolder(path: ImageFolder.joined(beside.path, "images"))
    return below.count(of: names) > beside.count(of: names) ? below : beside
  }

  /// An image's captions as a model is to learn them.
  private mutating func usable(_ captions: [String], of image: String) -> [String] {
    var texts: [String] = []
    for (index, caption) in captions.enumerated() {
      let trimmed = CaptionText.trimmed(caption)
      if trimmed.isEmpty {
        summary.leaveOut(image, .emptyCaption, "caption \(index + 1) is empty")
      } else {
        texts.append(source.joinPunctuation ? CaptionText.joined(trimmed) : trimmed)
      }
    }
    return texts
  }

  private mutating func keep(_ image: CaptionedImage) {
    for caption in image.captions {
      fingerprint.add(image.name.utf8)
      fingerprint.add(0x09)
      fingerprint.add(caption.utf8)
      fingerprint.add(0x0A)
    }
    summary.images += 1
    summary.captions += image.captions.count
    images.append(image)
  }

  private func nothingRemains() -> DataError {
    let remedy =
      if summary.leftOut[.noFile] != nil {
        "name the folder of the images with 'images'"
      } else if !source.list.isEmpty {
        "\(source.list) must name images as the captions' file does"
      } else {
        "is it the right file?"
      }
    let first = summary.remarks.first { $0.reason == .noFile || $0.reason == .noCaption }
    return DataError(
      path: source.captions,
      "no image can be used (\(summary.counts)); "
        + (first.map { "\($0.image): \($0.message); " } ?? "") + remedy)
  }
}
