internal import Foundation
internal import Tensors

/// What figures depend on besides the program.
public struct Machine: Sendable, Equatable {
  /// What the processor calls itself.
  public let processor: String
  /// The sets of kernels that were chosen for it, by what they compute.
  public let kernels: [String: String]

  package init(processor: String, kernels: [String: String]) {
    self.processor = processor
    self.kernels = kernels
  }

  /// This one.
  public static let current = Machine(
    processor: processorName(),
    kernels: [
      "float": PackedKernels.best.name, "int8": Int8Kernels.best.name,
      "vectors": VectorKernels.best.name, "blas": matrixLibraryCore(),
    ])

  private static func processorName() -> String {
    let name: String?
    #if os(Linux)
      let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      name = named(in: lines)
    #else
      var size = 0
      sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
      var bytes = [UInt8](repeating: 0, count: size)
      name =
        size > 0 && sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0
        ? String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) : nil
    #endif
    return name ?? architecture
  }

  /// What the lines of /proc/cpuinfo call the first processor; arm64 has numbers there in place of a name.
  package static func named(in lines: String) -> String? {
    func value(_ key: String) -> String? {
      for line in lines.split(whereSeparator: \.isNewline) {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key {
          return parts[1].trimmingCharacters(in: .whitespaces)
        }
      }
      return nil
    }
    if let name = value("model name") { return name }
    guard let implementer = value("CPU implementer"), let part = value("CPU part") else {
      return nil
    }
    return "\(architecture), implementer \(implementer), part \(part)"
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }
}
