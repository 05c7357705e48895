#!/usr/bin/env python3
"""Writes ptb.json and captions.json beside itself: what pycocoevalcap makes of invented captions.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install sacrebleu==2.6.0 pycocoevalcap==1.2
    /tmp/venv/bin/python Tests/MetricsTests/Golden/make_golden_captions.py   # needs Java

All text is invented here or drawn from a seeded generator. METEOR is run with `-m "exact stem"` and the
function words of Sources/Metrics/METEOR.swift; the plain CIDEr is written out below, since no package has it.
"""

import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter

from pycocoevalcap import meteor as meteor_package
from pycocoevalcap import tokenizer as tokenizer_package
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

import make_golden

HERE = pathlib.Path(__file__).parent
METEOR_JAR = os.path.join(list(meteor_package.__path__)[0], "meteor-1.5.jar")
PTB_JAR = os.path.join(list(tokenizer_package.__path__)[0], "stanford-corenlp-3.4.1.jar")
SOURCE = HERE.parents[2] / "Sources" / "Metrics" / "METEOR.swift"

# The tokenizer's lines end at more than line feeds, where pycocoevalcap loses count.
LINE_ENDS = re.compile("[\r\x0b\x0c\u2028\u2029]")

CAPTIONS = """
A dog's ball isn't (very) round.
Two men, one in red, can't cross the street -- they're waiting.
A man on a skateboard--mid-jump--over a 5-foot rail.
The boy's mother-in-law wouldn't've gone; she'd said so.
A sign reads "STOP" and another 'no entry'.
A t-shirt that says ``hello'' and `bye'.
A well-dressed, middle-aged woman holds a child's hand.
He is 6'2" tall and weighs 180 lbs.
It's 5:30 p.m. on Jan. 5, 2012, in Washington, D.C.
A bus no. 5 and fig. 3b stand at St. Mary's Ave.
A and/or B, 24-hour/day, w/o a hat, 1/2 of 5 1/2 apples, 10-1/2 feet.
Price: $5.00, US$10, 3,000.50 dollars, 5%, #1, 10 € or £3 and 50¢.
Visit www.example.com/a or http://example.org/b?c=1&d=2, mail a.b@example.co.uk!
The U.S. team of the late '90s plays rock 'n' roll 'til dawn.
A dog , a cat and a bird sit on a bench .
A dog runs.The cat sleeps.
wow!!! really?! yes... no.. maybe....
A [sic] {curly} <b>bold</b> & &amp; AT&T, R&D, S&P-500.
“Curly” ‘quotes’ — and – dashes… don’t, it’s, we’ll, o’clock
c'mon, y'all, ma'am, o'er, e'er, ne'er, d'Avignon, O'Neil's, 'em, 'tis, 'twas, cannot, gonna, wanna, gimme
a small plane flying over a city with a large building in the back ground
a cat laying on top of a lap top computer next to a mouse
Children (ages 3-5) play in the 1990s-era sand-box.
A baseball player #42 at bat, 3rd base, 1st inning.
Mr. and Mrs. Smith vs. Dr. Jones Jr., etc. The end
Plan B. The man sits.
Vitamin C. It helps.
A vitamin C.
The start of the next line matters here.
She got an A.
a plain line in small letters
p.m. A.M. e.g. i.e. Ph.D. a.k.a. U.S.A. U.K.
a smile :) ;-) :-D =( :P and ^_^ or x_x (-_-) (^^) <3 8)
@user said #cats are #1 in c++ and c# or f#
foo.txt, bar.c, baz.html! qux.py x.mp3 5.txt a-b.txt
Non-U.S. troops; U.S.-U.K. talks; pro- and anti-war, Cap'n, c'est
123-4567 555-123-4567 (555) 123-4567 +1 23 456 7890 555.123.4567 12 345 678
1/12/2010 01-02-99 2010-01-02 12:30:45 1,2,3 1.2.3 -5 +6 .5 -.5 5.
a_b __ ** *** \\*\\* \\ | ~ ^ % @ @@ ## = == + /
&lt;tag&gt; &quot;q&quot; &apos;a&apos; &nbsp; &mdash; &#233; &eacute;t&eacute; &copy; &x
<a href="x y">link</a> <br/> <!-- note --> <a b> < a> <3> << >>
café naïve Zürich Ångström İstanbul ΟΔΟΣ ΣΑΣ straße ﬁne
soft\u00adhyphen \u00ad a\u00adb's 1\u00ad000 x\u00ad-y
½ cup, 5½, ⅓, ⅛, 1⁄2, m², x₂, 10⁻³
漢字とかな。한국어 नमस्ते ไทย العربية עברית
🐶 dog 👍🏽 ok ❤️ ☺ ♥ ™ ® © • · → ∞
no\u00a0break\u2003space\u3000wide\u200bzero\ufeffbom\u202fthin
Inc.a b Inc.ab co.uk co. ltd Pty. Ltd. PTY. LTD pty. x ORE. ore. Ill. ill.
it's.,etc., a.m., dogs'., boys' toys' end'
'quoted' 'q' 'a' 'ab 'n 'nt 's s' ''s '' ` `` `a
don't don'ts dont's Don'T n't nn't cann't ain't shan't
""".strip("\n").split("\n")
PIECES = """a dog cat man woman the of in on is running runs sat jumps 's 't n't 're 've 'll 'd 'm ' '' ` `` \" ( ) [ ] { } < >
. , ; : ! ? - -- --- ---- ----- ... .. .... & &amp; &lt; &gt; &quot; &apos; &nbsp; / \\ * # @ $ % + = _ ~ ^ |
Mr Mrs Dr St No fig Jan Inc Co Corp etc al vs p.m a.m e.g U.S U.K Ph.D Jr Sr Ill Ore La Mass ft Mt Pty ltd
1 2 12 123 1234 12345 1,000 5.5 :30 1/2 1990 '90s '80 5-foot 3-D 1st 2nd http:// www. .com .org .net .txt .c .html @b.c a@b
The This He It A I An B. The cannot gonna gotta lemme 'tis 'twas 'em 'n' 'til 'cause o' O'N d'A l' y' ma'a c'mon
é ü ß İ Σ ς ’ ‘ “ ” – — … ½ ² € £ ¢ ° 犬 ね 。 ー ا ९ \u00ad \u00a0 \u2009 \u3000 \u200b 🐶 :) :-( ;D ^_^""".split()
PIECES += [" ", " ", " ", "\u00a0", "\u2009", "\u3000", "\u00ad", "\u200b"]


