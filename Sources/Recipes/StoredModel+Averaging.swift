internal import Foundation
internal import Neural
internal import Seq2Seq
internal import Tensors
internal import Tokenization

extension StoredModel {
  /// The mean of the weights of models with one architecture and the same subwords, which often does a
  /// little better than each of them; most of all for the last checkpoints of one run.
  ///
  /// - Parameter paths: each a model folder, a checkpoint in a run's `checkpoints`, or the folder of
  ///   a run, which stands for all checkpoints in it but that of its first weights. Of a checkpoint the moving average is taken if
  ///   the run keeps one. All else comes from the first model; that of a checkpoint is its run's
  ///   `best`.
  /// - Throws: when a part cannot be read, or does not fit the first.
  public static func average(of paths: [String]) throws -> Self {
    let parts = try paths.flatMap(ModelPart.parts)
    guard let first = parts.first else { throw ModelError.nothingToAverage }
    var mean = try Self(path: first.folder)
    let sum = WeightSum(count: mean.table.count)
    for part in parts {
      let model = try Self(path: part.folder)
      try mean.checkFits(model, at: part.folder, first: first.folder)
      if case .checkpoint(let path, _) = part { try readCheckpoint(path, into: model.weights) }
      sum.add(model.weights)
    }
    sum.writeMean(to: mean.weights)
    mean.description.origin.validation = nil
    mean.description.origin.notes["average"] =
      "mean of \(parts.count) models: " + parts.map(\.name).joined(separator: ", ")
    return mean
  }

  private func checkFits(_ other: Self, at path: String, first: String) throws {
    for (our, their) in zip(table.parameters, other.table.parameters)
    where our.name != their.name || our.shape != their.shape {
      throw ModelError(
        path: path,
        "has '\(their.name)' \(their.shape) where \(first) has '\(our.name)' \(our.shape); a mean "
          + "needs models of one architecture")
    }
    guard description.architecture == other.description.architecture else {
      throw ModelError(
        path: path,
        "is of another architecture than \(first) (`s2s models info` shows both); a mean needs models "
          + "of one architecture")
    }
    guard subwordFiles.map(\.subwords.fingerprint) == other.subwordFiles.map(\.subwords.fingerprint)
    else {
      throw ModelError(
        path: path,
        "has other subwords than \(first); a mean needs models trained with the same ones")
    }
  }
}

extension ModelHeader {
  /// Of the first of what shall be averaged; see `StoredModel.average(of:)`.
  public init(averaging paths: [String]) throws {
    guard let first = try paths.first.map(ModelPart.parts)?.first else {
      throw ModelError.nothingToAverage
    }
    try self.init(path: first.folder)
  }
}

/// Puts a checkpoint's weights in the place of a model's: all, or the first of them where the run learns no
/// more.
private func readCheckpoint(_ path: String, into weights: Tensor) throws {
  let file = try SafetensorsFile(path: path)
  let name = file.contains("average") ? "average" : "weights"
  let count = min(try file.tensor(name).count, weights.count)
  try file.read(name, into: weights.cut(at: 0, rows: 1, columns: count))
}

extension ModelError {
  fileprivate static let nothingToAverage = ModelError(
    path: "average", "there is nothing to average; name a model")
}

/// One summand.
private enum ModelPart {
  case folder(String)
  case checkpoint(String, run: String)

  /// The folder of its model.
  var folder: String {
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

  static func parts(_ path: String) throws -> [ModelPart] {
    let checkpoints = path + "/" + RunFolder.checkpoints
    if FileManager.default.fileExists(atPath: checkpoints) {
      let all = CheckpointFolder(path: checkpoints).updates
      guard !all.isEmpty else {
        throw ModelError(path: checkpoints, "holds no checkpoint of a network that has learned")
      }
      return all.map { .checkpoint($0, run: path) }
    }
    if path.hasSuffix(".safetensors") {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      return [.checkpoint(path, run: folder.deletingLastPathComponent().path)]
    }
    return [.folder(path)]
  }
}

/// Adds up weights in double precision.
private final class WeightSum {
  private var sums: [Double]
  private var count = 0

  init(count: Int) { sums = Array(repeating: 0, count: count) }

  func add(_ weights: Tensor) {
    count += 1
    weights.withValues { values in
      for index in sums.indices { sums[index] += Double(values[index]) }
    }
  }

  func writeMean(to weights: Tensor) {
    weights.withMutableValues { values in
      for index in sums.indices { values[index] = Float(sums[index] / Double(count)) }
    }
  }
}
