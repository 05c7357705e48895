import Foundation
import ImageFeatures
import Testing

struct ResamplingTests {
  private struct Golden: Decodable {
    struct Source: Decodable {
      let width: Int
      let height: Int
      let pixels: Data
      var image: RGBImage { RGBImage(width: width, height: height, pixels: [UInt8](pixels)) }
    }
    struct Case: Decodable {
      let source: String
      let width: Int
      let height: Int
      let columns: [Int]
      let rows: [Int]
      let filter: ResamplingFilter
      let pixels: Data
    }
    let sources: [String: Source]
    let cases: [Case]
  }

  private static let golden = try! JSONDecoder().decode(
    Golden.self, from: OddFiles.goldenData("resampling.json"))

  @Test("equals Pillow 12's in every byte, with every set of kernels")
  func equalsPillow() throws {
    #expect(Self.golden.cases.count == 44)
    for golden in Self.golden.cases {
      let image = try #require(Self.golden.sources[golden.source]).image
      let (columns, rows) = (golden.columns[0]..<golden.columns[1], golden.rows[0]..<golden.rows[1])
      for (number, kernels) in ResamplingKernels.all.enumerated() {
        let resized = image.resized(
          width: golden.width, height: golden.height, columns: columns, rows: rows,
          filter: golden.filter, kernels: kernels)
        #expect(resized.width == columns.count && resized.height == rows.count)
        #expect(
          resized.pixels == [UInt8](golden.pixels),
          "\(golden.source) to \(golden.width) × \(golden.height), \(golden.filter), set \(number)")
      }
    }
  }

  @Test("the same size is the same image", arguments: ResamplingFilter.allCases)
  func sameSize(filter: ResamplingFilter) throws {
    let image = try OddFiles.image("yuv420.jpg")
    #expect(image.resized(width: image.width, height: image.height, filter: filter) == image)
  }

  @Test("sides from 1 to 40 pixels are resized alike by all sets of kernels")
  func smallSides() throws {
    let image = try OddFiles.image("yuv420.jpg")
    for side in 1...40 {
      let source = image.resized(width: side, height: 41 - side, filter: .bicubic)
      let results = ResamplingKernels.all.map {
        source.resized(
          width: 41 - side, height: 17, columns: 0..<(41 - side), rows: 0..<17, filter: .bicubic,
          kernels: $0)
      }
      #expect(results.allSatisfy { $0 == results[0] })
    }
  }
}

struct ImagePreparationTests {
  @Test("squash keeps all, crop keeps proportions")
  func fits() throws {
    let image = try OddFiles.image("yuv420.jpg")
    var preparation = ImagePreparation()
    preparation.size = 16
    #expect(preparation.prepare(image) == image.resized(width: 16, height: 16))
    preparation.fit = .crop
    preparation.shortSide = 20
    preparation.filter = .bicubic
    // 40 × 29 becomes 27 × 20.
    #expect(
      preparation.prepare(image)
        == image.resized(
          width: 27, height: 20, columns: 5..<21, rows: 2..<18, filter: .bicubic))
  }

  @Test("long images are cropped without making the whole of them")
  func longImages() throws {
    var preparation = ImagePreparation()
    preparation.fit = .crop
    for name in ["rgb8-3000x1.png", "rgb8-1x3000.png"] {
      let square = preparation.prepare(try OddFiles.image(name))
      #expect(square.width == 224 && square.height == 224)
    }
  }

  @Test("is written and read as it is")
  func coding() throws {
    var preparation = ImagePreparation()
    preparation.fit = .crop
    preparation.filter = .bicubic
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(preparation)
    #expect(
      String(decoding: data, as: UTF8.self)
        == #"{"filter":"bicubic","fit":"crop","shortSide":256,"size":224}"#)
    #expect(try JSONDecoder().decode(ImagePreparation.self, from: data) == preparation)
  }

  @Test("settings that make no image are named")
  func validation() throws {
    var preparation = ImagePreparation()
    try preparation.validate()
    preparation.size = 0
    #expect(throws: ImageError.self) { try preparation.validate() }
    preparation.size = 300
    try preparation.validate()
    preparation.fit = .crop
    let error = #expect(throws: ImageError.self) { try preparation.validate() }
    #expect(
      error?.description == "the short side of 256 pixels is not enough for a square of 300, or "
        + "too much; let it be 300 to 65536 pixels")
  }
}
