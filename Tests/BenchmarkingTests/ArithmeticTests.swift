import Benchmarking
import Captioning
import ImageFeatures
import Seq2Seq
import Testing

/// Counts against those made by hand.
@Suite struct ArithmeticTests {
  private func network(_ change: (inout ModelConfig) -> Void = { _ in }) throws -> NetworkArithmetic
  {
    var config = ModelConfig()
    (config.embeddingSize, config.encoderHiddenSize, config.decoderHiddenSize) = (2, 3, 4)
    (config.sourceVocabularySize, config.targetVocabularySize) = (300, 300)
    change(&config)
    return NetworkArithmetic(try EncoderDecoder(config))
  }

  @Test func everyMatrixCountsOnceForWhatItIsMultipliedWith() throws {
    let counted = try network()
    // Two directions of 4·3 gates on inputs of 2 and states of 3; keys of 4 from memory of 6.
    #expect(counted.perSource == 2 * 12 * (2 + 3) + 4 * 6)
    // Hidden and cell value from the encoder's 6.
    #expect(counted.perSentence == 2 * 4 * 6)
    // 4·4 gates on subword, state and attentional vector; context and state joined; output.
    #expect(counted.perTarget == 16 * (2 + 4 + 4) + 4 * (6 + 4) + 300 * 4)
    // Scores of vectors of 4, sums of vectors of 6.
    #expect(counted.perPair == 2 * 4 + 2 * 6)
    #expect(counted.products(source: 5, target: 7) == 2 * (5 * 144 + 48 + 7 * 1400))
    #expect(counted.training(source: 5, target: 7) == 3 * (21_136 + 20 * 5 * 7))
  }

  @Test func settingsOfTheNetworkCount() throws {
    let plain = try network()
    // An output layer as wide as the subword vectors, behind a layer of that width.
    let tied = try network { $0.tying = .all }
    #expect(tied.perTarget == plain.perTarget - 300 * 4 + 2 * 4 + 300 * 2)
    #expect(tied.perSource == plain.perSource)
    #expect(try network { $0.tying = .target } == tied)
    let additive = try network { $0.attention = .additive }
    #expect(additive.perTarget == plain.perTarget + 4 * 4 && additive.perPair == 3 * 4 + 2 * 6)
    let deep = try network { ($0.encoderLayers, $0.decoderLayers) = (2, 2) }
    #expect(deep.perSource == plain.perSource + 2 * 12 * (6 + 3))
    #expect(deep.perTarget == plain.perTarget + 16 * (4 + 4))
    #expect(deep.perSentence == 2 * plain.perSentence)
  }

  @Test func modelsSAndMAreThoseOfTheTable() throws {
    func flops(_ config: ModelConfig) throws -> Double {
      var config = config
      (config.sourceVocabularySize, config.targetVocabularySize) = (8000, 8000)
      return NetworkArithmetic(try EncoderDecoder(config)).training(source: 14, target: 14) / 14
    }
    // 6 x (1.311 + 0.037 + 7.242 million weights) and 0.1 million of attention.
    #expect(abs(try flops(.small) / 51.63e6 - 1) < 0.001)
    // 6 x (3.408 + 0.075 + 9.863 million).
    #expect(abs(try flops(.medium) / 80.16e6 - 1) < 0.001)
  }

  @Test func aCaptionersMemoryIsItsPicturesPlaces() throws {
    var decoder = DecoderConfig()
    (decoder.embeddingSize, decoder.hiddenSize, decoder.memorySize) = (8, 12, 10)
    decoder.vocabularySize = 300
    var preparation = ImagePreparation()
    preparation.size = 64
    let counted = NetworkArithmetic(
      try CaptionNetwork(
        CaptionConfig(image: .tiny, preparation: preparation, decoder: decoder)))
    #expect(counted.perSource == 10 * 128 + 12 * 10)
    #expect(counted.perSentence == 2 * 12 * 10)
    #expect(counted.perTarget == 48 * (8 + 12 + 12) + 12 * (10 + 12) + 300 * 12)
  }

  @Test func decodingNeedsABeamFromTheSecondTokenOn() throws {
    let counted = try network()
    let float = counted.decoding(source: 5, output: 3, beam: 2, int8: false, alone: false)
    #expect(float.float == counted.products(source: 5, target: 5) + 20 * 5 * 5)
    #expect(float.int8 == 0 && float.bytes == 0)
    let int8 = counted.decoding(source: 5, output: 3, beam: 2, int8: true, alone: true)
    #expect(int8.int8 == counted.products(source: 5, target: 5) && int8.float == 20 * 5 * 5)
    // Each of three steps reads each weight of the decoder, a byte each.
    #expect(int8.workingSet == 1400 && int8.bytes == 3 * 1400)
  }
}
