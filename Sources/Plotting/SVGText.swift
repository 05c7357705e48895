internal import Foundation

/// Text as it may stand in XML, in elements and in attributes: marks are escaped, and what no XML file may hold
/// (most control characters) is replaced.
func escapedForXML(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\t", "\n", "\r": result += " "
    case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
      result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// A coordinate, in pixels and their tenths.
func coordinate(_ value: Double) -> String {
  let tenths = Int((10 * value).rounded())
  let sign = tenths < 0 ? "-" : ""
  let (whole, tenth) = (abs(tenths) / 10, abs(tenths) % 10)
  return tenth == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(tenth)"
}

/// What a tick is called: up to six digits that count.
func tickLabel(_ value: Double) -> String {
  // Sums of steps miss zero by a rounding.
  String(format: "%g", abs(value) < 1e-300 ? 0 : value)
}

/// Text of at most so many characters: what is longer has its beginning and its end, as names that are long often
/// differ at the end alone.
func shortened(_ text: String, to length: Int) -> String {
  guard text.count > length else { return text }
  return text.prefix(length / 2) + "…" + text.suffix(length - length / 2 - 1)
}
