/// Karpathy's form of captions in JSON: images with their captions and the split they belong to.
extension CaptionsByImage {
  mutating func readKarpathy(
    _ decoder: any Decoder, file: String, splits: [String]
  ) throws(CaptionError) {
    let top = try CaptionJSONObject(decoder, file: file, role: "Karpathy's data sets")
    var images = try top.list("images")
    var found: [String] = []
    while let image = try images.next() {
      if !splits.isEmpty {
        let split = try image.text("split")
        if !found.contains(split) { found.append(split) }
        guard splits.contains(split) else { continue }
      }
      let name = try image.text("filename")
      let folder = try image.optionalText("filepath") ?? ""
      // Two folders may have files of the same name.
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      add(image: path)
      var sentences = try image.list("sentences")
      while let sentence = try sentences.next() { add(try sentence.text("raw"), image: path) }
    }
    if let split = splits.first(where: { !found.contains($0) }) {
      throw .noSplit(file: file, split: split, found: found)
    }
  }
}
