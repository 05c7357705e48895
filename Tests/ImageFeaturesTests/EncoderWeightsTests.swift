import ImageFeatures
import Neural
import Tensors
import TestSupport
import Testing

@Suite struct EncoderWeightsTests {
  private let folder: TemporaryFolder
  private let random = RandomEncoder(ConvolutionalEncoderTests.odd)
  private var path: String { folder.path + "/encoder.safetensors" }

  init() throws { folder = try TemporaryFolder() }

  private func buffers() -> (weights: Tensor, statistics: Tensor) {
    (
      Tensor(rows: 1, columns: random.table.count),
      Tensor(rows: 1, columns: random.encoder.statistics.count)
    )
  }

  @Test func ownNamesGoThereAndBack() throws {
    try random.encoder.write(random.weights, statistics: random.statistics, to: path)
    let (weights, statistics) = buffers()
    try random.encoder.read(
      SafetensorsFile(path: path), into: weights, statistics: statistics)
    #expect(statistics.values == random.statistics.values)
    for parameter in random.table.parameters {
      let found = parameter.cut(from: weights).values
      // Other parts of a model are not the encoder's.
      let isOwn = parameter.name.hasPrefix("image.")
      #expect(
        found == (isOwn ? parameter.cut(from: random.weights).values : found.map { _ in 0 }))
    }
  }

  @Test func foldedWeightsGoThereAndBack() throws {
    let config = random.encoder.config
    let folded = random.encoder.foldedWeights(random.weights, statistics: random.statistics)
    let images = random.images(2)
    let expected = try #require(FoldedEncoder(config, weights: folded).encode(images, .mean).mean)
    for (precision, tolerance) in [(WeightPrecision.float32, 0), (.float16, 0.02), (.int8, 0.1)] {
      try ModelWeights.write(folded, table: config.foldedTable, precision: precision, to: path)
      let read = try ModelWeights.read(path, table: config.foldedTable)
      let found = try #require(FoldedEncoder(config, weights: read).encode(images, .mean).mean)
      #expect(largestError(found, expected.doubles) <= tolerance, "\(precision)")
    }
  }

  /// What PyTorch would store of the random encoder, made tensor by tensor.
  private func efficientNetEntries() throws -> [SafetensorsEntry] {
    func tensor(_ name: String) throws -> Tensor {
      if let parameter = random.table.parameter(named: name) {
        return parameter.cut(from: random.weights)
      }
      return try #require(random.encoder.statistics.parameter(named: name))
        .cut(from: random.statistics)
    }
    var entries: [SafetensorsEntry] = []
    func add(_ own: String, _ convolution: String, _ normalization: String, _ shape: [Int]) throws {
      let weight = try tensor("\(own).weight")
      let (outputs, inputs, side) = (shape[0], shape[1], shape[2])
      var floats: [Float] = []
      for output in 0..<outputs {
        for input in 0..<inputs {
          for tap in 0..<side * side {
            floats.append(
              own.hasSuffix("depthwise")
                ? weight[tap, output] : weight[output, tap * inputs + input])
          }
        }
      }
      entries.append(
        SafetensorsEntry(
          name: "\(convolution).weight", shape: [outputs, inputs, side, side], floats: floats))
      for (theirs, ours) in [
        ("weight", "gain"), ("bias", "shift"), ("running_mean", "mean"),
        ("running_var", "variance"),
      ] {
        let values = try tensor("\(own).\(ours)").values
        entries.append(
          SafetensorsEntry(
            name: "\(normalization).\(theirs)", shape: [values.count], floats: values))
      }
    }
    try add("image.stem", "_conv_stem", "_bn0", [5, 3, 3, 3])
    for (number, channels, hidden, output, side) in [
      (0, 5, 5, 6, 3), (1, 6, 18, 7, 5), (2, 7, 21, 7, 5),
    ] {
      let (own, theirs) = ("image.block\(number)", "_blocks.\(number).")
      if number > 0 {
        try add(
          "\(own).expand", "\(theirs)_expand_conv", "\(theirs)_bn0", [hidden, channels, 1, 1])
      }
      try add(
        "\(own).depthwise", "\(theirs)_depthwise_conv", "\(theirs)_bn1", [hidden, 1, side, side])
      try add(
        "\(own).project", "\(theirs)_project_conv", "\(theirs)_bn2", [output, hidden, 1, 1])
    }
    try add("image.head", "_conv_head", "_bn1", [11, 7, 1, 1])
    entries.append(
      SafetensorsEntry(
        name: "_fc.weight", tensor: try tensor("image.classifier.weight"), shape: [9, 11]))
    entries.append(
      SafetensorsEntry(
        name: "_fc.bias", tensor: try tensor("image.classifier.bias"), shape: [9]))
    return entries
  }

  @Test func efficientNetNamesAreTakenOver() throws {
    try SafetensorsFile.write(efficientNetEntries(), to: path)
    let (weights, statistics) = buffers()
    try random.encoder.readEfficientNet(
      SafetensorsFile(path: path), into: weights, statistics: statistics)
    #expect(statistics.values == random.statistics.values)
    for parameter in random.table.parameters where parameter.name.hasPrefix("image.") {
      #expect(
        parameter.cut(from: weights).values == parameter.cut(from: random.weights).values,
        "\(parameter.name)")
    }
  }

  /// The file's classifier is of no use to an encoder without one.
  @Test func aClassifierMayBeLeftOut() throws {
    try SafetensorsFile.write(efficientNetEntries(), to: path)
    var config = random.encoder.config
    config.classes = 0
    var table = ParameterTable()
    let encoder = ConvolutionalEncoder(config, in: &table)
    let weights = Tensor(rows: 1, columns: table.count)
    try encoder.readEfficientNet(
      SafetensorsFile(path: path), into: weights, statistics: encoder.initialStatistics())
    let head = try #require(table.parameter(named: "image.head.weight"))
    #expect(
      head.cut(from: weights).values
        == random.table.parameter(named: "image.head.weight")?.cut(from: random.weights).values)
  }

  /// What is told when file and architecture do not match; nothing is changed then.
  @Test func mismatchesAreNamed() throws {
    func message(_ entries: [SafetensorsEntry], isOwn: Bool = false) throws -> String {
      try SafetensorsFile.write(entries, to: path)
      let file = try SafetensorsFile(path: path)
      let (weights, statistics) = buffers()
      let error = #expect(throws: SafetensorsError.self) {
        if isOwn {
          try random.encoder.read(file, into: weights, statistics: statistics)
        } else {
          try random.encoder.readEfficientNet(file, into: weights, statistics: statistics)
        }
      }
      #expect(weights.values.allSatisfy { $0 == 0 } && statistics.values.allSatisfy { $0 == 0 })
      return try #require(error).description
    }
    let entries = try efficientNetEntries()
    let foreign = SafetensorsEntry(name: "_blocks.3._bn2.bias", shape: [1], floats: [0])
    let foreignMessage = try message(entries + [foreign])
    #expect(
      foreignMessage
        == "\(path): tensor '_blocks.3._bn2.bias' is not part of this architecture; use the "
        + "configuration these weights were trained with")
    for missing in ["_blocks.1._expand_conv.weight", "_bn1.running_var", "_fc.bias"] {
      let found = try message(entries.filter { $0.name != missing })
      #expect(
        found
          == "\(path): tensor '\(missing)' is missing; the weights are of another model or version")
    }
    let narrow = SafetensorsEntry(
      name: "_conv_stem.weight", shape: [5, 3, 1, 1], floats: .init(repeating: 0, count: 15))
    let narrowMessage = try message(entries.filter { $0.name != narrow.name } + [narrow])
    #expect(
      narrowMessage.hasPrefix(
        "\(path): tensor '_conv_stem.weight' is [5, 3, 1, 1], this configuration needs [5, 3, 3, 3]"
      ))
    let whole = SafetensorsEntry(name: "_bn0.bias", shape: [5], type: .u8, bytes: [1, 2, 3, 4, 5])
    let wholeMessage = try message(entries.filter { $0.name != whole.name } + [whole])
    #expect(
      wholeMessage
        == "\(path): tensor '_bn0.bias' is of type U8, where F32, F16, BF16 or F64 is needed")
    let own = try message(entries, isOwn: true)
    #expect(own.hasPrefix("\(path): tensor 'image.stem.weight' is missing"))
  }
}
