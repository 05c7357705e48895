import Foundation
import ImageFeatures
import Testing

/// Any photos against Pillow:
///
///     Tests/References/photos.py FOLDER EXPECTED
///     S2S_PHOTOS=FOLDER S2S_PHOTOS_EXPECTED=EXPECTED swift test … --filter PhotoTests
struct PhotoTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let expected = environment["S2S_PHOTOS_EXPECTED"].map { URL(fileURLWithPath: $0) }
  private static let folder = environment["S2S_PHOTOS"].map { URL(fileURLWithPath: $0) }

  @Test(.enabled(if: folder != nil && expected != nil))
  func equalPillows() throws {
    let folder = try #require(Self.folder)
    let expected = try #require(Self.expected)
    var squash = ImagePreparation()
    squash.size = 224
    var crop = ImagePreparation()
    crop.fit = .crop
    crop.filter = .bicubic
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".png") }
    #expect(!names.isEmpty)
    for name in names {
      let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
      let image = try ImageCodec.decode(bytes)
      func difference(_ image: RGBImage, _ ending: String) throws -> Int {
        let file = expected.appendingPathComponent(name + ending)
        return try #require(image.largestDifference(from: OddFiles.ppm(file)), "\(name)\(ending)")
      }
      let whole = try difference(image, ".ppm")
      let squashed = try difference(squash.prepare(image), ".squash.ppm")
      let cropped = try difference(crop.prepare(image), ".crop.ppm")
      print(
        "\(name): \(image.width) × \(image.height), differs from Pillow by at most \(whole) levels, "
          + "squashed \(squashed), cropped \(cropped)")
      #expect(whole <= 2 && squashed <= 1 && cropped <= 1)
    }
  }
}
