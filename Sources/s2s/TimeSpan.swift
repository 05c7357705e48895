import ArgumentParser

/// A stretch of time, as `90s`, `30m`, `1.5h` or a number of seconds.
struct TimeSpan: ExpressibleByArgument {
  var seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    var number = argument[...]
    var unit = 1.0
    if let last = number.last, let known = units[last] {
      unit = known
      number = number.dropLast()
    }
    guard let first = number.first, first.isASCII, first.isNumber, let value = Double(number),
      value.isFinite, value > 0
    else { return nil }
    seconds = value * unit
  }
}
