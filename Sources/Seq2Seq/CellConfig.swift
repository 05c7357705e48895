public import Neural

/// What every architecture says of its cells.
public protocol CellConfig: Sendable {
  var cell: CellKind { get }
  var layerNormalization: Bool { get }
  var forgetBias: Float { get set }
  var initialization: RecurrentInitialization { get set }
  var initializationScale: Float { get set }
  var zoneoutHidden: Float { get set }
  var zoneoutCell: Float { get set }
}

extension CellConfig {
  /// What cells are told besides their sizes.
  package var cellOptions: CellOptions {
    var options = CellOptions()
    options.forgetBias = forgetBias
    options.initialization = initialization
    options.zoneoutHidden = zoneoutHidden
    options.zoneoutCell = zoneoutCell
    return options
  }

  /// What a step of a cell leaves on the tape, a unit.
  package var cellTape: UnitTape {
    cell.tape(layerNormalization: layerNormalization, options: cellOptions)
  }

  /// Throws the first setting that the cell cannot have, or would not heed.
  ///
  /// - Parameter section: what keys are put behind, such as `model`.
  package func validateCell(section: String) throws {
    func check(_ holds: Bool, _ key: String, _ message: @autoclosure () -> String) throws {
      if !holds { throw ConfigurationError(key: "\(section).\(key)", message: message()) }
    }
    try check(forgetBias.isFinite, "forgetBias", "is \(forgetBias); it must be a number")
    try check(
      initializationScale > 0 && initializationScale <= 1000, "initializationScale",
      "is \(initializationScale); it must be above 0 and at most 1000")
    for (key, value) in [("zoneoutHidden", zoneoutHidden), ("zoneoutCell", zoneoutCell)] {
      try check(value >= 0 && value < 1, key, "is \(value); it must be at least 0 and below 1")
    }
    guard !cell.hasCellValue else { return }
    try check(
      forgetBias == 1, "forgetBias",
      "is \(forgetBias), but \(cell.rawValue) has no forget gate; leave it out, or set it to 1")
    try check(
      zoneoutCell == 0, "zoneoutCell",
      "is \(zoneoutCell), but \(cell.rawValue) has no cell value; set it to 0, and zoneoutHidden alone"
    )
  }
}

extension KeyedDecodingContainer {
  /// Reads the settings that came after the first models, where they are there.
  func decodeCell(
    into config: inout some CellConfig, _ forgetBias: Key, _ initialization: Key,
    _ initializationScale: Key, _ zoneoutHidden: Key, _ zoneoutCell: Key
  ) throws {
    func read<Value: Decodable>(_ key: Key, into value: inout Value) throws {
      value = try decodeIfPresent(Value.self, forKey: key) ?? value
    }
    try read(forgetBias, into: &config.forgetBias)
    try read(initialization, into: &config.initialization)
    try read(initializationScale, into: &config.initializationScale)
    try read(zoneoutHidden, into: &config.zoneoutHidden)
    try read(zoneoutCell, into: &config.zoneoutCell)
  }
}
