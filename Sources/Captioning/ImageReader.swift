public import Foundation
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
  /// Pixels that its short side shall have at least; see `ImageCodec.decode`.
  public var shortSide: Int?

  public init(limits: ImageLimits = ImageLimits(), shortSide: Int? = nil) {
    self.limits = limits
    self.shortSide = shortSide
  }

  /// Longest file that is read, in bytes: no photo comes near.
  private static let maximumBytes = 512 << 20

  /// The picture in a file.
  ///
  /// - Throws: `PictureError` that says what is wrong with it and what to do.
  public func read(_ path: String) throws(PictureError) -> RGBImage {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw PictureError(name: path, "there is no such file; check the path")
    }
    guard !isFolder.boolValue else {
      throw PictureError(name: path, "is a folder; name a picture")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw PictureError(name: path, "cannot be read; check that you may")
    }
    defer { try? handle.close() }
    return try decode(Self.bytes(handle, name: path), name: path)
  }

  /// The bytes that come from a handle, to its end.
  public static func bytes(_ handle: FileHandle, name: String) throws(PictureError) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty {
        bytes += data
        guard bytes.count <= maximumBytes else {
          throw PictureError(name: name, "is longer than a picture may be (512 MiB)")
        }
      }
    } catch let error as PictureError {
      throw error
    } catch {
      throw PictureError(name: name, "cannot be read: \(error.localizedDescription)")
    }
    return bytes
  }

  /// The picture in the bytes of a file.
  public func decode(_ bytes: [UInt8], name: String) throws(PictureError) -> RGBImage {
    do {
      return try ImageCodec.decode(bytes, limits: limits, shortSide: shortSide)
    } catch {
      throw PictureError(name: name, error.description)
    }
  }
}
