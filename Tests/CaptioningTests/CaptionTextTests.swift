import Captioning
import Testing

struct CaptionTextTests {
  @Test(
    "marks that stand apart come to the word they belong to",
    arguments: [
      ("A goat climbs a ladder .", "A goat climbs a ladder."),
      ("A goat , a hen and a cow wait .", "A goat, a hen and a cow wait."),
      ("Wow ! Is it a goat ?", "Wow! Is it a goat?"),
      ("A goat eats ; a hen looks on . . .", "A goat eats; a hen looks on..."),
      ("Three goats : one black , two white", "Three goats: one black, two white"),
      ("A goat ( or a sheep ? ) eats", "A goat (or a sheep?) eats"),
      ("A goat ( # 7 ) leads [ again ] .", "A goat (#7) leads [again]."),
      ("It costs $ 5 , 20 % off , # 1 here", "It costs $5, 20% off, #1 here"),
      ("He signs $ and % and # here", "He signs $ and % and # here"),
      (".", "."),
      (", then a goat", ", then a goat"),
      ("A goat ?! ...", "A goat?!..."),
    ])
  func marks(apart: String, joined: String) {
    #expect(CaptionText.joined(apart) == joined)
  }

  @Test(
    "what was cut off a word comes back to it",
    arguments: [
      ("The goat 's bell", "The goat's bell"),
      (
        "It 's a goat that ca n't climb and wo n't try .",
        "It's a goat that can't climb and won't try."
      ),
      (
        "They 're here , I 'm sure we 'll go , we 've seen it , he 'd know",
        "They're here, I'm sure we'll go, we've seen it, he'd know"
      ),
      ("THE GOAT 'S BELL DOES N'T RING", "THE GOAT'S BELL DOESN'T RING"),
      ("A goat ’s bell is n’t loud", "A goat’s bell isn’t loud"),
      ("An owl 's-eye view", "An owl's-eye view"),
      ("The Inn No. 5 's goat and Mr. 's hat", "The Inn No. 5's goat and Mr.'s hat"),
      ("The \" Inn \" 's goat", "The \"Inn\"'s goat"),
      ("Rock 'n' roll , rock 'till late , the '90s", "Rock 'n' roll, rock 'till late, the '90s"),
      ("'s goat", "'s goat"),
      ("A goat with 'dangling 'socks", "A goat with 'dangling 'socks"),
    ])
  func clitics(apart: String, joined: String) {
    #expect(CaptionText.joined(apart) == joined)
  }

  @Test(
    "quotation marks are paired",
    arguments: [
      ("A sign says \" no goats \" .", "A sign says \"no goats\"."),
      ("\" Goat \" and \" hen \" meet", "\"Goat\" and \"hen\" meet"),
      ("It reads \" a goat ? \" , \" oh ! \"", "It reads \"a goat?\", \"oh!\""),
      ("A ' small ' goat", "A 'small' goat"),
      ("A sign \" Ann ' Goat ' Lee \" hangs", "A sign \"Ann 'Goat' Lee\" hangs"),
      ("Two farmers ' goats", "Two farmers' goats"),
      ("The goats ' .", "The goats'."),
      ("A 12 \" goat stands", "A 12\" goat stands"),
      ("The end of it \" .", "The end of it\"."),
      ("A \" goat stands", "A \" goat stands"),
      ("A sign says “ no ‘ goats ’ ” .", "A sign says “no ‘goats’”."),
    ])
  func quotes(apart: String, joined: String) {
    #expect(CaptionText.joined(apart) == joined)
  }

  @Test(
    "text as people write it stays",
    arguments: [
      "A goat climbs a ladder.", "It's \"my\" goat, isn't it?",
      "Two farmers' goats (both white)...",
      "A goat - or a sheep - eats & runs", "black / white", "A 12\" goat for $5.20, 20% off",
      "A well-fed goat at 5:30 p.m.", "Eine Ziege „frisst“ Gras.", "一隻山羊。", "goat.com", "", "goat",
    ])
  func naturalText(text: String) {
    #expect(CaptionText.joined(text) == text)
    #expect(CaptionText.joined(CaptionText.joined(text)) == text)
  }

  @Test("white space becomes single spaces")
  func whiteSpace() {
    #expect(CaptionText.joined("  A  goat\n eats\r\n\tgrass . ") == "A goat eats grass.")
    #expect(CaptionText.joined(" \n") == "")
    #expect(CaptionText.joined("a\u{A0}goat") == "a\u{A0}goat")
  }

  @Test("only spaces are taken away, whatever stands side by side")
  func onlySpaces() {
    let pieces = ["goat", ".", "\"", "'", "'s", "n't", "(", ")", "#", "5", "%", "-"]
    var texts = [""]
    for _ in 0..<4 {
      texts = texts.flatMap { text in pieces.map { text + " " + $0 } }
      for text in texts {
        let joined = CaptionText.joined(text)
        let letters = joined.filter { $0 != " " }
        #expect(letters == text.filter { $0 != " " })
        #expect(!joined.hasPrefix(" ") && !joined.hasSuffix(" ") && !joined.contains("  "))
      }
    }
  }
}
