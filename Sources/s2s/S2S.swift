import ArgumentParser

@main
struct S2S: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "s2s", subcommands: [TrainCommand.self])
}