def glued(rng):
    """Pieces of captions, glued together or with spaces, which meets rules where they meet."""
    rate = rng.choice([0.2, 0.5, 0.9])
    return "".join(rng.choice(PIECES) + (" " if rng.random() < rate else "") for _ in range(rng.randint(1, 14)))


def tokenized(captions):
    """pycocoevalcap's tokens of captions; as there, all are lines of one text."""
    result = PTBTokenizer().tokenize({i: [{"caption": c}] for i, c in enumerate(captions)})
    return [result[i][0] for i in range(len(captions))]


def ptb_lines():
    rng = random.Random(20150319)
    lines = CAPTIONS + [s for s in make_golden.SENTENCES]
    lines += [glued(rng) for _ in range(900)]
    lines += [make_golden.perturbed(rng, make_golden.line_of_words(rng), 0.2) for _ in range(60)]
    lines += [make_golden.odd_line(rng) for _ in range(150)]
    # Java's final sigma looks for letters beyond digits, Python's and ours do not.
    return [line for line in lines if not LINE_ENDS.search(line) and not re.search(r"Σ\w|\dΣ", line)]


def character_classes():
    """How many tokens "x?x" and "?" are for each character ? of the Basic Multilingual Plane, as runs."""
    skip = set(range(0xD800, 0xE000)) | {0x0A, 0x0B, 0x0C, 0x0D, 0x2028, 0x2029, 0xFFFF}
    codes = [c for c in range(0x10000) if c not in skip]
    text = "".join(f"x{chr(c)}x {chr(c)}\n" for c in codes)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8", newline="", delete=False) as file:
        file.write(text)
    # Split as pycocoevalcap does not, to see the dropped: the tokens before punctuation is removed.
    out = subprocess.run(
        ["java", "-Dfile.encoding=UTF-8", "-cp", PTB_JAR, "edu.stanford.nlp.process.PTBTokenizer",
         "-preserveLines", "-lowerCase", file.name],
        check=True, capture_output=True, text=True, encoding="utf-8").stdout.split("\n")
    os.remove(file.name)
    removed = {"''", "'", "``", "`", ".", "?", "!", ",", ":", "-", "--", "...", ";"}
    runs = []
    for code, line in zip(codes, out):
        kept = len([t for t in line.split(" ") if t and t not in removed])
        if runs and runs[-1][2] == kept and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code, kept])
    return runs


def function_words():
    source = SOURCE.read_text()
    start = source.index("englishFunctionWords: Set<String> = Set(")
    return sorted(set(source[start:].split('"""')[1].split()))


