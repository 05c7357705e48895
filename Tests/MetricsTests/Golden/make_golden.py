#!/usr/bin/env python3
"""Writes tokenizers.json, bleu.json and chrf.json beside itself: what sacreBLEU makes of invented text.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install sacrebleu==2.6.0
    /tmp/venv/bin/python Tests/MetricsTests/Golden/make_golden.py

All text is invented here or drawn from a seeded generator. Scalars are drawn from Unicode 3.2,
whose case and category no later version of Python or Swift sees otherwise. chrf.json names the
cases of bleu.json and holds no text of its own.
"""

import json
import pathlib
import random
import unicodedata

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF

HERE = pathlib.Path(__file__).parent

SENTENCES = """
The old clock in the kitchen stopped at half past nine.
"Who is there?" she asked; nobody answered (of course).
It costs 1,000.5 dollars, or 12.50 each -- about 3,50 less than in 2019.
Call 555-0123, room B-12, between 9.30 and 10.45.
A well-known, twenty-year-old tree; a 5-year plan and the 1990-ies.
Mr. Fox's car isn't here. It's Anna's, don't you think?
Prices rose by 4% (from $3.20 to $3.33), didn't they?!
Write to a.b@example.org or see http://example.org/a_b?c=1&d=2#top today.
He said &quot;stop&quot; &amp; left &lt;quickly&gt;.
&amp;lt;this stays&amp;gt; while &amp;quot;that&amp;quot; and &amp;amp; turn once.
<skipped>Nothing was left out here.
Half of it was <skip<skipped>ped> and &am<skipped>p; more.
Wait... what,, now,. then., 5., .5 ,5 5, -5 5- 5-6 -.- 6.-7,-8
[brackets] {braces} a/b c\\d e|f g~h `i` ^j _k =l+m*n <o>
Die Straße nach Übersee führt über Kölns größte Brücke – „wirklich“, sagt Jörg.
ΟΔΥΣΣΕΥΣ ΚΑΙ Ο ΣΚΥΛΟΣ ΤΟΥ. Σ Σ. ΑΣ1 1Σ ΣΑ Α\u00adΣ' Α\u0301Σ.Α
İSTANBUL'DA IŞIK VAR, DİYARBAKIR ISLAK.
这是一个句子,没有空格。价格是1,000.5元,对吗?
これは「テスト」です。3.14と2,5、そして、-5。
한국어 문장도 있습니다. 값은 1,000원 입니다.
السعر ١٢٫٥ دولار، أليس كذلك؟ 12.5 نعم.
नमस्ते दुनिया। यह ३,५ है।
👩‍👩‍👧‍👦 and 🇩🇪🇫🇷, e\u0301 is not \u00e9; \ufb01ne.
non\u00a0breaking\u2003space\u3000here\u1680and\u205fthere\u2028line\u2029para\u0085next\u202fend
zero\u200bwidth\ufeff stays\u180e joined\u2060
tab\there\x0b\x0c\x1c\x1d\x1e\x1f\x00nul
a line broken-
in two\nthree and dash-\n
trailing spaces \u00a0\u2003\t
   leading spaces too
.
,
-
1
'
x
""".strip("\n").split("\n")
SENTENCES = [s.replace("broken-", "broken-\nhere-\n") if "broken-" in s else s for s in SENTENCES]

WORDS = """the a of to in cat dog house river train red small quickly runs sees gave told Anna Berlin
1,000.5 3.14 12 1990 5-year well-known don't it's (yes) "no" end. stop! why? wait... and, but; 50% $9
U.S. e.g. &quot;q&quot; A&amp;B a/b C++ größer Straße naïve 東京 です。 日本,語 дом. Ελλάς ΣΑΣ 🙂 – — „so“""".split()

ODD = " .,-'&;<>0123456789\n\t\u00a0\u2009\u3000\u200b\u0301\u00adABCabcΣσςİßé中の。،٣🙂\U0001d7ce"


def assigned(code):
    return unicodedata.ucd_3_2_0.category(chr(code)) not in ("Cn", "Cs")


