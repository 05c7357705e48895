internal import Completion
internal import Foundation
public import ImageFeatures
internal import Neural
internal import Recipes
public import Seq2Seq
internal import Tensors
internal import Tokenization

/// Says what pictures show.
///
/// ```swift
/// let captioner = try Captioner()
/// print(try captioner.caption(contentsOf: "photo.jpg").text)
/// ```
///
/// A captioner is immutable and may be used from many threads at once.
public final class Captioner: Sendable {
  /// How to caption.
  public struct Options: Sendable, Equatable {
    /// Beam, length and the like; see `SearchOptions`.
    public var search: SearchOptions
    /// Pictures decoded at once by each thread.
    public var batchSize = 16
    /// Threads that share the work.
    public var threads: Int
    /// Whether candidates come with their words and where each was looked for.
    public var attention = false
    /// How much a language model counts, where the captioner has one: scores are log p(token | picture) + weight · log
    /// p(token) (shallow fusion, Gülçehre et al. 2015). Found captions have such sums as `logProbability`.
    public var languageWeight: Float = 0.2

    public init(search: SearchOptions = SearchOptions()) {
      self.search = search
      threads = ProcessInfo.processInfo.activeProcessorCount
    }
  }

  /// Code of the captions' language.
  public let language: String
  /// What the model was found to work best with; used where no options are given.
  public let defaultOptions: Options
  /// Width and height of the grid that attention weighs.
  public let grid: (width: Int, height: Int)
  /// How a picture becomes the square that the network looks at.
  public let preparation: ImagePreparation
  /// Reads pictures as large as this captioner needs them.
  public var reader: ImageReader { ImageReader(shortSide: preparation.usefulShortSide()) }
  private let subwords: Subwords
  /// One, or the members of an ensemble.
  private let speakers: [CaptionSpeaker]
  private let encoders: [ImageEncoder]
  private let languageModel: FusedLanguage?

  /// Loads the preferred captioner: from `$S2S_MODELS`, the user's data folder, or those that ship.
  ///
  /// - Parameter language: code of the captions' language; any where nil.
  public convenience init(language: String? = nil) throws {
    try self.init(paths: [ModelLibrary().captionModel(language: language).path])
  }

  /// Loads a model folder.
  ///
  /// - Throws: `ModelError`, `SubwordsError` or `SafetensorsError`: which file, what is wrong, what to do.
  public convenience init(path: String) throws { try self.init(paths: [path]) }

  /// Loads model folders; several caption together as an ensemble, the mean of their probabilities, and must
  /// have the same language and subwords, and prepare pictures alike.
  ///
  /// - Parameter languageModel: folder of a language model that searches along; it must have the same subwords (a
  ///   recipe's `vocabulary.from`). None where nil.
  /// - Throws: `ModelError`, `SubwordsError` or `SafetensorsError`: which file, what is wrong, what to do.
  public init(paths: [String], languageModel: String? = nil) throws {
    precondition(!paths.isEmpty, "a captioner needs a model")
    let models = try paths.map { try CaptionModel(path: $0, keepsInt8: true) }
    for (path, model) in zip(paths, models).dropFirst() {
      try model.checkFits(models[0], of: paths[0], at: path)
    }
    let first = models[0]
    language = first.description.target
    defaultOptions = Options(search: first.description.search)
    subwords = first.subwords
    preparation = first.network.config.preparation
    let workers = Workers(count: defaultOptions.threads)
    // The convolutional networks' weights are folded before those of what speaks are taken.
    encoders = models.map { ImageEncoder($0.network, weights: $0.weights, workers: workers) }
    grid = (encoders[0].grid.width, encoders[0].grid.height)
    speakers = models.map { model in
      CaptionSpeaker(
        network: model.network,
        weights: InferenceWeights(
          model.network.speakerTable, weights: model.weights, int8: model.int8, workers: workers,
          takesWeights: true))
    }
    self.languageModel = try languageModel.map {
      try FusedLanguage(
        path: $0, sharing: first.description.targetFingerprint, with: paths[0], workers: workers)
    }
    if let failure = matrixLibraryFailure() { throw ModelError(path: paths[0], failure) }
  }

  /// Captions the picture in a file, PNG or JPEG.
  ///
  /// - Throws: `PictureError` if it cannot be read, `ConfigurationError` for options that cannot be.
  public func caption(contentsOf path: String, options: Options? = nil) throws -> Caption {
    try caption(contentsOf: [path], options: options)[0].get()
  }

