"""The cases of compare.py: what runs on each side, and what is read from what it prints."""

from __future__ import annotations

import os
import pathlib
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import common
from common import ROOT, THREADS, Missing, measured, needed

Figures = dict[str, float]
# What is compared, and which of two is the better one. Other figures are printed without a ratio.
BETTER = {"tokens/s": "more", "sentences/s": "more", "sentences/s with loading": "more", "lines/s": "more",
          "seconds": "less", "peak MiB": "less"}


@dataclass(frozen=True)
class Place:
    """Where everything lies."""

    s2s: pathlib.Path
    peers: pathlib.Path
    scripts: pathlib.Path
    data: pathlib.Path
    model: pathlib.Path | None
    compute_types: list[str]
    pairs: int
    folder: pathlib.Path  # for what is needed for a while

    @property
    def test(self) -> pathlib.Path:
        return self.data / "multi30k/test_2016_flickr.de"

    @property
    def references(self) -> pathlib.Path:
        return self.data / "multi30k/test_2016_flickr.en"

    def python(self, environment: str) -> pathlib.Path:
        return self.peers / environment / "bin/python"

    def needs_model(self) -> pathlib.Path:
        if self.model is None:
            raise Missing("a model is needed; name it with --model")
        return self.model


@dataclass(frozen=True)
class Contest:
    """Two sides whose figures are compared. `pairs` counts where the case has a number of its own."""

    name: str
    peer: str
    how: str
    ours: Callable[[], Figures]
    theirs: Callable[[], Figures] | None
    pairs: int | None = None


def number(pattern: str, text: str) -> float:
    """The number that a program printed."""
    if found := re.search(pattern, text):
        return float(found[1].replace(",", ""))
    raise common.Failure(f"nothing like '{pattern}' in what the peer printed: {text.strip()[-300:]!r}")


# Training

def training(size: str) -> Callable[[Place], Iterable[Callable[[], Contest]]]:
    """A case that trains model S or M for a minute or so."""
    updates, steps = {"S": (130, 16), "M": (60, 12)}[size]
    larger = {"model.embeddingSize": 512, "model.encoderLayers": 2, "model.decoderLayers": 2}

    def contest(place: Place) -> Contest:
        python, script = place.python("torch"), place.scripts / "pytorch/s2s_torch.py"
        needed(python, script, place.peers / "data/train.spm.de", place.data / "multi30k/train.de")
        values = common.AS_PEERS_TRAIN | {"training.updates": updates} | (larger if size == "M" else {})

        def ours() -> Figures:
            run = common.train(place.s2s, ROOT / "Recipes/multi30k-de-en.yaml", values, place.data)
            return {"tokens/s": run.tokens_per_second, "peak MiB": run.mebibytes}

        def theirs() -> Figures:
            run = measured(
                [python, script, "speed", "--size", size, "--steps", str(steps), "--threads", str(THREADS)],
                cwd=place.peers, environment={"OMP_NUM_THREADS": str(THREADS)})
            return {"tokens/s": number(r"([\d.,]+) target tokens/s", run.output), "peak MiB": run.mebibytes}

        return Contest(
            f"train-{size.lower()}", "PyTorch",
            f"target tokens and end marks a second after {common.WARM_UP} updates; our memory includes learning "
            "the subwords and one validation", ours, theirs)

    return lambda place: [lambda: contest(place)]


def sacrebleu(place: Place, references: pathlib.Path, hypotheses: pathlib.Path) -> list:
    """The command that prints BLEU; --force only keeps it from remarking on damaged text."""
    return [place.python("tools"), "-m", "sacrebleu", references, "-i", hypotheses, "-m", "bleu", "-b", "-w", "2",
            "--force"]


# Decoding

