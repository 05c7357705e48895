import Metrics
import Testing

struct CIDErTests {
  static let references = [
    [["a", "dog", "runs", "on", "grass"], ["the", "dog", "runs"]],
    [["a", "cat", "sleeps"], ["the", "cat", "lies", "on", "a", "bed"]],
    [["two", "men", "talk"]],
  ]

  @Test("a reference is worth more than another image's, and words of every image nothing")
  func order() {
    let cider = CIDEr(references: Self.references)
    var workspace = cider.makeWorkspace()
    let own = cider.score(["the", "dog", "runs"], image: 0, in: &workspace)
    let other = cider.score(["the", "dog", "runs"], image: 1, in: &workspace)
    #expect(own > 4)
    #expect(other < 0.2)
    #expect(cider.imageCount == 3)
    #expect(cider.score(["two", "men", "talk"], image: 2, in: &workspace) > 7.4)
  }

  @Test("a score does not depend on the captions scored before", arguments: CIDEr.Formula.allCases)
  func workspace(formula: CIDEr.Formula) {
    let cider = CIDEr(references: Self.references, formula: formula)
    let captions = [
      ["a", "dog", "sleeps", "on", "a", "zebra"], ["zebra", "zebra", "zebra", "gnu"], [], ["dog"],
      ["the", "dog", "runs"], ["gnu", "zebra"],
    ]
    var shared = cider.makeWorkspace()
    for _ in 0..<2 {
      for caption in captions {
        for image in 0..<3 {
          var fresh = cider.makeWorkspace()
          #expect(
            cider.score(caption, image: image, in: &shared)
              == cider.score(caption, image: image, in: &fresh))
        }
      }
    }
  }

  @Test("repeating a word raises the plain score but not CIDEr-D")
  func repetition() {
    let plain = CIDEr(references: Self.references, formula: .plain)
    let robust = CIDEr(references: Self.references, formula: .robust)
    var workspace = plain.makeWorkspace()
    let once = ["dog", "runs"]
    let often = ["dog", "runs", "dog", "runs", "dog", "runs"]
    #expect(
      robust.score(often, image: 0, in: &workspace)
        < 0.5 * robust.score(once, image: 0, in: &workspace))
    #expect(
      plain.score(often, image: 0, in: &workspace)
        > 0.5 * plain.score(once, image: 0, in: &workspace))
  }

  @Test("a corpus of one image tells nothing apart")
  func oneImage() {
    let cider = CIDEr(references: [[["a", "dog"]]])
    var workspace = cider.makeWorkspace()
    #expect(cider.score(["a", "dog"], image: 0, in: &workspace) == 0)
  }

  @Test("an image without references")
  func noReferences() {
    let cider = CIDEr(references: [[], [["a", "dog"]]])
    var workspace = cider.makeWorkspace()
    #expect(cider.score(["a", "dog"], image: 0, in: &workspace) == 0)
    #expect(cider.score(["a", "dog"], image: 1, in: &workspace) > 0)
  }
}
