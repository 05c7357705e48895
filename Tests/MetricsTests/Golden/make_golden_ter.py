#!/usr/bin/env python3
"""Writes ter.json and wer.json beside itself: what sacreBLEU and jiwer make of invented text.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install sacrebleu==2.6.0 jiwer==4.0.0
    /tmp/venv/bin/python Tests/MetricsTests/Golden/make_golden_ter.py

All text is invented or drawn from the seeded generators of make_golden.py.
"""

import itertools
import random

import jiwer
import sacrebleu
from sacrebleu.metrics import TER

from make_golden import SENTENCES, line_of_words, odd_line, perturbed, write

ASIAN = """
彼は「はい、そうです。」と言った(笑)。
彼は、はい!そうです・と言った。
東京タワーは333メートルです。㍿と㊙と㌔、〇〇年〜〇〇年。
《红楼梦》是清代小说,作者曹雪芹;对吗?对!
⺀⻳ ㇀㇣ 豈 ︰ ﹏ 㐀㒨䶵䷀䷿一鿿ꀀ 〔a〕〖b〗〘c〙〚d〛〜e〝f〞g〟h
カタカナとひらがな、ｶﾀｶﾅ｡｢半角｣､･ ㇰㇿ
""".strip("\n").split("\n")

MARKS = """
It's Anna's, isn't it? James's 's 's' 's's x's.y 's
A &quot;b&quot; &amp;lt; c-\n-d\ne - \n
1.2,3 4. 5, .6 ,7 a.8 9.b -1 2- 3-4 .. ,, .,. a..b 5..6 7.,8 (9) "10"
{a}[b]^c_d`e~f|g \\ / * + = < > @ # $ % & :;?!
""".strip("\n").split("\n")


# Of the options normalized, no_punct, asian_support, case_sensitive; the defaults first.
ALL = list(itertools.product((False, True), repeat=4))


def moved(rng, line, rate):
    """A line with some of its words lost, replaced or moved in blocks."""
    words = perturbed(rng, line, rate).split(" ")
    for _ in range(round(rate * len(words) / 3)):
        start = rng.randrange(len(words))
        block = words[start:start + rng.randint(1, 6)]
        del words[start:start + len(block)]
        target = rng.randint(0, len(words))
        words[target:target] = block
    return " ".join(words)


def ter_corpora():
    """Names, hypotheses and references."""
    rng = random.Random(20241103)
    base = [s for s in SENTENCES if s] + MARKS
    yield "sentences", [moved(rng, s, 0.5) for s in base], [base]
    yield "Asian", [perturbed(rng, s, 0.2)[1:] for s in ASIAN] + ASIAN, [ASIAN + ASIAN[::-1]]
    texts = [line_of_words(rng, 5, 30) for _ in range(40)]
    yield "word salad, moved", [moved(rng, s, 0.3) for s in texts], [texts]
    yield "three references", [moved(rng, s, 0.6) for s in texts[:12]], [
        [moved(rng, s, 0.4) for s in texts[:12]] for _ in range(3)]
    yield "references here and there", texts[:12], [
        [moved(rng, s, 0.4) if i % 3 else None for i, s in enumerate(texts[:12])],
        [moved(rng, s, 0.4) if i % 2 or i % 3 == 0 else None for i, s in enumerate(texts[:12])]]
    yield "emptiness", ["", "a b", "  ", "c", ""], [["", "", "d e f", "\u3000", "."]]
    yield "references all empty", ["", "a b"], [["", ""]]
    yield "all empty", ["", " "], [["", "\t"]]
    odd = [odd_line(rng) for _ in range(60)]
    yield "odd Unicode", [moved(rng, s, 0.3) for s in odd], [odd]


def plain_ter_corpora():
    """Those on which the options for marks and case have no effect, and sacreBLEU is slow."""
    rng = random.Random(20241105)
    # Few words that occur often have a great many moves: the search gives up, before and after some.
    for words in ("ab", "abc", "abcdef"):
        lines = [" ".join(rng.choice(words) for _ in range(rng.randint(10, 60))) for _ in range(8)]
        yield f"lines of {words}", [moved(rng, s, 0.4) for s in lines], [lines]
    # Beyond the beam: lines of very different lengths, and words that are far from the diagonal.
    vocabulary = [f"w{n}" for n in range(60)]
    long = [" ".join(rng.choice(vocabulary) for _ in range(n)) for n in (70, 90, 130)]
    cut = [" ".join(s.split()[n:] + s.split()[:n]) for s, n in zip(long, (30, 26, 60))]
    yield "far from the diagonal", cut, [long]
    yield "short and long", ["w1", "w2 w3 w4", long[2], "w5 " + long[0], long[1]], [
        [long[2], long[1], "w1 w9", long[0] + " w5", "w3"]]
    odd = [odd_line(rng) for _ in range(60)]
    yield "odd Unicode", [moved(rng, s, 0.3) for s in odd], [odd]


