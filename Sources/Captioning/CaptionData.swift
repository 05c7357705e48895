internal import Seq2Seq
internal import Tensors
internal import Tokenization

/// Captioned pictures as the trainer sees them: captions are cut and pictures made when they are needed.
final class CaptionData: TrainingData {
  /// What the network is given of the picture `kept[number]`, changed by chance; nil if it is there no more.
  typealias Picture = @Sendable (_ number: Int, inout RandomGenerator) -> Tensor?

  private let picture: Picture
  private let places: Int
  private let captions: [[String]]
  private let targets: [Int]
  /// Which of `kept` have a caption that is short enough.
  private let numbers: [Int]
  private let dropout: Float
  private let subwords: SubwordEncoderPool
  /// Captions left out because they are longer than `training.maxLength`.
  let tooLong: Int

  /// - Parameters:
  ///   - kept: which images can be read, by their numbers.
  ///   - places: of an image's grid.
  init(
    _ images: [CaptionedImage], kept: [Int], places: Int, subwords: Subwords,
    config: TrainingConfig, picture: @escaping Picture
  ) {
    self.picture = picture
    self.places = places
    self.subwords = SubwordEncoderPool(subwords)
    dropout = config.targetSubwordDropout
    var captions: [[String]] = []
    var targets: [Int] = []
    var numbers: [Int] = []
    var tooLong = 0
    for (number, image) in kept.enumerated() {
      var short: [String] = []
      var tokens = 0
      for caption in images[image].captions {
        let length = self.subwords.encode(caption).count + 1
        guard length <= config.maxLength else {
          tooLong += 1
          continue
        }
        short.append(caption)
        tokens += length
      }
      guard !short.isEmpty else { continue }
      captions.append(short)
      targets.append(tokens)
      numbers.append(number)
    }
    self.captions = captions
    self.targets = targets
    self.numbers = numbers
    self.tooLong = tooLong
  }

  var count: Int { numbers.count }

  /// The captions of each picture, as they are.
  var texts: [[String]] { captions }

  /// Fewest and most tokens that the captions of one picture have together; nil if there are none.
  var captionTokens: ClosedRange<Int>? {
    targets.min().flatMap { least in targets.max().map { least...$0 } }
  }

  /// Captions in all.
  var captionCount: Int { captions.reduce(0) { $0 + $1.count } }

  var weights: ExampleWeights? { nil }

  func lengths(_ index: Int) -> (source: Int, target: Int) { (places, targets[index]) }

  func example(_ index: Int, using generator: inout RandomGenerator) -> CaptionExample {
    example(index, dropout: dropout, using: &generator)
  }

  /// Pictures are changed by chance all the same.
  func plainExample(_ index: Int) -> CaptionExample {
    var generator = RandomGenerator(seed: 0, stream: UInt64(index))
    return example(index, dropout: 0, using: &generator)
  }

  private func example(
    _ index: Int, dropout: Float, using generator: inout RandomGenerator
  ) -> CaptionExample {
    guard let image = picture(numbers[index], &generator) else {
      return CaptionExample(image: Tensor(rows: 1, columns: 1), captions: [], number: index)
    }
    return CaptionExample(
      image: image,
      captions: captions[index].map {
        subwords.encode($0, dropout: dropout, using: &generator)
      }, number: index)
  }
}
