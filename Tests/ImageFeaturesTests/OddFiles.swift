import Foundation
import ImageFeatures
import Testing

/// The files of Images/odd, and what Images/make_odd.py found in them.
enum OddFiles {
  private static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let folder = project.appendingPathComponent("Images/odd")
  private static let golden = Bundle.module.resourceURL!.appendingPathComponent("Golden")

  static let names = try! FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()

  /// Those with golden pixels.
  static let readable = try! FileManager.default
    .contentsOfDirectory(atPath: golden.appendingPathComponent("decoded").path)
    .map { String($0.dropLast(".ppm".count)) }.sorted()

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  static func image(_ name: String) throws -> RGBImage {
    try ImageCodec.decode(bytes(name))
  }

  static func expected(_ name: String) throws -> RGBImage {
    try ppm(golden.appendingPathComponent("decoded/\(name).ppm"))
  }

  /// Of a JPEG that is read at so many eighths of its size.
  static func expected(_ name: String, eighths: Int) throws -> RGBImage {
    try ppm(golden.appendingPathComponent("reduced/\(name).\(eighths).ppm"))
  }

  static func goldenData(_ name: String) throws -> Data {
    try Data(contentsOf: golden.appendingPathComponent(name))
  }

  /// A picture in the simplest of formats: P6, width, height, 255, each with a white space behind it,
  /// then the pixels.
  static func ppm(_ file: URL) throws -> RGBImage {
    var rest = [UInt8](try Data(contentsOf: file))[...]
    var fields: [String] = []
    for _ in 0..<4 {
      let end = try #require(rest.firstIndex { $0 == 0x20 || $0 == 0x0A })
      fields.append(String(decoding: rest[..<end], as: UTF8.self))
      rest = rest[(end + 1)...]
    }
    try #require(fields[0] == "P6" && fields[3] == "255")
    return RGBImage(
      width: try #require(Int(fields[1])), height: try #require(Int(fields[2])),
      pixels: Array(rest))
  }
}

extension RGBImage {
  /// The largest difference of a level between two images, or nil where they differ in size.
  func largestDifference(from other: RGBImage) -> Int? {
    guard width == other.width, height == other.height else { return nil }
    return zip(pixels, other.pixels).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
  }
}
