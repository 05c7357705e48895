import Foundation

/// Golden files, made by `Golden/make_golden.py`.
enum Golden {
  static func read<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    let folder = Bundle.module.resourceURL!.appendingPathComponent("Golden")
    return try JSONDecoder().decode(
      type, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }
}
