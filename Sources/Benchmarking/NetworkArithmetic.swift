package import Captioning
internal import Neural
package import Seq2Seq

/// Multiplications and additions of an encoder and decoder, two for a multiply-add, counted from their parameters:
/// every number of a matrix is a factor once for each vector that the matrix is multiplied with. That is each source
/// token for `encoder.…` (or `memory`, of a captioner) and the attention keys, each sentence for the bridge between
/// encoder and decoder, and each target token for everything else. To these come the scores and sums of attention,
/// for each target token and each source token of its sentence. Activations, softmax, dropout and the optimizer are
/// left out, as they are no products.
package struct NetworkArithmetic: Sendable, Equatable {
  /// Numbers of the matrices that are multiplied with each source token, end marks counted.
  package private(set) var perSource = 0
  /// With each sentence.
  package private(set) var perSentence = 0
  /// With each target token, end marks counted.
  package private(set) var perTarget = 0
  /// Operations of attention for a target and a source token.
  package private(set) var perPair = 0

  package init(_ network: EncoderDecoder) {
    let config = network.config
    self.init(
      network.table, attention: config.attention, hidden: config.decoderHiddenSize,
      memory: config.memorySize)
  }

  /// What speaks of a captioner; source tokens are the places of a picture.
  package init(_ network: CaptionNetwork) {
    let decoder = network.config.decoder
    self.init(
      network.speakerTable, attention: decoder.attention, hidden: decoder.hiddenSize,
      memory: decoder.memorySize)
  }

  private init(
    _ table: ParameterTable, attention: ModelConfig.Attention, hidden: Int, memory: Int
  ) {
    for parameter in table.parameters where parameter.isMultiplied {
      let name = parameter.name
      if name.hasPrefix("encoder.") || name == "memory" || name == "decoder.attention.keys" {
        perSource += parameter.count
      } else if name.hasPrefix("decoder.bridge.") {
        perSentence += parameter.count
      } else {
        perTarget += parameter.count
      }
    }
    // Additive scores add the query to the key first.
    perPair = (attention == .additive ? 3 : 2) * hidden + 2 * memory
  }

  /// Operations of products with weights in a forward pass.
  package func products(source: Int, sentences: Int = 1, target: Int) -> Double {
    2 * Double(perSource * source + perSentence * sentences + perTarget * target)
  }

  /// Operations of attention in a forward pass of one sentence.
  func attention(source: Int, target: Int) -> Double { Double(perPair * source * target) }

  /// Operations of a sentence in training: the backward pass multiplies twice where the forward pass does once, for
  /// the gradient of what was multiplied and for that of the weights.
  package func training(source: Int, target: Int) -> Double {
    3 * (products(source: source, target: target) + attention(source: source, target: target))
  }

  /// What a sentence needs in decoding.
  ///
  /// - Parameters:
  ///   - output: tokens of what came out, the end mark counted. The first of them is looked for in one hypothesis,
  ///     each other one in as many as the beam has; the few that search looks at in vain, or saves, are not known.
  ///   - int8: whether weights have 8 bits; what attends always has 32.
  ///   - alone: whether no other sentence shares the reading of the weights, of which each step reads all.
  package func decoding(source: Int, output: Int, beam: Int, int8: Bool, alone: Bool) -> Need {
    let rows = 1 + beam * (output - 1)
    let products = products(source: source, target: rows)
    var need = Need(float: attention(source: source, target: rows))
    if int8 { need.int8 = products } else { need.float += products }
    if alone {
      need.workingSet = perTarget * (int8 ? 1 : 4)
      need.bytes = Double(need.workingSet * output)
    }
    return need
  }
}