  /// Captions a picture.
  ///
  /// - Throws: `ConfigurationError` for options that cannot be.
  public func caption(_ image: RGBImage, options: Options? = nil) throws -> Caption {
    try caption([image], options: options)[0]
  }

  /// Captions pictures, in order.
  ///
  /// - Parameters:
  ///   - options: nil for the model's own.
  ///   - firstNumber: number of the first picture among more of them, which sampling depends on.
  /// - Throws: `ConfigurationError` for options that cannot be.
  public func caption(
    _ images: [RGBImage], options: Options? = nil, firstNumber: Int = 0
  ) throws -> [Caption] {
    try caption(images.count, options: options, firstNumber: firstNumber) { images[$0] }
      .map { try $0.get() }
  }

  /// Captions the pictures in files, PNG or JPEG, in order; one that cannot be read does not keep the others from
  /// it.
  ///
  /// - Throws: `ConfigurationError` for options that cannot be.
  public func caption(
    contentsOf paths: [String], options: Options? = nil
  ) throws -> [Result<Caption, PictureError>] {
    try caption(paths.count, options: options) { [reader] number throws(PictureError) in
      try reader.read(paths[number])
    }
  }

  /// Captions pictures that are made when they are needed: at their full size there are never more of them in memory
  /// than threads, and of what the network makes of them never more than some batches'.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - options: nil for the model's own.
  ///   - firstNumber: number of the first picture among more of them, which sampling depends on.
  ///   - picture: makes one by its number, from 0; called on any thread.
  /// - Returns: in order, captions or why there is none.
  /// - Throws: `ConfigurationError` for options that cannot be.
  public func caption(
    _ count: Int, options: Options? = nil, firstNumber: Int = 0,
    picture: @escaping @Sendable (Int) throws(PictureError) -> RGBImage
  ) throws -> [Result<Caption, PictureError>] {
    let options = options ?? defaultOptions
    try options.search.validate()
    try checkLanguageWeight(options.languageWeight)
    let workers = Workers(count: max(1, options.threads))
    let batches = max(1, options.batchSize) * workers.count
    let atOnce = max(
      workers.count, encoders[0].config.picturesAtOnce(most: max(64, batches)))
    var captions: [Result<Caption, PictureError>] = []
    for start in stride(from: 0, to: count, by: atOnce) {
      captions += try caption(
        start..<min(start + atOnce, count), options, firstNumber: firstNumber, workers, picture)
    }
    return captions
  }

  /// Captions some of the pictures, all at once.
  private func caption(
    _ range: Range<Int>, _ options: Options, firstNumber: Int, _ workers: Workers,
    _ picture: @escaping @Sendable (Int) throws(PictureError) -> RGBImage
  ) throws -> [Result<Caption, PictureError>] {
    // Members of an ensemble look at the same input.
    let read = workers.map(range.count) { [encoder = encoders[0]] place in
      Result { () throws(PictureError) in encoder.input(try picture(range.lowerBound + place)) }
    }
    var inputs: [Tensor] = []
    var numbers: [Int] = []
    for (number, result) in zip(range, read) {
      guard case .success(let input) = result else { continue }
      inputs.append(input)
      numbers.append(firstNumber + number)
    }
    let features = encoders.map { $0.features(inputs, workers: workers) }
    var found = try CaptionSearch(
      speakers: speakers, options: options.search, batchSize: max(1, options.batchSize),
      keepsAttention: options.attention,
      language: languageModel.map { ($0, options.languageWeight) }
    ).captions(features, numbers: numbers, workers: workers)[...]
    return read.map { result in
      result.map { _ in
        Caption(candidates: found.removeFirst().map { candidate($0, options) })
      }
    }
  }

  private func candidate(_ hypothesis: Hypothesis, _ options: Options) -> Caption.Candidate {
    Caption.Candidate(
      // A caption is a line.
      text: subwords.decode(hypothesis.tokens).split(whereSeparator: \.isNewline)
        .joined(separator: " "),
      score: hypothesis.score, logProbability: hypothesis.logProbability,
      tokenCount: hypothesis.tokens.count, ended: hypothesis.ended,
      words: options.attention ? hypothesis.words(subwords) : [])
  }
}