SCALARS = [chr(c) for c in range(0x110000) if assigned(c) and not 0xE000 <= c <= 0xF8FF and c < 0xF0000]


def odd_line(rng):
    if rng.random() < 0.1:
        return ""
    pool = SCALARS if rng.random() < 0.3 else ODD
    return "".join(rng.choice(pool) for _ in range(rng.randint(1, 40)))


def line_of_words(rng, low=0, high=20):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(low, high)))


def perturbed(rng, line, rate):
    """A worse version of a line: words dropped, doubled, swapped, replaced or glued together."""
    words = []
    for word in line.split(" "):
        draw = rng.random()
        if draw < rate * 0.3:
            continue
        if draw < rate * 0.5:
            words += [word, word]
        elif draw < rate * 0.8:
            words.append(rng.choice(WORDS))
        elif draw < rate and words:
            words.insert(rng.randrange(len(words)), word)
        else:
            words.append(word.upper() if rng.random() < rate * 0.2 else word)
    return " ".join(words)


def bleu_options():
    """The tokenizers with and without case, then smoothing and effective order with the usual one."""
    for tokenize in ("13a", "intl", "char", "zh", "none"):
        for lowercase in (False, True):
            yield {"tokenize": tokenize, "lowercase": lowercase}
    for smooth, value in (("none", None), ("floor", None), ("add-k", None)):
        yield {"tokenize": "13a", "smooth_method": smooth, "smooth_value": value}
    for smooth, value in (("exp", None), ("none", None), ("floor", 0.25), ("add-k", 0.5)):
        yield {"tokenize": "13a", "smooth_method": smooth, "smooth_value": value, "effective_order": True}


def chrf_options():
    yield {}
    yield {"word_order": 2}
    yield {"lowercase": True}
    yield {"word_order": 2, "lowercase": True}
    yield {"whitespace": True}
    yield {"word_order": 2, "whitespace": True, "lowercase": True}
    yield {"eps_smoothing": True}
    yield {"word_order": 2, "eps_smoothing": True}
    yield {"beta": 1}
    yield {"beta": 3, "word_order": 1}
    yield {"char_order": 1}
    yield {"char_order": 0, "word_order": 2}
    yield {"char_order": 8, "word_order": 4, "whitespace": True, "eps_smoothing": True}


def row(metric, hypotheses, references, is_first, by_sentence):
    score = metric.corpus_score(hypotheses, references)
    signature = str(metric.get_signature())
    result = {"signature": signature, "line": score.format(), "score": score.score}
    if is_first:
        result["signedLine"] = score.format(width=1, signature=signature)
    if by_sentence:
        result["sentences"] = [
            metric.sentence_score(hypothesis, list(lines)).format()
            for hypothesis, *lines in zip(hypotheses, *references)]
    return score, result


def bleu_rows(hypotheses, references, by_sentence):
    for index, options in enumerate(bleu_options()):
        metric = BLEU(force=True, **options)
        sentences = by_sentence and metric.effective_order and metric.smooth_method == "exp"
        score, result = row(metric, hypotheses, references, index == 0, sentences)
        yield result | {"counts": score.counts, "totals": score.totals}


def chrf_rows(hypotheses, references, by_sentence):
    for index, options in enumerate(chrf_options()):
        metric = CHRF(**options)
        yield row(metric, hypotheses, references, index == 0, by_sentence and index == 1)[1]


