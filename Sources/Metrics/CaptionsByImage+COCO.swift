/// COCO's forms of captions in JSON.
extension CaptionsByImage {
  mutating func readAnnotations(_ decoder: any Decoder, file: String) throws(CaptionError) {
    let top = try CaptionJSONObject(decoder, file: file, role: "COCO's annotations")
    var images = try top.list("images")
    var annotations = try top.list("annotations")
    while let image = try images.next() {
      add(image: try image.identifier("id"), file: try image.optionalText("file_name"))
    }
    while let annotation = try annotations.next() {
      let image = try annotation.identifier("image_id")
      guard contains(image) else {
        throw annotation.bad("image_id", "is \(image), which 'images' does not have")
      }
      add(try annotation.text("caption"), image: image)
    }
  }

  mutating func readResults(_ decoder: any Decoder, file: String) throws(CaptionError) {
    var results = try CaptionJSONList(decoder, file: file, role: "COCO's results")
    while let result = try results.next() {
      let image = try result.identifier("image_id")
      add(try result.text("caption"), image: image)
    }
  }
}
