import Foundation
import Recipes
import Testing
import Translation

@Suite struct ModelLibraryTests {
  @Test func aFolderNamedTwiceCountsOnce() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    let real = folder.appendingPathComponent("models")
    try FileManager.default.createDirectory(at: real, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let link = folder.appendingPathComponent("link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: real)
    let library = ModelLibrary(folders: [
      real.path, folder.path + "/other/../models", link.path, folder.path,
    ])
    #expect(library.folders == [real.path, folder.path])
  }

  @Test func foldersComeInTheOrderOfPreference() {
    let library = ModelLibrary(environment: ["S2S_MODELS": "/a:/b", "XDG_DATA_HOME": "/x"])
    #expect(library.folders.starts(with: ["/a", "/b", "/x/s2s/models"]))
    let home = ModelLibrary(environment: ["HOME": "/h"])
    #expect(home.folders.first == "/h/.local/share/s2s/models")
  }

  @Test func aMissingPairSaysWhatThereIsAndHowToTrain() {
    let library = ModelLibrary(folders: ["/nowhere"])
    let error = #expect(throws: MissingModel.self) {
      try library.model(source: "xx", target: "yy")
    }
    #expect(error?.description.contains("no model translates from 'xx' to 'yy'") == true)
    #expect(error?.description.contains("s2s train") == true)
  }
}
