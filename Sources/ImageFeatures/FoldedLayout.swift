public import Neural
public import Tensors

/// The parameters of an encoder whose normalisations are folded: a weight and a bias a layer.
struct FoldedLayout: Sendable {
  struct Layer: Sendable {
    let weight: Parameter
    let bias: Parameter
  }

  private(set) var table = ParameterTable()
  /// In the order in which they come: stem, expansion (where there is one) and projection of each
  /// block, head, classifier.
  private(set) var products: [Layer] = []
  /// One a block.
  private(set) var depthwise: [Layer] = []

  init(_ config: ConvolutionalConfig) {
    var unfolded = ParameterTable()
    let encoder = ConvolutionalEncoder(config, in: &unfolded)
    for layer in encoder.layers {
      let folded = Layer(
        weight: layer.kind.declareWeight("\(layer.name).weight", in: &table),
        bias: table.declare(
          "\(layer.name).bias", rows: 1, columns: layer.kind.outputChannels, .zeros))
      if case .depthwise = layer.kind { depthwise.append(folded) } else { products.append(folded) }
    }
    guard let classifier = encoder.classifier else { return }
    func declare(_ parameter: Parameter) -> Parameter {
      table.declare(
        parameter.name, rows: parameter.rows, columns: parameter.columns, parameter.initializer)
    }
    products.append(
      Layer(weight: declare(classifier.weight), bias: declare(classifier.bias)))
  }
}

extension ConvolutionalConfig {
  /// The table of a folded encoder's weights, image.stem.weight and .bias and so on; `ModelWeights`
  /// reads and writes them.
  public var foldedTable: ParameterTable { FoldedLayout(self).table }
}

extension ConvolutionalEncoder {
  /// The weights with the normalisations folded in, cut by `config.foldedTable`.
  ///
  /// - Parameters:
  ///   - weights: cut by the table the encoder was declared in.
  ///   - statistics: running ones, cut by `statistics`.
  public func foldedWeights(_ weights: Tensor, statistics: Tensor) -> Tensor {
    let layout = FoldedLayout(config)
    let folded = Tensor(rows: 1, columns: layout.table.count)
    var (products, depthwise) = (layout.products[...], layout.depthwise[...])
    for layer in layers {
      if case .depthwise = layer.kind {
        fold(layer, into: depthwise.removeFirst(), weights, statistics, folded)
      } else {
        fold(layer, into: products.removeFirst(), weights, statistics, folded)
      }
    }
    if let classifier, let last = products.first {
      copy(classifier.weight.cut(from: weights), to: last.weight.cut(from: folded))
      copy(classifier.bias.cut(from: weights), to: last.bias.cut(from: folded))
    }
    return folded
  }

  /// An encoder for use alone, of these weights as they stand.
  public func folded(
    _ weights: Tensor, statistics: Tensor, workers: Workers = .init(count: 1)
  ) -> FoldedEncoder {
    FoldedEncoder(
      config, weights: foldedWeights(weights, statistics: statistics), workers: workers)
  }

  private func fold(
    _ layer: NormalizedLayer, into target: FoldedLayout.Layer, _ weights: Tensor,
    _ statistics: Tensor, _ folded: Tensor
  ) {
    let mean = layer.mean.cut(from: statistics).values
    let variance = layer.variance.cut(from: statistics).values
    let gain = layer.gain.cut(from: weights).values
    let shift = layer.shift.cut(from: weights).values
    let factors = zip(gain, variance).map {
      $0 / ($1 + config.normalizationEpsilon).squareRoot()
    }
    let bias = shift.indices.map { shift[$0] - mean[$0] * factors[$0] }
    copy(Tensor(rows: 1, columns: bias.count, bias), to: target.bias.cut(from: folded))
    let weight = layer.weight.cut(from: weights)
    let result = target.weight.cut(from: folded)
    copy(weight, to: result)
    if case .depthwise = layer.kind {
      let scale = Tensor(rows: 1, columns: factors.count, factors)
      multiply(weight, byMask: scale, into: result)
    } else {
      for (row, factor) in factors.enumerated() { scale(result.slice(row..<row + 1), by: factor) }
    }
  }
}
