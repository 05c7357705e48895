#!/usr/bin/env python3
"""Times `s2s evaluate` beside sacreBLEU: whole processes and metrics alone, alternating, and memory.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install sacrebleu==2.6.0
    /tmp/venv/bin/python Recipes/metrics/speed.py PATH/TO/s2s REFERENCE [--lines 1000 100000] [--runs 5]

REFERENCE is a text of a line a sentence, such as multi30k's test_2016_flickr.en. References are its lines,
over and over, each time damaged anew so that no two are alike; hypotheses are damaged references. Printed
are seconds as min / median / max of the runs, the ratio of each pair of runs, and peak memory.
"""

import argparse
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/MetricsTests/Golden"))
import make_golden  # noqa: E402

METRICS = {"bleu": ["bleu"], "chrf": ["chrf"], "chrf++": ["chrf", "--chrf-word-order", "2"], "ter": ["ter"]}
ALONE = """
import sys, time
from sacrebleu.metrics import BLEU, CHRF, TER
metric = {"bleu": lambda: BLEU(force=True), "chrf": CHRF, "chrf++": lambda: CHRF(word_order=2), "ter": TER}[sys.argv[1]]()
hypotheses, references = ([line.rstrip() for line in open(path, encoding="utf-8")] for path in sys.argv[2:])
start = time.perf_counter()
metric.corpus_score(hypotheses, [references])
print(time.perf_counter() - start)
"""


def measured(command):
    """Seconds, peak memory in MB, and what the process wrote."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, output
    return time.perf_counter() - start, usage.ru_maxrss / 1024, output


def row(name, ours, theirs):
    def summary(values):
        return " / ".join(f"{v:.3f}" for v in (min(values), statistics.median(values), max(values)))
    ratios = [b / a for a, b in zip(ours, theirs)]
    print(f"  {name:14} s2s {summary(ours)}   sacreBLEU {summary(theirs)}   times faster "
          + " / ".join(f"{r:.1f}" for r in (min(ratios), statistics.median(ratios), max(ratios))), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("s2s")
    parser.add_argument("reference", type=pathlib.Path)
    parser.add_argument("--lines", type=int, nargs="*", default=[1000, 100_000])
    parser.add_argument("--metrics", nargs="*", default=["bleu", "chrf", "chrf++", "ter"])
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    text = arguments.reference.read_text(encoding="utf-8").split("\n")[:-1]
    sacrebleu = str(pathlib.Path(sys.executable).parent / "sacrebleu")
    rng = random.Random(3)
    with tempfile.TemporaryDirectory() as folder:
        for count in arguments.lines:
            references = [text[i] if i < len(text) else make_golden.perturbed(rng, text[i % len(text)], 0.1)
                          for i in range(count)]
            hypotheses = [make_golden.perturbed(rng, line, 0.3) for line in references]
            paths = []
            for name, lines in (("hypotheses", hypotheses), ("references", references)):
                path = pathlib.Path(folder) / name
                path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
                paths.append(str(path))
            for metric in arguments.metrics:
                print(f"{metric}, {count} lines")
                whole, alone, memory = ([], []), ([], []), ([], [])
                for _ in range(arguments.runs):
                    seconds, peak, output = measured(
                        [arguments.s2s, "evaluate", metric, "-r", paths[1], paths[0], "--timing"])
                    whole[0].append(seconds)
                    memory[0].append(peak)
                    alone[0].append(count / float(re.search(r", ([0-9.]+) lines/s", output)[1]))
                    seconds, peak, _ = measured([sacrebleu, paths[1], "-i", paths[0], "-m", *METRICS[metric]])
                    whole[1].append(seconds)
                    memory[1].append(peak)
                    alone[1].append(float(measured([sys.executable, "-c", ALONE, metric, *paths])[2]))
                row("whole process", *whole)
                row("metric alone", *alone)
                print(f"  peak memory    s2s {max(memory[0]):.0f} MB   sacreBLEU {max(memory[1]):.0f} MB")


if __name__ == "__main__":
    main()
