internal import Captioning
internal import ImageFeatures
internal import Neural
internal import Recipes
internal import Seq2Seq
internal import Tensors

extension BenchmarkCase {
  static let captioning: [BenchmarkCase] = [1, 16].map { batch in
    BenchmarkCase(.captioning, "batch\(batch)", .rate("images")) {
      try CaptioningWork(batch: batch, $0).work
    }
  }
}

/// Pictures in memory captioned as the model does it unless told: one after the other, or all together.
private struct CaptioningWork {
  let work: Work
  /// Pictures of a pass that are captioned one after the other.
  private static let mostAlone = 4

  init(batch: Int, _ settings: BenchmarkSettings) throws {
    let path = try settings.captionerPath()
    let captioner = try Captioner(path: path)
    let isInt8 = try ModelHeader.weightsFile(path).tensors.contains { $0.type == .i8 }
    let network = try CaptionNetwork(CaptionModel.readDescription(path).architecture)
    let speaking = NetworkArithmetic(network)
    let looking = Need(float: Double(2 * network.config.image.multiplyAdds))
    let places = network.grid(batch: 1).places
    var options = captioner.defaultOptions
    (options.batchSize, options.threads) = (batch, settings.threads)
    (options.search.nbest, options.search.pruning) = (1, 0)
    let isAlone = batch == 1
    let pictures = try Self.pictures(
      settings, count: isAlone ? Self.mostAlone : batch * settings.threads,
      reader: captioner.reader)
    let chosen = options
    work = Work { times in
      var done = Work.Done(units: 0)
      for _ in 0..<times {
        let found =
          isAlone
          ? try pictures.map { try captioner.caption($0, options: chosen) }
          : try captioner.caption(pictures, options: chosen)
        done.units += Double(found.count)
        for caption in found {
          done.need += looking
          done.need += speaking.decoding(
            source: places, output: caption.candidates[0].tokenCount + 1, beam: chosen.search.beam,
            int8: isInt8, alone: false)
        }
      }
      return done
    }
  }

  private static func pictures(
    _ settings: BenchmarkSettings, count: Int, reader: ImageReader
  ) throws -> [RGBImage] {
    let some =
      try settings.pictures?.prefix(count).enumerated().map {
        try reader.decode($1, name: "picture \($0 + 1)")
      } ?? (0..<4).map { RGBImage.drawn(seed: $0) }
    return (0..<count).map { some[$0 % some.count] }
  }
}
