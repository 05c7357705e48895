"""What the scripts share that compare `s2s evaluate` with Python's metrics line by line.

Imported first, it lets the scripts of the golden tests be imported too.
"""

import argparse
import itertools
import pathlib
import subprocess
import sys
import tempfile
import unicodedata

import sacrebleu

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/MetricsTests/Golden"))

# Scalars that Python's own tables know; `regex` and Swift know younger ones too.
ASSIGNED = [chr(c) for c in range(0x110000)
            if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co") and chr(c) not in "\n\r"]


def read(path):
    return [line.rstrip() for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def read_texts(data):
    """English, German and Japanese."""
    return [read(data / name) for name in
            ("multi30k/test_2016_flickr.en", "multi30k/test_2016_flickr.de", "small-enja/dev.ja")]


def odd_scalars(rng):
    """A line of anything."""
    return "".join(rng.choice(ASSIGNED) for _ in range(rng.randint(0, 60)))


def garbled(rng, line):
    """A line with scalars lost and doubled."""
    return "".join(c * rng.choice((0, 1, 1, 1, 1, 2)) for c in line)


def without_spaces(rng, lines):
    """Hypotheses and references: the lines in one piece each, and less of them."""
    joined = ["".join(line.split(" ")) for line in lines]
    return ["".join(c for c in line if rng.random() > 0.15) for line in joined], [joined]


def with_missing(references):
    """An empty line among several references is one that is not there."""
    if len(references) == 1:
        return references
    return [[line if line or not any(lines) else None for line, lines in zip(reference, zip(*references))]
            for reference in references]


class Comparison:
    """Runs the command and counts the lines in which it differs from another's.

    A subclass names DECIMALS, those of all scores, and PEER, the other, and has a method
    `compare(name, hypotheses, references)` for a corpus.
    """

    def __init__(self, s2s, folder):
        self.s2s, self.folder = s2s, pathlib.Path(folder)
        self.compared = self.differing = 0

    def take(self, hypotheses, references):
        """Writes the files that `run` reads.

        Returns the lines as sacreBLEU's command reads them: without the white space at their end.
        """
        self.hypotheses = self.write("hypotheses", hypotheses)
        self.references = [self.write(f"references{n}", lines) for n, lines in enumerate(references)]
        return [line.rstrip() for line in hypotheses], \
            with_missing([[line.rstrip() for line in lines] for lines in references])

    def write(self, name, lines):
        path = self.folder / name
        path.write_bytes("".join(line + "\n" for line in lines).encode())
        return str(path)

    def run(self, metric, options):
        command = [self.s2s, "evaluate", metric, *options, "--decimals", str(self.DECIMALS)]
        command += [x for reference in self.references for x in ("-r", reference)] + [self.hypotheses]
        result = subprocess.run(command, capture_output=True)
        if result.returncode != 0:
            return [f"exit code {result.returncode}: {result.stderr.decode().strip()}"]
        return result.stdout.decode().split("\n")[:-1]

    def check(self, name, options, ours, theirs):
        self.compared += max(len(ours), len(theirs))
        for line, (our, their) in enumerate(itertools.zip_longest(ours, theirs), 1):
            if our != their:
                self.differing += 1
                print(f"{name}, {' '.join(options)}, line {line}:\n"
                      f"  {'s2s':{len(self.PEER)}} {our}\n  {self.PEER} {their}")


def main(description, comparison, corpora):
    """Compares the corpora (names, hypotheses and references); exits with 1 if a line differs."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("s2s", help="the built command")
    parser.add_argument("data", type=pathlib.Path, help="the folder of multi30k and small-enja")
    parser.add_argument("--only", default="", help="corpora whose name has this part alone")
    arguments = parser.parse_args()
    assert sacrebleu.__version__ == "2.6.0", "s2s equals sacreBLEU 2.6.0"
    with tempfile.TemporaryDirectory() as folder:
        comparison = comparison(arguments.s2s, folder)
        for name, hypotheses, references in corpora(arguments.data):
            if arguments.only in name:
                comparison.compare(name, hypotheses, references)
    sys.exit(1 if comparison.differing else 0)
