import Tensors
import Testing

@Suite struct SearchSelectionTests {
  /// Rows with many ties and a few odd numbers.
  private func odd(rows: Int, columns: Int, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return Tensor(
      rows: rows, columns: columns,
      (0..<(rows * columns)).map { _ in
        switch generator.next() % 40 {
        case 0: .nan
        case 1: -.infinity
        default: -Float(generator.next() % 50) / 4
        }
      })
  }

  @Test(arguments: [1, 5, 31, 33, 100, 1000], [1, 5, 64, 65, 200])
  func largestIsWhatSortingFinds(columns: Int, count: Int) {
    let x = odd(rows: 3, columns: columns, seed: UInt64(columns * 1000 + count))
    for row in 0..<3 {
      var sorted: [Candidate] = []
      for column in 0..<columns where !x[row, column].isNaN {
        sorted.append(Candidate(index: column, value: x[row, column]))
      }
      sorted.sort { $0.value > $1.value || ($0.value == $1.value && $0.index < $1.index) }
      #expect(largest(count, of: x, row: row) == Array(sorted.prefix(count)))
    }
  }

  @Test(arguments: [3, 40, 500], [1, 5, 12]) func selectionMergesRows(columns: Int, count: Int) {
    let x = odd(rows: 4, columns: columns, seed: UInt64(columns * 1000 + count))
    let bases = [-1.25, -0.5, -3.1, -0.5]
    var selection = RowSelection()
    for _ in 0..<2 {
      selection.reset(count: count)
      for row in 0..<4 { selection.add(row: row, of: x, base: bases[row]) }
    }
    var all: [(total: Double, place: Int)] = []
    for row in 0..<4 {
      for column in 0..<columns where x[row, column].isFinite {
        all.append((bases[row] + Double(x[row, column]), row * columns + column))
      }
    }
    all.sort { $0.total > $1.total || ($0.total == $1.total && $0.place < $1.place) }
    #expect(selection.choices.map(\.total) == all.prefix(count).map(\.total))
    #expect(
      selection.choices.map { Int($0.row) * columns + Int($0.column) }
        == all.prefix(count).map(\.place))
    for choice in selection.choices {
      #expect(choice.value == x[Int(choice.row), Int(choice.column)])
    }
  }
}
