import Seq2Seq

/// Where text lies and how often it is to be seen.
///
/// In a recipe: `text`, or `tsv` with `column` (1 where left out), and `weight` (1 where left out).
public struct TextSource: Codable, Sendable, Equatable {
  enum CodingKeys: String, CodingKey, CaseIterable { case text, tsv, column, weight }

  /// The file.
  public var path: String
  /// Of lines with columns, separated by TAB: which one the text is in, counted from 1; nil where a line is all text.
  public var column: Int?
  /// Expected copies of each line in an epoch, where lines stand alone.
  public var weight: Float

  public init(path: String, column: Int? = nil, weight: Float = 1) {
    self.path = path
    self.column = column
    self.weight = weight
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let text = try container.decodeIfPresent(String.self, forKey: .text)
    let table = try container.decodeIfPresent(String.self, forKey: .tsv)
    let column = try container.decodeIfPresent(Int.self, forKey: .column)
    weight = try container.decodeIfPresent(Float.self, forKey: .weight) ?? 1
    switch (text, table) {
    case (let text?, nil):
      guard column == nil else {
        throw ConfigurationError(key: "column", message: "goes with 'tsv' only; leave it out")
      }
      path = text
      self.column = nil
    case (nil, let table?):
      path = table
      self.column = column ?? 1
    case (nil, nil):
      throw ConfigurationError(
        key: "text", message: "is missing, and so is 'tsv'; give the file with the text")
    case (_?, _?):
      throw ConfigurationError(key: "tsv", message: "stands beside 'text'; give one of them")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if let column {
      try container.encode(path, forKey: .tsv)
      try container.encode(column, forKey: .column)
    } else {
      try container.encode(path, forKey: .text)
    }
    try container.encode(weight, forKey: .weight)
  }

  /// Throws the first setting that cannot be; its key is relative to the source.
  func validate() throws(ConfigurationError) {
    if !(weight >= 0 && weight <= 1000) {
      throw ConfigurationError(key: "weight", message: "is \(weight); it must be 0 to 1000")
    }
    if let column, column < 1 {
      throw ConfigurationError(
        key: "column", message: "is \(column); columns are counted from 1")
    }
  }
}
