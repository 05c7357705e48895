internal import CProcessor

/// What the variable `S2S_INSTRUCTIONS` of the environment says where this processor's architecture has no set of
/// instructions of that name; kernels then go by the processor alone.
public func unknownInstructions() -> String? {
  s2s_unknown_instructions().map { String(cString: $0) }
}

/// The sets of instructions that `S2S_INSTRUCTIONS` may name, with commas between.
public func knownInstructions() -> String { String(cString: s2s_known_instructions()) }
