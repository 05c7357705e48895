internal import Metrics
internal import Neural
package import Seq2Seq
internal import Synchronization
internal import Tensors
package import Tokenization

/// Judges a captioner's own captions for it to learn from: each by its CIDEr, less that of the caption which the
/// captioner finds greedily (self-critical sequence training, Rennie et al. 2017).
package final class SelfCritic: Sendable {
  /// Captions that were drawn, and what each is worth.
  struct Judged {
    let examples: [CaptionExample]
    /// CIDEr of each drawn caption less that of the picture's greedy one, 0 to 10 both.
    let rewards: [Float]
    /// Of the drawn captions.
    let meanScore: Double
  }

  /// Stands for the end of a caption in what is compared: else "a dog in the" would be worth as much as the
  /// whole sentence (the tokenizer drops full stops).
  private static let end = "</s>"

  private let subwords: Subwords
  private let cider: CIDEr
  private let search: SearchOptions
  private let samples: Int
  private let idle = Mutex<[CIDEr.Workspace]>([])

  /// - Parameters:
  ///   - captions: those that people wrote of each picture that is learned from.
  ///   - search: bounds of a caption's length.
  ///   - samples: captions drawn for each picture.
  package init(captions: [[String]], subwords: Subwords, search: SearchOptions, samples: Int) {
    self.subwords = subwords
    self.search = search
    self.samples = samples
    cider = CIDEr(
      references: captions.map { PTBTokenizer().tokens(of: $0).map { $0 + [Self.end] } })
  }

  /// Most tokens that the captions drawn for one picture have together, their end marks counted.
  var mostTokens: Int { samples * (search.maxLength(sourceLength: 0) + 1) }

  /// Draws and judges captions of pictures.
  ///
  /// - Parameters:
  ///   - examples: with features as pictures.
  ///   - graph: whose weights speak, and whose generator draws.
  func captions(
    _ examples: [CaptionExample], _ network: CaptionNetwork, on graph: Graph
  ) -> Judged {
    var greedy = search
    (greedy.method, greedy.beam, greedy.nbest) = (.beam, 1, 1)
    var sampling = search
    (sampling.method, sampling.nbest) = (.sampling, samples)
    sampling.seed = graph.generator.next()
    (sampling.temperature, sampling.topK, sampling.topP) = (1, 0, 1)
    let scorer = network.scorer(examples.map(\.image), on: ScorerGraphs(of: graph))
    let (lengths, numbers) = (examples.map { _ in 0 }, Array(examples.indices))
    let best = greedy.search(scorer, sourceLengths: lengths, sentenceNumbers: numbers)
    let drawn = sampling.search(scorer, sourceLengths: lengths, sentenceNumbers: numbers)
    var judged: [CaptionExample] = []
    var rewards: [Float] = []
    var total = 0.0
    for (number, example) in examples.enumerated() {
      let scores = scores(best[number] + drawn[number], of: example.number)
      rewards += scores.dropFirst().map { Float($0 - scores[0]) }
      total += scores.dropFirst().reduce(0, +)
      judged.append(
        CaptionExample(
          image: example.image, captions: drawn[number].map(\.tokens), number: example.number,
          // Weights that are no numbers say nothing at all: then an end mark is what can be learned from.
          cutOff: Set(
            drawn[number].indices.filter {
              !drawn[number][$0].ended && !drawn[number][$0].tokens.isEmpty
            })))
    }
    return Judged(
      examples: judged, rewards: rewards, meanScore: total / Double(max(rewards.count, 1)))
  }

  private func scores(_ hypotheses: [Hypothesis], of picture: Int) -> [Double] {
    var workspace = idle.withLock { $0.popLast() } ?? cider.makeWorkspace()
    defer { idle.withLock { $0.append(workspace) } }
    let words = PTBTokenizer().tokens(of: hypotheses.map { subwords.decode($0.tokens) })
    return zip(words, hypotheses).map { words, hypothesis in
      cider.score(words + (hypothesis.ended ? [Self.end] : []), image: picture, in: &workspace)
    }
  }
}