def bleu(place: Place, hypotheses: pathlib.Path, count: int) -> float:
    """BLEU of the first lines of the test set, as sacreBLEU computes it."""
    references = place.folder / f"references.{count}"
    references.write_text("\n".join(common.lines_of(place.references)[:count]) + "\n", encoding="utf-8")
    return float(measured(sacrebleu(place, references, hypotheses)).output)


def words(path: pathlib.Path) -> float:
    """Words a line: the longer the output, the more work it was."""
    return statistics.mean(len(line.split()) for line in common.lines_of(path))


def conversation(command: list[str], lines: list[str]) -> tuple[float, list[float], list[str]]:
    """Sends a line, waits for its answer, sends the next: seconds in all, seconds each, answers."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        each, answers = [], []
        for line in lines:
            sent = time.perf_counter()
            try:
                process.stdin.write(line.encode() + b"\n")
                process.stdin.flush()
            except BrokenPipeError:
                break
            answers.append(process.stdout.readline().decode().removesuffix("\n"))
            each.append(time.perf_counter() - sent)
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass
        errors = process.stderr.read().decode()
        code = process.wait()
        seconds = time.perf_counter() - start
    if code != 0:
        raise common.Failure(f"{command[0]} translate ended with exit code {code}: {errors.strip()[-300:]}")
    return seconds, each, answers


def translated(place: Place, beam: int, batch: int, count: int) -> Figures:
    """Our figures on the first lines of the test set; at batch 1 a line is sent when the one before is answered."""
    source, output = place.folder / f"source.{count}", place.folder / "ours.txt"
    lines = common.lines_of(place.test)[:count]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = ["--model", str(place.needs_model()), "--beam", str(beam), "--batch", str(batch),
               "--threads", str(THREADS)]
    nothing = common.start_up(place.s2s, options)
    run = measured([place.s2s, "translate", *options, "--output", output, source])
    figures = {"sentences/s": count / (run.seconds - nothing), "sentences/s with loading": count / run.seconds}
    if batch == 1:
        both = figures["sentences/s"]
        seconds, each, answers = conversation([str(place.s2s), "translate", *options], lines)
        output.write_text("\n".join(answers) + "\n", encoding="utf-8")
        figures = {"sentences/s": count / (seconds - nothing), "sentences/s with loading": count / seconds,
                   "ms until the answer": 1000 * statistics.median(each), "sentences/s, two at once": both}
    return figures | {"peak MiB": run.mebibytes, "BLEU": bleu(place, output, count), "words a line": words(output)}


def newest(folder: pathlib.Path) -> pathlib.Path:
    """The checkpoint of the most steps."""
    found = {int(path.stem.rpartition("_")[2]): path for path in folder.glob("model_step_*.pt")}
    if not found:
        raise Missing(f"{folder} has no model_step_N.pt; install-peers.sh --train SECONDS makes one")
    return found[max(found)]


def translated_by_onmt(place: Place, beam: int, batch: int, count: int) -> Figures:
    """OpenNMT-py's figures; the seconds are its own, after loading."""
    model = newest(place.peers / "run/onmt_s")
    split = "test_2016_flickr" if count > 200 else "test_2016_flickr.200"
    pieces, output = place.folder / "onmt.spm", place.folder / "onmt.txt"
    run = measured(
        ["sh", place.scripts / "onmt/decode.sh", model, str(beam), str(batch), f"data/{split}.spm.de", pieces],
        cwd=place.peers, environment={"OMP_NUM_THREADS": str(THREADS)})
    seconds = number(r"Total translation time \(s\): ([\d.]+)", run.output)
    lines = ["".join(line.split(" ")).replace("\u2581", " ").strip() for line in common.lines_of(pieces)]
    output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"sentences/s": count / seconds, "sentences/s with loading": count / run.seconds,
            "peak MiB": number(r"maxrss=(\d+)MiB", run.output), "BLEU": bleu(place, output, count),
            "words a line": words(output)}


