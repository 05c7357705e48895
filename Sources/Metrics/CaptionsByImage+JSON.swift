internal import Foundation

/// What the forms of captions in JSON have in common.
extension CaptionsByImage {
  static func json(_ text: ArraySlice<UInt8>, file: String) throws(CaptionError) -> Any {
    do {
      return try JSONSerialization.jsonObject(with: Data(text))
    } catch {
      let details = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
      throw .notJSON(file: file, reason: details ?? error.localizedDescription)
    }
  }

  /// The format of JSON that was read, by its keys.
  static func format(ofJSON top: Any) -> CaptionFormat {
    guard let object = top as? [String: Any] else { return .results }
    let image = (object["images"] as? [Any])?.first as? [String: Any]
    return object["annotations"] == nil && image?["sentences"] != nil ? .karpathy : .annotations
  }

  /// A list that a file must have at its top.
  static func list(
    _ object: [String: Any], _ name: String, file: String
  ) throws(CaptionError) -> [Any] {
    guard let list = object[name] as? [Any] else {
      throw .badValue(file: file, key: "'\(name)'", problem: "is missing or is no list")
    }
    return list
  }

  /// A string that an object must have.
  static func text(
    _ value: Any, _ name: String, file: String, at key: String
  ) throws(CaptionError) -> String {
    guard let text = (value as? [String: Any])?[name] as? String else {
      throw .badValue(file: file, key: "\(key).\(name)", problem: "is missing or is no string")
    }
    return text
  }

  /// A string that an object may have; nil where it has none or null.
  static func optionalText(
    _ value: Any, _ name: String, file: String, at key: String
  ) throws(CaptionError) -> String? {
    switch (value as? [String: Any])?[name] {
    case nil, is NSNull: return nil
    default: return try text(value, name, file: file, at: key)
    }
  }
}
