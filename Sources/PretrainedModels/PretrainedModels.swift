internal import Foundation

/// The models that ship, as folders beside the program.
public enum PretrainedModels {
  /// The folder whose subfolders are models, or nil if they were left behind.
  public static var folder: String? {
    candidates.first { (try? FileManager.default.contentsOfDirectory(atPath: $0)) != nil }
  }

  /// Where they may be: beside the program as the build puts them, in the shared folder of the prefix
  /// it is installed under, and (in tests, whose program lives elsewhere) in the source tree.
  private static var candidates: [String] {
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath()
      .deletingLastPathComponent().path
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    return [
      program.map { $0 + "/s2s_PretrainedModels.resources/Models" },
      program.map {
        URL(fileURLWithPath: $0).deletingLastPathComponent().path + "/share/s2s/models"
      },
      source + "/Models",
    ].compactMap(\.self)
  }
}
