/// UTF-16 units by name.
enum PTBUnit {
  static let lineFeed: UInt16 = 0x0A
  static let space: UInt16 = 0x20
  static let apostrophe: UInt16 = 0x27
  static let plus: UInt16 = 0x2B
  static let comma: UInt16 = 0x2C
  static let hyphen: UInt16 = 0x2D
  static let period: UInt16 = 0x2E
  static let slash: UInt16 = 0x2F
  static let less: UInt16 = 0x3C
  static let equals: UInt16 = 0x3D
  static let greater: UInt16 = 0x3E
  static let at: UInt16 = 0x40
  static let backslash: UInt16 = 0x5C
  static let underscore: UInt16 = 0x5F
  static let ampersand: UInt16 = 0x26
  static let noBreakSpace: UInt16 = 0xA0
  static let softHyphen: UInt16 = 0xAD
  static let fractionSlash: UInt16 = 0x2044
  /// Beyond the end; a noncharacter that no text keeps.
  static let none: UInt16 = 0xFFFF

  @inline(__always)
  static func isASCIILetter(_ unit: UInt16) -> Bool {
    let lower = unit | 0x20
    return lower >= 0x61 && lower <= 0x7A && unit < 0x80
  }

  @inline(__always)
  static func isASCIICapital(_ unit: UInt16) -> Bool { unit >= 0x41 && unit <= 0x5A }

  @inline(__always)
  static func isASCIIDigit(_ unit: UInt16) -> Bool { unit >= 0x30 && unit <= 0x39 }

  @inline(__always)
  static func isASCIIAlphanumeric(_ unit: UInt16) -> Bool {
    isASCIILetter(unit) || isASCIIDigit(unit)
  }

  /// The small ASCII letter that a unit is taken for where a word is known by name: capitals, and what
  /// has an ASCII letter for its other case (İ, ı, the long s, the sign of the kelvin).
  @inline(__always)
  static func folded(_ unit: UInt16) -> UInt16 {
    if unit < 0x80 { return isASCIICapital(unit) ? unit | 0x20 : unit }
    switch unit {
    case 0x0130, 0x0131: return 0x69
    case 0x017F: return 0x73
    case 0x212A: return 0x6B
    default: return unit
    }
  }

  /// Whether the unit is one of the ASCII characters.
  @inline(__always)
  static func isOne(_ unit: UInt16, of characters: StaticString) -> Bool {
    guard unit < 0x80 else { return false }
    return UnsafeBufferPointer(start: characters.utf8Start, count: characters.utf8CodeUnitCount)
      .contains(UInt8(truncatingIfNeeded: unit))
  }
}

/// The classes of characters that the tokenizer of CoreNLP 3.4.1 tells apart.
///
/// It was built with the Unicode of its day: a letter is one that Unicode 6.2 had, and a digit likewise.
/// It knows the Basic Multilingual Plane alone.
enum PTBCharacter {
  /// A letter of Unicode: what may stand in a hyphenated word.
  @inline(__always)
  static func isPlainLetter(_ unit: UInt16) -> Bool {
    unit < 0x80 ? PTBUnit.isASCIILetter(unit) : kinds[Int(unit)].contains(.letter)
  }

  /// What a word is made of: letters, the soft hyphen, and many marks that letters carry.
  @inline(__always)
  static func isLetter(_ unit: UInt16) -> Bool {
    unit < 0x80
      ? PTBUnit.isASCIILetter(unit) : !kinds[Int(unit)].isDisjoint(with: [.letter, .mark])
  }

  @inline(__always)
  static func isDigit(_ unit: UInt16) -> Bool {
    unit < 0x80 ? PTBUnit.isASCIIDigit(unit) : kinds[Int(unit)].contains(.digit)
  }

  /// Whether a unit beyond ASCII is a scalar that is written with the same scalar in small letters.
  @inline(__always)
  static func staysInLowercase(_ unit: UInt16) -> Bool { kinds[Int(unit)].contains(.small) }

  /// White space within a line.
  @inline(__always)
  static func isSpace(_ unit: UInt16) -> Bool {
    switch unit {
    case 0x20, 0x09, 0xA0, 0x2000...0x200A, 0x3000: true
    default: false
    }
  }

  /// White space and line ends.
  @inline(__always)
  static func isWhite(_ unit: UInt16) -> Bool {
    switch unit {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: isSpace(unit)
    }
  }

  /// A symbol or punctuation mark that is a token by itself. (Letters of the ranges are found before.)
  static func isSymbol(_ unit: UInt16) -> Bool { contains(symbols, unit) }

  /// Joins the parts of a word.
  @inline(__always)
  static func isHyphen(_ unit: UInt16) -> Bool {
    switch unit {
    case 0x2D, 0x5F, 0x058A, 0x2010, 0x2011: true
    default: false
    }
  }

  /// A mark after which a period is taken for an abbreviation's.
  @inline(__always)
  static func isWithinSentence(_ unit: UInt16) -> Bool {
    switch unit {
    case 0x2C, 0x3A, 0x3B, 0x3001: true
    default: false
    }
  }

  private struct Kind: OptionSet {
    let rawValue: UInt8
    static let letter = Kind(rawValue: 1)
    static let mark = Kind(rawValue: 2)
    static let digit = Kind(rawValue: 4)
    static let small = Kind(rawValue: 8)
  }

  /// Every unit's kind; asking Unicode for each letter of a text takes far longer.
  private static let kinds: [Kind] = (0...UInt16.max).map(kind)

