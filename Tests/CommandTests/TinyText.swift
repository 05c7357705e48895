import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Language models that have learned a few lines, trained once for all tests.
enum TinyText {
  static let lines = [
    "the committee meets today.", "the government governs.", "the dog sleeps on the mat.",
    "where is the cat?", "the governor is here.",
  ]

  /// The folder of one whose lines stand alone; it lies in a folder that can be looked through for models.
  static let model = train(continuous: false)
  /// The folder of one whose text goes on from line to line, and which knows what comes after which.
  static let goingOn = train(continuous: true)

  private static func train(continuous: Bool) -> Result<String, any Error> {
    Result {
      let folder = NSTemporaryDirectory() + "/s2s-" + UUID().uuidString
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      kept.withLock { $0.append(folder) }
      // They go away with the process.
      atexit {
        for folder in TinyText.kept.withLock(\.self) {
          try? FileManager.default.removeItem(atPath: folder)
        }
      }
      func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
      }
      let text = (0..<20).flatMap { _ in lines }.map { $0 + "\n" }.joined()
      try write("text.txt", text)
      let batches = continuous ? "streams: 4, steps: 12" : "batchTokens: 200"
      try write(
        "recipe.yaml",
        """
        kind: language-model
        language: en
        data:
          train: [{text: text.txt}]
          dev: [{text: text.txt}]
          continuous: \(continuous)
        vocabulary: {size: 310}
        model: {embeddingSize: 24, hiddenSize: 48}
        training: {\(batches), updates: 160, validationInterval: 80, learningRate: 0.02,
          warmup: 5, inputDropout: 0, outputDropout: 0}
        """)
      let outcome = try Command.run([
        "train", folder + "/recipe.yaml", "--out", folder + "/run",
      ])
      guard outcome.status == 0 else { throw Failed(description: outcome.errors) }
      return folder + "/run/best"
    }
  }

  private static let kept = Mutex<[String]>([])

  struct Failed: Error { var description: String }
}
