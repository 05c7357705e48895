#!/usr/bin/env python3
"""Decodes every image of a folder to raw RGB (height · width · 3 bytes) with Pillow, for
ImageFeaturesTests/EfficientNetTests.swift.

usage: check_images.py FOLDER OUT"""
import pathlib
import sys

from PIL import Image

source, target = map(pathlib.Path, sys.argv[1:3])
target.mkdir(parents=True, exist_ok=True)
for path in sorted(source.iterdir()):
    (target / f"{path.stem}.rgb").write_bytes(Image.open(path).convert("RGB").tobytes())
