import ArgumentParser

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look into models and training runs: gradients, losses, and what to try.",
    discussion: """
      EXAMPLES:
        s2s inspect gradients de-en                        how far a gradient reaches, layer by layer
        s2s inspect gradients Runs/tiny --svg flow.svg     of a run's best model, as a plot too
        s2s inspect run Runs/tiny --svg run.svg            how a run went, and what to try
      """,
    subcommands: [InspectGradients.self, InspectRun.self])
}
