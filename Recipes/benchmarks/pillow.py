#!/usr/bin/env python3
"""Decoding and resizing pictures with Pillow against encoder-benchmark, alternating in one run, one thread each.

usage: pillow.py ENCODER_BENCHMARK FOLDER [ROUNDS] [SECONDS]

Pillow reads the same files from memory: whole, and with `draft`, which lets libjpeg make them smaller as s2s does."""
import glob
import io
import os
import statistics
import subprocess
import sys
import time

from PIL import Image

SIDE = 224


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


def main():
    program, folder = sys.argv[1], sys.argv[2]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 3
    names = sorted(glob.glob(os.path.join(folder, "*.jpg")) + glob.glob(os.path.join(folder, "*.png")))
    files = [open(name, "rb").read() for name in names[:500]]
    for _ in range(rounds):
        print(subprocess.run(
            [program, "reading", folder, "1", str(seconds)], check=True, capture_output=True,
            text=True).stdout, end="")
        for draft in (False, True):
            kind = "draft" if draft else "whole"
            print(f"Pillow, {kind} and resized: {rate(files, draft, seconds):.1f} images/s", flush=True)


main()
