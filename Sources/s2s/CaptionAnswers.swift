import Captioning

/// Where captions go: standard output, and beside it a file of alt texts and pictures of attention.
final class CaptionAnswers {
  private let input: PictureInput
  private let format: CaptionFormat
  /// Nil once its reader has gone away, while there are files to be written yet.
  private var output: TextOutput?
  private let alt: TextOutput?
  private let strips: AttentionPictures?

  /// - Parameters:
  ///   - input: told of pictures that failed.
  ///   - alt: path of the file of alt texts.
  init(
    _ input: PictureInput, format: CaptionFormat, alt: String?, strips: AttentionPictures?
  ) throws {
    self.input = input
    self.format = format
    self.strips = strips
    if let alt, beginsAsPicture(alt) == true {
      throw Failure(
        .usage, "--write-alt \(alt) is a picture, which would be lost; give it another name")
    }
    self.alt = try alt.map {
      try TextOutput(path: $0, apartFrom: input.paths, option: "--write-alt")
    }
    output = try TextOutput(path: nil)
  }

  /// Writes what was found of pictures, in order.
  ///
  /// - Parameter seconds: what each of them took.
  func write(
    _ pictures: [PictureInput.Item], _ found: [Result<Captioning.Caption, PictureError>],
    seconds: Double, threads: Int
  ) throws {
    for (picture, result) in zip(pictures, found) {
      switch result {
      case .success(let caption):
        try answer { try format.write(picture.name, caption, seconds: seconds, to: $0) }
        try alt?.write(CaptionFormat.field(picture.name) + "\t" + caption.text)
      case .failure(let error):
        input.fail("\(error)")
        try answer { try format.write(picture.name, error, to: $0) }
      }
    }
    try alt?.flush()
    try answer { try $0.flush() }
    for problem in try strips?.write(pictures, found, threads: threads) ?? [] {
      input.fail(problem)
    }
  }

  /// Sees to it that everything has arrived.
  func close() throws {
    try answer { try $0.close() }
    try alt?.close()
  }

  /// Writes to standard output. A reader that has gone away has all it wanted of that, but files are still to be
  /// made whole.
  private func answer(_ write: (TextOutput) throws -> Void) throws {
    guard let output else { return }
    do {
      try write(output)
    } catch let end as SilentEnd where alt != nil || strips != nil {
      guard end.code == ExitStatus.done.rawValue else { throw end }
      self.output = nil
    }
  }
}
