extension TrainingConfig {
  /// Throws if R-Drop is asked for where nothing makes its two passes differ: it would only take twice the time.
  ///
  /// What is drawn once for both passes makes no difference: masked weights (`recurrentWeightDropout`), subwords cut at
  /// random.
  ///
  /// - Parameter cells: of the network, which may have zoneout.
  package func checkPassesDiffer(_ cells: some CellConfig) throws {
    guard rDrop > 0 else { return }
    let zoneouts = [cells.zoneoutHidden, cells.zoneoutCell]
    let rates = [inputDropout, outputDropout, recurrentDropout, wordDropout] + zoneouts
    guard rates.contains(where: { $0 > 0 }) else {
      throw ConfigurationError(
        key: "training.rDrop",
        message:
          "is \(rDrop), but compares two passes that dropout makes differ, and there is none; "
          + "set training.outputDropout, or leave it out")
    }
  }
}
