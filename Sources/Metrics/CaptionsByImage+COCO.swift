internal import Foundation

/// COCO's forms of captions in JSON.
extension CaptionsByImage {
  mutating func readAnnotations(
    _ text: ArraySlice<UInt8>, file: String
  ) throws(CaptionError) {
    let top = try Self.json(text, file: file)
    guard let object = top as? [String: Any] else {
      throw .badValue(
        file: file, key: "the file", problem: "is no object; COCO's annotations are one")
    }
    guard let images = object["images"] as? [Any] else {
      throw .badValue(file: file, key: "'images'", problem: "is missing or is no list")
    }
    guard let annotations = object["annotations"] as? [Any] else {
      throw .badValue(file: file, key: "'annotations'", problem: "is missing or is no list")
    }
    for (index, image) in images.enumerated() {
      add(image: try Self.identifier(image, "id", file: file, at: "images[\(index)]"))
    }
    for (index, annotation) in annotations.enumerated() {
      let key = "annotations[\(index)]"
      let image = try Self.identifier(annotation, "image_id", file: file, at: key)
      guard contains(image) else {
        throw .badValue(
          file: file, key: "\(key).image_id", problem: "is \(image), which 'images' does not have")
      }
      add(try Self.caption(annotation, file: file, at: key), image: image)
    }
  }

  mutating func readResults(_ text: ArraySlice<UInt8>, file: String) throws(CaptionError) {
    guard let results = try Self.json(text, file: file) as? [Any] else {
      throw .badValue(file: file, key: "the file", problem: "is no list; COCO's results are one")
    }
    for (index, result) in results.enumerated() {
      let key = "[\(index)]"
      let image = try Self.identifier(result, "image_id", file: file, at: key)
      add(try Self.caption(result, file: file, at: key), image: image)
    }
  }

  private static func json(_ text: ArraySlice<UInt8>, file: String) throws(CaptionError) -> Any {
    do {
      return try JSONSerialization.jsonObject(with: Data(text))
    } catch {
      let details = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
      throw .notJSON(file: file, reason: details ?? error.localizedDescription)
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

  private static func caption(
    _ value: Any, file: String, at key: String
  ) throws(CaptionError) -> String {
    guard let caption = (value as? [String: Any])?["caption"] as? String else {
      throw .badValue(file: file, key: "\(key).caption", problem: "is missing or is no string")
    }
    return caption
  }
}
