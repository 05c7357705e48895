import ArgumentParser
import Metrics

/// How far scores, or their differences, may be chance.
struct SignificanceArguments: ParsableArguments {
  @Flag(help: "Give the 95% interval that bootstrap resampling finds for each score.")
  var confidence = false

  @Flag(
    help:
      "Compare systems with the first one, the baseline, by paired bootstrap resampling.")
  var pairedBootstrap = false

  @Flag(help: "Compare systems with the first one by paired approximate randomization.")
  var pairedRandomization = false

  @Option(
    help: ArgumentHelp(
      "Resamples (1000) or trials of randomization (10000).", valueName: "n"))
  var samples: Int?

  // `--seed` is that of sampling from a model, which this command can run as well.
  @Option(
    name: .customLong("resampling-seed"),
    help: ArgumentHelp("Start of the random numbers.", valueName: "number"))
  var seed = Significance.defaultSeed

  func validate() throws {
    try check("--samples", samples, 1...10_000_000)
    if pairedBootstrap && pairedRandomization {
      throw ValidationError("Give either --paired-bootstrap or --paired-randomization.")
    }
    if samples != nil, !confidence, !isPaired {
      throw ValidationError(
        "--samples goes with --confidence, --paired-bootstrap or --paired-randomization.")
    }
  }

  /// Whether systems are compared with a baseline.
  var isPaired: Bool { pairedBootstrap || pairedRandomization }

  var test: PairedTest {
    PairedTest(
      pairedBootstrap ? .bootstrap : .approximateRandomization, samples: samples,
      intervalSamples: confidence ? Significance.defaultResamples : nil, seed: seed)
  }

  /// How many resamples an interval takes.
  var resamples: Int { samples ?? Significance.defaultResamples }
}
