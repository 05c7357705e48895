internal import Metrics
internal import Recipes

extension CaptionedImages {
  /// Reads sources, one after the other.
  ///
  /// Images come in the order of the source's list, or else of its captions' file, each with all its
  /// captions; white space at their ends is taken off. An image without a caption or whose file is not
  /// there is left out, and so are an empty caption and a line of text that is none; `summaries` says how many and
  /// which are the first.
  /// Image files are looked for, but not opened.
  ///
  /// - Throws: `CaptionError` for a file of captions or a list that is missing or damaged, with the line
  ///   or key; `DataError` for a folder that is missing, and a source of which nothing can be
  ///   used.
  public init(reading sources: [CaptionSource]) throws {
    var images: [CaptionedImage] = []
    var summaries: [CaptionSummary] = []
    for source in sources {
      var reader = try CaptionSourceReader(source)
      try reader.read()
      images += reader.images
      summaries.append(reader.summary)
    }
    self.init(images: images, summaries: summaries)
  }
}
