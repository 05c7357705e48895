import Seq2Seq
import Tensors
import Testing

@Suite struct StreamPlanTests {
  private func config(_ change: (inout TrainingConfig) -> Void = { _ in }) -> TrainingConfig {
    var config = TrainingConfig()
    (config.streams, config.steps) = (3, 4)
    change(&config)
    return config
  }

  /// Every token is a target once an epoch, in its stream's order, and is fed as the next one's input.
  @Test(arguments: [false, true], [1, 2, 5]) func allTokensInOrder(_ isRandom: Bool, _ pieces: Int)
    throws
  {
    let text = LanguageTask.text(tokens: 100)
    let config = config { $0.randomSteps = isRandom }
    let data = StreamedText(tokens: text, stateSize: 6, config: config)
    let plan = try data.plan(config, maximumCells: 1000)
    var generator = RandomGenerator(seed: 1)
    for epoch in 0..<2 {
      var streams = [[TokenID]](repeating: [], count: 3)
      var inputs = streams
      for (number, batch) in plan.batches(epoch: epoch).enumerated() {
        let cut = plan.cut(batch, into: pieces)
        #expect(cut.count == pieces)
        let examples = cut.joined().map { data.example($0, using: &generator) }
        #expect(examples.count == 3)
        #expect(examples.reduce(0) { $0 + $1.targets.count } == plan.targetTokens(batch))
        for (stream, example) in examples.enumerated() {
          streams[stream] += example.targets
          inputs[stream] += example.inputs
          #expect(example.isBeginning == (number == 0))
        }
      }
      #expect(streams.flatMap(\.self) == Array(text[..<99]))
      #expect(inputs[0] == [Mark.end] + text[..<32] && inputs[1] == Array(text[32..<65]))
    }
  }

  /// Each stream has a state of its own, always the same.
  @Test func statesAreTheStreamsOwn() throws {
    let config = config()
    let data = StreamedText(tokens: LanguageTask.text(tokens: 100), stateSize: 2, config: config)
    let plan = try data.plan(config, maximumCells: 1000)
    let carried = try #require(data.carried)
    var generator = RandomGenerator(seed: 1)
    for batch in plan.batches(epoch: 0).prefix(2) {
      for (stream, number) in plan.cut(batch, into: 2).joined().enumerated() {
        let memory = try #require(data.example(number, using: &generator).memory)
        memory[0, 1] = Float(stream + 1)
      }
    }
    #expect(carried.values == [0, 1, 0, 2, 0, 3])
  }

  @Test func randomWindows() {
    func windows(_ epoch: Int, seed: UInt64 = 1) -> [Int] {
      let plan = StreamPlan(tokens: 40_000, streams: 2, steps: 35, isRandom: true, seed: seed)
      return plan.batches(epoch: epoch).map { plan.targetTokens($0) / 2 }
    }
    let lengths = windows(0)
    #expect(lengths.dropLast().allSatisfy { (5...65).contains($0) })
    #expect(lengths == windows(0) && lengths != windows(1) && lengths != windows(0, seed: 2))
    let mean = Double(lengths.reduce(0, +)) / Double(lengths.count)
    #expect(abs(mean - 34.1) < 1.5)
    let plan = StreamPlan(tokens: 40_000, streams: 2, steps: 35, isRandom: true, seed: 1)
    for batch in plan.batches(epoch: 0).prefix(5) {
      #expect(plan.rateShare(batch) == Double(plan.targetTokens(batch)) / 70)
    }
    #expect(StreamPlan(tokens: 9, streams: 2, steps: 35, isRandom: true, seed: 1).longest == 4)
  }

  @Test func whatDoesNotFitIsRefused() {
    let tokens = LanguageTask.text(tokens: 100)
    let few = #expect(throws: ConfigurationError.self) {
      let config = config { $0.streams = 101 }
      _ = try StreamedText(tokens: tokens, stateSize: 2, config: config)
        .plan(config, maximumCells: 1000)
    }
    #expect(few?.description.contains("only 100 tokens") == true)
    let many = #expect(throws: ConfigurationError.self) {
      _ = try StreamedText(tokens: tokens, stateSize: 2, config: config())
        .plan(config(), maximumCells: 11)
    }
    #expect(many?.description.contains("room for 11 tokens") == true)
  }
}