def ter_rows(hypotheses, references, combinations):
    for flags in combinations:
        normalized, no_punct, asian_support, case_sensitive = flags
        metric = TER(normalized, no_punct, asian_support, case_sensitive)
        score = metric.corpus_score(hypotheses, references)
        signature = str(metric.get_signature())
        segments = metric._extract_corpus_statistics(hypotheses, references)
        yield {
            "signature": signature, "line": score.format(),
            "signedLine": score.format(width=1, signature=signature), "score": score.score,
            "referenceLength": score.ref_length, "edits": [edits for edits, _ in segments],
        }


def tokens(line):
    for flags in ALL:
        yield TER(*flags)._preprocess_segment(line)


class Words(jiwer.AbstractTransform):
    """Splits at white space of any kind, where jiwer's own transform splits at spaces."""

    def process_string(self, s):
        return [s.split()]

    def process_list(self, inp):
        return [s.split() for s in inp]


def wer_corpora():
    rng = random.Random(20241104)
    base = [s for s in SENTENCES if s]
    yield "sentences", [perturbed(rng, s, 0.4) for s in base], base
    texts = [line_of_words(rng, 0, 40) for _ in range(60)]
    yield "word salad", [moved(rng, s, 0.5) for s in texts], texts
    yield "unrelated", [line_of_words(rng, 0, 40) for _ in range(40)], texts[:40]
    lines = [" ".join(rng.choice("abc") for _ in range(rng.randint(0, 150))) for _ in range(30)]
    yield "many alignments", [moved(rng, s, 0.6) for s in lines], lines
    yield "emptiness", ["", "a b", "  ", "", "..."], ["c d", "", "\u3000", "", "e"]
    yield "inner white space", [" a  b\tc\u2003d ", "\ta - b"], ["a b c d", "a  b\u3000"]
    odd = [odd_line(rng) for _ in range(60)]
    yield "odd Unicode", ["".join(c * rng.choice((0, 1, 1, 1, 2)) for c in s) for s in odd], odd


def wer_rows(hypotheses, references):
    for unit, lowercase, removes in itertools.product(
            ("word", "character"), (False, True), (False, True)):
        steps = [jiwer.ToLowerCase()] if lowercase else []
        steps += [jiwer.RemovePunctuation()] if removes else []
        steps += [Words()] if unit == "word" else [jiwer.Strip(), jiwer.ReduceToListOfListOfChars()]
        transform = jiwer.Compose(steps)
        output = jiwer.process_words(references, hypotheses, transform, transform)
        yield {
            "unit": unit, "lowercase": lowercase, "removesPunctuation": removes,
            "correct": output.hits, "substitutions": output.substitutions,
            "deletions": output.deletions, "insertions": output.insertions, "rate": output.wer,
            "alignments": [alignment(chunks) for chunks in output.alignments],
        }


def alignment(chunks):
    """A letter a step, as in `=SDI`, each with its count."""
    text = ""
    for chunk in chunks:
        count = max(chunk.ref_end_idx - chunk.ref_start_idx, chunk.hyp_end_idx - chunk.hyp_start_idx)
        text += {"equal": "=", "substitute": "S", "delete": "D", "insert": "I"}[chunk.type] + str(count)
    return text


def main():
    assert sacrebleu.__version__ == "2.6.0", "golden files are made with sacreBLEU 2.6.0"
    rng = random.Random(9)
    lines = SENTENCES + MARKS + ASIAN + [odd_line(rng) for _ in range(60)]
    corpora = []
    for texts, combinations in ((ter_corpora(), ALL), (plain_ter_corpora(), ALL[:1])):
        for name, hypotheses, references in texts:
            rows = list(ter_rows(hypotheses, references, combinations))
            corpora.append(
                {"name": name, "hypotheses": hypotheses, "references": references, "scores": rows})
    write("ter.json", {
        "lines": [{"line": line, "tokens": list(tokens(line))} for line in lines],
        "corpora": corpora,
    })
    write("wer.json", [
        {"name": name, "hypotheses": hypotheses, "references": references,
         "scores": list(wer_rows(hypotheses, references))}
        for name, hypotheses, references in wer_corpora()])


if __name__ == "__main__":
    main()
