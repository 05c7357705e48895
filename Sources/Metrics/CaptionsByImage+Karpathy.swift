/// Karpathy's form of captions in JSON: images with their captions and the split they belong to.
extension CaptionsByImage {
  mutating func readKarpathy(
    _ top: Any?, file: String, splits: [String]
  ) throws(CaptionError) {
    guard let object = top as? [String: Any] else {
      throw .badValue(
        file: file, key: "the file", problem: "is no object; Karpathy's data sets are one")
    }
    var found: [String] = []
    for (index, image) in try Self.list(object, "images", file: file).enumerated() {
      let key = "images[\(index)]"
      if !splits.isEmpty {
        let split = try Self.text(image, "split", file: file, at: key)
        if !found.contains(split) { found.append(split) }
        guard splits.contains(split) else { continue }
      }
      let name = try Self.text(image, "filename", file: file, at: key)
      let folder = try Self.optionalText(image, "filepath", file: file, at: key) ?? ""
      // Two folders may have files of the same name.
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      add(image: path)
      guard let sentences = (image as? [String: Any])?["sentences"] as? [Any] else {
        throw .badValue(
          file: file, key: "\(key).sentences", problem: "is missing or is no list")
      }
      for (number, sentence) in sentences.enumerated() {
        add(
          try Self.text(sentence, "raw", file: file, at: "\(key).sentences[\(number)]"),
          image: path)
      }
    }
    if let split = splits.first(where: { !found.contains($0) }) {
      throw .noSplit(file: file, split: split, found: found)
    }
  }
}
