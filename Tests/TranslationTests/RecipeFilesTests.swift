import Foundation
import Recipes
import Testing
import Translation

/// The project's folder, found from this file.
let projectFolder = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The recipes that lie in Recipes/.
private let recipeFiles =
  ((try? FileManager.default.contentsOfDirectory(atPath: projectFolder + "/Recipes")) ?? [])
  .filter { $0.hasSuffix(".yaml") }.sorted()

/// Those of them that make translators.
private let translationFiles = recipeFiles.filter {
  (try? RecipeKind(contentsOf: projectFolder + "/Recipes/" + $0)) == .translation
}

@Suite struct RecipeFilesTests {
  private func read(_ file: String) throws -> Recipe {
    try Recipe(
      contentsOf: projectFolder + "/Recipes/" + file, environment: ["S2S_DATA": "/where/data/is"])
  }

  @Test func theyAreThere() {
    #expect(
      recipeFiles == [
        "complete-en.yaml", "copy.yaml", "flickr8k-finetune.yaml", "flickr8k-scratch.yaml",
        "flickr8k-self-critical.yaml", "flickr8k.yaml", "multi30k-de-en.yaml",
        "multi30k-en-de.yaml", "ptb-large.yaml", "ptb.yaml", "tatoeba-de-en.yaml",
        "tatoeba-en-de.yaml", "tiny-captions.yaml", "tiny-text.yaml", "tiny.yaml",
      ])
    #expect(translationFiles.count == 5)
  }

  @Test(arguments: translationFiles)
  func eachIsReadAndFindsItsData(file: String) throws {
    let recipe = try read(file)
    #expect(recipe.name + ".yaml" == file)
    for corpus in recipe.data.train + recipe.data.dev {
      let paths =
        switch corpus.form {
        case .files(let source, let target): [source, target]
        case .table(let path, _, _): [path]
        }
      for path in paths where !path.hasPrefix("/where/data/is/") {
        #expect(FileManager.default.fileExists(atPath: path), "\(path) is not in the project")
      }
      // The languages' codes are the files' endings: sides that were swapped would be seen.
      if case .files(let source, let target) = corpus.form {
        #expect(source.hasSuffix("." + recipe.source) && target.hasSuffix("." + recipe.target))
      } else if case .table(_, let source, let target) = corpus.form {
        #expect(source == (recipe.source == "de" ? 1 : 2) && source + target == 3)
      }
    }
  }

  @Test(arguments: recipeFiles)
  func eachSaysWhatItIs(file: String) throws {
    let text = try String(contentsOfFile: projectFolder + "/Recipes/" + file, encoding: .utf8)
    let header = text.split(separator: "\n\n")[0]
    for heading in ["# What:", "# Data:", "# Licence:", "# Run:"] {
      #expect(header.contains(heading), "the header has no line '\(heading)'")
    }
    #expect(header.contains("s2s train Recipes/" + file))
  }

  @Test(arguments: ["multi30k", "tatoeba"])
  func theTwoDirectionsMakeTheSameKindOfModel(name: String) throws {
    let there = try read(name + "-de-en.yaml")
    let back = try read(name + "-en-de.yaml")
    #expect(there.source == back.target && there.target == back.source)
    #expect(there.vocabulary == back.vocabulary && there.model == back.model)
    #expect(there.search == back.search)
    #expect(there.data.train.map(\.weight) == back.data.train.map(\.weight))
  }
}
