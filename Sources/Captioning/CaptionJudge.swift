internal import Foundation
internal import ImageFeatures
internal import Metrics
internal import Neural
public import Recipes
internal import Seq2Seq
internal import Tensors
internal import Tokenization

/// Judges captioners by the CIDEr of what they say of pictures, or by the perplexity of what people said.
public struct CaptionJudge: ModelJudge {
  public typealias Model = CaptionModel

  public let metric: QualityMetric
  public let data: JudgedData
  /// Pictures that are left out, because they cannot be read.
  public let leftOut: [PictureError]
  private let images: [CaptionedImage]
  private let beam: Int
  private let threads: Int

  /// - Parameters:
  ///   - metric: CIDEr or perplexity.
  ///   - beam: hypotheses kept a picture when it is captioned; the model has the say in all else.
  ///   - threads: all processors where nil.
  /// - Throws: `DataError` if no picture can be read.
  public init(
    metric: QualityMetric, images: CaptionedImages, name: String, beam: Int = 1,
    threads: Int? = nil
  ) throws {
    precondition(metric != .bleu, "captions are judged by CIDEr")
    self.metric = metric
    self.beam = beam
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    let all = images.images
    let errors = Workers(count: self.threads).map(all.count) { number -> PictureError? in
      do throws(PictureError) {
        _ = try ImageReader().read(all[number].path)
        return nil
      } catch {
        return error
      }
    }
    leftOut = errors.compactMap(\.self)
    self.images = zip(all, errors).filter { $1 == nil }.map(\.0)
    guard !self.images.isEmpty else {
      throw DataError(
        path: name,
        "none of the \(all.count) pictures can be read" + (leftOut.first.map { "; \($0)" } ?? ""))
    }
    data = JudgedData(
      count: self.images.count, unit: .pictures, name: name, fingerprint: images.fingerprint)
  }

  public func judge(path: String) throws -> Judgement {
    metric == .perplexity ? try perplexity(path) : try cider(path)
  }

  private func cider(_ path: String) throws -> Judgement {
    let captioner = try Captioner(path: path)
    var options = captioner.defaultOptions
    options.search.method = .beam
    options.search.beam = beam
    options.search.nbest = 1
    options.threads = threads
    let clock = ContinuousClock()
    let began = clock.now
    let found = try captioner.caption(contentsOf: images.map(\.path), options: options)
    let seconds = (clock.now - began) / .seconds(1)
    var results = CaptionsByImage()
    var references = CaptionsByImage()
    for (number, (image, caption)) in zip(images, found).enumerated() {
      results.add(try caption.get().text, image: "\(number)")
      for text in image.captions { references.add(text, image: "\(number)") }
    }
    let report = try CaptionMetrics().report(results: results, references: references)
    return Judgement(score: report.scores.cider, seconds: seconds)
  }

  private func perplexity(_ path: String) throws -> Judgement {
    let model = try CaptionModel(path: path, keepsInt8: true)
    let (network, workers) = (model.network, Workers(count: threads))
    let encoder = ImageEncoder(network, weights: model.weights, workers: workers)
    let weights = InferenceWeights(
      network.speakerTable, weights: model.weights, int8: model.int8, workers: workers,
      takesWeights: true)
    let words = SubwordEncoderPool(model.subwords)
    let reader = ImageReader(shortSide: network.config.preparation.usefulShortSide())
    let clock = ContinuousClock()
    let began = clock.now
    var sums = CrossEntropySums()
    let atOnce = network.config.picturesAtOnce(most: 16 * workers.count)
    for start in stride(from: 0, to: images.count, by: atOnce) {
      let part = Array(images[start..<min(start + atOnce, images.count)])
      let inputs = try workers.map(part.count) { number in
        Result { () throws(PictureError) in encoder.input(try reader.read(part[number].path)) }
      }.map { try $0.get() }
      let features = encoder.features(inputs, workers: workers)
      let found = workers.map(part.count) { number in
        let graph = weights.graph()
        let tokens = part[number].captions.map { words.encode($0) }
        return network.loss(
          [CaptionExample(image: features[number], captions: tokens)], on: graph
        ) { network.stacked($0, on: graph) }
      }
      for one in found { sums += one }
    }
    let seconds = (clock.now - began) / .seconds(1)
    return Judgement(
      score: exp(sums.negativeLogLikelihood / Double(max(sums.tokens, 1))), seconds: seconds)
  }
}
