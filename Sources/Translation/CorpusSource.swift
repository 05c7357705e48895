import Seq2Seq

/// Where a parallel corpus lies and how often it is to be seen.
public struct CorpusSource: Sendable, Equatable {
  public enum Form: Sendable, Equatable {
    /// Two files; line n of one translates line n of the other.
    case files(source: String, target: String)
    /// One file of lines with columns, separated by TAB; columns are counted from 1.
    case table(path: String, sourceColumn: Int, targetColumn: Int)
  }

  public var form: Form
  /// Expected copies of each pair in an epoch.
  public var weight: Float

  public init(_ form: Form, weight: Float = 1) {
    self.form = form
    self.weight = weight
  }

  /// What messages call it: the files' paths.
  public var name: String {
    switch form {
    case .files(let source, let target): "\(source) and \(target)"
    case .table(let path, _, _): path
    }
  }

  /// Throws the first setting that cannot be; its key is relative to the corpus.
  func validate() throws(ConfigurationError) {
    if !(weight >= 0 && weight <= 1000) {
      throw ConfigurationError(key: "weight", message: "is \(weight); it must be 0 to 1000")
    }
    if case .table(_, let source, let target) = form {
      if source < 1 || target < 1 {
        throw ConfigurationError(
          key: "columns", message: "is [\(source), \(target)]; columns are counted from 1")
      }
      if source == target {
        throw ConfigurationError(
          key: "columns",
          message: "is [\(source), \(target)]; source and target must be different columns")
      }
    }
  }
}

/// In a recipe: `source` and `target`, or `tsv` with `columns` ([source, target], [1, 2] where left
/// out), and `weight` (1 where left out).
extension CorpusSource: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case source, target, tsv, columns, weight
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let source = try container.decodeIfPresent(String.self, forKey: .source)
    let target = try container.decodeIfPresent(String.self, forKey: .target)
    let table = try container.decodeIfPresent(String.self, forKey: .tsv)
    let columns = try container.decodeIfPresent([Int].self, forKey: .columns)
    weight = try container.decodeIfPresent(Float.self, forKey: .weight) ?? 1
    switch (source, target, table) {
    case (let source?, let target?, nil):
      guard columns == nil else {
        throw ConfigurationError(key: "columns", message: "goes with 'tsv' only; leave it out")
      }
      form = .files(source: source, target: target)
    case (nil, nil, let table?):
      let columns = columns ?? [1, 2]
      guard columns.count == 2 else {
        throw ConfigurationError(
          key: "columns",
          message: "has \(columns.count) numbers; it must be [source, target], such as [1, 2]")
      }
      form = .table(path: table, sourceColumn: columns[0], targetColumn: columns[1])
    case (_?, nil, nil):
      throw ConfigurationError(key: "target", message: "is missing beside 'source'")
    case (nil, _?, nil):
      throw ConfigurationError(key: "source", message: "is missing beside 'target'")
    case (nil, nil, nil):
      throw ConfigurationError(
        key: "tsv", message: "is missing, and so are 'source' and 'target'; give either")
    default:
      throw ConfigurationError(
        key: "tsv", message: "stands beside 'source' or 'target'; give either one or the others")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch form {
    case .files(let source, let target):
      try container.encode(source, forKey: .source)
      try container.encode(target, forKey: .target)
    case .table(let path, let source, let target):
      try container.encode(path, forKey: .tsv)
      try container.encode([source, target], forKey: .columns)
    }
    try container.encode(weight, forKey: .weight)
  }
}
