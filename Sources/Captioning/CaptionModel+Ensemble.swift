internal import ImageFeatures
internal import Recipes
internal import Tensors

extension CaptionModel {
  /// Throws unless the model can be a member of an ensemble.
  ///
  /// - Parameters:
  ///   - first: the ensemble's first member, from `firstPath`.
  ///   - path: this one's folder.
  func checkFits(_ first: CaptionModel, of firstPath: String, at path: String) throws {
    func check(_ holds: Bool, _ problem: @autoclosure () -> String) throws {
      if !holds { throw ModelError(path: path, problem()) }
    }
    let (ours, theirs) = (description, first.description)
    try check(
      ours.target == theirs.target,
      "captions in \(ours.target), but \(firstPath) in \(theirs.target); an ensemble needs the same "
        + "language")
    try check(
      ours.targetFingerprint == theirs.targetFingerprint,
      "has other subwords than \(firstPath); an ensemble needs models trained with the same ones (a "
        + "recipe's 'start' takes them over)")
    try check(
      ours.architecture.hasSameInput(as: theirs.architecture),
      "prepares pictures otherwise than \(firstPath) (`s2s models info` shows both); an ensemble needs "
        + "models that look at the same input")
    let grids = [ours, theirs].map { $0.architecture.image.featureGrid(batch: 1) }
    try check(
      grids[0] == grids[1],
      "looks at \(grids[0].width) x \(grids[0].height) places, but \(firstPath) at "
        + "\(grids[1].width) x \(grids[1].height); an ensemble needs the same grid")
  }
}

extension CaptionConfig {
  /// Whether a picture becomes the same numbers for both networks.
  fileprivate func hasSameInput(as other: CaptionConfig) -> Bool {
    preparation == other.preparation && image.inputMean == other.image.inputMean
      && image.inputDeviation == other.image.inputDeviation
  }
}
