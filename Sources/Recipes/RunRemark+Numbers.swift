internal import Foundation

/// A number with so many decimals.
func decimal(_ value: Double, _ decimals: Int = 3) -> String {
  String(format: "%.\(decimals)f", value)
}

/// Two digits that count.
package func shortened(_ value: Double) -> String { String(format: "%.2g", value) }
