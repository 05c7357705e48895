#!/usr/bin/env python3
"""Compares the intervals and paired tests of `s2s evaluate` with sacreBLEU's, digit by digit.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install sacrebleu==2.6.0 'numpy>=2,<3'
    /tmp/venv/bin/python Recipes/metrics/compare_significance.py PATH/TO/s2s DATA

DATA holds multi30k/test_2016_flickr.{de,en}; systems are made from the references by damaging them at
several rates. Generated lines come from the script of the golden tests. Every line of output that
differs is printed; the exit code is 1 if there is one.

sacreBLEU under NumPy 1 differs in the last digits; it scores resamples in double precision there.
"""

import argparse
import contextlib
import io
import itertools
import os
import pathlib
import random
import subprocess
import sys
import tempfile
from argparse import Namespace

import numpy
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest
from sacrebleu.utils import Color, print_results_table

import common
import make_golden

METRICS = {"bleu": lambda: BLEU(force=True), "chrf": lambda: CHRF(), "ter": lambda: TER()}
SEEDS = (12345, 1, 2**40 + 1)
DECIMALS = (1, 6)


# The command's words, in one place.

def single_command(s2s, metric, references, hypotheses, samples, seed, decimals):
    return [s2s, "evaluate", metric, *options(references), "--confidence", "--samples", str(samples),
            "--resampling-seed", str(seed), "--decimals", str(decimals), hypotheses]


def paired_command(s2s, metrics, references, systems, method, samples, seed, decimals):
    name = {"bs": "--paired-bootstrap", "ar": "--paired-randomization"}[method]
    return [s2s, "evaluate", ",".join(metrics), *options(references), name, "--samples", str(samples),
            "--resampling-seed", str(seed), "--decimals", str(decimals), *systems]


def options(references):
    return sum((["-r", path] for path in references), [])


def damaged(rng, lines, rate):
    return [make_golden.perturbed(rng, line, rate) for line in lines]


def corpora(data):
    """Names, systems (the baseline first) and references."""
    rng = random.Random(20261126)
    english = common.read(data / "multi30k/test_2016_flickr.en")
    german = common.read(data / "multi30k/test_2016_flickr.de")
    rates = (0.3, 0.28, 0.35, 0.7)
    for name, lines in (("multi30k en", english), ("multi30k de", german)):
        for count in (10, 97, len(lines)):
            yield f"{name}, {count} lines", [damaged(rng, lines[:count], r) for r in rates], [lines[:count]]
    yield ("multi30k en, two references", [damaged(rng, english, r) for r in rates],
           [english, damaged(rng, english, 0.3)])
    lines = [make_golden.line_of_words(rng, 0, 30) for _ in range(2000)]
    yield "generated", [damaged(rng, lines, r) for r in rates], [lines]


def sacrebleu_line(metric, hypotheses, references, samples, seed, decimals):
    os.environ["SACREBLEU_SEED"] = str(seed)
    instance = METRICS[metric]()
    score = instance.corpus_score(hypotheses, references, n_bootstrap=samples)
    return score.format(width=decimals, signature=str(instance.get_signature()))


def sacrebleu_table(metrics, names, systems, references, method, samples, seed):
    """The table for each number of decimals, and the signatures."""
    os.environ["SACREBLEU_SEED"] = str(seed)
    named = [(f"Baseline: {name}" if i == 0 else name, lines)
             for i, (name, lines) in enumerate(zip(names, systems))]
    signatures, results = PairedTest(named, {m: METRICS[m]() for m in metrics}, references,
                                     test_type=method, n_samples=samples)()
    tables = []
    for decimals in DECIMALS:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            print_results_table({k: list(v) for k, v in results.items()}, {}, Namespace(
                format="text", width=decimals, paired_bs=method == "bs", paired_ar=method == "ar",
                paired_bs_n=samples, paired_ar_n=samples))
        tables.append(output.getvalue().split("\n\n")[0])
    return tables, [str(signature) for signature in signatures.values()]


def run(command):
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    return result.stdout if result.returncode == 0 else f"exit code {result.returncode}: {result.stderr}"


class Report:
    def __init__(self):
        self.compared = self.differing = 0

    def compare(self, where, ours, theirs):
        ours, theirs = ours.rstrip("\n").split("\n"), theirs.rstrip("\n").split("\n")
        for left, right in itertools.zip_longest(ours, theirs, fillvalue=""):
            self.compared += 1
            if left != right:
                self.differing += 1
                print(f"{where}\n  s2s       {left}\n  sacreBLEU {right}")


def compare_corpus(report, s2s, folder, name, systems, references):
    paths = []
    for kind, texts in (("system", systems), ("reference", references)):
        for index, lines in enumerate(texts):
            path = folder / f"{kind}{index}.txt"
            path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
            paths.append(str(path))
    system_paths, reference_paths = paths[:len(systems)], paths[len(systems):]
    for metric, seed, samples in itertools.product(METRICS, SEEDS, (2, 39, 1000)):
        theirs = [sacrebleu_line(metric, systems[0], references, samples, seed, d) for d in DECIMALS]
        for decimals, line in zip(DECIMALS, theirs):
            command = single_command(s2s, metric, reference_paths, system_paths[0], samples, seed, decimals)
            report.compare(f"{name}: {metric}, {samples} samples, seed {seed}", run(command), line)
    for (method, samples), seed in itertools.product(
            (("bs", 100), ("bs", 1000), ("ar", 128), ("ar", 10000)), SEEDS):
        tables, signatures = sacrebleu_table(
            METRICS, system_paths, systems, references, method, samples, seed)
        for decimals, table in zip(DECIMALS, tables):
            command = paired_command(
                s2s, METRICS, reference_paths, system_paths, method, samples, seed, decimals)
            ours = run(command)
            where = f"{name}: {method}, {samples} samples, seed {seed}"
            report.compare(where, ours.split("\n\n")[0], table)
            for signature in signatures:
                report.compare(where, signature if signature in ours else ours, signature)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("s2s", help="the built command")
    parser.add_argument("data", type=pathlib.Path)
    arguments = parser.parse_args()
    assert numpy.__version__.startswith("2."), "NumPy 1 gives other last digits"
    Color.ENABLE_COLORS = False
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        for name, systems, references in corpora(arguments.data):
            compare_corpus(report, arguments.s2s, pathlib.Path(folder), name, systems, references)
            print(f"{name}: done", file=sys.stderr)
    print(f"{report.compared} lines compared, {report.differing} differ")
    sys.exit(1 if report.differing else 0)


if __name__ == "__main__":
    main()
