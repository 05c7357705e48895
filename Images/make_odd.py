#!/usr/bin/env python3
"""Makes Images/odd: a picture drawn here, in every way that PNG and JPEG files can be odd, and files
that are no pictures; and what the tests expect of them, in Tests/ImageFeaturesTests/Golden:

    decoded/NAME.ppm   the pixels of Images/odd/NAME, upright, over white. For PNG they are computed
                       from the samples that are written, by the PNG specification, and compared
                       with Pillow's where that reads the file as it should; for JPEG they are
                       Pillow's.
    reduced/NAME.N.ppm the same of JPEG files that are read at N eighths of their size (Pillow's draft)
    resampling.json    pictures resized by Pillow

Needs NumPy, Pillow 12 (from 13 on it begins to resize with the columns where that is cheaper, which
moves some bytes by a level; 12.3.0 made what is there) and cjpeg of libjpeg-turbo (2.1.5; Debian:
apt-get install libjpeg-turbo-progs). The same versions make the same files.

usage: Images/make_odd.py"""
import base64
import io
import json
import pathlib
import shutil
import struct
import subprocess
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

ROOT = pathlib.Path(__file__).resolve().parent
ODD = ROOT / "odd"
GOLDEN = ROOT.parent / "Tests" / "ImageFeaturesTests" / "Golden"