def translated_by_ct2(place: Place, compute_type: str, beam: int, batch: int) -> Figures:
    """CTranslate2's figures: the median of three passes in one process, of one pass at batch 1, after loading."""
    run = measured([place.python("tools"), place.scripts / "ct2/bench.py", "run/ct2/small", compute_type, str(beam),
                    str(batch), "1" if batch == 1 else "3"],
                   cwd=place.peers, environment={"OMP_NUM_THREADS": str(THREADS)})
    return {"sentences/s": number(r"([\d.]+) sent/s", run.output), "peak MiB": run.mebibytes}


def decoding(name: str, beam: int, batch: int,
             only: str | None = None) -> Callable[[Place], Iterable[Callable[[], Contest]]]:
    """A case against OpenNMT-py and CTranslate2; `only` is the one figure that it is about."""
    way = "a line at a time" if batch == 1 else f"beam {beam}, batch {batch}"

    def chosen(figures: Figures) -> Figures:
        return {only: figures[only]} if only else figures

    def against_onmt(place: Place) -> Contest:
        needed(place.python("onmt"), place.python("tools"), place.scripts / "onmt/decode.sh",
               place.peers / "data/test_2016_flickr.200.spm.de", place.test, place.references)
        place.needs_model()
        step = newest(place.peers / "run/onmt_s").stem
        count = 200 if batch == 1 else 1000
        return Contest(
            name, "OpenNMT-py",
            f"{way}, {count} lines; theirs by its own clock after loading ({step}), ours the process less one with "
            "nothing to translate",
            lambda: chosen(translated(place, beam, batch, count)),
            lambda: chosen(translated_by_onmt(place, beam, batch, count)))

    def against_ct2(place: Place, compute_type: str) -> Contest:
        needed(place.python("tools"), place.scripts / "ct2/bench.py", place.peers / "run/ct2/small/model.bin",
               place.test, place.references)
        place.needs_model()
        return Contest(
            name, f"CTranslate2 {compute_type}",
            f"{way}, 1000 lines; theirs after loading, an untrained Transformer of 4 layers of 256 that always makes "
            "14 pieces, ours the process less one with nothing to translate",
            lambda: chosen(translated(place, beam, batch, 1000)),
            lambda: chosen(translated_by_ct2(place, compute_type, beam, batch)))

    return lambda place: [lambda: against_onmt(place),
                          *(lambda kind=kind: against_ct2(place, kind) for kind in place.compute_types)]


# Text

def tokenizing(place: Place) -> Contest:
    """Subword numbers of 29,000 lines on one core."""
    python, script = place.python("tools"), place.scripts / "tokenizers/bench.py"
    text = place.data / "multi30k/train.de"
    needed(python, script, place.peers / "data/spm8k.model", text)
    command = [place.s2s, "tokenize", "--model", place.needs_model(), "--ids"]
    count = len(common.lines_of(text))
    core = max(os.sched_getaffinity(0))

    def ours() -> Figures:
        nothing = min(measured(command, core=core).seconds for _ in range(3))
        seconds = statistics.median(measured([*command, text], core=core).seconds for _ in range(3))
        return {"lines/s": count / (seconds - nothing)}

    def theirs() -> Figures:
        # The script goes on to things that take minutes; what is wanted comes first.
        with subprocess.Popen([python, script], cwd=place.peers, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True,
                              preexec_fn=lambda: os.sched_setaffinity(0, {core})) as process:
            said = ""
            for line in process.stdout:
                said += line
                if "list, num_threads=1" in line:
                    break
            process.terminate()
        return {"lines/s": number(r"list, num_threads=1 +([\d,.]+) lines/s", said)}

    return Contest("tokenizing", "sentencepiece",
                   "numbers of subwords on one core, the median of three passes; ours the process with its reading and "
                   "printing less one with no text, theirs a call with all lines", ours, theirs)


