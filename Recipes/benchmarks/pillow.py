#!/usr/bin/env python3
"""Decoding and resizing pictures with Pillow against `s2s bench reading`, alternating in one run, one thread each.

usage: pillow.py S2S FOLDER [ROUNDS] [SECONDS]

Pillow reads the same files from memory: whole, and with `draft`, which lets libjpeg make them smaller as s2s does.
Prints images/s of each round, then for both ways the median, lowest and highest ratio of ours to Pillow's."""
import glob
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from PIL import Image

SIDE = 224
# What of ours stands against Pillow reading whole files, and against draft.
CASES = {"whole": "reading/resized", "draft": "reading/captioner"}


def square(data, draft):
    image = Image.open(io.BytesIO(data))
    if draft:
        image.draft("RGB", (2 * SIDE, 2 * SIDE))
    return image.convert("RGB").resize((SIDE, SIDE), Image.BILINEAR)


def rate(files, draft, seconds):
    rates = []
    begin = time.perf_counter()
    while len(rates) < 3 or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        for data in files:
            square(data, draft)
        rates.append(len(files) / (time.perf_counter() - start))
    return statistics.median(rates)


def ours(program, folder, case, seconds):
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as history:
        subprocess.run(
            [program, "bench", case, "--pictures", folder, "--threads", "1", "--seconds", str(seconds),
             "--json", history.name], check=True, capture_output=True)
        return json.loads(history.read().splitlines()[-1])["value"]


def main():
    program, folder = sys.argv[1], sys.argv[2]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 3
    endings = (".png", ".jpg", ".jpeg")
    names = sorted(name for name in glob.glob(os.path.join(glob.escape(folder), "*"))
                   if name.lower().endswith(endings))
    files = [open(name, "rb").read() for name in names[:500]]
    ratios = {kind: [] for kind in CASES}
    for _ in range(rounds):
        for kind, case in CASES.items():
            own = ours(program, folder, case, seconds)
            other = rate(files, kind == "draft", seconds)
            ratios[kind].append(own / other)
            print(f"{case}: {own:.1f} images/s; Pillow, {kind} and resized: {other:.1f}", flush=True)
    for kind, found in ratios.items():
        print(f"ours against Pillow, {kind}: {statistics.median(found):.2f} ({min(found):.2f}–{max(found):.2f})")


main()
