internal import ImageFeatures
internal import Neural

extension BenchmarkCase {
  static let reading: [BenchmarkCase] = {
    let preparation = ImagePreparation()
    let side = preparation.usefulShortSide()
    return [
      reading("whole") { try ImageCodec.decode($0) },
      reading("resized") { preparation.prepare(try ImageCodec.decode($0)) },
      // A large JPEG is read at a fraction of its size.
      reading("captioner") { preparation.prepare(try ImageCodec.decode($0, shortSide: side)) },
    ]
  }()

  /// Pictures in memory, as files have them: the user's, or drawn ones as PNG.
  private static func reading(
    _ name: String, _ read: @escaping @Sendable ([UInt8]) throws -> RGBImage
  ) -> BenchmarkCase {
    BenchmarkCase(.reading, name, .rate("images")) { settings in
      let files =
        try settings.pictures ?? (0..<4).map { try ImageCodec.encodePNG(.drawn(seed: $0)) }
      let workers = Workers(count: settings.threads)
      return Work { times in
        let results = workers.map(times * files.count) { number in
          Result { try read(files[number % files.count]).pixels.count }
        }
        let pixels = try results.reduce(0) { $0 + (try $1.get()) }
        return Work.Done(units: pixels > 0 ? Double(results.count) : 0)
      }
    }
  }
}
