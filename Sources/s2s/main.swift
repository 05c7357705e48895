import ArgumentParser

TrainCommand.main()
