extension Subwords {
  /// The ids of a line, without `<s>` and `</s>`. An empty line has none.
  ///
  /// For one line; `SubwordEncoder` is faster for many.
  public func encode(_ line: String) -> [Int32] {
    var encoder = SubwordEncoder(self, cacheLimit: 0)
    return encoder.encode(line)
  }

  /// The ids of a line under BPE-dropout; see `SubwordEncoder`.
  public func encode(
    _ line: String, dropout: Double, using generator: inout some RandomNumberGenerator
  ) -> [Int32] {
    var encoder = SubwordEncoder(self, cacheLimit: 0)
    return encoder.encode(line, dropout: dropout, using: &generator)
  }
}
