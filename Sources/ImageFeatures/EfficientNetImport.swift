public import Neural
public import Tensors

extension ConvolutionalEncoder {
  /// Takes over weights of an EfficientNet-Lite as PyTorch code of that network names them:
  /// `_conv_stem`, `_blocks.0._expand_conv`, …, `_conv_head`, `_fc`, their normalisations `_bn0` to
  /// `_bn2`. A classifier in the file is left out where this encoder has none. Nothing is changed
  /// where it throws.
  ///
  /// - Parameters:
  ///   - weights: cut by the table the encoder was declared in.
  ///   - statistics: running ones, cut by `statistics`.
  /// - Throws: when a tensor is missing, of another shape, or not part of this architecture.
  public func readEfficientNet(
    _ file: SafetensorsFile, into weights: Tensor, statistics: Tensor
  ) throws(SafetensorsError) {
    let pairs = foreignNames
    var known: Set<String> = ["_fc.weight", "_fc.bias"]
    for (layer, names) in pairs {
      try file.check(names.weight, shape: layer.kind.foreignShape)
      known.insert(names.weight)
      for name in names.normalization {
        try file.check(name, shape: [layer.kind.outputChannels])
        known.insert(name)
      }
    }
    if classifier != nil {
      try file.check("_fc.weight", shape: [config.classes, config.featureChannels])
      try file.check("_fc.bias", shape: [config.classes])
    }
    try file.checkNames(known)
    for (layer, names) in pairs {
      let weight = layer.weight.cut(from: weights)
      copy(try file.floats(names.weight), orderedFor: layer.kind, to: weight)
      let vectors = [
        layer.gain.cut(from: weights), layer.shift.cut(from: weights),
        layer.mean.cut(from: statistics), layer.variance.cut(from: statistics),
      ]
      for (name, vector) in zip(names.normalization, vectors) {
        try file.read(name, into: vector)
      }
    }
    if let classifier {
      try file.read("_fc.weight", into: classifier.weight.cut(from: weights))
      try file.read("_fc.bias", into: classifier.bias.cut(from: weights))
    }
  }

  /// What the file calls a layer's tensors.
  private struct ForeignNames {
    let weight: String
    /// Gain, shift, mean, variance.
    let normalization: [String]

    init(_ prefix: String, _ convolution: String, _ normalization: String) {
      weight = "\(prefix)\(convolution).weight"
      self.normalization = ["weight", "bias", "running_mean", "running_var"].map {
        "\(prefix)\(normalization).\($0)"
      }
    }
  }

  private var foreignNames: [(NormalizedLayer, ForeignNames)] {
    var pairs = [(stem, ForeignNames("", "_conv_stem", "_bn0"))]
    for block in blocks {
      let prefix = "_blocks.\(block.shape.number)."
      if let expand = block.expand {
        pairs.append((expand, ForeignNames(prefix, "_expand_conv", "_bn0")))
      }
      pairs.append((block.depthwise, ForeignNames(prefix, "_depthwise_conv", "_bn1")))
      pairs.append((block.project, ForeignNames(prefix, "_project_conv", "_bn2")))
    }
    if let head { pairs.append((head, ForeignNames("", "_conv_head", "_bn1"))) }
    return pairs
  }

  /// Numbers in the order output, input, row, column become those of our layout.
  private func copy(
    _ numbers: [Float], orderedFor kind: NormalizedLayer.Kind, to weight: Tensor
  ) {
    let (inputs, taps) = kind.inputsAndTaps
    var ordered = numbers
    if case .depthwise(_, let channels) = kind {
      for channel in 0..<channels {
        for tap in 0..<taps { ordered[tap * channels + channel] = numbers[channel * taps + tap] }
      }
    } else {
      for output in 0..<kind.outputChannels {
        let first = output * inputs * taps
        for input in 0..<inputs {
          for tap in 0..<taps {
            ordered[first + tap * inputs + input] = numbers[first + input * taps + tap]
          }
        }
      }
    }
    Tensors.copy(Tensor(rows: weight.rows, columns: weight.columns, ordered), to: weight)
  }
}

extension NormalizedLayer.Kind {
  /// Input channels of a window and its places.
  fileprivate var inputsAndTaps: (inputs: Int, taps: Int) {
    switch self {
    case .full(let window, let input, _): (input, window.taps)
    case .depthwise(let window, _): (1, window.taps)
    case .pointwise(let input, _): (input, 1)
    }
  }

  /// Output, input, rows and columns.
  fileprivate var foreignShape: [Int] {
    let side: Int =
      switch self {
      case .full(let window, _, _), .depthwise(let window, _): window.kernel
      case .pointwise: 1
      }
    return [outputChannels, inputsAndTaps.inputs, side, side]
  }
}