def scoring(place: Place) -> Contest:
    """BLEU of 1,000 lines, whole processes."""
    needed(place.python("tools"), place.references)
    hypotheses = place.folder / "damaged"
    lines = [" ".join([*line.split()[:-1], "thing", "."]) for line in common.lines_of(place.references)]
    hypotheses.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def ours() -> Figures:
        run = measured([place.s2s, "evaluate", "bleu", "-r", place.references, hypotheses, "--score-only",
                        "--decimals", "2"])
        return {"seconds": run.seconds, "peak MiB": run.mebibytes, "BLEU": float(run.output)}

    def theirs() -> Figures:
        run = measured(sacrebleu(place, place.references, hypotheses))
        return {"seconds": run.seconds, "peak MiB": run.mebibytes, "BLEU": float(run.output)}

    return Contest("score", "sacreBLEU", f"BLEU of {len(lines)} lines, the whole process", ours, theirs)


# Other

def startup(place: Place) -> Contest:
    """From the start of the process to the first translated line."""
    needed(place.test)
    command = [str(place.s2s), "translate", "--model", str(place.needs_model()), "--threads", str(THREADS)]
    line = common.lines_of(place.test)[0].encode() + b"\n"

    def ours() -> Figures:
        start = time.perf_counter()
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdin.write(line)
            process.stdin.flush()
            answer = process.stdout.readline()
            seconds = time.perf_counter() - start
            process.stdin.close()
            errors = process.stderr.read().decode()
        if process.returncode != 0 or not answer:
            raise common.Failure(f"s2s translate ended with exit code {process.returncode}: {errors.strip()[-300:]}")
        return {"ms": 1000 * seconds}

    return Contest("startup", "", "from the start of the process to the first translated line", ours, None, 20)


def forward(place: Place) -> dict:
    """The captioner's network; the script alternates by itself and prints its figures."""
    python, script = place.python("torch"), ROOT / "Recipes/benchmarks/pytorch.py"
    needed(python, script)
    run = measured([python, script, place.s2s, str(place.pairs), "3", "forward"],
                   environment={"OMP_NUM_THREADS": str(THREADS)})
    print("forward against PyTorch:", *("  " + line for line in run.output.splitlines()), sep="\n", flush=True)
    found: dict[str, dict] = {"ours": {}, "theirs": {}, "ratios": {}}
    part = ""
    for line in run.output.splitlines():
        if not line.startswith(" "):
            part = line
        elif spread := re.match(r" +(.+): ([\d.]+) \(([\d.]+)–([\d.]+)\)(?: (.*))?", line):
            values = [float(spread[n]) for n in (3, 2, 4)]
            key = f"{part}, {spread[5]}" if spread[5] else part
            if spread[1] == "ours":
                found["ours"][key] = values
            elif spread[1].startswith("PyTorch"):
                found["theirs"][f"{key}, {spread[1]}"] = values
            else:
                # Two lines of ratios a part: by the clock, then by processor time.
                found["ratios"][key if key not in found["ratios"] else f"{key}, processor time"] = values
    if not found["ratios"]:
        raise common.Failure(f"{script} printed no ratios: {run.output.strip()[-300:]}")
    return {"case": "forward", "peer": "PyTorch", **found}


CASES: dict[str, Callable[[Place], Iterable[Callable[[], Contest | dict]]]] = {
    "train-s": training("S"),
    "train-m": training("M"),
    "decode-b5-64": decoding("decode-b5-64", 5, 64),
    "decode-b1-64": decoding("decode-b1-64", 1, 64),
    "decode-b5-1": decoding("decode-b5-1", 5, 1),
    "decode-b1-1": decoding("decode-b1-1", 1, 1),
    "memory-translating": decoding("memory-translating", 5, 64, only="peak MiB"),
    "tokenizing": lambda place: [lambda: tokenizing(place)],
    "forward": lambda place: [lambda: forward(place)],
    "startup": lambda place: [lambda: startup(place)],
    "score": lambda place: [lambda: scoring(place)],
}
