import Foundation
import Synchronization

/// Unicode normalization forms C and KC of any text in n log n time.
///
/// Foundation's own mappings take quadratic time for a run of combining marks (22 s for 200,000) and
/// miss some compositions with others around them, so it is asked only for single scalars and for
/// pairs, where its answers have been checked against the Unicode data; the reordering and composing
/// (Unicode Standard Annex #15, chapter 3.11 of the standard) happen here.
enum Composition {
  /// One scalar of the text in parts.
  private struct Part {
    var scalar: Unicode.Scalar
    var combiningClass: UInt8 = 0
    /// Known to stay apart from what stands before it, so that nobody needs to be asked.
    var isInert = false
  }

  /// - Parameter form: nfc or nfkc.
  static func compose(
    _ text: String.UnicodeScalarView, form: Normalizer.Form
  ) -> String.UnicodeScalarView {
    var result = String.UnicodeScalarView()
    memory.withLock { memory in
      var parts: [Part] = []
      var pending: Unicode.Scalar?
      // An inert scalar needs to be taken apart only if something follows that may change it.
      for scalar in text {
        let isInert = Normalizer.isInert(scalar.value, in: form)
        if let pending {
          if isInert {
            parts.append(Part(scalar: pending, isInert: true))
          } else {
            append(pending, form, with: &memory, to: &parts)
          }
        }
        pending = isInert ? scalar : nil
        if !isInert { append(scalar, form, with: &memory, to: &parts) }
      }
      if let pending { parts.append(Part(scalar: pending, isInert: true)) }
      reorder(&parts)
      combine(parts, with: &memory, into: &result)
    }
    return result
  }

  private static func append(
    _ scalar: Unicode.Scalar, _ form: Normalizer.Form, with memory: inout Memory,
    to parts: inout [Part]
  ) {
    memory.forEachPart(of: scalar, compatibility: form == .nfkc) { scalar in
      let combiningClass = scalar.properties.canonicalCombiningClass.rawValue
      parts.append(Part(scalar: scalar, combiningClass: combiningClass))
    }
  }

  /// Sorts every run of combining marks by class; those of one class keep their order.
  private static func reorder(_ parts: inout [Part]) {
    var start = 0
    while start < parts.count {
      var end = start + 1
      if parts[start].combiningClass != 0 {
        while end < parts.count && parts[end].combiningClass != 0 { end += 1 }
        let run = parts[start..<end].enumerated().sorted {
          ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
        }
        for (i, mark) in run.enumerated() { parts[start + i] = mark.element }
      }
      start = end
    }
  }

  /// Joins every starter with the marks after it that nothing blocks.
  private static func combine(
    _ parts: [Part], with memory: inout Memory,
    into result: inout String.UnicodeScalarView
  ) {
    var starter: Unicode.Scalar?
    var marks: [Unicode.Scalar] = []
    var lastClass: UInt8 = 0
    for part in parts {
      let (scalar, combiningClass) = (part.scalar, part.combiningClass)
      let isBlocked = !marks.isEmpty && (lastClass == 0 || lastClass >= combiningClass)
      if let base = starter, !part.isInert, !isBlocked,
        let composite = memory.composite(base, scalar)
      {
        starter = composite
      } else if combiningClass == 0 {
        if let starter { result.append(starter) }
        result.append(contentsOf: marks)
        marks.removeAll(keepingCapacity: true)
        starter = scalar
      } else if starter == nil {
        result.append(scalar)
      } else {
        marks.append(scalar)
        lastClass = combiningClass
      }
    }
    if let starter { result.append(starter) }
    result.append(contentsOf: marks)
  }

  private static let memory = Mutex(Memory())
}

/// What Foundation has said about scalars and pairs so far.
private struct Memory {
  private var canonicalParts: [Unicode.Scalar: [Unicode.Scalar]] = [:]
  private var compatibleParts: [Unicode.Scalar: [Unicode.Scalar]] = [:]
  private var composites: [UInt64: Unicode.Scalar?] = [:]

  /// Text has fewer distinct pairs than this; a hostile one starts afresh.
  private static let limit = 1 << 16

  mutating func forEachPart(
    of scalar: Unicode.Scalar, compatibility: Bool, _ body: (Unicode.Scalar) -> Void
  ) {
    // Neither decomposes below U+00A0, and ideographs only outside their main block.
    if scalar.value < 0xA0 || 0x4E00...0x9FFF ~= scalar.value { return body(scalar) }
    if Hangul.syllables ~= scalar.value { return Hangul.forEachPart(of: scalar.value, body) }
    let known = compatibility ? compatibleParts[scalar] : canonicalParts[scalar]
    if let known { return known.forEach(body) }
    let text = String(Character(scalar))
    if compatibility {
      let parts = Array(text.decomposedStringWithCompatibilityMapping.unicodeScalars)
      compatibleParts[scalar] = parts
      parts.forEach(body)
    } else {
      let parts = Array(text.decomposedStringWithCanonicalMapping.unicodeScalars)
      canonicalParts[scalar] = parts
      parts.forEach(body)
    }
  }

  mutating func composite(_ base: Unicode.Scalar, _ mark: Unicode.Scalar) -> Unicode.Scalar? {
    if mark.value < 0x300 { return nil }
    if let syllable = Hangul.composite(base.value, mark.value) { return syllable }
    // The one composite of three parts that Foundation (6.3) fails to build.
    if base == "\u{CCA}" && mark == "\u{CD5}" { return "\u{CCB}" }
    let key = UInt64(base.value) << 32 | UInt64(mark.value)
    if let known = composites[key] { return known }
    var pair = String.UnicodeScalarView()
    pair.append(base)
    pair.append(mark)
    let text = String(pair)
    let composed = text.precomposedStringWithCanonicalMapping
    // Foundation also composes some code points beyond U+FFFF that have no composites, as if they
    // were others; equality, which is canonical equivalence, comes from the standard library.
    let isComposite = composed.unicodeScalars.dropFirst().isEmpty && composed == text
    let composite = isComposite ? composed.unicodeScalars.first : nil
    if composites.count >= Self.limit { composites.removeAll(keepingCapacity: true) }
    composites[key] = .some(composite)
    return composite
  }
}

/// Hangul syllables are composed by arithmetic (chapter 3.12 of the Unicode Standard).
private enum Hangul {
  static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3
  private static let leading: UInt32 = 0x1100
  private static let vowel: UInt32 = 0x1161
  private static let trailing: UInt32 = 0x11A7
  private static let vowels: UInt32 = 21
  private static let trailings: UInt32 = 28

  static func forEachPart(of syllable: UInt32, _ body: (Unicode.Scalar) -> Void) {
    let index = syllable - syllables.lowerBound
    body(Unicode.Scalar(leading + index / (vowels * trailings))!)
    body(Unicode.Scalar(vowel + index % (vowels * trailings) / trailings)!)
    if index % trailings != 0 { body(Unicode.Scalar(trailing + index % trailings)!) }
  }

  static func composite(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
    if leading..<leading + 19 ~= first && vowel..<vowel + vowels ~= second {
      let index = (first - leading) * vowels + (second - vowel)
      return Unicode.Scalar(syllables.lowerBound + index * trailings)
    }
    if syllables ~= first && (first - syllables.lowerBound) % trailings == 0
      && trailing + 1..<trailing + trailings ~= second
    {
      return Unicode.Scalar(first + second - trailing)
    }
    return nil
  }
}
