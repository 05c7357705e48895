internal import Foundation
internal import Neural
internal import Tensors

/// A training run's state and buffers as one safetensors file.
struct Checkpoint {
  static let formatVersion = "1"
  let path: String

  /// Writes beside the old file, flushes and renames: a crash at any moment leaves a whole checkpoint.
  func write(_ state: TrainingState, buffers: [(name: String, buffer: Tensor)]) throws {
    let json = try JSONEncoder().encode(state)
    try SafetensorsFile.write(
      buffers.map { SafetensorsEntry(name: $0.name, tensor: $0.buffer) },
      metadata: [
        "format": "s2s checkpoint", "version": Self.formatVersion,
        "state": String(decoding: json, as: UTF8.self),
      ],
      to: path)
  }

  /// Fills the buffers and returns the state.
  func read(into buffers: [(name: String, buffer: Tensor)]) throws -> TrainingState {
    let file = try SafetensorsFile(path: path)
    let state = try state(in: file)
    for (name, buffer) in buffers { try file.read(name, into: buffer) }
    return state
  }

  /// The state alone.
  func readState() throws -> TrainingState { try state(in: SafetensorsFile(path: path)) }

  private func state(in file: SafetensorsFile) throws -> TrainingState {
    guard file.metadata["format"] == "s2s checkpoint", let json = file.metadata["state"] else {
      throw TrainingError("\(path): not a checkpoint of a training run")
    }
    guard file.metadata["version"] == Self.formatVersion else {
      throw TrainingError(
        "\(path): checkpoint format \(file.metadata["version"] ?? "unknown"), this program reads "
          + "\(Self.formatVersion); resume with the program that wrote it, or start anew with another --out"
      )
    }
    do {
      return try JSONDecoder().decode(TrainingState.self, from: Data(json.utf8))
    } catch {
      throw TrainingError(
        "\(path): the state stored in this checkpoint is damaged; delete the file to "
          + "resume from the one before")
    }
  }
}

/// The checkpoints of a run: the last few, by number of update.
public struct CheckpointFolder: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// Whether there is anything to go on with: a checkpoint beyond the first weights.
  public var holdsUpdates: Bool { !updates.isEmpty }

  /// Checkpoints beyond the first weights, oldest first.
  public var updates: [String] { all().filter { $0 != path(update: 0) } }

  func path(update: Int) -> String {
    let digits = String(update)
    return path + "/update-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
      + ".safetensors"
  }

  /// Checkpoints there are, oldest first.
  public func all() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasPrefix("update-") && $0.hasSuffix(".safetensors") }.sorted()
      .map { path + "/" + $0 }
  }

  func removeAll(where isUnwanted: (String) -> Bool) {
    for path in all() where isUnwanted(path) { remove(path) }
  }

  func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
