import Seq2Seq
import Testing
import Translation

@Suite struct LexicalTableTests {
  /// Brown et al.'s point: "das" and "the" are together whenever one of them is there, so that "Haus" is "house".
  @Test func whatGoesTogetherIsFoundOut() {
    // das Haus, das Buch, ein Buch; the house, the book, a book.
    let pairs = [
      Example(source: [2, 3], target: [5, 6]), Example(source: [2, 4], target: [5, 7]),
      Example(source: [1, 4], target: [8, 7]),
    ]
    let table = LexicalTable(
      pairs, sourceVocabularySize: 6, targetVocabularySize: 9, iterations: 10)
    #expect(table.translations(count: 1, least: 0) == [[], [8], [5], [6], [7], []])
    #expect(table.translations(count: 9, least: 0).map { Set($0) }[2] == [5, 6, 7])
    // What is hardly ever meant falls below a bound.
    #expect(table.translations(count: 9, least: 0.4) == [[], [8], [5], [6], [7], []])
  }

  @Test func firstRoundCountsEvenly() {
    // By hand: after one round t(5 | 2) = (1/2 + 1/2) / 2, t(6 | 2) = (1/2) / 2.
    let pairs = [
      Example(source: [2, 3], target: [5, 6]), Example(source: [2, 4], target: [5, 7]),
    ]
    let table = LexicalTable(
      pairs, sourceVocabularySize: 5, targetVocabularySize: 9, iterations: 1)
    #expect(table.translations(count: 9, least: 0.45)[2] == [5])
    #expect(table.translations(count: 9, least: 0.24)[2] == [5, 6, 7])
  }

  @Test func nothingToLearnFrom() {
    let table = LexicalTable(
      [Example(source: [], target: [1]), Example(source: [1], target: [])],
      sourceVocabularySize: 2, targetVocabularySize: 2)
    #expect(table.translations(count: 3, least: 0) == [[], []])
  }
}
