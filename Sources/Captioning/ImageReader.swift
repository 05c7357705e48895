internal import Foundation
public import ImageFeatures

/// A picture that cannot be used: which, what is wrong, what to do.
public struct PictureError: Error, CustomStringConvertible, Equatable, Sendable {
  /// Its file, or what it was called.
  public var name: String
  public var message: String

  public init(name: String, _ message: String) {
    self.name = name
    self.message = message
  }

  public var description: String { "\(name): \(message)" }
}

/// Reads pictures from files.
public struct ImageReader: Sendable {
  /// What a picture may ask for.
  public var limits: ImageLimits

  public init(limits: ImageLimits = ImageLimits()) { self.limits = limits }

  /// Longest file that is read, in bytes: no photo comes near.
  private static let maximumBytes = 1 << 30

  /// The picture in a file.
  public func read(_ path: String) throws(PictureError) -> RGBImage {
    let data: Data
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      if attributes[.type] as? FileAttributeType == .typeDirectory {
        throw PictureError(name: path, "is a folder; name a picture")
      }
      guard attributes[.size] as? Int ?? 0 <= Self.maximumBytes else {
        throw PictureError(name: path, "is longer than a picture may be (1 GiB)")
      }
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch let error as PictureError {
      throw error
    } catch {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw PictureError(
        name: path,
        isThere ? "cannot be read; check that you may" : "there is no such file; check the path")
    }
    return try decode(Array(data), name: path)
  }

  /// The picture in the bytes of a file.
  public func decode(_ bytes: [UInt8], name: String) throws(PictureError) -> RGBImage {
    do {
      return try ImageCodec.decode(bytes, limits: limits)
    } catch {
      throw PictureError(name: name, error.description)
    }
  }
}
