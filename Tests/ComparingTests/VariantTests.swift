import Comparing
import Testing

@Suite struct VariantTests {
  private func all(_ varied: [String], _ named: [String] = []) throws -> [Variant] {
    try Variant.all(varied: varied, named: named) { $0 == "cell" ? "model.cell" : $0 }
  }

  @Test func valuesVaryInAllCombinations() throws {
    let variants = try all(["cell=lstm,gru", "training.seed= 1, 2 "])
    #expect(
      variants.map(\.name) == [
        "cell=lstm, seed=1", "cell=lstm, seed=2", "cell=gru, seed=1", "cell=gru, seed=2",
      ])
    #expect(variants[3].settings == ["model.cell=gru", "training.seed=2"])
    #expect(variants.map(\.folder)[1] == "cell=lstm-seed=2")
  }

  @Test func namedVariantsHaveSeveralSettings() throws {
    let variants = try all(
      [], ["as it is:", "norm + data: model.layerNormalization=true, data.dev=[{a: 1, b: 2}]"])
    #expect(variants.map(\.name) == ["as it is", "norm + data"])
    #expect(variants[0].settings.isEmpty)
    #expect(variants[1].settings == ["model.layerNormalization=true", "data.dev=[{a: 1, b: 2}]"])
    let crossed = try all(["training.seed=1,2"], ["a: cell=gru", "b:"])
    #expect(crossed.map(\.name) == ["a, seed=1", "a, seed=2", "b, seed=1", "b, seed=2"])
    #expect(crossed[0].settings == ["model.cell=gru", "training.seed=1"])
  }

  /// Keys of one name keep their sections.
  @Test func namesStayApart() throws {
    let variants = try all(["training.seed=1,2", "search.seed=3"])
    #expect(
      variants.map(\.name) == [
        "training.seed=1, search.seed=3", "training.seed=2, search.seed=3",
      ])
  }

  @Test(
    arguments: [
      (["model.cell"], [], "is no setting"), (["=a,b"], [], "is no setting"),
      (["cell=lstm,,gru"], [], "empty value"), (["cell=lstm"], [], "only one variant"),
      (["cell=a,b", "model.cell=c,d"], [], "varied twice"), (["cell=a,a"], [], "two variants"),
      ([], ["no colon"], "has no name"), ([], [": cell=a"], "has no name"),
      ([], ["a: nothing", "b:"], "is no setting"),
      ([], ["a=b: cell=gru"], "name 'a=b' of a variant must not have '='"),
      ([], ["a b:", "a-b:"], "share the folder a-b"),
    ] as [([String], [String], String)])
  func whatCannotBeIsSaid(varied: [String], named: [String], message: String) {
    let error = #expect(throws: VariantError.self) { try all(varied, named) }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }

  @Test func foldersAreSafe() {
    for (name, folder) in [
      ("../up", "up"), ("a/b c", "a-b-c"), ("ü", "variant"), (".hidden", "hidden"),
      ("x=0.5", "x=0.5"),
    ] {
      #expect(Variant(name: name, settings: []).folder == folder)
    }
  }
}
