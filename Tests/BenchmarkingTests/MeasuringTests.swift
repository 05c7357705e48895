import Benchmarking
import Testing

@Suite struct MeasuringTests {
  @Test func middleAndEnds() {
    let odd = Spread([5, 1, 4])
    #expect(odd.median == 4 && odd.min == 1 && odd.max == 5)
    #expect(Spread([4, 1, 9, 2]).median == 3)
    #expect(Spread([7]).median == 7)
  }

  private func pass(_ units: Double, _ seconds: Double, _ processor: Double) -> Pass {
    Pass(
      done: Work.Done(units: units, need: Need(float: 10 * units)), seconds: seconds,
      processorSeconds: processor)
  }

  @Test func figuresAreMediansOverPasses() {
    let passes = [pass(10, 1, 2), pass(10, 2, 2), pass(30, 2, 8)]
    // Ten operations for each thing, 200 a second, 50 a processor second.
    let shortest = { (need: Need) in
      Ceiling.Shortest(clock: need.float / 200, processor: need.float / 50)
    }
    let rate = Figure(passes, .rate("things"), shortest: shortest)
    #expect(rate.value.median == 10 && rate.value.min == 5 && rate.value.max == 15)
    #expect(rate.passes == 3 && rate.processorValue == 5)
    #expect(rate.bound == 20 && rate.ratio == 0.5 && rate.processorRatio == 1)
    let time = Figure(passes, .milliseconds, shortest: shortest)
    #expect(time.value.median == 100 && time.bound == 50 && time.ratio == 0.5)
    let bare = Figure(passes, .milliseconds) { _ in nil }
    #expect(bare.bound == nil && bare.ratio == nil && bare.processorRatio == nil)
  }

  @Test func fasterIsMoreThanOne() {
    #expect(BenchmarkCase.Measure.rate("lines").speed(of: 30, against: 20) == 1.5)
    #expect(BenchmarkCase.Measure.milliseconds.speed(of: 20, against: 30) == 1.5)
  }

  @Test func passesThatWarmUpAreNotCounted() throws {
    var runs: [Int] = []
    let passes = try Work { times in
      runs.append(times)
      return Work.Done(units: Double(times), seconds: 1e-4 * Double(times))
    }.passes(seconds: 0.01)
    #expect(passes.count >= Work.fewestPasses && runs.count > passes.count)
    // What is over at once is done many times in a pass, as often in each.
    let last = try #require(runs.last)
    #expect(last >= 10 && runs.suffix(passes.count).allSatisfy { $0 == last })
    #expect(passes.allSatisfy { $0.done.units == Double(last) })
  }

  @Test func onlyPartOfAPassMayCount() throws {
    let pass = Pass { Work.Done(units: 1, seconds: 42) }
    #expect(pass.seconds == 42 && pass.processorSeconds > 0)
  }

  @Test func aPassMustHaveDoneSomething() {
    #expect(throws: BenchmarkError.self) {
      try Work { _ in Work.Done(units: 0) }.passes(seconds: 0.001)
    }
  }

  @Test func theShortestTimeIsThatOfArithmeticOrOfReading() throws {
    let ceiling = Ceiling(BenchmarkSettings(threads: 1, seconds: 0.001))
    #expect(ceiling.shortest(Need(bytes: 100, workingSet: 100)) == nil)
    let float = try #require(ceiling.shortest(Need(float: 1e9)))
    #expect(float.clock > 0 && float.processor > 0)
    let twice = try #require(ceiling.shortest(Need(float: 2e9)))
    #expect(abs(twice.clock / float.clock - 2) < 1e-9)
    let little = try #require(ceiling.shortest(Need(float: 1e9, bytes: 1, workingSet: 4096)))
    #expect(little == float)
    // A terabyte would be read sooner than a thousand million operations are done only if they were not read.
    let reading = try #require(
      Ceiling(BenchmarkSettings(threads: 1, seconds: 0.1)).shortest(
        Need(float: 1, bytes: 1e12, workingSet: 1 << 20)))
    #expect(reading.clock > float.clock)
  }
}
