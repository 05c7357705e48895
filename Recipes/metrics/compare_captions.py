#!/usr/bin/env python3
"""Compares the caption scores of s2s with pycocoevalcap's and METEOR's, digit by digit.

    /tmp/venv/bin/python Recipes/metrics/compare_captions.py .build/release/s2s --flickr8k DIR

The environment is that of Tests/MetricsTests/Golden/make_golden_captions.py; Java is needed. DIR holds
captions.tsv (a photo's name, a tab, a caption; five lines a photo) and dev.txt (the photos to score).
Without --flickr8k invented captions alone are compared. With --tokenize COMMAND, which reads captions from
standard input and prints a line of tokens for each, tokens are compared too.

Every score that differs in its first 12 significant digits is reported; the exit code is 1 if any does.
"""

import argparse
import json
import os
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "MetricsTests" / "Golden"))

import make_golden_captions as golden  # noqa: E402

NAMES = ["Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4", "METEOR (exact+stem)", "ROUGE_L", "CIDEr", "CIDEr (plain)"]


def read_flickr(folder):
    wanted = (folder / "dev.txt").read_text().split()
    captions = {}
    for line in (folder / "captions.tsv").read_text(encoding="utf-8").split("\n"):
        if line:
            name, caption = line.split("\t", 1)
            captions.setdefault(name, []).append(caption)
    return [captions[name] for name in wanted]


def systems(captions):
    """Systems made of people's captions: each of the first five against the others, the first against all, worse ones."""
    rng = random.Random(3)
    vocabulary = sorted({word for image in captions for caption in image for word in caption.split()})
    for number in range(5):
        yield f"caption {number + 1} against the others", \
            [image[:number] + image[number + 1:] for image in captions], [image[number] for image in captions]
    yield "caption 1 against all", captions, [image[0] for image in captions]
    yield "another image's caption", captions, [captions[(i * 7 + 1) % len(captions)][2] for i in range(len(captions))]
    for rate in (0.1, 0.3, 0.7):
        def worse(caption):
            words = []
            for word in caption.split():
                draw = rng.random()
                if draw < rate * 0.3:
                    continue
                words.append(rng.choice(vocabulary) if draw < rate * 0.6 else word)
                if draw > 1 - rate * 0.2:
                    words.append(word)
                if rate * 0.6 < draw < rate * 0.8:
                    rng.shuffle(words)
            return " ".join(words)
        yield f"perturbed captions, rate {rate}", captions, [worse(image[i % 5]) for i, image in enumerate(captions)]


def invented():
    rng = random.Random(17)
    scenes = [rng.choice(golden.SCENES) for _ in range(500)]
    for rate in (0.1, 0.4, 0.8):
        yield f"invented scenes, rate {rate}", \
            [[golden.variant(rng, s, rate) for _ in range(rng.randint(1, 6))] for s in scenes], \
            [golden.variant(rng, s, rate) for s in scenes]
    pieces = [golden.glued(rng) for _ in range(4000)]
    pieces = [p for p in pieces if not golden.LINE_ENDS.search(p)]
    usable = [p for p, t in zip(pieces, golden.tokenized(pieces)) if t.strip()]
    groups = [usable[i:i + 4] for i in range(0, len(usable) - 3, 4)]
    yield "glued pieces", [g[:3] for g in groups], [g[3] for g in groups]


def run_command(s2s, references, results):
    """The scores of the corpus and of each image, and the time that the former took."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"references": f"{folder}/references.json", "results": f"{folder}/results.json"}
        annotations = [{"image_id": i, "id": i * 100 + n, "caption": c}
                       for i, image in enumerate(references) for n, c in enumerate(image)]
        images = [{"id": i} for i in range(len(references))]
        pathlib.Path(files["references"]).write_text(json.dumps({"images": images, "annotations": annotations}))
        pathlib.Path(files["results"]).write_text(
            json.dumps([{"image_id": i, "caption": c} for i, c in enumerate(results)]))
        command = [s2s, "evaluate", "coco", "-r", files["references"], files["results"], "--json"]

        def objects(*options):
            output = subprocess.run([*command, *options], check=True, capture_output=True, text=True).stdout
            return [json.loads(line) for line in output.splitlines()]

        start = time.monotonic()
        scores = {score["name"]: score["score"] for score in objects()}
        seconds = time.monotonic() - start
        return {"scores": scores, "images": {image["image"]: image for image in objects("--sentence")}}, seconds


def digits(value):
    return f"{value:.12g}"


def compare(name, references, results, arguments, meteor):
    start = time.monotonic()
    expected = golden.case(name, references, results, meteor)
    python = time.monotonic() - start
    found, seconds = run_command(arguments.s2s, references, results)
    differing = []
    for label, value in zip(NAMES, expected["scores"]):
        if digits(found["scores"][label]) != digits(value):
            differing.append(("corpus", label, value, found["scores"][label]))
    for image, values in enumerate(expected["scoresByImage"]):
        for label, value in zip(NAMES, values):
            other = found["images"][str(image)][label]
            # Next to 0, where nothing matched, a sum's last bit is its first digit.
            if digits(other) != digits(value) and abs(other - value) > 1e-15:
                differing.append((f"image {image}", label, value, other))
    print(f"{name}: {len(results)} images, {len(differing)} of {8 * (len(results) + 1)} scores differ "
          f"(Python {python:.2f} s, s2s {seconds:.2f} s)")
    for place, label, value, other in differing[:20]:
        print(f"  {place} {label}: {value!r} in Python, {other!r} in s2s")
    return len(differing)


def compare_tokens(captions, arguments):
    captions = [c.replace("\n", " ") for c in captions if not golden.LINE_ENDS.search(c)]
    expected = golden.tokenized(captions)
    command = [part.format(s2s=arguments.s2s) for part in shlex.split(arguments.tokenize)]
    found = subprocess.run(command, input="\n".join(captions) + "\n", check=True, capture_output=True, text=True,
                           encoding="utf-8").stdout.split("\n")
    differing = [(c, e, f) for c, e, f in zip(captions, expected, found) if e.split(" ") != f.split(" ")]
    print(f"tokens: {len(differing)} of {len(captions)} captions differ")
    for caption, mine, other in differing[:20]:
        print(f"  {caption!r}\n    Java {mine!r}\n    s2s  {other!r}")
    return len(differing)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("s2s")
    parser.add_argument("--flickr8k", type=pathlib.Path)
    parser.add_argument("--tokenize", help="compare tokens with this command too")
    parser.add_argument("--lines", type=int, default=50_000, help="of glued pieces whose tokens are compared")
    arguments = parser.parse_args()
    os.environ["JAVA_TOOL_OPTIONS"] = "-Dfile.encoding=UTF-8"
    meteor = golden.Meteor(golden.function_words())
    differing = 0
    cases = list(invented())
    if arguments.flickr8k:
        cases += systems(read_flickr(arguments.flickr8k))
    if arguments.tokenize:
        rng = random.Random(23)
        lines = [golden.glued(rng) for _ in range(arguments.lines)] + golden.ptb_lines()
        if arguments.flickr8k:
            lines += [c for image in read_flickr(arguments.flickr8k) for c in image]
        differing += compare_tokens(lines, arguments)
    for name, references, results in cases:
        differing += compare(name, references, results, arguments, meteor)
    meteor.close()
    print(f"{differing} differences")
    return differing > 0


if __name__ == "__main__":
    sys.exit(main())
