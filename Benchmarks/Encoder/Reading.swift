import Foundation
import ImageFeatures
import Neural

/// Pictures a second that are decoded, and decoded and made the square of 224 pixels that a network looks at.
struct ReadingBenchmark {
  private let files: [[UInt8]]
  private let threads: Int
  private let seconds: Double

  /// - Parameter folder: whose PNG and JPEG files are read into memory, 500 of them at most.
  init(folder: String, threads: Int, seconds: Double) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    files = names.lazy.filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".png") }.prefix(500)
      .compactMap { FileManager.default.contents(atPath: folder + "/" + $0).map { [UInt8]($0) } }
    self.threads = threads
    self.seconds = seconds
  }

  func run() {
    let preparation = ImagePreparation()
    let side = preparation.usefulShortSide()
    report("decoded whole") { _ = try ImageCodec.decode($0) }
    report("decoded whole and resized") { _ = try preparation.prepare(ImageCodec.decode($0)) }
    report("read as the captioner does") {
      _ = try preparation.prepare(ImageCodec.decode($0, shortSide: side))
    }
  }

  private func report(_ name: String, _ work: @escaping @Sendable ([UInt8]) throws -> Void) {
    let files = files
    var passes: [Pass] = []
    let begin = ContinuousClock.now
    while passes.count < 3 || begin.duration(to: .now) < .seconds(seconds) {
      passes.append(
        Pass {
          let results = Workers(count: threads).map(files.count) { number in
            Result { try work(files[number]) }
          }
          precondition(results.allSatisfy { (try? $0.get()) != nil }, "a picture cannot be read")
        })
    }
    let rates = passes.map { Double(files.count) / $0.seconds }.sorted()
    func text(_ number: Double) -> String { String(format: "%.1f", number) }
    print(
      "\(name), \(files.count) pictures, threads \(threads): \(text(rates[rates.count / 2])) images/s",
      "(\(text(rates[0]))–\(text(rates[rates.count - 1])), \(passes.count) passes)")
  }
}
