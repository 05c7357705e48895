internal import Foundation
internal import Recipes
internal import Tokenization

/// How and on what is measured.
public struct BenchmarkSettings: Sendable {
  /// Threads that share the work.
  public var threads: Int
  /// Seconds that each case is measured for, at least; three passes are made in any case.
  public var seconds: Double
  /// The user's sentences in place of those that ship.
  public var text: [String]?
  /// Folder of the translation model; that from German into English where nil.
  public var model: String?
  /// Folder of the captioner; the preferred one where nil.
  public var captioner: String?
  /// Files of lines that translate each other, to train on; drawn token sequences where nil.
  public var corpus: (source: String, target: String)?
  /// Bytes of PNG and JPEG files, to caption and to read; a drawn picture where nil.
  public var pictures: [[UInt8]]?
  /// The program that is started for `startup`.
  public var program: String?

  /// - Parameter threads: as many as there are processors where nil.
  public init(threads: Int? = nil, seconds: Double = 3) {
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    self.seconds = seconds
  }

  /// What is translated, cut and scored.
  var lines: [String] { text ?? Sentences.german }

  func modelPath() throws -> String {
    try model ?? ModelLibrary().model(source: "de", target: "en").path
  }

  func captionerPath() throws -> String {
    try captioner ?? ModelLibrary().captionModel().path
  }
}

/// What kept a case from being measured.
public struct BenchmarkError: Error, CustomStringConvertible, Equatable {
  public var description: String

  init(_ description: String) { self.description = description }
}
