import Testing
import Tokenization

@Suite struct PiecesTests {
  @Test func everyIDHasAPieceOfItsOwn() throws {
    let subwords = try Sample.subwords()
    var seen: Set<[UInt32]> = []
    for id in 0..<Int32(subwords.vocabularySize) {
      let piece = subwords.piece(id)
      #expect(seen.insert(scalars(piece)).inserted)
      #expect(subwords.id(ofPiece: piece) == id)
      #expect(!piece.unicodeScalars.contains { $0.properties.isWhitespace })
    }
  }

  @Test func specialIDsAndBytesAreShown() throws {
    let subwords = try Sample.subwords(pieces: ["a", "\\n"])
    let ids: [Int32] = [0, 258, 259, 12, 257, 260, 1]
    #expect(subwords.pieces(ids) == ["<s>", "▁", "a", "<0x0A>", "<0xFF>", "\\n", "</s>"])
    #expect(try subwords.ids(ofPieceLine: "<s> ▁ a <0x0A> <0xFF> \\n </s>") == ids)
    #expect(try subwords.ids(ofPieceLine: "") == [])
    #expect(try subwords.ids(ofPieceLine: " ▁  a ") == [258, 259])
  }

  @Test func equivalentPiecesStayApart() throws {
    let subwords = try Sample.subwords(pieces: ["e", "\u{301}", "é", "e\u{301}"])
    #expect(subwords.encode("é") == [258, 261])
    #expect(subwords.encode("e\u{301}") == [258, 262])
    #expect(subwords.id(ofPiece: "é") == 261)
    #expect(subwords.id(ofPiece: "e\u{301}") == 262)
    // A mark after a space belongs to one Swift character with it, and is a piece all the same.
    #expect(try subwords.ids(ofPieceLine: "e \u{301}") == [259, 260])
  }

  @Test func unknownPiecesAreNamed() throws {
    let subwords = try Sample.subwords(pieces: ["a"])
    for (line, named) in [
      ("a xyz", "piece 2 of the line, 'xyz'"), ("<0xG0>", "'<0xG0>'"), ("a\\q", "'a\\q'"),
      ("<0x0a>", "'<0x0a>'"), ("<0x+A>", "'<0x+A>'"),
    ] {
      let error = #expect(throws: SubwordsError.self) { try subwords.ids(ofPieceLine: line) }
      #expect(error?.description.contains(named) == true)
    }
  }
}
