#!/usr/bin/env python3
"""Measures how time and memory grow, and writes tables, plots and the page that shows them.

    Recipes/benchmarks/growth.py --s2s PATH/TO/s2s --out docs/growth [--model MODEL] [--repeats 3] CASE…

Cases: setup (against lines of the corpus), length (against the length of sentences), beam (against hypotheses
kept), vocabulary (against subwords). Each writes FOLDER/CASE.csv, .md (the table) and .svg; then FOLDER.md,
the page, is put together from all that are in FOLDER. Text is synthetic (synthetic.py), but for beam: the
lines of Corpora/everyday.de-en.tsv, or --lines, translated by --model or by the model that ships. Each point is
the median of the repeats, but 10,000,000 lines are measured once; those need 6 GB in $TMPDIR.

The exit code is 1 if a case failed.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import common
from common import ROOT, THREADS, Failure, measured, needed
from plot import Panel, plot

LARGE = 10_000_000
INTRODUCTION = """# Growth

How time and memory grow with the size of the task, measured by `Recipes/benchmarks/growth.py`, which wrote this page:
medians of repeated runs, lowest and highest in brackets; single figures were measured once. Both axes of the plots are
logarithmic, so that a straight line as steep as the axes' units says "twice as much takes twice as long".
"""


@dataclass(frozen=True)
class Place:
    """Where everything lies."""

    s2s: pathlib.Path
    model: pathlib.Path | None
    lines: pathlib.Path | None
    folder: pathlib.Path  # for what is needed for a while


@dataclass(frozen=True)
class Case:
    """What grows, how it is measured, and what is measured: a quantity's name and, for the plot, its unit."""

    title: str
    across: str
    points: Sequence[int]
    quantities: dict[str, str]
    explanation: str
    prepare: Callable[[Place, Sequence[int]], Callable[[int], dict[str, float]]]
    used: Callable[[Place], str] | None = None  # model and text, where they may be other ones


# Text

def synthetic(place: Place, count: int) -> tuple[pathlib.Path, pathlib.Path]:
    """A corpus of so many lines: source and target. Only one is kept at a time, the largest take gigabytes."""
    script, prefix = ROOT / "Recipes/benchmarks/synthetic.py", place.folder / f"synthetic.{count}"
    needed(script)
    source, target = (prefix.with_name(f"{prefix.name}.{language}") for language in ("de", "en"))
    if not source.exists():
        for old in place.folder.glob("synthetic.*"):
            old.unlink()
        measured([sys.executable, script, str(count), prefix])
        needed(source, target)
    return source, target


def head(path: pathlib.Path, count: int) -> pathlib.Path:
    """A file with the first lines of another."""
    part = path.with_name("head." + path.name)
    with open(path, encoding="utf-8") as whole:
        part.write_text("".join(line for _, line in zip(range(count), whole)), encoding="utf-8")
    return part


def recipe(place: Place, source: pathlib.Path, target: pathlib.Path) -> pathlib.Path:
    """A recipe for the corpus, its first lines to validate by; all else as s2s has it."""
    path = place.folder / "growth.yaml"
    path.write_text(f"source: de\ntarget: en\ndata:\n  train:\n    - {{source: '{source}', target: '{target}'}}\n"
                    f"  dev:\n    - {{source: '{head(source, 10)}', target: '{head(target, 10)}'}}\n", encoding="utf-8")
    return path


# Training set-up

def until_started(command: Sequence[str], folder: pathlib.Path) -> tuple[float, float]:
    """Seconds until a training run has logged that it starts; peak MiB of the run."""
    log = folder / "log.jsonl"
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=said)
        seconds = None
        try:
            ended = 0
            while not ended:
                time.sleep(0.005 if seconds is None else 0.05)
                ended, status, usage = os.wait4(process.pid, os.WNOHANG)
                if seconds is None and log.exists() and b'"started"' in log.read_bytes():
                    seconds = time.perf_counter() - start
        except BaseException:
            process.kill()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read().decode(errors="replace").strip()
    if process.returncode != 0 or seconds is None:
        raise Failure(f"s2s train ended with exit code {process.returncode}: {output[-300:]}")
    return seconds, usage.ru_maxrss / 1024


def setup(place: Place, _: Sequence[int]) -> Callable[[int], dict[str, float]]:
    def measure(count: int) -> dict[str, float]:
        corpus = recipe(place, *synthetic(place, count))
        with tempfile.TemporaryDirectory(dir=place.folder) as run:
            folder = pathlib.Path(run) / "run"
            values = {"training.updates": 1, "training.validationLines": 1}
            seconds, peak = until_started(
                [str(place.s2s), "train", str(corpus), "--out", str(folder), "--threads", str(THREADS),
                 *common.settings(values)], folder)
        return {"seconds": seconds, "peak MiB": peak}
    return measure


# Decoding

def one_piece_words(place: Place, model: pathlib.Path, text: pathlib.Path) -> list[str]:
    """Words that the model reads as one subword each."""
    words = place.folder / "words.txt"
    found = list(dict.fromkeys(text.read_text(encoding="utf-8").split()))
    words.write_text("\n".join(found) + "\n", encoding="utf-8")
    pieces = measured([place.s2s, "tokenize", "--model", model, words]).output.splitlines()
    return [word for word, cut in zip(found, pieces) if len(cut.split(" ")) == 1]