def corpora():
    """Names, hypotheses and references."""
    rng = random.Random(20240817)
    base = [s for s in SENTENCES if s]
    texts = [line_of_words(rng) for _ in range(45)]
    yield ("identical", base, [base])
    yield ("perturbed sentences", [perturbed(rng, s, 0.4) for s in base], [base])
    for rate in (0.1, 0.4, 0.8):
        yield (f"word salad, rate {rate}", [perturbed(rng, s, rate) for s in texts], [texts])
    references = [[perturbed(rng, s, 0.3) for s in texts] for _ in range(4)]
    yield ("four references", [perturbed(rng, s, 0.3) for s in texts], references)
    yield ("two references, one half empty", texts,
           [references[0], [s if i % 2 else "" for i, s in enumerate(references[1])]])
    yield ("two references, one for half the lines", texts,
           [references[0], [s if i % 2 else None for i, s in enumerate(references[1])]])
    yield ("one reference a line, of two", texts,
           [[s if i % 3 == 0 else None for i, s in enumerate(references[0])],
            [s if i % 3 != 0 else None for i, s in enumerate(references[1])]])
    yield ("empty hypotheses", [s if i % 3 else "" for i, s in enumerate(texts)], [references[0]])
    yield ("all hypotheses empty", ["", "  "], [["a b", "c"]])
    yield ("all references empty", ["a b c d e", "c"], [["", "\u3000"]])
    yield ("all empty", [""], [[""]])
    yield ("no match", ["w x y z w x y z"], [["a b c d e f"]])
    yield ("only single words match", ["d b a c e", "f"], [["a b c d e", "f g"]])
    yield ("no four-word match", ["a b c x a b y"], [["a b c d a b e"]])
    yield ("one word", ["yes"], [["yes"]])
    yield ("three words", ["yes he can"], [["yes he can"]])
    yield ("too short for four", ["yes he", "no"], [["yes she can", "no"]])
    yield ("long hypothesis", ["the the the the the the the the the"], [["the cat the"]])
    yield ("nearest lengths tie", ["a b c d e"], [["a b c d e f g"], ["a b c"]])
    yield ("cased", ["THE RED FOX ΟΔΟΣ ΣΑΣ. İI"], [["the red fox οδος σας. i̇i"]])
    yield ("composed and decomposed differ", ["cafe\u0301 a b c d"], [["caf\u00e9 a b c d"]])
    odd = [odd_line(rng) for _ in range(80)]
    yield ("odd Unicode", odd, [[perturbed(rng, s, 0.2) for s in odd]])
    long = " ".join(rng.choice(WORDS) for _ in range(1000))
    yield ("a line of 1,000 words", [perturbed(rng, long, 0.2), "b"], [[long, "b c"]])
    han = ["".join(rng.choice("这是一个句子没有空格,。1.5、") for _ in range(30)) for _ in range(10)]
    yield ("Han", [h[:-1] for h in han], [han])
    yield ("ends of lines", [" .5 a. ", ",5 6.", "5,", "a.", ".", "(a", "a)", "(a)", "()"],
           [[".5 a.", " ,5 6", "5", "a", ".", "(a", "a)", "a", ")("]])
    yield ("spaces within words", ["ab cd  ef", " a b c ", "a\u3000b\tc"], [["abcdef", "abc", "a b c"]])


def write(name, value):
    text = json.dumps(value, ensure_ascii=True, indent=None, separators=(",", ":"))
    (HERE / name).write_text(text.replace("},{", "},\n{") + "\n")


def main():
    assert sacrebleu.__version__ == "2.6.0", "golden files are made with sacreBLEU 2.6.0"
    rng = random.Random(7)
    lines = SENTENCES + [""] + [odd_line(rng) for _ in range(150)] + [line_of_words(rng) for _ in range(30)]
    tokenizers = {name: BLEU(tokenize=name).tokenizer for name in ("13a", "intl", "char", "zh")}
    # A token holds no white space: a space between two is no part of either.
    write("tokenizers.json", [
        {"line": line} | {name: " ".join(tokenizer(line.rstrip()).split())
                          for name, tokenizer in tokenizers.items()}
        for line in lines])
    bleu, chrf = [], []
    for index, (name, hypotheses, references) in enumerate(corpora()):
        by_sentence = index in (1, 5) or name == "odd Unicode"
        bleu.append({"name": name, "hypotheses": hypotheses, "references": references,
                     "scores": list(bleu_rows(hypotheses, references, by_sentence))})
        chrf.append({"name": name, "scores": list(chrf_rows(hypotheses, references, by_sentence))})
    write("bleu.json", bleu)
    write("chrf.json", chrf)


if __name__ == "__main__":
    main()
