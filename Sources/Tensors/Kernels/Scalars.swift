#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

@inline(__always)
func naturalLogarithm(_ x: Float) -> Float { logf(x) }

@inline(__always)
func squareRoot(_ x: Float) -> Float { x.squareRoot() }

package func naturalLogarithm(_ x: Double) -> Double { log(x) }
package func exponential(_ x: Double) -> Double { exp(x) }
package func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
