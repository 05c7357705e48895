internal import Foundation

/// How far a caption agrees with what people say of the same image and of no other.
///
/// Vedantam, Zitnick and Parikh, "CIDEr: consensus-based image description evaluation" (2015): n-grams of
/// one to four words weigh the more the fewer images have them in their references; a caption's score is
/// the mean cosine between its weights and those of each reference, times 10.
///
/// A value holds the document frequencies and weights of a corpus' references, prepared once, and scores
/// one caption at a time. It can be shared; whoever scores brings a `Workspace` of their own:
/// ```swift
/// let cider = CIDEr(references: tokenizedReferences)
/// var workspace = cider.makeWorkspace()
/// let reward = cider.score(["a", "dog", "runs"], image: 17, in: &workspace)
/// ```
public struct CIDEr: Sendable {
  /// Which of the paper's two scores.
  public enum Formula: String, Sendable, CaseIterable {
    /// CIDEr-D, which cannot be had by repeating words or by length: a weight counts up to the
    /// reference's, and a difference in length lowers the score. It is what coco-caption (pycocoevalcap)
    /// prints as CIDEr.
    case robust = "CIDEr-D"
    /// The plain cosine of section 4 of the paper, without its stemming, as its authors' code has it.
    case plain = "CIDEr (plain)"
  }

  /// The longest n-grams that are counted, in words.
  public static let order = 4

  /// The standard deviation of CIDEr-D's penalty on length, in words.
  public static let lengthDeviation = 6.0

  /// Words beyond the references' that a workspace remembers.
  private static let unknownWordsKept = 1 << 14

  public let formula: Formula
  /// How many images the references are of.
  public var imageCount: Int { captionsOfImage.count }

  let words: WordTable
  private let ngrams: NgramNumbers
  /// The logarithm of the number of images.
  private let logImages: Double
  /// The weight of one occurrence of each n-gram of the references, by its number.
  private let weights: [Double]
  private let captionsOfImage: [Range<Int>]
  private let captions: [NgramCounts]

  /// Prepares a corpus.
  ///
  /// - Parameters:
  ///   - references: for each image its reference captions, for each caption its words. An image without
  ///     references counts as one of the corpus; captions of it score 0.
  ///   - formula: the score wanted.
  public init(references: [[[String]]], formula: Formula = .robust) {
    var words = WordTable()
    let numbered = references.map { image in
      image.map { caption in caption.map { words.number(of: $0) } }
    }
    self.init(words: words, references: numbered, formula: formula)
  }

  /// Prepares a corpus whose words are numbered already.
  init(words: WordTable, references: [[[UInt32]]], formula: Formula) {
    self.words = words
    self.formula = formula
    var ngrams = NgramNumbers()
    var counter = NgramCounter()
    var captions: [NgramCounts] = []
    var captionsOfImage: [Range<Int>] = []
    var frequencies: [Double] = [0]  // images that have the n-gram
    var latest: [Int] = [-1]  // the last of them
    for (image, references) in references.enumerated() {
      captionsOfImage.append(captions.count..<captions.count + references.count)
      for caption in references {
        counter.count(caption) { ngrams.add(prefix: $0, word: $1) }
        captions.append(counter.counts)
        let added = ngrams.count + 1 - frequencies.count
        frequencies.append(contentsOf: repeatElement(0, count: added))
        latest.append(contentsOf: repeatElement(-1, count: added))
        for ngram in counter.counts.ngrams where latest[Int(ngram)] != image {
          latest[Int(ngram)] = image
          frequencies[Int(ngram)] += 1
        }
      }
    }
    let logImages = log(Double(references.count))
    let weights = frequencies.map { logImages - log(max(1, $0)) }
    for index in captions.indices {
      captions[index].setNorms { weights[Int($0)] }
    }
    self.logImages = logImages
    self.weights = weights
    self.ngrams = ngrams
    self.captions = captions
    self.captionsOfImage = captionsOfImage
  }

  /// What scoring needs besides the corpus, to be kept from caption to caption; one for each thread.
  public struct Workspace: Sendable {
    var words: WordTable
    var counter = NgramCounter()
    var unseen = UnseenNgrams()
    var candidate: [Double] = []  // the weights of the caption's n-grams
    var reference: [Double] = []  // the weights of the same n-grams in a reference
  }

  public func makeWorkspace() -> Workspace { Workspace(words: words) }

