internal import Foundation

/// COCO's forms of captions in JSON.
extension CaptionsByImage {
  mutating func readAnnotations(_ top: Any?, file: String) throws(CaptionError) {
    guard let object = top as? [String: Any] else {
      throw .badValue(
        file: file, key: "the file", problem: "is no object; COCO's annotations are one")
    }
    let images = try Self.list(object, "images", file: file)
    let annotations = try Self.list(object, "annotations", file: file)
    for (index, image) in images.enumerated() {
      let key = "images[\(index)]"
      add(
        image: try Self.identifier(image, "id", file: file, at: key),
        file: try Self.optionalText(image, "file_name", file: file, at: key))
    }
    for (index, annotation) in annotations.enumerated() {
      let key = "annotations[\(index)]"
      let image = try Self.identifier(annotation, "image_id", file: file, at: key)
      guard contains(image) else {
        throw .badValue(
          file: file, key: "\(key).image_id", problem: "is \(image), which 'images' does not have")
      }
      add(try Self.text(annotation, "caption", file: file, at: key), image: image)
    }
  }

  mutating func readResults(_ top: Any?, file: String) throws(CaptionError) {
    guard let results = top as? [Any] else {
      throw .badValue(file: file, key: "the file", problem: "is no list; COCO's results are one")
    }
    for (index, result) in results.enumerated() {
      let key = "[\(index)]"
      let image = try Self.identifier(result, "image_id", file: file, at: key)
      add(try Self.text(result, "caption", file: file, at: key), image: image)
    }
  }

  /// An image's identifier, a number or a string.
  private static func identifier(
    _ value: Any, _ name: String, file: String, at key: String
  ) throws(CaptionError) -> String {
    guard let object = value as? [String: Any] else {
      throw .badValue(file: file, key: key, problem: "is no object")
    }
    switch object[name] {
    case let string as String: return string
    case let number as NSNumber:
      let whole = number.int64Value
      // A truth value is a number to Foundation, and so is 1.5.
      if !(number === true as NSNumber || number === false as NSNumber),
        Double(whole) == number.doubleValue
      {
        return String(whole)
      }
    default: break
    }
    throw .badValue(
      file: file, key: "\(key).\(name)",
      problem: "is missing, or is neither a whole number nor a string")
  }
}
