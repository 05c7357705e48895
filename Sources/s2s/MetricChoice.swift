import ArgumentParser
import Metrics

/// The metrics by the names that the command gives them.
enum MetricChoice: String, CaseIterable, Sendable {
  case bleu
  case chrf
  case chrfWithWords = "chrf++"
  case ter
  case wer
  case cer
  case coco
  case cocoBLEU = "coco-bleu"
  case rouge = "rouge-l"
  case cider
  case ciderPlain = "cider-plain"
  case meteor = "meteor-exact-stem"

  /// Whether it judges captions of images rather than lines.
  var judgesCaptions: Bool {
    switch self {
    case .bleu, .chrf, .chrfWithWords, .ter, .wer, .cer: false
    case .coco, .cocoBLEU, .rouge, .cider, .ciderPlain, .meteor: true
    }
  }

  /// Whether it is chrF, without words or with them.
  var isCharacterF: Bool { self == .chrf || self == .chrfWithWords }

  /// The metrics of a list such as `bleu,chrf++,ter`.
  static func list(_ argument: String) throws -> [MetricChoice] {
    var choices: [MetricChoice] = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let choice = MetricChoice(rawValue: name.lowercased()) else {
        throw ValidationError(
          "'\(name)' is no metric; there are \(allCases.map(\.rawValue).joined(separator: ", ")), "
            + "several with commas between them.")
      }
      if !choices.contains(choice) { choices.append(choice) }
    }
    guard Set(choices.map(\.judgesCaptions)).count == 1 else {
      throw ValidationError(
        "\(argument): metrics of lines (bleu to cer) and of captions (coco to meteor-exact-stem) read "
          + "different files; ask for them in two calls.")
    }
    return choices
  }
}
