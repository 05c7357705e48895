#!/usr/bin/env python3
"""Compares `s2s evaluate bleu` and `s2s evaluate chrf` with sacreBLEU, option by option.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install sacrebleu==2.6.0
    /tmp/venv/bin/python Recipes/metrics/compare_sacrebleu.py PATH/TO/s2s DATA [--only NAME]

DATA holds multi30k/test_2016_flickr.{de,en} and small-enja/dev.ja; hypotheses are made from the
references by damaging them at several rates. Generated lines with odd Unicode come from the script of
the golden tests. Every line of output that differs is printed; the exit code is 1 if there is one.

sacreBLEU's command reads lines without the white space at their end, and so does this. Where there are
several references, an empty line is given to sacreBLEU as None: a reference that is not there.
"""

import itertools
import random

from sacrebleu.metrics import BLEU, CHRF

import common
import make_golden

SMOOTHING = [("exp", None), ("none", None), ("floor", None), ("floor", 0.5), ("add-k", None), ("add-k", 0.3)]
ORDERS = [(6, 0), (6, 2), (1, 0), (4, 1), (0, 2), (8, 4)]


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
            line = common.odd_scalars(rng)
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
        else:
            hypotheses.append(common.garbled(rng, line))
    return hypotheses, references


def corpora(data):
    """Names, hypotheses and references."""
    rng = random.Random(20261126)
    english, german, japanese = common.read_texts(data)
    for rate in (0.1, 0.4, 0.8):
        yield f"multi30k en, rate {rate}", damaged(rng, english, rate), [english]
    yield "multi30k de, rate 0.3", damaged(rng, german, 0.3), [german]
    yield "multi30k en, 3 references", damaged(rng, english, 0.3), [damaged(rng, english, 0.3) for _ in range(3)]
    yield "small-enja ja", damaged(rng, japanese, 0.3), [japanese]
    yield "small-enja ja, without spaces", *common.without_spaces(rng, japanese)
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


class Comparison(common.Comparison):
    DECIMALS = 8
    PEER = "sacreBLEU"

    def compare(self, name, hypotheses, references):
        """The score of the corpus with all options, that of each line with those at every tenth place."""
        hypotheses, references = self.take(hypotheses, references)
        for metric, runs in ("bleu", bleu_runs), ("chrf", chrf_runs):
            for index, (options, reference) in enumerate(runs(references)):
                score = reference.corpus_score(hypotheses, None)
                theirs = score.format(width=self.DECIMALS, signature=str(reference.get_signature()))
                self.check(name, options, self.run(metric, options), [theirs])
                if index % 10 == 0:
                    options = options + ["--sentence"]
                    theirs = self.sentence_scores(reference, hypotheses, references)
                    self.check(name, options, self.run(metric, options), theirs)
            print(f"{name}, {metric}: {self.compared} lines compared so far, {self.differing} differ", flush=True)

    def sentence_scores(self, metric, hypotheses, references):
        # A metric tells the references of what it scored last; those of the corpus are wanted again.
        count = metric.num_refs
        metric.effective_order = True  # as sacreBLEU's command has it for sentences
        scores = [metric.sentence_score(hypothesis, lines).score
                  for hypothesis, *lines in zip(hypotheses, *references)]
        metric.effective_order, metric.num_refs = False, count
        return [f"{score:.{self.DECIMALS}f}" for score in scores]


if __name__ == "__main__":
    common.main(__doc__, Comparison, corpora)
