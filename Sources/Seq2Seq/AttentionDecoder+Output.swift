internal import Neural
internal import Tensors

extension AttentionDecoder {
  /// What the output layer multiplies: the attentional vectors, or their projection to the width of
  /// the tied embeddings.
  func readout(_ attentional: Variable, on graph: Graph) -> Variable {
    readoutWeight.map { graph.affine(attentional, $0) } ?? attentional
  }

  /// The output layer for some tokens alone.
  func output(for tokens: [TokenID], on graph: Graph) -> SelectedRows {
    graph.selecting(tokens.map(Int.init), of: outputWeight, bias: outputBias)
  }

  /// Scores of selected tokens before softmax, [B, tokens].
  func logits(_ attentional: Variable, among selected: SelectedRows, on graph: Graph) -> Tensor {
    graph.affine(readout(attentional, on: graph), selected).value
  }

  /// Log-probabilities of the next token, [B, V].
  func logProbabilities(_ attentional: Variable, on graph: Graph) -> Tensor {
    let logits = graph.affine(readout(attentional, on: graph), outputWeight, bias: outputBias)
    applyLogSoftmax(logits.value)
    return logits.value
  }
}
