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
    help: ArgumentHelp(
      "Start of the random numbers (\(Significance.defaultSeed)).", valueName: "number"))
  var givenSeed: UInt64?

  func validate() throws {
    try check("--samples", samples, 1...10_000_000)
    if pairedBootstrap && pairedRandomization {
      throw ValidationError("Give either --paired-bootstrap or --paired-randomization.")
    }
    if !confidence, !isPaired, samples != nil || givenSeed != nil {
      let option = samples != nil ? "--samples" : "--resampling-seed"
      throw ValidationError(
        "\(option) goes with --confidence, --paired-bootstrap or --paired-randomization.")
    }
  }

  /// Whether systems are compared with a baseline.
  var isPaired: Bool { pairedBootstrap || pairedRandomization }

  var test: PairedTest {
    PairedTest(
      pairedBootstrap ? .bootstrap : .approximateRandomization, samples: samples,
      intervalSamples: confidence ? Significance.defaultResamples : nil, seed: seed)
  }

  var seed: UInt64 { givenSeed ?? Significance.defaultSeed }

  /// How many resamples an interval takes.
  var resamples: Int { samples ?? Significance.defaultResamples }
}
