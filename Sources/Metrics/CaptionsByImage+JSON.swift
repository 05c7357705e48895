internal import Foundation

/// Captions in JSON: COCO's forms and Karpathy's.
extension CaptionsByImage {
  /// Reads JSON in a given format, or in the one that its keys tell.
  init(
    json text: ArraySlice<UInt8>, file: String, format: CaptionFormat?, splits: [String]
  ) throws(CaptionError) {
    let decoder = JSONDecoder()
    decoder.userInfo[CaptionDocument.order] = CaptionDocument.Order(
      file: file, format: format, splits: splits)
    do {
      self = try decoder.decode(CaptionDocument.self, from: Data(text)).captions
    } catch let error as CaptionError {
      throw error
    } catch {
      throw .notJSON(file: file, reason: Self.reason(error))
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard case DecodingError.dataCorrupted(let context) = error else {
      return error.localizedDescription
    }
    let details = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey]
    return details as? String ?? context.debugDescription
  }
}

/// A file of JSON. A decoder makes nothing of what nobody asks for: Karpathy's form of COCO has 140 MB,
/// most of them words one by one.
private struct CaptionDocument: Decodable {
  /// What is asked for.
  struct Order: Sendable {
    var file: String
    var format: CaptionFormat?
    var splits: [String]
  }

  static let order = CodingUserInfoKey(rawValue: "order")!

  var captions = CaptionsByImage()

  init(from decoder: any Decoder) throws {
    guard let order = decoder.userInfo[Self.order] as? Order else {
      preconditionFailure("captions are decoded without an order")
    }
    let format = order.format ?? Self.format(decoder)
    guard order.splits.isEmpty || format == .karpathy else {
      throw CaptionError.noSplits(file: order.file)
    }
    switch format {
    case .results: try captions.readResults(decoder, file: order.file)
    case .karpathy:
      try captions.readKarpathy(decoder, file: order.file, splits: order.splits)
    case .annotations, .tabbed, .flickr:
      try captions.readAnnotations(decoder, file: order.file)
    }
  }

  /// The format by the keys.
  private static func format(_ decoder: any Decoder) -> CaptionFormat {
    guard let top = try? CaptionJSONObject(decoder, file: "", role: "") else { return .results }
    var images = try? top.list("images")
    let first = try? images?.next()
    return !top.contains("annotations") && first?.contains("sentences") == true
      ? .karpathy : .annotations
  }
}
