/// Lengths in tokens, two bytes each unless one of them needs four.
struct LengthTable: Sendable {
  private let short: [UInt16]
  /// Empty where `short` holds them.
  private let long: [UInt32]
  let longest: UInt32

  init(_ lengths: some Collection<Int>) {
    longest = UInt32(lengths.max() ?? 0)
    let areShort = longest <= UInt32(UInt16.max)
    short = areShort ? lengths.map { UInt16($0) } : []
    long = areShort ? [] : lengths.map { UInt32($0) }
  }

  var count: Int { short.count + long.count }

  subscript(index: UInt32) -> UInt32 {
    long.isEmpty ? UInt32(short[Int(index)]) : long[Int(index)]
  }
}
