/// A picture's file and what people said about it.
public struct CaptionedImage: Sendable, Equatable {
  /// Its name in the data, such as `1000268201_693b08cb0e.jpg`.
  public var name: String
  /// Where the file is.
  public var path: String
  /// At least one.
  public var captions: [String]

  public init(name: String, path: String, captions: [String]) {
    self.name = name
    self.path = path
    self.captions = captions
  }
}
