internal import Foundation
internal import Neural
internal import Recipes
internal import Seq2Seq
internal import Tensors

extension TranslationModel {
  /// The mean of the weights of models with one architecture and the same subwords, which often
  /// translates a little better than each of them; most of all for the last checkpoints of one run.
  ///
  /// - Parameter paths: each a model folder, a checkpoint in a run's `checkpoints`, or the folder of
  ///   a run, which stands for all checkpoints in it. Of a checkpoint the moving average is taken if
  ///   the run keeps one. All else comes from the first model; that of a checkpoint is its run's
  ///   `best`.
  /// - Throws: when a part cannot be read, or does not fit the first.
  public static func average(of paths: [String]) throws -> TranslationModel {
    let parts = try paths.flatMap(Part.parts)
    guard let first = parts.first else {
      throw ModelError(path: paths.first ?? "", "there is nothing to average; name a model")
    }
    var model = try TranslationModel(path: first.model)
    let sum = WeightSum(model.network.table)
    for part in parts {
      switch part {
      case .folder(let path):
        let other = try TranslationModel(path: path)
        try model.checkFits(other, at: path, first: first.model)
        sum.add(other.weights)
      case .checkpoint(let path, _):
        sum.add(try checkpointWeights(path, table: model.network.table))
      }
    }
    model.description.origin.validation = nil
    model.description.origin.notes["average"] =
      "mean of \(parts.count) models: " + parts.map(\.name).joined(separator: ", ")
    return TranslationModel(
      description: model.description, network: model.network, weights: sum.mean,
      sourceSubwords: model.sourceSubwords, targetSubwords: model.targetSubwords)
  }

  /// One summand.
  private enum Part {
    case folder(String)
    case checkpoint(String, run: String)

    /// The folder of its model.
    var model: String {
      switch self {
      case .folder(let path): path
      case .checkpoint(_, let run): run + "/" + RunFolder.best
      }
    }

    var name: String {
      switch self {
      case .folder(let path), .checkpoint(let path, _): (path as NSString).lastPathComponent
      }
    }

    static func parts(_ path: String) throws -> [Part] {
      let checkpoints = path + "/" + RunFolder.checkpoints
      if FileManager.default.fileExists(atPath: checkpoints) {
        let all = CheckpointFolder(path: checkpoints).all()
        guard !all.isEmpty else { throw ModelError(path: checkpoints, "holds no checkpoint") }
        return all.map { .checkpoint($0, run: path) }
      }
      if path.hasSuffix(".safetensors") {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        return [.checkpoint(path, run: folder.deletingLastPathComponent().path)]
      }
      return [.folder(path)]
    }
  }

  private func checkFits(_ other: TranslationModel, at path: String, first: String) throws {
    let ours = network.table.parameters
    let theirs = other.network.table.parameters
    for (our, their) in zip(ours, theirs)
    where our.name != their.name || our.shape != their.shape {
      throw ModelError(
        path: path,
        "has '\(their.name)' \(their.shape) where \(first) has '\(our.name)' \(our.shape); a mean "
          + "needs models of one architecture")
    }
    guard ours.count == theirs.count else {
      throw ModelError(
        path: path,
        "has \(theirs.count) weight matrices where \(first) has \(ours.count); a mean needs models "
          + "of one architecture")
    }
    let (description, others) = (description, other.description)
    guard description.sourceFingerprint == others.sourceFingerprint,
      description.targetFingerprint == others.targetFingerprint
    else {
      throw ModelError(
        path: path,
        "has other subwords than \(first); a mean needs models trained with the same ones")
    }
  }

  private static func checkpointWeights(_ path: String, table: ParameterTable) throws -> Tensor {
    let file = try SafetensorsFile(path: path)
    let weights = Tensor(rows: 1, columns: table.count)
    try file.read(file.contains("average") ? "average" : "weights", into: weights)
    return weights
  }
}

/// Adds up weights in double precision.
private final class WeightSum {
  private let table: ParameterTable
  private var sums: [Double]
  private var count = 0

  init(_ table: ParameterTable) {
    self.table = table
    sums = Array(repeating: 0, count: table.count)
  }

  func add(_ weights: Tensor) {
    count += 1
    weights.withValues { values in
      for index in sums.indices { sums[index] += Double(values[index]) }
    }
  }

  var mean: Tensor {
    let mean = Tensor(rows: 1, columns: table.count)
    mean.withMutableValues { values in
      for index in sums.indices { values[index] = Float(sums[index] / Double(count)) }
    }
    return mean
  }
}