class Meteor:
    """METEOR 1.5 with exact matches and stems, through its standard input as pycocoevalcap does."""

    def __init__(self, words=None):
        command = ["java", "-Dfile.encoding=UTF-8", "-jar", "-Xmx2G", METEOR_JAR, "-", "-", "-stdio", "-l", "en",
                   "-m", "exact stem"]
        self.file = None
        if words is not None:
            self.file = tempfile.NamedTemporaryFile("w", suffix=".words", delete=False)
            self.file.write("\n".join(words) + "\n")
            self.file.close()
            command += ["-s", self.file.name]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, encoding="utf-8")

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def scores(self, references, results):
        """The corpus' score and each image's."""
        stats = [self.ask(" ||| ".join(["SCORE"] + r + [h])) for r, h in zip(references, results)]
        each = [float(self.ask(" ||| ".join(["EVAL"] + stats)))]
        while len(each) <= len(stats):
            each.append(float(self.process.stdout.readline()))
        return each[-1], each[:-1]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        if self.file:
            os.remove(self.file.name)


def plain_cider(references, results):
    """Equations 1 and 2 of the paper, without stems: the mean cosine of weights by inverse document frequency."""
    def grams(text, n):
        words = text.split()
        return Counter(tuple(words[i:i + n]) for i in range(len(words) - n + 1))

    scores = [0.0] * len(results)
    for n in range(1, 5):
        frequency = Counter()
        for captions in references:
            frequency.update({g for c in captions for g in grams(c, n)})

        def vector(text):
            return {g: k * (math.log(len(results)) - math.log(max(1, frequency[g]))) for g, k in grams(text, n).items()}

        for i, (captions, result) in enumerate(zip(references, results)):
            own = vector(result)
            for caption in captions:
                other = vector(caption)
                norm = math.sqrt(sum(w * w for w in own.values())) * math.sqrt(sum(w * w for w in other.values()))
                dot = sum(w * other.get(g, 0) for g, w in own.items())
                scores[i] += 10 * (dot / norm if norm else 0) / len(captions) / 4
    return sum(scores) / len(scores), scores


def case(name, references, results, meteor):
    """Scores of raw captions, a list of references and one result an image."""
    flat = tokenized([c for captions in references for c in captions])
    token_references, start = [], 0
    for captions in references:
        token_references.append(flat[start:start + len(captions)])
        start += len(captions)
    token_results = tokenized(results)
    gts = dict(enumerate(token_references))
    res = {i: [r] for i, r in enumerate(token_results)}
    bleu, bleus = Bleu(4).compute_score(gts, res, verbose=0)
    rouge, rouges = Rouge().compute_score(gts, res)
    cider, ciders = Cider().compute_score(gts, res)
    plain, plains = plain_cider(token_references, token_results)
    meteor_score, meteors = meteor.scores(token_references, token_results)
    columns = list(bleus) + [meteors, list(rouges), list(ciders), plains]
    return {
        "name": name, "references": references, "results": results,
        "scores": [number(x) for x in (*bleu, meteor_score, rouge, cider, plain)],
        "scoresByImage": [[number(column[i]) for column in columns] for i in range(len(results))],
    }


def number(value):
    return None if value is None else float(value)


SCENES = """a brown dog runs through the tall grass with a ball in its mouth
two children are playing on a swing in the park
a woman in a red coat walks across a snowy street
the man rides his bicycle down a steep hill
a group of people sits around a table and eats dinner
a small boat is floating on the calm lake at sunset
an old clock hangs on the wall of the train station
a cat sleeps on top of a pile of folded clothes
a boy is throwing stones into the river
the player jumps and catches the ball above his head""".split("\n")
CAPTION_WORDS = sorted({w for s in SCENES for w in s.split()}) + """dogs running ran grassy balls children's child plays
played walking walked street's riding rides bike hills peoples sitting eating boats floated clocks sleeping throwing
threw stone rivers players jumping jumped caught catching heads isn't there's 2 two-story 5 1/2 t-shirt""".split()


def variant(rng, line, rate):
    words = []
    for word in line.split():
        draw = rng.random()
        if draw < rate * 0.25:
            continue
        if draw < rate * 0.6:
            word = rng.choice(CAPTION_WORDS)
        elif draw < rate * 0.75 and words:
            words.insert(rng.randrange(len(words)), word)
            continue
        elif draw < rate * 0.85:
            words.append(word)
        words.append(word)
    return " ".join(words).capitalize() + rng.choice([".", " .", "", "!"])


