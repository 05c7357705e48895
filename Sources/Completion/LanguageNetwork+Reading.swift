internal import Neural
internal import Seq2Seq
internal import Tensors

extension LanguageNetwork {
  /// Reads text in stretches, which takes a fraction of the time that a token after the other takes, and as much
  /// memory however long it is.
  ///
  /// - Parameters:
  ///   - beginning: where the text before it stands.
  ///   - graph: an inference graph.
  ///   - visit: is given what the last layer gave before each of some tokens, [n, outputSize], and these.
  /// - Returns: where the text then stands.
  func read(
    _ tokens: [TokenID], from beginning: LanguageScorer.Beginning, on graph: Graph,
    _ visit: (Tensor, ArraySlice<TokenID>) -> Void = { _, _ in }
  ) -> LanguageScorer.Beginning {
    guard let last = tokens.last else { return beginning }
    let memory = Tensor(rows: 1, columns: stateSize)
    if let state = beginning.state { copy(state, to: memory) }
    let inputs = [beginning.token] + tokens.dropLast()
    for start in stride(from: 0, to: inputs.count, by: LanguageText.steps) {
      let stretch = start..<min(start + LanguageText.steps, inputs.count)
      let example = LanguageExample(
        inputs: Array(inputs[stretch]), targets: Array(tokens[stretch]), memory: memory,
        isBeginning: start == 0 && beginning.state == nil)
      graph.reset()
      visit(outputs([example], on: graph).output.value, tokens[stretch])
    }
    return LanguageScorer.Beginning(state: memory, token: last)
  }
}
