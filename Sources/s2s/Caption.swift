import ArgumentParser
import Captioning
import ImageFeatures
import Recipes
import Seq2Seq

struct Caption: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what pictures show: a photo in, a sentence out.",
    discussion: """
      Takes PNG and JPEG files, told by their content, and folders, whose pictures are captioned in the \
      order of their names. Where nothing is named, standard input lists files, one a line; - is the \
      bytes of one picture on standard input. One picture gives its caption alone, several (or a folder, \
      or a list) a line each: FILE, a tab, the caption. A picture that cannot be read is named on \
      standard error, and its caption stays empty; the exit code is 1 then. Of a folder, files are taken \
      that begin as PNG or JPEG or are named as pictures are (.jpg, .heic and the like).

      EXAMPLES:
        s2s caption photo.jpg
        s2s caption Holidays/ --write-alt alt.tsv
        find . -name '*.jpg' | s2s caption --json
        s2s caption photo.jpg --attention words.png      # where it looked for each word
        curl -s https://example.org/photo.jpg | s2s caption -
      """)

  @Option(
    help: ArgumentHelp(
      "A model: its folder or its name; the first that captions unless told. Several, each behind a "
        + "--model of its own, caption together as an ensemble.", valueName: "model"),
    completion: .directory)
  var model: [String] = []

  @Option(help: ArgumentHelp("Language of the captions, such as en.", valueName: "language"))
  var tgt: String?

  @OptionGroup(title: "Search") var search: SearchArguments
  @OptionGroup(title: "Language model") var fusion: FusionArguments

  @Option(help: ArgumentHelp("Greatest length of a caption, in subwords.", valueName: "n"))
  var maxLength: Int?

  @Option(
    help: ArgumentHelp(
      "The n best captions of each picture, as: FILE, caption, score, with tabs between.",
      valueName: "n"))
  var nbest: Int?

  @Flag(
    help: """
      Print one JSON object a picture: file, caption, score, candidates, seconds (its share of what those took \
      that were captioned at once), or error.
      """)
  var json = false

  @Option(
    help: ArgumentHelp(
      "Write a PNG of the photo with each word's attention; for several pictures a folder of them.",
      valueName: "out"),
    completion: .file())
  var attention: String?

  @Option(
    help: ArgumentHelp("Write a file of FILE, a tab, alt text besides.", valueName: "file.tsv"),
    completion: .file())
  var writeAlt: String?

  @Flag(help: "Caption the pictures of subfolders too.")
  var recursive = false

  @Option(help: ArgumentHelp("Pictures decoded at once by each thread.", valueName: "n"))
  var batch: Int?

  @Option(help: ArgumentHelp("Threads; all processors unless told.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Most pixels of a picture; larger ones are refused (100000000 unless told). Memory for up to 11 bytes a pixel "
        + "is taken by each thread.", valueName: "n"))
  var maxPixels: Int?

  @Flag(help: "Say on standard error how many pictures it was, and how long they took.")
  var timing = false

  @Argument(help: "Pictures and folders; - is one picture's bytes.", completion: .file())
  var files: [String] = []

  func validate() throws {
    try check("--nbest", nbest, 1...1000)
    try check("--batch", batch, 1...4096)
    try check("--threads", threads, 1...1024)
    if let nbest, let beam = search.beam, nbest > beam, !search.sampling {
      throw ValidationError(
        "--nbest is \(nbest), but --beam keeps only \(beam); raise --beam or leave it out.")
    }
    try check("--max-length", maxLength, 1...1000)
    try check("--max-pixels", maxPixels, 1...10_000_000_000)
    if files.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("- is standard input, which holds one picture; name it once.")
    }
    if !model.isEmpty, tgt != nil { throw ValidationError("Give either --model, or --tgt.") }
  }

  func run() throws {
    let input = try PictureInput(files, recursive: recursive)
    let library = ModelLibrary()
    let captioner = try Captioner(
      paths: model.isEmpty
        ? [library.captionModel(language: tgt).path] : model.map { library.path(of: $0) },
      languageModel: fusion.path)
    var options = captioner.defaultOptions
    options.search = search.applied(to: options.search, nbest: nbest)
    if let maxLength { options.search.maxLengthOffset = maxLength }
    try search.check(options.search)
    if let batch { options.batchSize = batch }
    if let threads { options.threads = threads }
    options.attention = attention != nil
    if let weight = fusion.languageWeight { options.languageWeight = weight }
    let reader = ImageReader(
      limits: maxPixels.map { ImageLimits(pixels: $0) } ?? ImageLimits(),
      shortSide: captioner.reader.shortSide)

    let answers = try CaptionAnswers(
      input, format: CaptionFormat(names: !input.isSingle, nbest: nbest != nil, json: json),
      alt: writeAlt,
      strips: attention.map {
        try AttentionPictures(
          path: $0, captioner: captioner, limits: reader.limits, isFolder: !input.isSingle,
          apartFrom: input.paths)
      })
    let clock = ContinuousClock()
    let began = clock.now
    let largest = max(1, options.batchSize * options.threads)
    // Small at first, so that the first captions come out early.
    var size = min(largest, options.threads)
    var count = 0
    while true {
      let started = clock.now
      let pictures = input.next(size)
      guard !pictures.isEmpty else { break }
      let found = try captioner.caption(
        pictures.count, options: options, firstNumber: count
      ) { number throws(PictureError) in try pictures[number].read(reader) }
      let seconds = (clock.now - started) / .seconds(1) / Double(pictures.count)
      count += pictures.count
      try answers.write(pictures, found, seconds: seconds, threads: options.threads)
      size = min(largest, 2 * size)
    }
    try answers.close()
    if timing {
      let seconds = (clock.now - began) / .seconds(1)
      remark(
        "\(count) pictures in \(fixed(seconds, 2)) s, "
          + "\(fixed(Double(count) / max(seconds, 1e-9), 1)) pictures/s")
    }
    try input.finish()
  }
}
