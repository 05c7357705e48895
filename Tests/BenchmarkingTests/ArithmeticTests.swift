import Testing

@testable import Benchmarking

@Suite struct ArithmeticTests {}
