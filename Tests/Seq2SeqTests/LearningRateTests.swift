import Seq2Seq
import Testing

@Suite struct LearningRateTests {
  typealias Row = (
    schedule: TrainingConfig.Schedule, warmup: Int, rates: [(update: Int, rate: Float)]
  )

  /// Of a learning rate of 0.8 over 100 updates.
  static let table: [Row] = [
    (.constant, 4, [(1, 0.2), (2, 0.4), (4, 0.8), (5, 0.8), (1000, 0.8)]),
    (.constant, 0, [(1, 0.8), (2, 0.8)]),
    (.plateau, 2, [(1, 0.4), (2, 0.8), (100, 0.8)]),
    (.inverseSquareRoot, 4, [(1, 0.2), (4, 0.8), (16, 0.4), (64, 0.2), (400, 0.08)]),
    (.inverseSquareRoot, 0, [(1, 0.8), (4, 0.4), (100, 0.08)]),
    (.linear, 0, [(1, 0.8), (26, 0.6), (51, 0.4), (100, 0.008), (101, 0), (200, 0)]),
    (.linear, 2, [(1, 0.4), (2, 0.792)]),
  ]

  @Test func everySchedule() {
    for (schedule, warmup, rates) in Self.table {
      var config = TrainingConfig()
      config.learningRate = 0.8
      config.updates = 100
      config.schedule = schedule
      config.warmup = warmup
      let learningRate = LearningRate(config: config)
      for (update, rate) in rates {
        for scale in [1, 0.25] {
          let found = learningRate.rate(update: update, scale: scale)
          #expect(
            abs(found - rate * Float(scale)) < 1e-6, "\(schedule), warm-up \(warmup), \(update)")
        }
      }
    }
  }
}
