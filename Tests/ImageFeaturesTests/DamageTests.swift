import Foundation
import ImageFeatures
import Tensors
import Testing

/// Files damaged at random: each must be read or give an error, whatever the damage.
///
///     S2S_DAMAGED_COPIES=100000      how many copies in all, instead of some thousands
///     S2S_PHOTOS=FOLDER              photos to damage beside the odd files
///
/// With the first of them the test says how long the slowest copy took and how much memory was used.
/// `swift test --sanitize=address` watches every access meanwhile (it reports 4096 bytes that Foundation
/// leaks where it reads an empty file).
struct DamageTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let isLong = environment["S2S_DAMAGED_COPIES"] != nil
  private static let copies = environment["S2S_DAMAGED_COPIES"].flatMap { Int($0) } ?? 6000
  private static let limits = ImageLimits(pixels: 5_000_000)

  private static let files: [(name: String, bytes: [UInt8])] = {
    var files = OddFiles.names.map { ($0, try! OddFiles.bytes($0)) }
    if let folder = environment["S2S_PHOTOS"] {
      for name in try! FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      where name.hasSuffix(".jpg") || name.hasSuffix(".png") {
        let url = URL(fileURLWithPath: folder).appendingPathComponent(name)
        files.append((name, [UInt8](try! Data(contentsOf: url))))
      }
    }
    return files
  }()

  @Test("damaged files are read or refused", arguments: files.indices)
  func survives(number: Int) throws {
    let (name, bytes) = Self.files[number]
    let copies = (Self.copies + Self.files.count - 1) / Self.files.count
    var outcomes = Outcomes()
    for copy in 0..<copies {
      var random = RandomGenerator(seed: 4, stream: UInt64(number), UInt64(copy))
      let other = Self.files[Int(random.next() % UInt64(Self.files.count))].bytes
      let damaged = Damage.damage(bytes, other: other, &random)
      let start = ContinuousClock.now
      do {
        // One in four at its full size, the others at fractions of it where they are JPEG.
        let side = random.next() % 4
        let image = try ImageCodec.decode(
          damaged, limits: Self.limits, shortSide: [nil, 1, 4, 8][Int(side)])
        #expect(image.width * image.height <= Self.limits.pixels)
        #expect(image.pixels.count == image.width * image.height * 3)
        outcomes.read += 1
      } catch {
        #expect(!error.message.isEmpty && !error.remedy.isEmpty)
        #expect(error.kind != .outOfMemory && error.kind != .configuration)
        outcomes.refused += 1
      }
      outcomes.slowest = max(outcomes.slowest, ContinuousClock.now - start)
    }
    #expect(outcomes.read + outcomes.refused == copies)
    guard Self.isLong else { return }
    let memory = Self.peakMemory.map { "\($0) kB" } ?? "unknown"
    print("\(name): \(outcomes), most memory so far \(memory)")
  }

  private struct Outcomes: CustomStringConvertible {
    var read = 0
    var refused = 0
    var slowest = Duration.zero
    var description: String { "\(read) read, \(refused) refused, slowest \(slowest)" }
  }

  /// The most memory this process has held, in kB.
  private static var peakMemory: String? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.map(String.init)
  }
}
