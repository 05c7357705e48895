internal import Foundation
internal import Neural
public import Recipes
internal import Seq2Seq

/// What a key that is advised may be set to.
private let values = [
  "model.cell": "gru", "model.forgetBias": "2", "model.initialization": "orthogonal",
  "model.layerNormalization": "true", "model.encoderHiddenSize": "128",
  "model.decoderHiddenSize": "128", "model.hiddenSize": "128", "training.learningRate": "0.0001",
  "training.warmup": "500", "training.clipNorm": "1", "training.rDrop": "1",
  "training.patience": "20", "training.updates": "500", "training.epochs": "5",
]

/// An advised key of which it is not known what it may be set to.
public struct UnknownAdvice: Error { public var key: String }

/// All settings that remarks on a run of a kind ever advise, as `key=value`, brought about by logs that are made up.
///
/// - Throws: `UnknownAdvice` for a key that is to be added above.
public func advisedSettings(_ kind: RecipeKind) throws -> [String] {
  var training = TrainingConfig()
  training.clipNorm = 0
  var run = RunRemark.Run(kind, training)
  run.traces = [1e-9, 1e9].enumerated().map { number, left in
    .init(
      layer: "\(number)", state: .hidden, points: [.init(steps: 20, mean: left, deviation: 0)])
  }
  // Of a model that is not known, and of one that has all that helps.
  var other = run
  var cells = ModelConfig()
  (cells.cell, cells.initialization, cells.layerNormalization) = (.rnn, .orthogonal, true)
  (other.cells, other.layers) = (cells, 1)
  var kinds: Set<RunRemark.Kind> = []
  var keys: Set<String> = []
  for (losses, own, reason) in [
    ([4, 3, 3.1, 3.2], [4, 2.9, 2.4, 2], "patience"), ([3, 3], [2.99, 2.99], "patience"),
    ([5, 4, 3, 2], [5, 4, 3, 2], "updates"), ([5, 4, 3, 2], [5, 4, 3, 2], "epochs"),
  ] as [([Double], [Double], String)] {
    var lines = zip(losses, own).enumerated().map { number, pair in
      "{\"event\":\"validated\",\"update\":\(number + 1),\"loss\":\(pair.0),\"trainingLoss\":\(pair.1)}"
    }
    lines.append("{\"event\":\"stopped\",\"update\":9,\"reason\":\"\(reason)\"}")
    let log = RunLog(lines: Data(lines.joined(separator: "\n").utf8))
    for remark in [run, other].flatMap({ RunRemark.remarks(on: log, of: $0) }) {
      kinds.insert(remark.kind)
      keys.formUnion(remark.advice.matches(of: /'([A-Za-z.]+)'/).map { String($0.1) })
    }
  }
  precondition(kinds == Set(RunRemark.Kind.allCases), "not all was brought about: \(kinds)")
  return try keys.sorted().map { key in
    guard let value = values[key] ?? (key.hasSuffix("Dropout") ? "0.1" : nil) else {
      throw UnknownAdvice(key: key)
    }
    return key + "=" + value
  }
}
