import Tensors
import TestSupport
import Testing

@Suite struct FeatureMapTests {
  /// TensorFlow's SAME padding: extent, kernel, stride, places of the result, zeros before.
  @Test(arguments: [
    (224, 3, 2, 112, 0), (112, 3, 1, 112, 1), (56, 5, 2, 28, 1), (7, 5, 1, 7, 2),
    (7, 3, 2, 4, 1), (6, 5, 2, 3, 1), (1, 3, 2, 1, 1), (5, 1, 2, 3, 0),
  ])
  func zerosGoAround(_ row: (extent: Int, kernel: Int, stride: Int, places: Int, zeros: Int)) {
    let window = Window(kernel: row.kernel, stride: row.stride)
    let grid = Grid(batch: 3, height: row.extent, width: row.extent)
    #expect(
      window.output(of: grid) == Grid(batch: 3, height: row.places, width: row.places))
    #expect(window.padding(before: row.extent) == row.zeros)
    #expect(window.inputRows(for: 0..<row.places, of: grid).lowerBound == 0)
  }

  @Test(arguments: [(3, 1, 1), (3, 2, 3), (5, 2, 5), (5, 1, 2), (7, 2, 1)])
  func patchesAreWhatTheWindowSees(_ sizes: (kernel: Int, stride: Int, channels: Int)) {
    let window = Window(kernel: sizes.kernel, stride: sizes.stride)
    let grid = Grid(batch: 1, height: 6, width: 9)
    let output = window.output(of: grid)
    let x = randomTensor(rows: grid.rows, columns: sizes.channels, seed: 1)
    let (top, left) = (window.padding(before: 6), window.padding(before: 9))
    for rows in [0..<output.height, 1..<2, output.height - 1..<output.height] {
      let patches = Tensor(
        rows: rows.count * output.width, columns: window.taps * sizes.channels)
      fill(patches, with: .nan)
      gatherPatches(x, grid, window: window, rows: rows, into: patches)
      for patch in 0..<patches.rows {
        for column in 0..<patches.columns {
          let tap = column / sizes.channels
          let row = rows.lowerBound + patch / output.width
          let v = row * window.stride - top + tap / window.kernel
          let u = patch % output.width * window.stride - left + tap % window.kernel
          let isInside = (0..<6).contains(v) && (0..<9).contains(u)
          #expect(
            patches[patch, column] == (isInside ? x[v * 9 + u, column % sizes.channels] : 0))
        }
      }
      // The gradient is the transpose of a linear map: both sides of ⟨gather(x), p⟩ = ⟨x,
      // scatter(p)⟩.
      let p = randomTensor(rows: patches.rows, columns: patches.columns, seed: 2)
      let dx = Tensor(rows: x.rows, columns: x.columns)
      scatterAddPatches(p, grid, window: window, rows: rows, to: dx)
      let sides = [(patches, p), (x, dx)].map { a, b in
        zip(a.doubles, b.doubles).reduce(0) { $0 + $1.0 * $1.1 }
      }
      #expect(abs(sides[0] - sides[1]) < 1e-4)
    }
  }

  @Test(arguments: widths) func meansOverPlaces(_ width: Int) {
    let grid = Grid(batch: 3, height: 2, width: 5)
    let x = randomTensor(rows: grid.rows, columns: width + 2, seed: 1)
    let means = Tensor(rows: 3, columns: width + 1)
    meanPool(x, grid, columns: 2..<width + 2, into: means, at: 1)
    let dx = randomTensor(rows: grid.rows, columns: width, seed: 2)
    let before = dx.doubles
    let dMeans = randomTensor(rows: 3, columns: width, seed: 3)
    addMeanPoolGradient(dMeans, grid, to: dx)
    for image in 0..<3 {
      #expect(means[image, 0] == 0)
      for column in 0..<width {
        let sum = grid.rows(of: image).reduce(0) { $0 + Double(x[$1, column + 2]) }
        #expect(abs(Double(means[image, column + 1]) - sum / 10) < 1e-6)
        for row in grid.rows(of: image) {
          let expected = before[row * width + column] + Double(dMeans[image, column]) / 10
          #expect(abs(Double(dx[row, column]) - expected) < 1e-6)
        }
      }
    }
  }

  @Test(arguments: widths) func branchesAndRowsThatAreSet(_ width: Int) {
    let grid = Grid(batch: 2, height: 2, width: 3)
    let x = randomTensor(rows: 12, columns: width, seed: 1)
    let branch = randomTensor(rows: 12, columns: width, seed: 2)
    let y = Tensor(rows: 12, columns: width)
    addBranch(branch, times: [0, 2.5], to: x, grid, into: y)
    let bias = randomTensor(rows: 1, columns: width, seed: 3)
    let (plain, added) = (x.copied, x.copied)
    let columns = width / 3..<width
    setRows(plain, columns: columns, to: bias, plus: nil)
    setRows(added, columns: columns, to: bias, plus: branch)
    for row in 0..<12 {
      for column in 0..<width {
        let factor: Float = row < 6 ? 0 : 2.5
        #expect(y[row, column] == x[row, column] + branch[row, column] * factor)
        let isSet = columns.contains(column)
        #expect(plain[row, column] == (isSet ? bias[0, column] : x[row, column]))
        #expect(
          added[row, column]
            == (isSet ? branch[row, column] + bias[0, column] : x[row, column]))
      }
    }
  }

  @Test func pixelsAreNormalised() {
    let pixels = (0...255).map { UInt8($0) }
    let y = Tensor(rows: 64, columns: 4)
    normalizePixels(pixels.span, mean: 127, deviation: 128, into: y)
    #expect(y.values == (0...255).map { (Float($0) - 127) / 128 })
  }

  /// Panels one by one, or several, are the columns of the whole product to the bit.
  @Test(arguments: [(9, 5, 70), (49, 33, 24), (3, 600, 100), (1, 7, 32)])
  func panelsMakeUpAProduct(_ sizes: (rows: Int, depth: Int, columns: Int)) {
    let a = randomTensor(rows: sizes.rows, columns: sizes.depth, seed: 1)
    let b = randomTensor(rows: sizes.depth, columns: sizes.columns, seed: 2)
    let matrix = PackedMatrix(depth: sizes.depth, columns: sizes.columns)
    matrix.pack(b, .plain, panels: 0..<matrix.panels)
    for accumulate in [false, true] {
      let start = randomTensor(rows: sizes.rows, columns: sizes.columns, seed: 3)
      let whole = start.copied
      multiply(a, .plain, matrix, into: whole, accumulate: accumulate)
      for count in 1...2 {
        let parts = start.copied
        for first in stride(from: 0, to: matrix.panels, by: count) {
          let panels = first..<min(first + count, matrix.panels)
          let column = first * matrix.panelWidth
          matrix.multiply(a, panels: panels, into: parts, at: column, accumulate: accumulate)
          // Room for whole panels is filled up.
          let room = Tensor(rows: sizes.rows, columns: panels.count * matrix.panelWidth + 1)
          matrix.multiply(a, panels: panels, into: room, at: 1, accumulate: false)
          guard !accumulate else { continue }
          for row in 0..<sizes.rows {
            for offset in 0..<panels.count * matrix.panelWidth {
              let isThere = column + offset < sizes.columns
              #expect(
                room[row, offset + 1] == (isThere ? whole[row, column + offset] : 0))
            }
          }
        }
        #expect(parts.values == whole.values)
      }
    }
  }
}
