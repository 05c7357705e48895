import Foundation
import ImageFeatures
import Neural
import Tensors
import Testing

@Suite struct ConvolutionalConfigTests {
  @Test func efficientNetLite0IsTheNetworkPublished() throws {
    let config = ConvolutionalConfig.efficientNetLite0
    try config.validate()
    #expect(config.multiplyAdds == 385_187_552)
    var table = ParameterTable()
    _ = ConvolutionalEncoder(config, in: &table)
    #expect(table.parameters.reduce(0) { $0 + $1.count } == 4_652_008)
    #expect(config.featureGrid(batch: 2) == Grid(batch: 2, height: 7, width: 7))
    #expect(config.bodyChannels == 320 && config.featureChannels == 1280)
  }

  @Test(arguments: [ConvolutionalConfig.efficientNetLite0, .small, .tiny])
  func goThereAndBackAsJSON(_ config: ConvolutionalConfig) throws {
    try config.validate()
    let json = try JSONEncoder().encode(config)
    #expect(try JSONDecoder().decode(ConvolutionalConfig.self, from: json) == config)
  }

  /// Every key is written, so one that is missing is told by its name.
  @Test func aMissingKeyIsNamed() throws {
    let json = try JSONEncoder().encode(ConvolutionalConfig.tiny)
    var object = try #require(
      try JSONSerialization.jsonObject(with: json) as? [String: Any])
    object["headChannels"] = nil
    let less = try JSONSerialization.data(withJSONObject: object)
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ConvolutionalConfig.self, from: less)
    }
    #expect("\(try #require(error))".contains("headChannels"))
  }

  @Test func whatDoesNotFitIsNamed() {
    func message(_ change: (inout ConvolutionalConfig) -> Void) -> String? {
      var config = ConvolutionalConfig.tiny
      change(&config)
      return #expect(throws: ConvolutionalConfigError.self) { try config.validate() }?.description
    }
    let rows: [(String, (inout ConvolutionalConfig) -> Void)] = [
      ("inputSize must be 8…2048, is 4", { $0.inputSize = 4 }),
      ("inputDeviation must be above zero, is 0.0 (inputMean 127.0)", { $0.inputDeviation = 0 }),
      ("stemChannels must be 1…16384, is 0", { $0.stemChannels = 0 }),
      ("stages[1].repeats must be 1…64, is 0", { $0.stages[1].repeats = 0 }),
      ("stages[0].kernel must be 3, 5 or 7, is 4", { $0.stages[0].kernel = 4 }),
      ("stages[2].stride must be 1 or 2, is 3", { $0.stages[2].stride = 3 }),
      ("stages[2].expansion must be 1…16, is 0", { $0.stages[2].expansion = 0 }),
      (
        "stages[1].inputChannels must be 16, what comes before it gives; it is 20",
        { $0.stages[1].inputChannels = 20 }
      ),
      (
        "stages[3].outputChannels must be 1…16384, is 20000",
        { $0.stages[3].outputChannels = 20000 }
      ),
      ("headChannels must be 0 or 1…16384, is -1", { $0.headChannels = -1 }),
      ("classes must be 0…1000000, is -1", { $0.classes = -1 }),
      (
        "normalizationEpsilon must be between 0 and 1, is 0.0", { $0.normalizationEpsilon = 0 }
      ),
      (
        "normalizationMomentum must be at least 0 and below 1, is 1.0",
        { $0.normalizationMomentum = 1 }
      ),
    ]
    for (expected, change) in rows { #expect(message(change) == expected) }
  }

  @Test func pixelsBecomeInput() {
    let config = ConvolutionalConfig(inputSize: 8, stemChannels: 2, stages: [], headChannels: 0)
    let images = Tensor(rows: 128, columns: 3)
    let pixels = (0..<192).map { UInt8($0) }
    config.setImage(pixels.span, into: images, number: 1)
    #expect(images[63, 2] == 0)
    #expect(images[64, 0] == -127.0 / 128)
    #expect(images[127, 2] == 64.0 / 128)
  }
}
