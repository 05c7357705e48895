"""What the scripts of this folder share: running programs under measurement, training for speed, remarks.

Peak memory is the kernel's figure for the program and the children it waited for. It never reads less than what
the measuring script itself takes (some 15 MiB), which is why these scripts need the standard library alone.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
THREADS = 2

# The recipe multi30k-de-en trained as the peers train: no tied tables, no averaging, no subwords dropped, a
# batch of about the target tokens of their 64 sentences, and nothing translated on the way.
AS_PEERS_TRAIN = {
    "model.tying": "none", "training.batchTokens": 920, "training.subwordDropout": 0, "training.averageDecay": 0,
    "training.validationInterval": 100_000, "training.validationLines": 1, "training.schedule": "constant",
    "training.learningRate": 0.001, "training.clipNorm": 5,
}
# As many updates as the peer makes before it looks at the clock.
WARM_UP = 10


class Failure(Exception):
    """A program ended with an error, or did not print what was looked for."""


class Missing(Exception):
    """A peer, its data or a file is not there."""


@dataclass(frozen=True)
class Run:
    """What a program took and wrote."""

    seconds: float
    mebibytes: float
    output: str
    errors: str


def measured(command: Sequence[str | os.PathLike], *, cwd: pathlib.Path | None = None,
             environment: Mapping[str, str] | None = None, source: pathlib.Path | None = None,
             core: int | None = None) -> Run:
    """Runs a command to its end; `source` is its standard input, `core` the one processor it may use."""
    command = [str(part) for part in command]
    if core is not None and shutil.which("taskset"):
        command = ["taskset", "-c", str(core), *command]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, \
            open(source or os.devnull, "rb") as lines:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(environment or {})}, stdin=lines,
                                   stdout=output, stderr=errors)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        run = Run(seconds, usage.ru_maxrss / 1024, output.read().decode(errors="replace"),
                  errors.read().decode(errors="replace"))
    if process.returncode != 0:
        said = (run.errors.strip() or run.output.strip()).splitlines()[-3:]
        raise Failure(f"{' '.join(command[:4])} … ended with exit code {process.returncode}: {' / '.join(said)}")
    return run


def needed(*paths: pathlib.Path) -> None:
    """Stops a case whose files are not all there."""
    for path in paths:
        if not path.exists():
            raise Missing(f"{path} is not there")


def lines_of(path: pathlib.Path) -> list[str]:
    """The lines of a text, which end with LF alone."""
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def settings(values: Mapping[str, object]) -> list[str]:
    """Options of `s2s train` that set a recipe's keys."""
    return [part for key, value in values.items() for part in ("--set", f"{key}={value}")]


@dataclass(frozen=True)
class Training:
    """What a training run says of itself, and what the process took."""

    tokens_per_second: float
    mebibytes: float
    seconds: float


def log_of(folder: pathlib.Path) -> list[dict]:
    """The entries of a run's log."""
    return [json.loads(line) for line in lines_of(folder / "log.jsonl")]


def speed_of(log: Iterable[Mapping]) -> float:
    """Target tokens a second between the progress entry at which the warm-up was over and the last one.

    An entry tells the speed since the one before.
    """
    tokens = seconds = 0.0
    previous = None
    for entry in log:
        if entry["event"] != "progress":
            continue
        if previous and previous["update"] >= WARM_UP:
            took = entry["elapsed"] - previous["elapsed"]
            tokens += entry["tokensPerSecond"] * took
            seconds += took
        previous = entry
    if seconds == 0:
        raise Failure("the training run was too short to tell its speed; make more updates")
    return tokens / seconds


def train(s2s: pathlib.Path, recipe: pathlib.Path, values: Mapping[str, object],
          data: pathlib.Path | None = None) -> Training:
    """Trains into a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        run = measured([s2s, "train", recipe, "--out", f"{folder}/run", "--threads", str(THREADS),
                        *settings(values)], environment={"S2S_DATA": str(data)} if data else None)
        return Training(speed_of(log_of(pathlib.Path(folder) / "run")), run.mebibytes, run.seconds)


def start_up(s2s: pathlib.Path, options: Sequence[str | os.PathLike]) -> float:
    """Seconds that a translating process takes with nothing to translate; the less of three."""
    return min(measured([s2s, "translate", *options]).seconds for _ in range(3))


def spread(values: Sequence[float], decimals: int | None = None) -> str:
    """Median (lowest–highest), with so many decimals or with three digits that count."""
    def text(value: float) -> str:
        return figure(value) if decimals is None else f"{value:.{decimals}f}"
    return f"{text(statistics.median(values))} ({text(min(values))}–{text(max(values))})"


def figure(value: float) -> str:
    """A number as people read it: 12,345 or 123 or 12.3 or 0.0123."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".") if value else "0"


def processor() -> str:
    """Name and number of the processors."""
    name = "unknown processor"
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() in ("model name", "CPU part"):
                name = value.strip()
                break
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} cores"


def commit() -> str | None:
    """The commit of this source, with -dirty behind it where it was changed; None outside of git."""
    try:
        result = subprocess.run(
            ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
            capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return result.stdout.strip() or None if result.returncode == 0 else None


def remark(text: str) -> None:
    """Says something that is no figure."""
    print(text, file=sys.stderr, flush=True)


def end_cleanly() -> None:
    """Has SIGTERM end the script as Ctrl-C does: with what it runs, and without its temporary files."""
    def stop(*_: object) -> None:
        sys.exit(128 + signal.SIGTERM)
    signal.signal(signal.SIGTERM, stop)


def warn_if_busy() -> None:
    """Figures are worth nothing while something else has the processors."""
    load = os.getloadavg()[0]
    if load > 0.5:
        remark(f"Warning: the load average is {load:.2f}. Other work uses this machine, and the figures will be of "
               "little worth; let it end and start again.")
