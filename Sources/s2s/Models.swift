import ArgumentParser

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, describe, average, convert and quantize models.",
    discussion: """
      Models are found in the folders that $S2S_MODELS lists (separated by ':'), then in \
      ~/.local/share/s2s/models (or $XDG_DATA_HOME), then among those that ship.

      EXAMPLES:
        s2s models                                        those there are
        s2s models info de-en
        s2s models average better Runs/tiny               the mean of a run's last checkpoints
        s2s models convert Runs/tiny/best small --precision int8
        s2s models quantize Runs/tiny/best small -s dev.de -r dev.en    int8 where it costs little
        s2s models shortlist small --source train.de --target train.en     faster translation
      """,
    subcommands: [
      ModelsList.self, ModelsInfo.self, ModelsAverage.self, ModelsConvert.self,
      ModelsQuantize.self, ModelsShortlist.self,
    ],
    defaultSubcommand: ModelsList.self)
}