def make_cases():
    rng = random.Random(5)
    meteor = Meteor(function_words())
    scenes = [rng.choice(SCENES) for _ in range(40)]
    for rate in (0.2, 0.6):
        references = [[variant(rng, s, rate) for _ in range(rng.choice([1, 2, 5, 5, 5]))] for s in scenes]
        yield case(f"variants, rate {rate}", references, [variant(rng, s, rate) for s in scenes], meteor)
    yield case("identical", [[s] for s in SCENES], SCENES, meteor)
    yield case("one image", [SCENES[:3]], [SCENES[0]], meteor)
    yield case("no match", [["a b c d e"], ["f g h"]], ["q r s t", "u v"], meteor)
    yield case("short", [["a dog", "dog"], ["a"], ["the cat sat"]], ["dog", "a a a", "sat"], meteor)
    yield case("repeated words", [["the dog and the cat and the bird and the fish", "the the the the"],
                                  ["a b a b a b a b", "b a b a"]],
               ["the fish and the bird and the cat and the dog", "a a b b a a b b"], meteor)
    yield case("stems", [["the dogs are running happily", "a runner ran"], ["he plays with the playing players"]],
               ["the dog is run happy running", "play played player plays"], meteor)
    yield case("one token, two words", [["5 1/2 apples and 3 3/4 pears"], ["half of 1 1/2 apples"]],
               ["5 1/2 pears and 3 3/4 apples", "1 1/2 apples"], meteor)
    yield case("lengths tie", [["a b c d e f g", "a b c"]], ["a b c d e"], meteor)
    long = " ".join(rng.choice(CAPTION_WORDS[:30]) for _ in range(150))
    yield case("150 words", [[variant(rng, long, 0.3), variant(rng, long, 0.3)], ["a dog"]],
               [variant(rng, long, 0.3), "a cat"], meteor)
    meteor.close()
    # METEOR's protocol has no empty captions, so these are scored without it.
    yield case("empty", [["", "a dog"], ["."], ["a man"], ["the cat"]], ["a dog", "a", "...", ""], NoMeteor())


class NoMeteor:
    def scores(self, references, results):
        return None, [None] * len(results)


STEMS = "run runn happi hop hope hopp ski sk d l t y s sayy play stay boy try cry fly spy universal univers gener " \
    "generat commun arsen communic relat rat valu nation ration operat sensibl goodn hopeful use usel fals prob " \
    "electr electric form formal adjust depend act activ plast trad trade troubl siz tann fail fil bee agre feed " \
    "plaster bled motor sing conflat falling hiss fizz matt mat beautif grac care carefu caress pon ti cat gas gap " \
    "kiwi thi his was has us bus news inn out earr herr succ exc proc andes atlas cosm bias howe skis idl gentl ugl " \
    "earl onl singl dy ly ty control roll ceas effect bowl vietnamiz predic oper feudal decis callous analog vivac " \
    "apolog rev allow infer airlin gyroscop irrit replac adopt homolog commun angular homologou bowdler prob rate " \
    "é caf naï 5 5th o'n it x xy yy yaw eye bay a e i".split()
ENDINGS = ["", "s", "es", "ies", "ied", "ed", "edly", "eed", "eedly", "ing", "ingly", "y", "ly", "li", "er", "ers", "est",
           "ation", "ational", "ization", "izer", "ize", "ative", "ator", "alism", "ality", "aliti", "fulness",
           "ousness", "iveness", "ful", "fully", "less", "lessly", "ness", "ment", "ement", "able", "ably", "ible",
           "ibly", "ance", "ancy", "ence", "ency", "ent", "ently", "ant", "ical", "icate", "icity", "ism", "ist", "ity",
           "ous", "ously", "ive", "ivity", "ion", "al", "ally", "logy", "ogi", "e", "'s", "'", "'s'", "ss", "us", "sses",
           "tional", "bly", "bility", "enci", "anci"]
ENDINGS = list(dict.fromkeys(ENDINGS))


def stems():
    rng = random.Random(11)
    words = sorted({s + e for s in STEMS if s for e in ENDINGS if rng.random() < 0.35} | {"'" + s for s in STEMS[:9]} | set(
        "skis skies dying lying tying idly gently ugly early only singly sky news howe atlas cosmos bias andes inning "
        "innings outing canning herring herrings earring proceed proceeds exceed exceeded succeed succeeding".split()))
    out = subprocess.run(["java", "-Dfile.encoding=UTF-8", "-cp", METEOR_JAR, "Stemmer", "english"],
                         input="\n".join(words) + "\n", check=True, capture_output=True, text=True,
                         encoding="utf-8").stdout.split("\n")
    return [[w, s] for w, s in zip(words, out)]


def write(name, value):
    text = json.dumps(value, ensure_ascii=True, indent=None, separators=(",", ":"))
    (HERE / name).write_text(text.replace("},{", "},\n{") + "\n")


def main():
    os.environ["JAVA_TOOL_OPTIONS"] = "-Dfile.encoding=UTF-8"  # Java 17 takes the locale's otherwise
    lines = ptb_lines()
    tokens = tokenized(lines)
    alone = [line for line in lines if re.search(r"[A-Za-z]\.\s*$", line)][:20]
    write("ptb.json", {
        "lines": [[line, token] for line, token in zip(lines, tokens)],
        "alone": [[line, tokenized([line])[0]] for line in alone],
        "characters": character_classes(), "stems": stems()})
    write("captions.json", {"functionWords": function_words(), "cases": list(make_cases())})


if __name__ == "__main__":
    sys.exit(main())
