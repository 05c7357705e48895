#!/usr/bin/env python3
"""What Pillow makes of photos: for each file of a folder the upright pixels (NAME.ppm), squashed to
224 × 224 bilinearly (NAME.squash.ppm), and the middle of the bicubic resize to a short side of 256
(NAME.crop.ppm). ImageFeaturesTests/PhotoTests.swift compares them with ours.

usage: photos.py FOLDER EXPECTED"""
import pathlib
import sys

from PIL import Image, ImageOps


def main(folder, expected):
    expected.mkdir(parents=True, exist_ok=True)
    for file in sorted(folder.iterdir()):
        if file.suffix not in (".jpg", ".png"):
            continue
        image = ImageOps.exif_transpose(Image.open(file)).convert("RGB")
        image.save(expected / (file.name + ".ppm"))
        squashed = image.resize((224, 224), Image.Resampling.BILINEAR)
        squashed.save(expected / (file.name + ".squash.ppm"))
        short = min(image.size)
        width, height = (256 * side // short for side in image.size)
        left, top = (width - 224) // 2, (height - 224) // 2
        cropped = image.resize((width, height), Image.Resampling.BICUBIC)
        cropped.crop((left, top, left + 224, top + 224)).save(expected / (file.name + ".crop.ppm"))


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))
