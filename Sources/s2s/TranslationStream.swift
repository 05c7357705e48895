import Translation

/// Translates lines as they come in, in windows that grow.
///
/// The first windows are small, so that the first lines come out early; the later ones are large
/// enough for batches of like length. Whatever has arrived is translated rather than waiting for a
/// full window.
final class TranslationStream {
  private let translator: Translator
  private let options: Translator.Options
  /// Lines translated so far, those that could not be read counted.
  private(set) var lines = 0

  init(translator: Translator, options: Translator.Options) {
    self.translator = translator
    self.options = options
  }

  /// Translates all lines.
  ///
  /// - Parameter answer: is given each window's lines with their translations; nil for lines that
  ///   could not be read.
  func run(
    _ input: TextInput, _ answer: ([(InputLine, Translation?)]) throws -> Void
  ) throws {
    // One sentence at once: a line a thread, and nothing waits for more.
    let largest =
      options.batchSize == 1 ? options.threads : 4 * options.batchSize * options.threads
    var size = min(largest, 2 * options.threads)
    while true {
      let window = Self.window(input, size)
      guard !window.isEmpty else { return }
      for problem in window.compactMap(\.problem) { input.fail(problem) }
      // Lines that cannot be read are translated as empty ones, so that numbers stay in step.
      let found = try translator.translate(
        window.map { $0.text ?? "" }, options: options, firstNumber: lines)
      lines += window.count
      try answer(Array(zip(window, zip(window, found).map { $0.text == nil ? nil : $1 })))
      size = min(largest, 2 * size)
    }
  }

  /// Waits for a line, then takes what else is there.
  private static func window(_ input: TextInput, _ size: Int) -> [InputLine] {
    var lines: [InputLine] = []
    while lines.count < size, case .line(let line) = input.next(waits: lines.isEmpty) {
      lines.append(line)
    }
    return lines
  }
}