def scene(width, height, seed=1):
    """Gradients, a disc, strokes like letters, and a little noise; [height, width, 3]."""
    y, x = np.mgrid[0:height, 0:width]
    right, down = 255 * x / max(width - 1, 1), 255 * y / max(height - 1, 1)
    picture = np.stack([right, down, 128 + 100 * np.sin(x / 3 + y / 5)], 2)
    radius = max(min(width, height) // 3, 1)
    disc = (x - width // 2) ** 2 + (y - height // 2) ** 2 < radius**2
    picture[disc] = [230, 40, 60]
    strokes = (y % 6 == 2) & ((x * 7 + y) % 5 < 3) & (x < width // 3)
    picture[strokes] = [10, 20, 30]
    noise = np.random.default_rng(seed).integers(-12, 13, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


# PNG

# Of each pass: first column and row, steps right and down.
ADAM7 = [
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width, height, depth, colour, interlaced=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))


def packed(samples, depth):
    """Bytes of each row of [rows, columns, channels]."""
    rows, columns, channels = samples.shape
    flat = samples.reshape(rows, columns * channels)
    if depth == 16:
        return flat.astype(">u2").view(np.uint8).reshape(rows, -1)
    if depth == 8:
        return flat.astype(np.uint8)
    bits = (flat[:, :, None] >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bits.reshape(rows, -1).astype(np.uint8), axis=1)


def filtered(rows, pixel, kinds):
    """Rows with the filter of each: none, left, up, mean, Paeth (PNG specification, clause 9)."""
    result, above = b"", np.zeros(rows.shape[1], np.int64)
    for number, row in enumerate(rows.astype(np.int64)):
        left = np.concatenate([np.zeros(pixel, np.int64), row])[: len(row)]
        corner = np.concatenate([np.zeros(pixel, np.int64), above])[: len(row)]
        guess = left + above - corner
        distances = np.stack([abs(guess - left), abs(guess - above), abs(guess - corner)])
        paeth = np.choose(distances.argmin(0), [left, above, corner])
        kind = kinds[number % len(kinds)]
        result += bytes([kind])
        guesses = [0 * row, left, above, (left + above) // 2, paeth]
        result += bytes(((row - guesses[kind]) & 255).tolist())
        above = row
    return result


def pixel_data(samples, depth, interlaced=False, kinds=(0,)):
    pixel = max(samples.shape[2] * depth // 8, 1)
    passes = [samples]
    if interlaced:
        passes = [samples[top::down, left::right] for left, top, right, down in ADAM7]
    return b"".join(filtered(packed(p, depth), pixel, kinds) for p in passes if p.size)


def png(samples, depth, colour, before=b"", interlaced=False, kinds=(0,), pieces=None):
    height, width, _ = samples.shape
    data = zlib.compress(pixel_data(samples, depth, interlaced, kinds), 9)
    cuts = [data[i : i + pieces] for i in range(0, len(data), pieces)] if pieces else [data]
    return (
        SIGNATURE + header(width, height, depth, colour, int(interlaced)) + before
        + b"".join(chunk(b"IDAT", cut) for cut in cuts) + chunk(b"IEND")
    )


def seen(samples, depth, colour, palette=None, alphas=None, key=None):
    """[height, width, 3] of 8 bits, over white, by the specification."""
    samples = samples.astype(np.int64)
    alpha = np.full(samples.shape[:2], 255)
    if colour == 3:
        if alphas is not None:
            table = np.full(256, 255)
            table[: len(alphas)] = alphas
            alpha = table[samples[:, :, 0]]
        eight = palette[samples[:, :, 0]].astype(np.int64)
    else:
        eight = samples >> 8 if depth == 16 else samples * 255 // (2**depth - 1)
        if colour in (4, 6):
            alpha = eight[:, :, -1]
            eight = eight[:, :, :-1]
        if key is not None:
            alpha = np.where((samples == np.array(key)).all(2), 0, 255)
        if eight.shape[2] == 1:
            eight = eight.repeat(3, 2)
    alpha = alpha[:, :, None]
    return ((2 * (eight * alpha + 255 * (255 - alpha)) + 255) // 510).astype(np.uint8)


# What is written

def ppm(pixels):
    height, width, _ = pixels.shape
    return b"P6 %d %d 255\n" % (width, height) + pixels.tobytes()


def pillow(data):
    """Upright pixels over white, as Pillow reads them."""
    image = Image.open(io.BytesIO(data))
    try:
        image = ImageOps.exif_transpose(image)
    except Exception:  # damaged EXIF counts as none
        pass
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.getchannel("A"))
        image = white
    return np.asarray(image.convert("RGB"))


def write(name, data):
    assert not (ODD / name).exists(), name
    (ODD / name).write_bytes(data)


def expect(name, pixels):
    (GOLDEN / "decoded" / (name + ".ppm")).write_bytes(ppm(pixels))


def picture(name, data, pixels, compare=True):
    """A file and its pixels, which must be those that Pillow finds."""
    write(name, data)
    if compare:
        assert (pillow(data) == pixels).all(), name
    expect(name, pixels)


def make_png_kinds():
    rgb = scene(24, 17)
    grey = rgb[:, :, 1:2]
    alpha = scene(24, 17, 2)[:, :, 0:1]
    rng = np.random.default_rng(3)
    palette = rng.integers(0, 256, (256, 3), dtype=np.uint8)

    def deep(samples):
        low = rng.integers(0, 256, samples.shape, dtype=np.uint16)
        return samples.astype(np.uint16) * 256 + low

    def kind(name, samples, depth, colour, interlaced=False, alphas=None, key=None, compare=True):
        table = palette[: 2**depth] if colour == 3 else None
        before = b""
        if colour == 3:
            before += chunk(b"PLTE", table.tobytes())
        if alphas is not None:
            before += chunk(b"tRNS", bytes(alphas))
        if key is not None:
            before += chunk(b"tRNS", np.array(key).astype(">u2").tobytes())
        filters = (0,) if depth < 8 else (4, 1, 2, 3, 0)
        data = png(samples, depth, colour, before, interlaced, filters)
        # Pillow does not scale grey of 16 bits, and takes the low byte of a 16-bit key.
        compare = compare and not (depth == 16 and (colour == 0 or key is not None))
        picture(name + ".png", data, seen(samples, depth, colour, palette, alphas, key), compare)

    for depth in (1, 2, 4):
        kind(f"grey{depth}", grey >> (8 - depth), depth, 0)
        kind(f"palette{depth}", grey >> (8 - depth), depth, 3)
    kind("grey8", grey, 8, 0)
    kind("grey16", deep(grey), 16, 0)
    kind("palette8", grey, 8, 3)
    kind("rgb8", rgb, 8, 2)
    kind("rgb16", deep(rgb), 16, 2)
    kind("grey-alpha8", np.concatenate([grey, alpha], 2), 8, 4)
    kind("grey-alpha16", deep(np.concatenate([grey, alpha], 2)), 16, 4, compare=False)
    kind("rgba8", np.concatenate([rgb, alpha], 2), 8, 6)
    kind("rgba16", deep(np.concatenate([rgb, alpha], 2)), 16, 6)
    kind("grey2-key", grey >> 6, 2, 0, key=[2], compare=False)
    kind("grey8-key", grey, 8, 0, key=grey[8, 12])
    kind("grey16-key", grey.astype(np.uint16) * 257, 16, 0, key=grey[8, 12].astype(int) * 257)
    kind("rgb8-key", rgb // 64 * 64, 8, 2, key=rgb[8, 12] // 64 * 64)
    kind("rgb16-key", rgb.astype(np.uint16) // 64 * 64 * 257, 16, 2,
         key=rgb[8, 12].astype(int) // 64 * 64 * 257)
    kind("palette4-alpha", grey >> 4, 4, 3, alphas=[0, 50, 100, 150, 200, 250])
    kind("palette8-alpha", grey, 8, 3, alphas=list(range(200)))
    kind("grey1-interlaced", grey >> 7, 1, 0, interlaced=True)
    kind("palette4-interlaced", grey >> 4, 4, 3, interlaced=True)
    kind("palette8-alpha-interlaced", grey, 8, 3, interlaced=True, alphas=list(range(200)))
    kind("rgb8-interlaced", rgb, 8, 2, interlaced=True)
    kind("rgba16-interlaced", deep(np.concatenate([rgb, alpha], 2)), 16, 6, interlaced=True)
    kind("rgb8-interlaced-3x2", rgb[:2, :3], 8, 2, interlaced=True)
    kind("rgb8-1x1", rgb[:1, :1], 8, 2)
    kind("rgb8-1x3000", scene(1, 3000), 8, 2)
    kind("rgb8-3000x1", scene(3000, 1), 8, 2)
    return rgb


def make_odd_png(rgb):
    plain = png(rgb, 8, 2)
    height, width, _ = rgb.shape
    picture("many-pieces.png", png(rgb, 8, 2, pieces=37), rgb)
    profile = zlib.compress(bytes(4_000_000), 9)
    gamma = chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"sBIT", b"\5\6\5")
    picture("gamma.png", png(rgb, 8, 2, gamma), rgb)
    # Four million zeros each, in four thousand bytes: nobody asked for them.
    for name, chunk_kind in [("profile-bomb", b"iCCP"), ("text-bomb", b"zTXt")]:
        bomb = png(rgb, 8, 2, chunk(chunk_kind, b"x\0\0" + profile))
        picture(name + ".png", bomb, rgb, compare=False)
    picture("unknown-chunk.png", png(rgb, 8, 2, chunk(b"blUb", b"what is this")), rgb)
    turned = png(rgb, 8, 2, chunk(b"eXIf", tiff(6)))
    picture("orientation.png", turned, np.rot90(rgb, -1))
    texted = with_wrong_checksum(png(rgb, 8, 2, chunk(b"tEXt", b"a\0b")), b"tEXt")
    picture("wrong-checksum-of-text.png", texted, rgb, compare=False)
    picture("no-end.png", plain[:-12], rgb)

    # An animation of two pictures; the first is that of the file, the second is negative.
    control = struct.pack(">IIIIHHBB", width, height, 0, 0, 1, 10, 0, 0)
    frame = zlib.compress(pixel_data(255 - rgb, 8), 9)
    first = chunk(b"acTL", struct.pack(">II", 2, 0)) + chunk(b"fcTL", bytes(4) + control)
    animation = png(rgb, 8, 2, first)[:-12] + chunk(b"fcTL", struct.pack(">I", 1) + control)
    animation += chunk(b"fdAT", struct.pack(">I", 2) + frame) + chunk(b"IEND")
    picture("animated.png", animation, rgb)

    write("cut.png", plain[: len(plain) * 3 // 5])
    write("cut-interlaced.png", (lambda d: d[: len(d) * 3 // 5])(png(rgb, 8, 2, interlaced=True)))
    write("cut-header.png", plain[:20])
    write("cut-signature.png", plain[:6])
    write("wrong-checksum.png", with_wrong_checksum(plain, b"IDAT"))
    write("wrong-checksum-of-header.png", with_wrong_checksum(plain, b"IHDR"))
    write("no-palette.png", png(rgb[:, :, :1], 8, 3))
    start = SIGNATURE + header(width, height, 8, 2)
    write("no-pixels.png", start + chunk(b"IEND"))
    noise = chunk(b"IDAT", b"\x78\x9c" + bytes(range(100)))
    write("wrong-stream.png", start + noise + chunk(b"IEND"))
    few = zlib.compress(pixel_data(rgb[:5], 8), 9)
    write("too-few-rows.png", start + chunk(b"IDAT", few) + chunk(b"IEND"))
    write("line-ends-converted.png", plain.replace(b"\r\n", b"\n"))
    zeros = chunk(b"IDAT", zlib.compress(bytes(10_000), 9)) + chunk(b"IEND")
    write("huge.png", SIGNATURE + header(60_000, 60_000, 8, 2) + zeros)
    write("hollow.png", SIGNATURE + header(9_000, 9_000, 8, 2) + zeros)
    write("no-width.png", SIGNATURE + header(0, 17, 8, 2) + zeros)
    write("depth3.png", SIGNATURE + header(24, 17, 3, 0) + zeros)


def with_wrong_checksum(data, kind):
    place = data.index(kind)
    end = place + 4 + struct.unpack(">I", data[place - 4 : place])[0]
    return data[:end] + bytes([data[end] ^ 1]) + data[end + 1 :]


# JPEG

def tiff(orientation, big=True, kind=3, offset=8, entries=None):
    """A TIFF structure with one directory: a description, the orientation, a resolution unit."""
    order = ">" if big else "<"
    pad = {1: "BBBB", 3: "HH", 4: "I"}[kind]
    value = struct.pack(order + pad, orientation, *[0] * (len(pad) - 1))
    directory = struct.pack(order + "H", 3 if entries is None else entries)
    directory += struct.pack(order + "HHI4s", 0x010E, 2, 3, b"ab\0\0")
    directory += struct.pack(order + "HHI", 0x0112, kind, 1) + value
    directory += struct.pack(order + "HHIHH", 0x0128, 3, 1, 2, 0)
    return (b"MM\0*" if big else b"II*\0") + struct.pack(order + "I", offset) + directory + bytes(4)


def segment(marker, data):
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def with_segments(jpeg, *segments):
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def with_exif(jpeg, data):
    return with_segments(jpeg, segment(0xE1, b"Exif\0\0" + data))


def saved(pixels, mode=None, **options):
    file = io.BytesIO()
    Image.fromarray(pixels, mode).save(file, "JPEG", **{"quality": 88, **options})
    return file.getvalue()


def cjpeg(pixels, *options, scans=None):
    if scans is not None:
        script = ODD / "scans.txt"
        script.write_text(scans)
        options = [*options, "-scans", str(script)]
    result = subprocess.run(
        ["cjpeg", "-quality", "88", *options], input=ppm(pixels), capture_output=True, check=True
    ).stdout
    if scans is not None:
        script.unlink()
    return result


def patched(data, old, new):
    """The first `old` after the tables of quantisation, replaced."""
    place = data.index(old, data.index(b"\xff\xdb"))
    return data[:place] + new + data[place + len(old) :]


def make_jpeg_kinds():
    rgb = scene(40, 29)
    grey = rgb[:, :, 1]

    def kind(name, data):
        picture(name + ".jpg", data, pillow(data))

    kind("grey", saved(grey))
    kind("grey-progressive", saved(grey, progressive=True))
    for name in ("4:4:4", "4:2:2", "4:2:0"):
        kind("yuv" + name.replace(":", ""), saved(rgb, subsampling=name))
    kind("yuv440", cjpeg(rgb, "-sample", "1x2"))
    kind("yuv411", cjpeg(rgb, "-sample", "4x1"))
    kind("mixed-sampling", cjpeg(rgb, "-sample", "2x2,2x1,1x2"))
    kind("progressive", saved(rgb, progressive=True))
    kind("progressive444", saved(rgb, progressive=True, subsampling="4:4:4"))
    kind("one-scan-a-colour", cjpeg(rgb, scans="0;\n1;\n2;\n"))
    kind("arithmetic", cjpeg(rgb, "-arithmetic"))
    kind("arithmetic-progressive", cjpeg(rgb, "-arithmetic", "-progressive"))
    kind("restarts", saved(rgb, restart_marker_blocks=2))
    kind("restarts-progressive", saved(rgb, restart_marker_rows=1, progressive=True))
    kind("rgb", cjpeg(rgb, "-rgb"))
    inks = np.concatenate([255 - rgb, scene(40, 29, 5)[:, :, 0:1] // 3], 2)
    kind("cmyk", saved(inks, "CMYK"))
    kind("cmyk-progressive", saved(inks, "CMYK", progressive=True))
    # Luminance and colour differences in place of three inks: the Adobe marker's last byte says so.
    ycc = np.asarray(Image.fromarray(255 - rgb).convert("YCbCr"))
    ycck = saved(np.concatenate([255 - ycc, inks[:, :, 3:]], 2), "CMYK")
    place = ycck.index(b"Adobe") + 11
    kind("ycck", ycck[:place] + b"\2" + ycck[place + 1 :])
    kind("quality5", saved(rgb, quality=5))
    kind("quality100", saved(rgb, quality=100))
    kind("1x1", saved(rgb[:1, :1]))
    kind("1x3000", saved(scene(1, 3000), quality=60))
    kind("3000x1", saved(scene(3000, 1), quality=60))
    profile = segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(range(256)))
    kind("profile", with_segments(saved(rgb), profile))
    kind("comment", with_segments(saved(rgb), segment(0xFE, b"\xff\xd9 a comment \xff\xda")))
    kind("padded-markers", patched(saved(rgb), b"\xff\xc4", b"\xff\xff\xff\xff\xc4"))
    return rgb


def make_orientations(rgb):
    plain = saved(rgb)

    def kind(name, data, like=None):
        picture(name + ".jpg", data, pillow(like or data), compare=False)

    for number in range(1, 9):
        kind(f"orientation{number}", with_exif(plain, tiff(number, big=number % 2 == 0)))
    six = with_exif(plain, tiff(6))
    kind("orientation-long", with_exif(plain, tiff(6, kind=4)), six)
    kind("orientation-byte", with_exif(plain, tiff(6, kind=1)), six)
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>")
    kind("orientation-after-xmp", with_segments(six, xmp), six)
    kind("orientation0", with_exif(plain, tiff(0)), plain)
    kind("orientation9", with_exif(plain, tiff(9)), plain)
    kind("exif-empty", with_exif(plain, b""), plain)
    noise = np.random.default_rng(9).integers(0, 256, 200, dtype=np.uint8).tobytes()
    kind("exif-noise", with_exif(plain, noise), plain)
    kind("exif-order-only", with_exif(plain, b"II*\0"), plain)
    kind("exif-far", with_exif(plain, tiff(6, offset=0xFFFFFFF0)), plain)
    kind("exif-cut", with_exif(plain, tiff(6)[:24]), plain)
    kind("exif-many-entries", with_exif(plain, tiff(6, entries=65535)), six)


def make_large():
    """Photos, turned, that are large enough to be read at a fraction of their size."""
    pixels = scene(101, 76)
    for name, options in (("large", {}), ("large-progressive", {"progressive": True})):
        data = with_exif(saved(pixels, **options), tiff(6))
        picture(f"{name}.jpg", data, pillow(data))
        for eighths in (4, 2, 1):
            image = Image.open(io.BytesIO(data))
            size = tuple(side * eighths // 8 for side in image.size)
            image.draft("RGB", size)
            assert image.size == tuple(-(-side * eighths // 8) for side in (101, 76)), image.size
            upright = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
            (GOLDEN / "reduced" / f"{name}.jpg.{eighths}.ppm").write_bytes(ppm(upright))


def make_odd_jpeg(rgb):
    plain = saved(rgb)
    progressive = saved(rgb, progressive=True)
    picture("no-end.jpg", plain[:-2], pillow(plain), compare=False)
    picture("no-end-progressive.jpg", progressive[:-2], pillow(progressive), compare=False)
    picture("bytes-after-end.jpg", plain + b"and more" * 20, pillow(plain))
    tall = saved(scene(16, 200), subsampling="4:4:4")
    picture("tall.jpg", tall, pillow(tall))
    write("tall-without-last-bytes.jpg", tall[:-25])
    write("tall-cut.jpg", tall[: len(tall) * 3 // 4])
    write("cut.jpg", plain[: len(plain) * 4 // 5])
    # Before the last scan, and in the middle of the first.
    write("cut-progressive.jpg", progressive[: progressive.rindex(b"\xff\xda")])
    write("cut-first-scan.jpg", progressive[: progressive.index(b"\xff\xda") + 40])
    arithmetic = cjpeg(scene(16, 200), "-arithmetic")
    write("cut-arithmetic.jpg", arithmetic[: len(arithmetic) * 3 // 4])
    scans = cjpeg(rgb, scans="0;\n1;\n2;\n")
    write("missing-colour.jpg", scans[: scans.rindex(b"\xff\xda")] + b"\xff\xd9")
    write("cut-header.jpg", plain[:100])
    write("cut-tables.jpg", plain[: plain.index(b"\xff\xda") + 5])
    write("two-bytes.jpg", plain[:2])
    middle = len(tall) * 2 // 3
    write("end-in-the-middle.jpg", tall[:middle] + b"\xff\xd9" + tall[middle:])
    size = struct.pack(">HH", *rgb.shape[:2])
    write("huge.jpg", patched(plain, size, struct.pack(">HH", 65_000, 65_000)))
    write("hollow.jpg", patched(plain, size, struct.pack(">HH", 9_000, 9_000)))
    write("no-height.jpg", patched(plain, size, struct.pack(">HH", 0, 40)))
    write("12bit.jpg", patched(plain, b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"))
    write("lossless.jpg", patched(plain, b"\xff\xc0", b"\xff\xc3"))
    # As in the pictures of some cameras' films: the tables are those of the standard's example.
    picture("no-tables.jpg", plain.replace(b"\xff\xc4", b"\xff\xfe"), pillow(plain))
    table = b"\xff\xc4\x00\x1f\x00"
    write("wrong-tables.jpg", patched(plain, table + b"\x00", table + b"\xff"))
    # A hundred and fifty times the same scan of nothing.
    flat = saved(np.full((64, 64), 90, np.uint8), progressive=True)
    last = flat[flat.rindex(b"\xff\xda") : -2]
    write("scan-bomb.jpg", flat[:-2] + last * 150 + b"\xff\xd9")


# Others

def make_others(rgb):
    def by_pillow(format):
        file = io.BytesIO()
        Image.fromarray(rgb).save(file, format)
        return file.getvalue()

    picture("png-inside.jpg", png(rgb, 8, 2), rgb)
    jpeg = saved(rgb)
    picture("jpeg-inside.png", jpeg, pillow(jpeg))
    for format in ("GIF", "WEBP", "BMP", "TIFF", "AVIF"):
        write("other." + format.lower(), by_pillow(format))
    write("other.heic", struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(40))
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    write("other.svg", b'<?xml version="1.0"?>\n' + drawing + b"\n")
    write("other.pdf", b"%PDF-1.4\n%%EOF\n")
    write("page.jpg", b"<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n")
    write("text.jpg", b"A photo of a dog on a beach.\n")
    write("empty.jpg", b"")
    write("zeros.jpg", bytes(64))


def make_resampling():
    sources = {
        "scene": scene(61, 47),
        "portrait": scene(40, 61),
        "wide": scene(300, 1),
        "tall": scene(1, 300),
        "dot": scene(1, 1),
        "noise": np.random.default_rng(4).integers(0, 2, (23, 19, 3), dtype=np.uint8) * 255,
    }
    sizes = {
        "scene": [
            (24, 24), (80, 64), (61, 20), (20, 47), (1, 1), (5, 3), (60, 46), (61, 47), (11, 40),
        ],
        "portrait": [(24, 24), (31, 20)],
        "wide": [(16, 4), (301, 1)],
        "tall": [(4, 16), (2, 31)],
        "dot": [(7, 5)],
        "noise": [(32, 32), (9, 11)],
    }
    cases = []

    def text(pixels):
        return base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode()

    def add(name, width, height, filter, window=None):
        kind = getattr(Image.Resampling, filter.upper())
        resized = Image.fromarray(sources[name]).resize((width, height), kind)
        left, top, right, bottom = window or (0, 0, width, height)
        cases.append({
            "source": name, "width": width, "height": height, "filter": filter,
            "columns": [left, right], "rows": [top, bottom],
            "pixels": text(np.asarray(resized)[top:bottom, left:right]),
        })

    for filter in ("bilinear", "bicubic"):
        for name in sources:
            for width, height in sizes[name]:
                add(name, width, height, filter)
        add("scene", 96, 74, filter, (20, 10, 52, 42))
        add("scene", 30, 47, filter, (3, 5, 29, 40))
        add("scene", 61, 30, filter, (0, 7, 61, 20))
        add("scene", 61, 47, filter, (7, 0, 50, 47))
    golden = {
        "sources": {
            name: {"width": pixels.shape[1], "height": pixels.shape[0], "pixels": text(pixels)}
            for name, pixels in sources.items()
        },
        "cases": cases,
    }
    (GOLDEN / "resampling.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for folder in (ODD, GOLDEN / "decoded", GOLDEN / "reduced"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    make_odd_png(make_png_kinds())
    rgb = make_jpeg_kinds()
    make_orientations(rgb)
    make_large()
    make_odd_jpeg(rgb)
    make_others(rgb)
    make_resampling()
    files = list(ODD.iterdir())
    print(f"{len(files)} files, {sum(f.stat().st_size for f in files)} bytes in {ODD}")
