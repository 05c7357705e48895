#!/usr/bin/env python3
"""Compares `s2s evaluate bleu` and `s2s evaluate chrf` with sacreBLEU, option by option.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install sacrebleu==2.6.0
    /tmp/venv/bin/python Recipes/metrics/compare_sacrebleu.py PATH/TO/s2s DATA

DATA holds multi30k/test_2016_flickr.{de,en} and small-enja/dev.ja; hypotheses are made from the
references by damaging them at several rates. Generated lines with odd Unicode come from the script of
the golden tests. Every line of output that differs is printed; the exit code is 1 if there is one.

sacreBLEU's command reads lines without the white space at their end, and so does this. Where there are
several references, an empty line is given to sacreBLEU as None: a reference that is not there.
"""

import argparse
import itertools
import pathlib
import random
import subprocess
import sys
import tempfile
import unicodedata

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/MetricsTests/Golden"))
import make_golden  # noqa: E402

DECIMALS = 8
SMOOTHING = [("exp", None), ("none", None), ("floor", None), ("floor", 0.5), ("add-k", None), ("add-k", 0.3)]
ORDERS = [(6, 0), (6, 2), (1, 0), (4, 1), (0, 2), (8, 4)]

# Scalars that Python's own tables know; `regex` and Swift know younger ones too.
ASSIGNED = [chr(c) for c in range(0x110000)
            if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co") and chr(c) not in "\n\r"]


def read(path):
    return [line.rstrip() for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def damaged(rng, lines, rate):
    return [make_golden.perturbed(rng, line, rate) for line in lines]


def generated(rng, count):
    """Pairs of lines: words, odd scalars, empty lines, and lines of up to 20,000 words."""
    references = []
    for index in range(count):
        if index % 400 == 17:
            line = " ".join(rng.choice(make_golden.WORDS) for _ in range(rng.randint(2_000, 20_000)))
        elif index % 4 == 0:
            line = make_golden.line_of_words(rng, 0, 40)
        elif index % 4 == 1:
            line = "".join(rng.choice(ASSIGNED) for _ in range(rng.randint(0, 60)))
        else:
            line = make_golden.odd_line(rng)
        references.append(line.replace("\n", " ").replace("\r", " "))
    hypotheses = []
    for line in references:
        draw = rng.random()
        if draw < 0.05:
            hypotheses.append("")
        elif draw < 0.5:
            hypotheses.append(make_golden.perturbed(rng, line, 0.3))
        else:  # scalars lost, doubled or swapped
            hypotheses.append("".join(c * rng.choice((0, 1, 1, 1, 1, 2)) for c in line))
    return hypotheses, references


def corpora(data):
    """Names, hypotheses and references."""
    rng = random.Random(20261126)
    english = read(data / "multi30k/test_2016_flickr.en")
    german = read(data / "multi30k/test_2016_flickr.de")
    japanese = read(data / "small-enja/dev.ja")
    for rate in (0.1, 0.4, 0.8):
        yield f"multi30k en, rate {rate}", damaged(rng, english, rate), [english]
    yield "multi30k de, rate 0.3", damaged(rng, german, 0.3), [german]
    yield "multi30k en, 3 references", damaged(rng, english, 0.3), [damaged(rng, english, 0.3) for _ in range(3)]
    yield "small-enja ja", damaged(rng, japanese, 0.3), [japanese]
    joined = ["".join(line.split(" ")) for line in japanese]
    shorter = ["".join(c for c in line if rng.random() > 0.15) for line in joined]
    yield "small-enja ja, without spaces", shorter, [joined]
    hypotheses, references = generated(rng, 2_000)
    yield "generated", hypotheses, [references]
    yield "generated, 2 references", hypotheses, [references, damaged(rng, references, 0.5)]


def bleu_runs(references):
    """Options of the command, and the metric that they mean."""
    for tokenize, lowercase in itertools.product(("13a", "intl", "char", "zh", "none"), (False, True)):
        metric = BLEU(tokenize=tokenize, lowercase=lowercase, references=references, force=True)
        for method, value in SMOOTHING:
            # The references of a metric stay counted while its other parameters change.
            metric.smooth_method, metric.smooth_value = method, value
            options = ["--tokenize", tokenize, "--smooth", method]
            options += ["--smooth-value", str(value)] if value is not None else []
            options += ["--lowercase"] if lowercase else []
            yield options, metric


def chrf_runs(references):
    for lowercase, whitespace, (characters, words) in itertools.product((False, True), (False, True), ORDERS):
        metric = CHRF(char_order=characters, word_order=words, lowercase=lowercase, whitespace=whitespace,
                      references=references)
        for beta, eps in itertools.product((2, 1, 3) if characters == 6 else (2,), (False, True)):
            metric.beta, metric.eps_smoothing = beta, eps
            options = ["--chrf-characters", str(characters), "--chrf-words", str(words), "--chrf-beta", str(beta)]
            options += ["--lowercase"] if lowercase else []
            options += ["--chrf-whitespace"] if whitespace else []
            options += ["--chrf-epsilon"] if eps else []
            yield options, metric


def with_missing(references):
    """An empty line among several references is one that is not there."""
    if len(references) == 1:
        return references
    return [[line if line or not any(lines) else None for line, lines in zip(reference, zip(*references))]
            for reference in references]


class Comparison:
    def __init__(self, s2s, folder):
        self.s2s, self.folder = s2s, pathlib.Path(folder)
        self.compared = self.differing = 0

    def write(self, name, lines):
        path = self.folder / name
        path.write_bytes("".join(line + "\n" for line in lines).encode())
        return str(path)

    def run(self, metric, options, hypotheses, references):
        command = [self.s2s, "evaluate", metric, *options, "--decimals", str(DECIMALS)]
        command += [x for reference in references for x in ("-r", reference)] + [hypotheses]
        result = subprocess.run(command, capture_output=True)
        if result.returncode != 0:
            return [f"exit code {result.returncode}: {result.stderr.decode().strip()}"]
        return result.stdout.decode().split("\n")[:-1]

    def check(self, name, options, ours, theirs):
        self.compared += max(len(ours), len(theirs))
        for line, (our, their) in enumerate(itertools.zip_longest(ours, theirs), 1):
            if our != their:
                self.differing += 1
                print(f"{name}, {' '.join(options)}, line {line}:\n  s2s       {our}\n  sacreBLEU {their}")

    def compare(self, metric, runs, name, hypotheses, references):
        """The score of the corpus with all options, that of each line with those at every tenth place."""
        paths = [self.write("hypotheses", hypotheses)]
        paths += [self.write(f"references{n}", lines) for n, lines in enumerate(references)]
        hypotheses = [line.rstrip() for line in hypotheses]
        references = with_missing([[line.rstrip() for line in lines] for lines in references])
        for index, (options, reference) in enumerate(runs(references)):
            score = reference.corpus_score(hypotheses, None)
            theirs = score.format(width=DECIMALS, signature=str(reference.get_signature()))
            self.check(name, options, self.run(metric, options, paths[0], paths[1:]), [theirs])
            if index % 10 != 0:
                continue
            # A metric tells the references of what it scored last; those of the corpus are wanted again.
            count = reference.num_refs
            reference.effective_order = True  # as sacreBLEU's command has it for sentences
            theirs = []
            for hypothesis, *lines in zip(hypotheses, *references):
                score = reference.sentence_score(hypothesis, lines)
                theirs.append(f"{score.score:.{DECIMALS}f}")
            reference.effective_order, reference.num_refs = False, count
            options = options + ["--sentence"]
            self.check(name, options, self.run(metric, options, paths[0], paths[1:]), theirs)
        print(f"{name}, {metric}: {self.compared} lines compared so far, {self.differing} differ", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("s2s", help="the built command")
    parser.add_argument("data", type=pathlib.Path, help="the folder of multi30k and small-enja")
    arguments = parser.parse_args()
    assert sacrebleu.__version__ == "2.6.0", "s2s equals sacreBLEU 2.6.0"
    with tempfile.TemporaryDirectory() as folder:
        comparison = Comparison(arguments.s2s, folder)
        for name, hypotheses, references in corpora(arguments.data):
            comparison.compare("bleu", bleu_runs, name, hypotheses, references)
            comparison.compare("chrf", chrf_runs, name, hypotheses, references)
    sys.exit(1 if comparison.differing else 0)


if __name__ == "__main__":
    main()
