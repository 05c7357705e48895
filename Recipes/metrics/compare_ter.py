#!/usr/bin/env python3
"""Compares `s2s evaluate ter` with sacreBLEU and `s2s evaluate wer` with jiwer, option by option.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install sacrebleu==2.6.0 jiwer==4.0.0
    /tmp/venv/bin/python Recipes/metrics/compare_ter.py PATH/TO/s2s DATA [--only NAME]

DATA holds multi30k/test_2016_flickr.{de,en} and small-enja/dev.ja; hypotheses are made from the
references by damaging them at several rates, with blocks of words moved. Generated lines with odd
Unicode come from the scripts of the golden tests. Every line of output that differs is printed; the
exit code is 1 if there is one. sacreBLEU takes most of the time, about half an hour.

sacreBLEU's command reads lines without the white space at their end, and so does this.
"""

import itertools
import random
import time

import jiwer
from sacrebleu.metrics import TER

import common
import make_golden
import make_golden_ter

# A corpus that keeps sacreBLEU busy for minutes: with the first and the last options alone. Of long
# lines rapidfuzz takes another alignment with as few errors, so that with jiwer the rates are compared.
LONG_LINES = "long lines"


def damaged(rng, lines, rate):
    return [make_golden_ter.moved(rng, line, rate) for line in lines]


def generated(rng, count):
    """Pairs of lines: words, a few words that occur often, odd scalars, empty lines."""
    references = []
    for index in range(count):
        if index % 50 == 2:
            line = " ".join(rng.choice("abcd") for _ in range(rng.randint(0, 30)))
        elif index % 4 == 0:
            line = make_golden.line_of_words(rng, 0, 40)
        elif index % 4 == 1:
            line = common.odd_scalars(rng)
        else:
            line = make_golden.odd_line(rng)
        references.append(line.replace("\n", " ").replace("\r", " "))
    hypotheses = []
    for index, line in enumerate(references):
        draw = rng.random()
        if draw < 0.05:
            hypotheses.append("")
        elif draw < 0.1:  # another line, of another length
            hypotheses.append(references[rng.randrange(index + 1)])
        elif draw < 0.8:
            hypotheses.append(make_golden_ter.moved(rng, line, 0.3))
        else:
            hypotheses.append(common.garbled(rng, line))
    return hypotheses, references


def corpora(data):
    """Names, hypotheses and references."""
    rng = random.Random(20261127)
    english, german, japanese = common.read_texts(data)
    for rate in (0.1, 0.3, 0.7):
        yield f"multi30k en, rate {rate}", damaged(rng, english, rate), [english]
    yield "multi30k de, rate 0.4", damaged(rng, german, 0.4), [german]
    yield "multi30k en, 3 references", damaged(rng, english, 0.4), [
        damaged(rng, english, 0.3) for _ in range(3)]
    yield "small-enja ja", damaged(rng, japanese, 0.4), [japanese]
    yield "small-enja ja, without spaces", *common.without_spaces(rng, japanese)
    hypotheses, references = generated(rng, 2_000)
    yield "generated", hypotheses, [references]
    yield "generated, 2 references", hypotheses[::4], [
        references[::4], damaged(rng, references[::4], 0.5)]
    long = [" ".join(rng.choice(make_golden.WORDS) for _ in range(rng.randint(100, 1_000)))
            for _ in range(8)]
    yield LONG_LINES, damaged(rng, long, 0.2) + long[:2], [long + long[-2:]]


def ter_runs():
    """Options of the command, and the metric that they mean."""
    for flags in itertools.product((False, True), repeat=4):
        names = ("--ter-normalized", "--no-punctuation", "--ter-asian", "--case-sensitive")
        yield [name for name, isOn in zip(names, flags) if isOn], TER(*flags)


def wer_runs():
    for unit, lowercase, removes in itertools.product(
            ("word", "character"), (False, True), (False, True)):
        options = []
        steps = []
        if lowercase:
            options.append("--lowercase")
            steps.append(jiwer.ToLowerCase())
        if removes:
            options.append("--no-punctuation")
            steps.append(jiwer.RemovePunctuation())
        if unit == "word":
            steps.append(make_golden_ter.Words())
        else:
            steps += [jiwer.Strip(), jiwer.ReduceToListOfListOfChars()]
        yield options, (lowercase, removes, unit, jiwer.Compose(steps))


class Comparison(common.Comparison):
    DECIMALS = 10
    PEER = "Python"

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.seconds = {"s2s": 0.0, "Python": 0.0}

    def timed(self, who, action, *arguments):
        start = time.perf_counter()
        result = action(*arguments)
        self.seconds[who] += time.perf_counter() - start
        return result

    def ter_lines(self, metric, hypotheses, references):
        """sacreBLEU's line for the corpus, and for each of its segments."""
        segments = metric._extract_corpus_statistics(hypotheses, references)
        signature = str(metric.get_signature())
        score = metric._aggregate_and_compute(segments).format(width=self.DECIMALS, signature=signature)
        return score, [
            f"{metric._compute_score_from_stats(segment).score:.{self.DECIMALS}f}" for segment in segments]

    def wer_line(self, options, hypotheses, references):
        """jiwer's figures, as a line of s2s."""
        lowercase, removes, unit, transform = options
        output = jiwer.process_words(references, hypotheses, transform, transform)
        length = output.hits + output.substitutions + output.deletions
        name = {"word": "WER", "character": "CER"}[unit]
        signature = "|".join([
            "nrefs:1", f"case:{'lc' if lowercase else 'mixed'}", f"punct:{'no' if removes else 'yes'}",
            f"unit:{unit}", "version:s2s.1"])
        return (f"{name}|{signature} = {100 * output.wer:.{self.DECIMALS}f} (sub = {output.substitutions} "
                f"del = {output.deletions} ins = {output.insertions} correct = {output.hits} "
                f"ref_len = {length})")

    def compare(self, name, hypotheses, references):
        hypotheses, references = self.take(hypotheses, references)
        runs = list(ter_runs())
        for options, metric in runs[::len(runs) - 1] if name == LONG_LINES else runs:
            score, segments = self.timed("Python", self.ter_lines, metric, hypotheses, references)
            self.check(name, options, self.timed("s2s", self.run, "ter", options), [score])
            options = options + ["--sentence"]
            self.check(name, options, self.run("ter", options), segments)
        if len(references) == 1:
            for options, arguments in wer_runs():
                line = self.wer_line(arguments, hypotheses, references[0])
                ours = self.run({"word": "wer", "character": "cer"}[arguments[2]], options)
                if name == LONG_LINES:
                    line, ours = line.split(" (")[0], [our.split(" (")[0] for our in ours]
                self.check(name, options, ours, [line])
        print(f"{name}: {self.compared} lines compared so far, {self.differing} differ; TER of "
              f"corpora {self.seconds['s2s']:.1f} s, in Python {self.seconds['Python']:.1f} s", flush=True)


if __name__ == "__main__":
    common.main(__doc__, Comparison, corpora)