  /// The score of a caption against the references of an image, 0 to 10.
  ///
  /// - Parameters:
  ///   - caption: its words, tokenized as the references were.
  ///   - image: the image's place in the corpus, from 0.
  public func score(_ caption: [String], image: Int, in workspace: inout Workspace) -> Double {
    // Words that no reference has pile up over many captions; they are numbered anew now and then.
    if workspace.words.count > words.count + Self.unknownWordsKept { workspace.words = words }
    let wordIDs = caption.map { workspace.words.number(of: $0) }
    let scores = scores(wordIDs: wordIDs, image: image, in: &workspace)
    return formula == .robust ? scores.robust : scores.plain
  }

  /// Both scores of a caption whose words are numbered as the corpus' are, other words beyond those.
  func scores(
    wordIDs: [UInt32], image: Int, in workspace: inout Workspace
  ) -> (robust: Double, plain: Double) {
    precondition(captionsOfImage.indices.contains(image), "image \(image) of \(imageCount)")
    let references = captionsOfImage[image]
    guard !references.isEmpty else { return (0, 0) }
    count(wordIDs, in: &workspace)
    var robust = SIMD4<Double>.zero
    var plain = SIMD4<Double>.zero
    for reference in references {
      let similarity = similarity(to: captions[reference], in: &workspace)
      robust += similarity.robust
      plain += similarity.plain
    }
    func scaled(_ sums: SIMD4<Double>) -> Double {
      let mean = (sums[0] + sums[1] + sums[2] + sums[3]) / Double(Self.order)
      return mean / Double(references.count) * 10
    }
    return (scaled(robust), scaled(plain))
  }

  private func count(_ wordIDs: [UInt32], in workspace: inout Workspace) {
    // Taken out of the workspace, since one is read while the other is written.
    var counter = NgramCounter()
    swap(&counter, &workspace.counter)
    workspace.unseen.removeAll()
    let known = ngrams.count
    counter.count(wordIDs) { prefix, word in
      if prefix <= known, let ngram = ngrams.number(prefix: prefix, word: word) { return ngram }
      return workspace.unseen.number(prefix: prefix, word: word) + UInt32(known)
    }
    swap(&counter, &workspace.counter)
    // An n-gram that no reference has weighs as if one image had it.
    let weight = { (ngram: UInt32) in Int(ngram) <= known ? weights[Int(ngram)] : logImages }
    workspace.counter.counts.setNorms(weight)
    workspace.candidate.removeAll(keepingCapacity: true)
    for (ngram, count) in zip(workspace.counter.counts.ngrams, workspace.counter.counts.counts) {
      workspace.candidate.append(Double(count) * weight(ngram))
    }
  }

  /// The similarities of the caption that was counted last, by order of n-grams.
  private func similarity(
    to reference: NgramCounts, in workspace: inout Workspace
  ) -> (robust: SIMD4<Double>, plain: SIMD4<Double>) {
    workspace.reference.removeAll(keepingCapacity: true)
    workspace.reference.append(contentsOf: repeatElement(0, count: workspace.candidate.count))
    for (ngram, count) in zip(reference.ngrams, reference.counts) {
      if let place = workspace.counter.place(of: ngram) {
        workspace.reference[place] = Double(count) * weights[Int(ngram)]
      }
    }
    let candidate = workspace.counter.counts
    var robust = SIMD4<Double>.zero
    var plain = SIMD4<Double>.zero
    for order in 0..<Self.order {
      for index in candidate.range(of: order) {
        let own = workspace.candidate[index]
        let other = workspace.reference[index]
        robust[order] += min(own, other) * other
        plain[order] += own * other
      }
      let norm = candidate.norms[order] * reference.norms[order]
      if norm != 0 {
        robust[order] /= norm
        plain[order] /= norm
      }
    }
    let difference = Double(candidate.bigramCount - reference.bigramCount)
    // A power of e as coco-caption takes it, which differs from the exponential in the last digits.
    let deviation = Self.lengthDeviation
    robust *= pow(M_E, -(difference * difference) / (2 * deviation * deviation))
    return (robust, plain)
  }
}

extension WordTable {
  /// The number of a word, the next free one if it is new.
  fileprivate mutating func number(of word: String) -> UInt32 {
    let bytes = Array(word.utf8)
    return id(of: 0..<bytes.count, in: bytes)
  }
}
