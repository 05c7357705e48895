import Completion
import Recipes
import TestSupport
import Testing

@Suite struct AdviceTests {
  /// Every setting that remarks on a language model's run tell of can be set.
  @Test func advisedSettingsAreThere() throws {
    for setting in try advisedSettings(.languageModel) {
      #expect(throws: Never.self) {
        try LanguageRecipe(
          contentsOf: projectFolder + "/Recipes/tiny-text.yaml",
          overrides: ["model.layers=2", setting])
      }
    }
  }
}
