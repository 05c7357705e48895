/// What is measured together.
public enum BenchmarkSuite: String, Sendable, CaseIterable {
  case products, lstm, cells, attention, softmax, convolution, training, decoding, captioning,
    startup
  case tokenizing, scoring, reading

  /// What its cases do, in a line.
  public var summary: String {
    switch self {
    case .products: "matrix products by shape, rows x columns x depth, with packed weights"
    case .lstm: "an LSTM layer over 15 steps of 64 sentences"
    case .cells: "a layer of each cell, plain and normalized, over 15 steps of 64 sentences"
    case .attention: "a step of attention of 64 sentences of 15 tokens"
    case .softmax: "output layer of 8,000 subwords with softmax and cross-entropy"
    case .convolution: "EfficientNet-Lite0, 224 x 224 pixels"
    case .training: "updates of translation models S and M, 920 target tokens a batch"
    case .decoding: "sentences translated, one after the other or 64 at once"
    case .captioning: "pictures captioned, one after the other or 16 at once"
    case .startup: "the program itself, from its start to its first answer"
    case .tokenizing: "lines cut into subwords, and subwords learned, on one thread"
    case .scoring: "BLEU, on one thread"
    case .reading: "pictures decoded, and made the square that a captioner looks at"
    }
  }

  var cases: [BenchmarkCase] {
    switch self {
    case .products: BenchmarkCase.products
    case .lstm: BenchmarkCase.lstm
    case .cells: BenchmarkCase.cells
    case .attention: BenchmarkCase.attention
    case .softmax: BenchmarkCase.softmax
    case .convolution: BenchmarkCase.convolution
    case .training: BenchmarkCase.training
    case .decoding: BenchmarkCase.decoding
    case .captioning: BenchmarkCase.captioning
    case .startup: BenchmarkCase.startup
    case .tokenizing: BenchmarkCase.tokenizing
    case .scoring: BenchmarkCase.scoring
    case .reading: BenchmarkCase.reading
    }
  }
}
