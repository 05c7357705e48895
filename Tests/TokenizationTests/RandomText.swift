import Tokenization

/// SplitMix64 (Steele, Lea & Flood 2014): the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Text of all kinds, and hostile mixtures of it.
enum RandomText {
  static let lines = [
    "Die Katze schläft auf dem warmen Ofen, und der Hund bellt im Garten.",
    "The cat sleeps on the warm stove, and the dog barks in the garden.",
    "Die Kinder spielen im Garten; der kleinste läuft am schnellsten.",
    "The children play in the garden; the smallest one runs fastest.",
    "Um 7:45 Uhr kostet das Frühstück 12,50 €. Später ist es teurer!",
    "At 7:45 breakfast costs 12.50 euros. Later it is dearer!",
    "Кошка спит на тёплой печке, а собака лает в саду.",
    "החתול ישן על התנור החם, והכלב נובח בגינה.",
    "تنام القطة على الموقد الدافئ، والكلب ينبح في الحديقة.",
    "猫は暖かいストーブの上で寝ています。犬は庭で吠えています。",
    "고양이는 따뜻한 난로 위에서 자고 개는 마당에서 짖는다.",
    "बिल्ली गरम चूल्हे पर सोती है और कुत्ता बग़ीचे में भौंकता है।",
  ]

  /// Scalars that have broken tokenizers before.
  static let odd: [Unicode.Scalar] = [
    " ", " ", " ", "\0", "\t", "\n", "\r", "\u{0B}", "\u{7F}", "\u{85}", "\u{A0}", "\u{AD}",
    "\u{300}", "\u{301}", "\u{308}", "\u{316}", "\u{323}", "\u{345}", "\u{3099}", "e", "o", "が",
    "\u{200B}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{202E}", "\u{2028}",
    "\u{2029}", "\u{2066}", "\u{2069}", "\u{2581}", "\u{3000}", "\u{FE0F}", "\u{FEFF}",
    "\u{FFFC}", "\u{FFFD}", "\u{FFFF}", "\u{E000}", "\u{10FFFF}", "👩", "🏽", "❤", "🇩", "🇪",
    "א", "ب", "\\", "<", ">", "s", "0", "x", "A", "/", "\u{1100}", "\u{1161}", "\u{11A8}", "ﬁ",
  ]

  static func scalar(using generator: inout SeededGenerator) -> Unicode.Scalar {
    while true {
      let value = UInt32.random(in: 0...0x10_FFFF, using: &generator)
      if let scalar = Unicode.Scalar(value) { return scalar }
    }
  }

  /// Up to 24 parts: any scalars, odd ones, pieces of ordinary lines.
  static func line(using generator: inout SeededGenerator) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...24, using: &generator) {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: text.append(scalar(using: &generator))
      case 1, 2: text.append(odd.randomElement(using: &generator)!)
      default:
        let line = Array(lines.randomElement(using: &generator)!.unicodeScalars)
        let start = Int.random(in: 0..<line.count, using: &generator)
        text.append(contentsOf: line[start...].prefix(Int.random(in: 1...9, using: &generator)))
      }
    }
    return String(text)
  }
}

/// Small subwords to test with.
enum Sample {
  /// Learned from the lines of `RandomText`, with so few merges that all kinds of pieces occur.
  static func subwords(_ normalizer: Normalizer = .identity) throws -> Subwords {
    var learner = SubwordLearner(vocabularySize: 700, normalizer: normalizer)
    learner.minimumCharacterCount = 1
    learner.characterCoverage = 0.97
    return try learner.learn(from: RandomText.lines, ["a\tb\tc\n d\n", "x\u{2028}\u{200D}y \\ \\"])
  }

  /// Exactly these pieces after the marker.
  static func subwords(pieces: [String]) throws -> Subwords {
    let header = "s2s-subwords 1 normalization=none whitespace=keep size=\(259 + pieces.count)"
    let text = ([header, "▁"] + pieces).map { $0 + "\n" }.joined()
    return try Subwords(text: Array(text.utf8))
  }
}

func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