def length(place: Place, points: Sequence[int]) -> Callable[[int], dict[str, float]]:
    source, target = synthetic(place, 5_000)
    run = place.folder / "length"
    values = {"training.updates": 20, "training.validationLines": 1, "training.maxLength": max(points) + 1}
    measured([place.s2s, "train", recipe(place, source, target), "--out", run, "--threads", str(THREADS),
              *common.settings(values)])
    model = run / "best"
    words = one_piece_words(place, model, source)[:10]
    if len(words) < 10:
        raise Failure("the synthetic text has fewer than ten words that are one subword")

    def measure(size: int) -> dict[str, float]:
        # Many short sentences or a few long ones: as many subwords in all, but never less than both threads' batches.
        count = max(32, 6_400 // size)
        sentence = " ".join(words[n % len(words)] for n in range(size))
        text = place.folder / "length.txt"
        text.write_text((sentence + "\n") * count, encoding="utf-8")
        description = json.loads((model / "model.json").read_text(encoding="utf-8"))
        description["search"] |= {"minLength": size, "maxLengthFactor": 0, "maxLengthOffset": size, "maxRepeats": 0,
                                 "pruning": 0}
        (model / "model.json").write_text(json.dumps(description), encoding="utf-8")
        options = ["--model", model, "--beam", "5", "--batch", "16", "--threads", str(THREADS)]
        nothing = common.start_up(place.s2s, options)
        output = place.folder / "length.out"
        took = measured([place.s2s, "translate", *options, "--output", output, text])
        return {"ms a sentence": 1000 * (took.seconds - nothing) / count, "peak MiB": took.mebibytes}
    return measure


EVERYDAY = ROOT / "Corpora/everyday.de-en.tsv"


def used_by_beam(place: Place) -> str:
    """Which model translates how many lines of what."""
    model = f"model {place.model.resolve().name}" if place.model else "the model that ships from de to en"
    text = place.lines or EVERYDAY
    return f"{model}, {len(common.lines_of(text)):,} lines of {text.name}"


def beam(place: Place, _: Sequence[int]) -> Callable[[int], dict[str, float]]:
    model = ["--model", place.model] if place.model else ["--src", "de", "--tgt", "en"]
    text = place.lines
    if text is None:
        text = place.folder / "everyday.de"
        pairs = common.lines_of(EVERYDAY)
        text.write_text("".join(pair.split("\t")[0] + "\n" for pair in pairs), encoding="utf-8")
    count = len(common.lines_of(text))

    def measure(size: int) -> dict[str, float]:
        options = [*model, "--beam", str(size), "--pruning", "0", "--threads", str(THREADS)]
        nothing = common.start_up(place.s2s, options)
        took = measured([place.s2s, "translate", *options, "--output", place.folder / "beam.out", text])
        return {"ms a sentence": 1000 * (took.seconds - nothing) / count, "peak MiB": took.mebibytes}
    return measure


# Training

def vocabulary(place: Place, _: Sequence[int]) -> Callable[[int], dict[str, float]]:
    corpus = recipe(place, *synthetic(place, 100_000))

    def measure(size: int) -> dict[str, float]:
        values = {"vocabulary.size": size, "training.updates": 200, "training.inputDropout": 0.3,
                  "training.outputDropout": 0.3}
        run = common.train(place.s2s, corpus, common.AS_PEERS_TRAIN | values)
        return {"tokens/s": run.tokens_per_second, "peak MiB": run.mebibytes}
    return measure


CASES = {
    "setup": Case(
        "Training set-up", "lines of the corpus", (10_000, 100_000, 1_000_000, LARGE),
        {"seconds": "seconds", "peak MiB": "peak memory, MiB"},
        "From the start of `s2s train` to its first update on a synthetic corpus: reading it, learning 8,000 joint "
        "subwords, planning batches; peak memory includes the first update.", setup),
    "length": Case(
        "Decoding, by length", "subwords of source and target", (10, 20, 50, 100, 200, 500, 1_000),
        {"ms a sentence": "milliseconds a sentence", "peak MiB": "peak memory, MiB"},
        "Beam 5, two threads with batches of 16. The same ten words are repeated until the source has the length, and the "
        "search may neither end before nor go on beyond it, so that what the model has learned (20 updates, sentences "
        "up to the greatest length allowed) plays no part. Without start-up.", length),
    "beam": Case(
        "Decoding, by beam", "hypotheses kept", (1, 2, 4, 8, 16, 32),
        {"ms a sentence": "milliseconds a sentence", "peak MiB": "peak memory, MiB"},
        "Lines of a text, two threads, the usual batches; no hypothesis is given up early. Without start-up. The model and "
        "the text stand above the table.", beam, used_by_beam),
    "vocabulary": Case(
        "Training, by vocabulary", "joint subwords", (4_000, 8_000, 16_000, 32_000, 64_000),
        {"tokens/s": "target tokens a second", "peak MiB": "peak memory, MiB"},
        "Model S (embeddings of 256, a layer of 256 units a direction, a decoder of 512) without tied tables on 100,000 "
        "synthetic lines, batches of 920 tokens. A larger vocabulary cuts the same text into fewer subwords.", vocabulary),
}


# What is written

def cell(values: Sequence[float]) -> str:
    return common.spread(values) if len(values) > 1 else common.figure(values[0])


def write(folder: pathlib.Path, name: str, case: Case, place: Place,
          found: dict[int, dict[str, list[float]]]) -> None:
    """The case's CSV, table and plot."""
    with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        parts = ("", " lowest", " highest")
        rows.writerow([case.across, *(f"{key}{part}" for key in case.quantities for part in parts)])
        for point, figures in found.items():
            rows.writerow([point, *(f"{take(figures[key]):.6g}" for key in case.quantities
                                    for take in (statistics.median, min, max))])
    made = [common.processor(), f"{THREADS} threads", datetime.date.today().isoformat()]
    if commit := common.commit():
        made.append(f"commit {commit}")
    if case.used:
        made.append(case.used(place))
    table = [f"{', '.join(made)}", "", f"| {case.across} | {' | '.join(case.quantities)} |",
             "|--:" * (1 + len(case.quantities)) + "|"]
    table += [f"| {point:,} | {' | '.join(cell(figures[key]) for key in case.quantities)} |"
              for point, figures in found.items()]
    (folder / f"{name}.md").write_text("\n".join(table) + "\n", encoding="utf-8")
    panels = [Panel(label, [statistics.median(figures[key]) for figures in found.values()])
              for key, label in case.quantities.items()]
    (folder / f"{name}.svg").write_text(plot(case.title, case.across, list(found), panels), encoding="utf-8")


def write_page(folder: pathlib.Path) -> None:
    """The page, of all cases whose tables are there."""
    parts = [INTRODUCTION]
    for name, case in CASES.items():
        table = folder / f"{name}.md"
        if table.exists():
            parts.append(f"## {case.title}\n\n{case.explanation}\n\n![{case.title}]({folder.name}/{name}.svg)\n\n"
                         + table.read_text(encoding="utf-8"))
    page = folder.with_name(folder.name + ".md")
    page.write_text("\n".join(parts), encoding="utf-8")
    common.remark(f"Written: {page}")


def measure(place: Place, case: Case, points: Sequence[int], repeats: int) -> dict[int, dict[str, list[float]]]:
    """Every point, the repeats of one after another; each is said as it comes."""
    take = case.prepare(place, points)
    found: dict[int, dict[str, list[float]]] = {}
    for point in points:
        figures: dict[str, list[float]] = {}
        for _ in range(1 if point >= LARGE else repeats):
            for key, value in take(point).items():
                figures.setdefault(key, []).append(value)
        found[point] = figures
        print(f"{case.title}, {point:,} {case.across}: "
              + ", ".join(f"{key} {cell(values)}" for key, values in figures.items()), flush=True)
    return found


def numbers(text: str) -> list[int]:
    """Positive numbers with commas between."""
    found = [int(part) for part in text.split(",")]
    if min(found) < 1:
        raise ValueError
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--s2s", type=pathlib.Path, required=True, help="the built command")
    parser.add_argument("--model", type=pathlib.Path, help="for beam: a model (else the one from de to en that ships)")
    parser.add_argument("--lines", type=pathlib.Path, help="for beam: a text in the model's source language")
    parser.add_argument("--out", type=pathlib.Path, required=True, metavar="FOLDER", help="where tables and plots go")
    parser.add_argument("--repeats", type=int, default=3, help="runs a point (3)")
    parser.add_argument("--points", type=numbers, help="other points than the usual ones, for one case: 10,20,50")
    parser.add_argument("cases", nargs="+", choices=["all", *CASES], metavar="CASE",
                        help="all, or some of " + ", ".join(CASES))
    given = parser.parse_args()
    names = list(CASES) if "all" in given.cases else list(dict.fromkeys(given.cases))
    if given.points and len(names) > 1:
        parser.error("--points goes with one case")
    if given.repeats < 1:
        parser.error("--repeats must be at least 1")
    for name in ("s2s", "model", "lines"):
        if (path := getattr(given, name)) is not None and not path.exists():
            parser.error(f"{path} is not there (--{name})")
    given.out.mkdir(parents=True, exist_ok=True)
    common.end_cleanly()
    common.warn_if_busy()
    failed = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            place = Place(given.s2s.resolve(), given.model, given.lines, pathlib.Path(folder))
            try:
                found = measure(place, CASES[name], sorted(set(given.points or CASES[name].points)), given.repeats)
            except (Failure, common.Missing) as problem:
                common.remark(f"{name}: {problem}")
                failed.append(name)
                continue
            write(given.out, name, CASES[name], place, found)
    if len(failed) < len(names):
        write_page(given.out)
    if failed:
        common.remark("Not measured: " + ", ".join(failed))
        sys.exit(1)


if __name__ == "__main__":
    main()