  private static func kind(_ unit: UInt16) -> Kind {
    switch unit {
    // Long runs of one kind, which need not be asked for one by one.
    case 0x3400...0x4DB5, 0x4E00...0x9FCC, 0xAC00...0xD7A3: return [.letter, .small]
    case 0xE000...0xF8FF: return .small
    default: break
    }
    guard let scalar = Unicode.Scalar(unit) else { return [] }
    let small: Kind = scalar.properties.changesWhenLowercased ? [] : .small
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      if isOldEnough(scalar), !contains(lettersOnlyLater, unit) { return small.union(.letter) }
    case .decimalNumber:
      if isOldEnough(scalar) { return small.union(.digit) }
    default:
      if contains(lettersOnlyOnce, unit) { return small.union(.letter) }
    }
    return contains(marksInWords, unit) ? small.union(.mark) : small
  }

  private static func isOldEnough(_ scalar: Unicode.Scalar) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major < 6 || age.major == 6 && age.minor <= 2
  }

  private static func contains(_ ranges: [ClosedRange<UInt16>], _ unit: UInt16) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < unit { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(unit)
  }

  /// Letters by Unicode's word of today, but not when the tokenizer was built.
  private static let lettersOnlyLater: [ClosedRange<UInt16>] = [
    0x19B0...0x19C0, 0x19C8...0x19C9, 0x1CF2...0x1CF3,
  ]

  /// Letters when the tokenizer was built that Unicode now files elsewhere.
  private static let lettersOnlyOnce: [ClosedRange<UInt16>] = [0x1885...0x1886]

  private static let marksInWords: [ClosedRange<UInt16>] = [
    0x00AD...0x00AD, 0x02C2...0x02C5, 0x02D2...0x02DF, 0x02E5...0x036F, 0x0375...0x0375,
    0x0378...0x0379, 0x0384...0x0385, 0x03F6...0x03F6, 0x0483...0x0487, 0x055A...0x055F,
    0x0591...0x05BD, 0x05BF...0x05BF, 0x05C1...0x05C2, 0x05C4...0x05C5, 0x05C7...0x05C7,
    0x0615...0x061A, 0x064B...0x065E, 0x0670...0x0670, 0x06D6...0x06E4, 0x06E7...0x06ED,
    0x06FD...0x06FE, 0x070F...0x070F, 0x0711...0x0711, 0x0730...0x074C, 0x07A6...0x07B0,
    0x07EB...0x07F3, 0x0900...0x0903, 0x093C...0x093C, 0x093E...0x094E, 0x0951...0x0955,
    0x0962...0x0963, 0x0981...0x0983, 0x09BC...0x09BC, 0x09BE...0x09C4, 0x09C7...0x09C8,
    0x09CB...0x09CD, 0x09D7...0x09D7, 0x09E2...0x09E3, 0x0A01...0x0A03, 0x0A3C...0x0A3C,
    0x0A3E...0x0A4F, 0x0A81...0x0A83, 0x0ABC...0x0ABC, 0x0ABE...0x0ACF, 0x0B82...0x0B82,
    0x0BBE...0x0BC2, 0x0BC6...0x0BC8, 0x0BCA...0x0BCD, 0x0C01...0x0C03, 0x0C3E...0x0C56,
    0x0D3E...0x0D44, 0x0D46...0x0D48, 0x0E31...0x0E31, 0x0E34...0x0E3A, 0x0E47...0x0E4E,
    0x0EB1...0x0EB1, 0x0EB4...0x0EBC, 0x0EC8...0x0ECD,
  ]

  private static let symbols: [ClosedRange<UInt16>] = [
    0x0021...0x0021, 0x0023...0x0026, 0x002A...0x002F, 0x003A...0x003B, 0x003D...0x003D,
    0x003F...0x0040, 0x005C...0x005C, 0x005E...0x005F, 0x007C...0x007C, 0x007E...0x007E,
    0x00A1...0x00A1, 0x00A6...0x00A9, 0x00AC...0x00AC, 0x00AE...0x00B4, 0x00B6...0x00B9,
    0x00BF...0x00BF, 0x00D7...0x00D7, 0x00F7...0x00F7, 0x037E...0x037E, 0x0387...0x0387,
    0x0589...0x0589, 0x05BE...0x05BE, 0x05C0...0x05C0, 0x05C3...0x05C3, 0x05C6...0x05C6,
    0x05F3...0x05F4, 0x0600...0x0603, 0x0606...0x060A, 0x060C...0x060C, 0x0614...0x0614,
    0x061B...0x061B, 0x061E...0x061F, 0x066A...0x066A, 0x066D...0x066D, 0x06D4...0x06D4,
    0x0700...0x070D, 0x07F6...0x07F8, 0x0964...0x0965, 0x0E4F...0x0E4F, 0x1FBD...0x1FBD,
    0x2016...0x2017, 0x2020...0x2023, 0x2030...0x2038, 0x203B...0x203B, 0x203E...0x2042,
    0x2044...0x2044, 0x2070...0x2070, 0x2074...0x207E, 0x2080...0x208E, 0x2100...0x214F,
    0x2190...0x2BFF, 0x3001...0x3002, 0x3012...0x3012, 0x30FB...0x30FB, 0xFF01...0xFF0F,
    0xFF1A...0xFF20, 0xFF3B...0xFF40, 0xFF5B...0xFF65,
  ]
}
