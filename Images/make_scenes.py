#!/usr/bin/env python3
"""Makes Images/scenes: small pictures in flat colours with captions, to train a tiny captioner on.

    scene001.png …   about 96 × 72 pixels, with a palette
    captions.tsv     file name TAB caption; three to five captions a picture, its lines together
    train.txt        names of the pictures to train on, one a line
    dev.txt          names of the pictures to watch training by: none of them shows what one of
                     those above shows (the same things in the same number and colour at the same
                     place), but each thing, colour, number and word of theirs is met above

A scene is decided first (a place, a time of day, groups of things); the picture and its captions
are both made from that, so that captions say nothing that cannot be seen.

Needs Python 3.9 and nothing else. The same scenes and pixels are made everywhere; the bytes of the
PNG files may differ where zlib is another.

usage: Images/make_scenes.py"""
import math
import pathlib
import random
import shutil
import struct
import zlib
from collections import Counter, namedtuple

FOLDER = pathlib.Path(__file__).resolve().parent / "scenes"
TRAIN, DEV = 400, 60
SEED = 20


class Dice:
    """Random choices by `random()` alone, whose numbers are the same in all versions of Python."""

    def __init__(self, seed):
        self.next = random.Random(seed).random

    def pick(self, items):
        return items[int(self.next() * len(items))]

    def between(self, low, high):
        return low + (high - low) * self.next()

    def happens(self, chance):
        return self.next() < chance

    def shuffled(self, items):
        order = sorted((self.next(), n) for n in range(len(items)))
        return [items[n] for _, n in order]


# Drawing: polygons on a canvas three times as fine, then averaged.

FINE = 3
COLOURS = 44  # of a palette, at most


def mixed(one, other, share):
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other))


WHITE, BLACK = (255, 255, 255), (30, 30, 36)


def dark(colour):
    return mixed(colour, (20, 10, 40), 0.3)


def light(colour):
    return mixed(colour, WHITE, 0.5)


class Canvas:
    def __init__(self, width, height):
        self.width, self.height = width, height
        self.rows = [bytearray(width * FINE) for _ in range(height * FINE)]
        self.colours = []

    def number(self, colour):
        if colour not in self.colours:
            self.colours.append(colour)
        return self.colours.index(colour)

    def polygon(self, points, colour):
        """Fills a polygon; x to the right, y downwards, in pixels."""
        number = self.number(colour)
        points = [(x * FINE, y * FINE) for x, y in points]
        edges = [(a, b) if a[1] < b[1] else (b, a) for a, b in zip(points, points[1:] + points[:1])]
        top = max(math.floor(min(y for _, y in points)), 0)
        bottom = min(math.ceil(max(y for _, y in points)), len(self.rows))
        for y in range(top, bottom):
            middle = y + 0.5
            cuts = sorted(a[0] + (middle - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
                          for a, b in edges if a[1] <= middle < b[1])
            row = self.rows[y]
            for start, end in zip(cuts[::2], cuts[1::2]):
                start, end = max(math.ceil(start - 0.5), 0), min(math.ceil(end - 0.5), len(row))
                if start < end:
                    row[start:end] = bytes([number]) * (end - start)

    def averaged(self):
        """Rows of colours, each [width] of (red, green, blue)."""
        result = []
        for y in range(0, len(self.rows), FINE):
            strip = self.rows[y:y + FINE]
            row = []
            for x in range(0, len(strip[0]), FINE):
                block = b"".join(line[x:x + FINE] for line in strip)
                if block.count(block[0]) == len(block):
                    row.append(self.colours[block[0]])
                else:
                    parts = [self.colours[number] for number in block]
                    row.append(tuple(sum(channel) // len(parts) for channel in zip(*parts)))
            result.append(row)
        return result

    def png(self):
        rows = self.averaged()
        counts = Counter(colour for row in rows for colour in row)
        # What was painted comes first, then the commonest mixtures; the rest take the nearest.
        painted = set(self.colours)
        palette = sorted(
            counts, key=lambda colour: (colour not in painted, -counts[colour], colour))
        nearest = {}
        for colour in palette:
            nearest[colour] = min(
                range(min(len(palette), COLOURS)),
                key=lambda n: sum((a - b) ** 2 for a, b in zip(palette[n], colour)))
        lines = b"".join(b"\0" + bytes(nearest[colour] for colour in row) for row in rows)

        def chunk(kind, data):
            return (struct.pack(">I", len(data)) + kind + data
                    + struct.pack(">I", zlib.crc32(kind + data)))

        return (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", self.width, self.height, 8, 3, 0, 0, 0))
            + chunk(b"PLTE", b"".join(bytes(colour) for colour in palette[:COLOURS]))
            + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))


class Pen:
    """Draws a thing in its own measure: x from −½ to ½ over its width, y upwards from 0."""

    def __init__(self, canvas, x, y, width, flipped=False):
        self.canvas, self.x, self.y, self.width = canvas, x, y, width
        self.side = -1 if flipped else 1

    def polygon(self, points, colour):
        self.canvas.polygon(
            [(self.x + self.side * x * self.width, self.y - y * self.width) for x, y in points],
            colour)

    def ellipse(self, x, y, across, up, colour, start=0, end=360):
        steps = [math.radians(start + (end - start) * n / 32) for n in range(33)]
        self.polygon([(x + across * math.cos(a), y + up * math.sin(a)) for a in steps], colour)

    def box(self, left, bottom, right, top, colour):
        self.polygon([(left, bottom), (right, bottom), (right, top), (left, top)], colour)

    def line(self, points, thickness, colour):
        """At least four fifths of a pixel thick."""
        half = max(thickness, 0.8 / self.width) / 2
        for (x1, y1), (x2, y2) in zip(points, points[1:]):
            length = math.hypot(x2 - x1, y2 - y1)
            across, up = (y1 - y2) / length * half, (x2 - x1) / length * half
            self.polygon([(x1 + across, y1 + up), (x2 + across, y2 + up),
                          (x2 - across, y2 - up), (x1 - across, y1 - up)], colour)


# Things

RGB = {
    "red": (219, 44, 44), "yellow": (250, 208, 46), "blue": (44, 92, 214), "green": (46, 150, 62),
    "orange": (243, 134, 34), "purple": (138, 62, 176), "pink": (244, 130, 176),
    "white": (250, 250, 246), "black": (42, 42, 50), "brown": (138, 88, 50),
}
WOOD = (112, 72, 44)


def ball(pen, colour, scene):
    band = (196, 202, 214) if colour == RGB["white"] else light(colour)
    pen.ellipse(0, 0.5, 0.5, 0.5, dark(colour))
    pen.ellipse(-0.03, 0.53, 0.455, 0.455, colour)
    outer = [(0.46 * math.cos(a), 0.5 + 0.16 * math.sin(a) + 0.08)
             for a in (math.radians(180 + 6 * n) for n in range(31))]
    pen.polygon(outer + [(x, y + 0.17) for x, y in reversed(outer)], band)
    pen.ellipse(-0.18, 0.76, 0.09, 0.07, WHITE)


def house(pen, colour, scene):
    roof = (92, 76, 96) if colour in (RGB["red"], RGB["orange"]) else (160, 62, 48)
    glass = (255, 226, 110) if scene.time == "night" else (176, 220, 244)
    pen.box(0.2, 0.6, 0.31, 0.98, dark(roof))
    pen.box(-0.41, 0, 0.41, 0.56, colour)
    pen.box(0.3, 0, 0.41, 0.56, dark(colour))
    pen.polygon([(-0.52, 0.53), (0, 0.98), (0.52, 0.53)], roof)
    pen.box(-0.09, 0, 0.11, 0.34, WOOD)
    for x in (-0.33, 0.17):
        pen.box(x, 0.24, x + 0.17, 0.42, glass)


def tree(pen, colour, scene):
    if scene.place == "snow":
        pen.box(-0.08, 0, 0.08, 0.3, WOOD)
        for low, half in ((0.18, 0.46), (0.5, 0.38), (0.82, 0.29)):
            pen.polygon([(-half, low), (0, low + 0.55), (half, low)], dark(colour))
            pen.polygon([(-half, low), (0, low + 0.55), (0.05, low)], colour)
            pen.polygon([(-half * 0.42, low + 0.32), (0, low + 0.55), (half * 0.42, low + 0.32),
                         (0, low + 0.26)], WHITE)
        return
    pen.box(-0.085, 0, 0.085, 0.5, WOOD)
    for x, y, size in ((-0.24, 0.62, 0.25), (0.24, 0.62, 0.25), (0, 0.9, 0.32), (0, 0.64, 0.3)):
        pen.ellipse(x, y, size, size, dark(colour))
    for x, y, size in ((-0.25, 0.66, 0.21), (0.17, 0.68, 0.2), (-0.03, 0.94, 0.26)):
        pen.ellipse(x, y, size, size, colour)


def boat(pen, colour, scene):
    sail = (232, 234, 238) if colour == RGB["white"] else WHITE
    jib = (200, 206, 218) if colour == RGB["white"] else light(colour)
    pen.line([(0, 0.2), (0, 1.06)], 0.05, WOOD)
    pen.polygon([(0.05, 0.32), (0.05, 1.02), (0.46, 0.32)], sail)
    pen.polygon([(-0.05, 0.34), (-0.05, 0.94), (-0.4, 0.34)], jib)
    pen.polygon([(-0.5, 0.27), (0.5, 0.27), (0.34, -0.02), (-0.36, -0.02)], colour)
    pen.polygon([(-0.42, 0.1), (0.41, 0.1), (0.34, -0.02), (-0.36, -0.02)], dark(colour))
    pen.line([(-0.5, -0.02), (0.5, -0.02)], 0.06, (210, 232, 250))


def car(pen, colour, scene):
    pen.polygon([(-0.34, 0.34), (-0.22, 0.6), (0.16, 0.6), (0.31, 0.34)], colour)
    pen.polygon([(-0.5, 0.12), (-0.5, 0.33), (-0.45, 0.38), (0.4, 0.36), (0.5, 0.28),
                 (0.5, 0.12)], colour)
    pen.box(-0.5, 0.1, 0.5, 0.19, dark(colour))
    glass = (200, 230, 248)
    pen.polygon([(-0.26, 0.37), (-0.18, 0.54), (-0.04, 0.54), (-0.04, 0.37)], glass)
    pen.polygon([(0.02, 0.37), (0.02, 0.54), (0.13, 0.54), (0.23, 0.37)], glass)
    pen.box(0.43, 0.24, 0.5, 0.31, (255, 240, 150))
    for x in (-0.28, 0.28):
        pen.ellipse(x, 0.12, 0.125, 0.125, BLACK)
        pen.ellipse(x, 0.12, 0.055, 0.055, (190, 194, 202))


def bird(pen, colour, scene):
    beak = RGB["red"] if colour in (RGB["yellow"], RGB["orange"]) else RGB["orange"]
    wing = (200, 206, 216) if colour == RGB["white"] else dark(colour)
    pen.polygon([(-0.2, 0.3), (-0.52, 0.44), (-0.48, 0.2)], wing)
    pen.polygon([(0.36, 0.5), (0.56, 0.4), (0.36, 0.33)], beak)
    pen.ellipse(0, 0.3, 0.3, 0.17, colour)
    pen.ellipse(0.27, 0.41, 0.15, 0.15, colour)
    pen.polygon([(-0.16, 0.3), (-0.3, 0.66), (-0.22, 0.86), (0, 0.7), (0.14, 0.32)], wing)
    eye = WHITE if colour == RGB["black"] else BLACK
    pen.ellipse(0.31, 0.44, 0.04, 0.04, eye)


def fish(pen, colour, scene):
    pen.polygon([(-0.2, 0.32), (-0.52, 0.6), (-0.43, 0.32), (-0.52, 0.04)], dark(colour))
    pen.polygon([(-0.12, 0.48), (0, 0.72), (0.22, 0.5)], dark(colour))
    pen.ellipse(0.08, 0.32, 0.38, 0.25, colour)
    pen.ellipse(0.04, 0.25, 0.24, 0.1, light(colour))
    pen.ellipse(0.29, 0.39, 0.08, 0.08, WHITE)
    pen.ellipse(0.31, 0.39, 0.045, 0.045, BLACK)


def kite(pen, colour, scene):
    string = WHITE if scene.time == "night" else (70, 60, 80)
    pen.line([(0, 0.42), (-0.14, 0.3), (0.1, 0.16), (-0.1, 0)], 0.03, string)
    for x, y in ((-0.08, 0.29), (0.04, 0.15)):
        pen.polygon([(x - 0.1, y + 0.07), (x + 0.1, y - 0.07), (x + 0.1, y + 0.07),
                     (x - 0.1, y - 0.07)], colour)
    pen.polygon([(0, 1.3), (0.44, 0.94), (0, 0.38), (-0.44, 0.94)], colour)
    pen.polygon([(0, 1.3), (0.44, 0.94), (0, 0.94)], light(colour))
    pen.polygon([(0, 0.38), (-0.44, 0.94), (0, 0.94)], light(colour))


def balloon(pen, colour, scene):
    string = WHITE if scene.time == "night" else (70, 60, 80)
    pen.line([(0, 0.5), (0.06, 0.3), (-0.05, 0.15), (0.03, 0)], 0.03, string)
    pen.polygon([(-0.09, 0.44), (0.09, 0.44), (0, 0.58)], dark(colour))
    pen.ellipse(0, 0.95, 0.4, 0.46, dark(colour))
    pen.ellipse(-0.03, 0.98, 0.36, 0.41, colour)
    pen.ellipse(-0.16, 1.16, 0.08, 0.12, light(colour))


def flower(pen, colour, scene):
    leaf = (40, 128, 52)
    pen.line([(0, 0), (0, 0.8)], 0.09, leaf)
    pen.polygon([(0, 0.12), (-0.34, 0.42), (-0.08, 0.42)], leaf)
    pen.polygon([(0, 0.2), (0.34, 0.5), (0.1, 0.5)], leaf)
    for n in range(6):
        angle = math.radians(60 * n + 30)
        pen.ellipse(0.25 * math.cos(angle), 1 + 0.25 * math.sin(angle), 0.19, 0.19, colour)
    pen.ellipse(0, 1, 0.16, 0.16, WOOD if colour in (RGB["yellow"], RGB["orange"]) else RGB["yellow"])


def sheep(pen, colour, scene):
    shade = (204, 206, 214) if colour == RGB["white"] else dark(colour)
    face = (64, 54, 58) if colour == RGB["white"] else (120, 110, 116)
    for x in (-0.24, -0.12, 0.12, 0.24):
        pen.box(x - 0.035, 0, x + 0.035, 0.25, face)
    for x, y, size in ((-0.26, 0.36, 0.18), (0, 0.34, 0.2), (0.22, 0.36, 0.17)):
        pen.ellipse(x, y, size, size, shade)
    for x, y, size in ((-0.28, 0.43, 0.16), (-0.1, 0.52, 0.19), (0.12, 0.5, 0.18), (0, 0.4, 0.2),
                       (0.24, 0.42, 0.14)):
        pen.ellipse(x, y, size, size, colour)
    pen.ellipse(0.38, 0.5, 0.12, 0.15, face)
    pen.ellipse(0.34, 0.63, 0.1, 0.06, colour)
    pen.ellipse(0.42, 0.53, 0.03, 0.03, WHITE)


def duck(pen, colour, scene):
    wing = (206, 212, 222) if colour == RGB["white"] else dark(colour)
    pen.polygon([(-0.5, 0.42), (-0.3, 0.08), (-0.1, 0.3)], colour)
    pen.ellipse(-0.04, 0.18, 0.38, 0.2, colour)
    pen.ellipse(-0.1, 0.22, 0.2, 0.1, wing)
    pen.polygon([(0.38, 0.62), (0.58, 0.54), (0.38, 0.46)], RGB["red"])
    pen.ellipse(0.26, 0.54, 0.17, 0.17, colour)
    pen.polygon([(0.12, 0.2), (0.14, 0.5), (0.38, 0.44), (0.34, 0.2)], colour)
    pen.ellipse(0.3, 0.58, 0.045, 0.045, WHITE if colour == RGB["black"] else BLACK)
    pen.line([(-0.5, 0), (0.46, 0)], 0.06, (210, 232, 250))


def snowman(pen, colour, scene):
    shade = (186, 200, 222)
    for y, size in ((0.3, 0.34), (0.76, 0.25), (1.14, 0.19)):
        pen.ellipse(0, y, size, size, shade)
        pen.ellipse(-0.04, y + 0.03, size - 0.06, size - 0.06, WHITE)
    pen.box(-0.2, 0.92, 0.2, 1.01, colour)
    pen.box(0.08, 0.7, 0.18, 0.96, colour)
    pen.box(-0.26, 1.24, 0.26, 1.32, colour)
    pen.box(-0.16, 1.3, 0.16, 1.56, colour)
    for x in (-0.08, 0.07):
        pen.ellipse(x, 1.19, 0.03, 0.03, BLACK)
    pen.polygon([(0, 1.16), (0.2, 1.1), (0, 1.08)], RGB["orange"])
    for y in (0.25, 0.45, 0.65):
        pen.ellipse(-0.03, y, 0.035, 0.035, BLACK)


def umbrella(pen, colour, scene):
    pen.line([(0, 0), (0, 0.9)], 0.05, WOOD)
    steps = [math.radians(180 - 10 * n) for n in range(19)]
    rim = [(0.5 * math.cos(a), 0.5 + 0.42 * math.sin(a)) for a in steps]
    pen.polygon(rim, colour)
    for left, right, a, b in ((-0.3, -0.1, 5, 8), (0.1, 0.3, 10, 13)):
        pen.polygon([(left, 0.5), rim[a], rim[(a + b) // 2], rim[b], (right, 0.5)], WHITE)
    for n in range(5):
        stripe = WHITE if n in (1, 3) else colour
        pen.ellipse(-0.4 + 0.2 * n, 0.5, 0.1, 0.06, stripe, 180, 360)


def sun(pen, colour, scene):
    for n in range(10):
        a = 2 * math.pi * n / 10 + 0.15
        pen.polygon([(0.33 * math.cos(a - 0.2), 0.5 + 0.33 * math.sin(a - 0.2)),
                     (0.5 * math.cos(a), 0.5 + 0.5 * math.sin(a)),
                     (0.33 * math.cos(a + 0.2), 0.5 + 0.33 * math.sin(a + 0.2))], colour)
    pen.ellipse(0, 0.5, 0.31, 0.31, colour)
    pen.ellipse(-0.03, 0.53, 0.22, 0.22, mixed(colour, (255, 246, 170), 0.4))


def moon(pen, colour, scene):
    outer = [(0.5 * math.cos(a), 0.5 + 0.5 * math.sin(a))
             for a in (math.radians(60 + 240 * n / 24) for n in range(25))]
    inner = [(0.24 + 0.44 * math.cos(a), 0.5 + 0.44 * math.sin(a))
             for a in (math.radians(270 - 180 * n / 24) for n in range(25))]
    pen.polygon(outer + inner, colour)


def star(pen, colour, scene):
    pen.polygon([(r * math.cos(a), 0.47 + r * math.sin(a)) for r, a in (
        ((0.5, 0.21)[n % 2], math.radians(90 + 36 * n)) for n in range(10))], colour)


def cloud(pen, colour, scene):
    shade = mixed(colour, (90, 110, 150), 0.3)
    for paint, lift in ((shade, 0), (colour, 0.05)):
        for x, y, size in ((-0.3, 0.17, 0.17), (-0.08, 0.26, 0.22), (0.17, 0.21, 0.19),
                           (0.34, 0.15, 0.14)):
            pen.ellipse(x, y + lift, size, size * 0.92, paint)


# width: in parts of the unit, 26 pixels of a picture 96 pixels wide; height: in parts of the width.
# colours: those it comes in. doing: one of them does, several do, doing.
Thing = namedtuple("Thing", "draw width height colours doing plural", defaults=[None])
THINGS = {
    "ball": Thing(ball, 0.8, 1, "red yellow blue orange purple white", ("lies", "lie", "lying")),
    "house": Thing(house, 1.15, 0.98, "red yellow white blue orange", ("stands", "stand", "standing")),
    "tree": Thing(tree, 1, 1.24, "green orange red yellow", ("stands", "stand", "standing")),
    "boat": Thing(boat, 1.1, 1.06, "red yellow white orange black", ("sails", "sail", "sailing")),
    "car": Thing(car, 1.25, 0.6, "red yellow blue white green orange", ("drives", "drive", "driving")),
    "bird": Thing(bird, 0.9, 0.86, "red yellow white black", ("flies", "fly", "flying")),
    "fish": Thing(fish, 1, 0.72, "red yellow orange pink white", ("swims", "swim", "swimming"), "fish"),
    "kite": Thing(kite, 0.75, 1.3, "red yellow green purple pink", ("flies", "fly", "flying")),
    "balloon": Thing(balloon, 0.62, 1.44, "red yellow green purple pink", ("floats", "float", "floating")),
    "flower": Thing(flower, 0.62, 1.44, "red yellow white pink purple", ("grows", "grow", "growing")),
    "sheep": Thing(sheep, 1.1, 0.7, "white black", ("stands", "stand", "standing"), "sheep"),
    "duck": Thing(duck, 0.85, 0.71, "yellow white black", ("swims", "swim", "swimming")),
    "snowman": Thing(snowman, 0.72, 1.56, "red blue black purple", ("stands", "stand", "standing"), "snowmen"),
    "umbrella": Thing(umbrella, 1.15, 0.92, "red blue green purple pink", ("stands", "stand", "standing")),
    "sun": Thing(sun, 0.9, 1, "yellow red", ("shines", "shine", "shining")),
    "moon": Thing(moon, 0.7, 1, "white yellow", ("shines", "shine", "shining")),
    "star": Thing(star, 0.5, 1, "yellow white", ("shines", "shine", "shining")),
    "cloud": Thing(cloud, 1.15, 0.5, "white", ("floats", "float", "floating")),
}


# Scenes: what is decided before anything is drawn or said

# `ground` and `sky` are groups of equal things. Those on the ground stand from left to right; on a road
# the second is behind the first, in the water it is below the first.
Scene = namedtuple("Scene", "place time ground sky")
Group = namedtuple("Group", "kind colour count size")
SIZES = {"small": 0.62, "": 0.95, "big": 1.45}
UNIT = 26

GROUND = {
    "grass": "ball house tree flower sheep", "hills": "house tree sheep", "snow": "house tree snowman ball",
    "beach": "umbrella ball", "road": "car", "sea": "boat duck", "water": "fish",
}
SKY = {
    "day": "sun sun cloud bird balloon kite", "evening": "sun sun bird balloon", "night": "moon moon star star",
}
# What would be hard to see.
HIDDEN = {
    "grass": {("ball", "green"), ("car", "green")}, "hills": set(), "road": set(), "water": set(),
    "snow": {("ball", "white"), ("house", "white"), ("tree", "yellow")},
    "beach": {("ball", "yellow"), ("ball", "orange"), ("ball", "white")}, "sea": set(),
    "day": {("sun", "red"), ("bird", "white")},
    "evening": {("sun", "yellow"), ("balloon", "yellow"), ("balloon", "pink"), ("balloon", "red"),
                ("bird", "yellow"), ("bird", "red"), ("tree", "orange"), ("house", "orange"),
                ("tree", "yellow"), ("boat", "orange"), ("tree", "red")},
    "night": {("sheep", "black"), ("boat", "black"), ("duck", "black")},
}


def a_group(dice, kind, place, time, most, size=None):
    colours = [c for c in THINGS[kind].colours.split()
               if not {(kind, c)} & (HIDDEN[place] | HIDDEN[time])]
    if kind == "tree" and dice.happens(0.5):
        colours = ["green"]
    count = 1 if kind in ("sun", "moon") else dice.pick([1, 1, 1, 2, 2, 3, 3, 4][:2 * most])
    if size is None:
        size = dice.pick(["small", "", "", "", "big"])
    if kind in ("sun", "moon", "star", "snowman", "cloud", "duck", "flower") or count > 2:
        size = ""
    return Group(kind, dice.pick(colours), count, size)


def a_scene(dice):
    place = dice.pick(list(GROUND) + ["grass", "sea"])
    time = "day" if place == "water" else dice.pick(["day", "day", "evening", "night"])
    kinds = GROUND[place].split()
    roll = dice.next()
    several = 4 if place == "water" or "flower" in kinds and dice.happens(0.3) else 3
    if roll < 0.12 and place != "water":
        ground = []
    elif roll < 0.5:
        ground = [a_group(dice, dice.pick(kinds), place, time, several)]
    elif roll < 0.62 and place in ("grass", "hills", "snow"):
        middle = a_group(dice, dice.pick(kinds), place, time, 1)
        side = a_group(dice, dice.pick(["tree", "house"]), place, time, 1, "")
        ground = [side, middle, side]
    else:
        second = ["house", "tree"] if place == "road" else kinds
        ground = [a_group(dice, dice.pick(kinds), place, time, 2),
                  a_group(dice, dice.pick(second), place, time, 2)]
    sky = []
    if place != "water":
        wanted = dice.pick([1, 1, 2]) if not ground else dice.pick([0, 0, 1, 1, 1])
        while len(sky) < wanted:
            kind = dice.pick(SKY[time].split())
            if all(kind != group.kind for group in sky):
                sky.append(a_group(dice, kind, place, time, 3 if kind != "star" else 4))
    return Scene(place, time, tuple(ground), tuple(sky))


def is_sound(scene):
    """Whether each group can be told from the others."""
    ground = scene.ground
    if len(ground) == 2 and ground[0].kind == ground[1].kind:
        one, other = ground
        if one.count + other.count > 3 or one.size != other.size and one.colour != other.colour:
            return False
        return one.colour != other.colour or {one.size, other.size} == {"small", "big"}
    return len(ground) < 3 or ground[0].kind != ground[1].kind


def content(scene):
    """What is shown, whatever its order and size."""
    counts = Counter()
    for group in scene.ground + scene.sky:
        counts[group.kind, group.colour] += group.count
    return scene.place, tuple(sorted(counts.items()))


# Where things are

Placed = namedtuple("Placed", "group x y width height flipped")
PLACES_BASE = {"grass": 0.8, "hills": 0.84, "snow": 0.82, "beach": 0.86, "road": 0.9, "sea": 0.76}


def row(dice, groups, width, base, wobble, unit):
    """Things side by side, or nothing where there is no room."""
    members = [group for group in groups for _ in range(group.count)]
    sizes = [unit * THINGS[g.kind].width * SIZES[g.size] for g in members]
    free = width - sum(sizes) - 3 * (len(sizes) + 1)
    if free < 0:
        return None
    cuts = sorted(dice.between(0, free) for _ in range(len(sizes)))
    placed, x, before = [], 0.0, 0.0
    for group, size, cut in zip(members, sizes, cuts):
        x += 3 + cut - before
        before = cut
        y = base + dice.between(-wobble, wobble)
        flips = group.kind in ("car", "bird", "fish", "duck", "sheep", "boat")
        placed.append(Placed(group, x + size / 2, y, size, size * THINGS[group.kind].height,
                             flips and dice.happens(0.4)))
        x += size
    return placed


def arranged(dice, scene, width, height):
    """Everything with its place, from the back to the front, or nothing where it does not fit."""
    unit = UNIT * math.sqrt(width * height / (96 * 72))
    rows = []
    if scene.place == "water":
        levels = [0.6] if len(scene.ground) == 1 else [0.38, 0.76]
        wobble = 0.16 if len(levels) == 1 else 0.04
        rows = [row(dice, [g], width, height * level, height * wobble, unit)
                for g, level in zip(scene.ground, levels)]
    elif scene.place == "road":
        bases = [0.9, 0.63]
        rows = [row(dice, [g], width, height * base, 1, unit) for g, base in zip(scene.ground, bases)]
        rows.reverse()
    elif scene.ground:
        base = PLACES_BASE[scene.place] * height
        rows = [row(dice, scene.ground, width, base, height * 0.035, unit)]
    if None in rows:
        return None
    ground = [thing for line in rows for thing in line]
    high = row(dice, scene.sky, width, 0, 0, unit)
    if high is None:
        return None
    high = [thing._replace(y=thing.height + dice.between(0.04, 0.3) * height) for thing in high]
    if any(thing.y - thing.height < 1 or thing.y > height - 1 for thing in ground):
        return None
    low = height * 0.52
    for thing in high:
        if thing.y > low or any(overlap(thing, other) for other in ground):
            return None
    if any(overlap(a, b) for n, a in enumerate(ground) for b in ground[:n]):
        return None
    return high + sorted(ground, key=lambda thing: thing.y)


def overlap(one, other):
    return (abs(one.x - other.x) < (one.width + other.width) / 2 + 1
            and one.y - one.height < other.y + 1 and other.y - other.height < one.y + 1)


# The picture

SKIES = {
    "day": ((122, 190, 240), (168, 216, 248)), "evening": ((246, 164, 96), (252, 200, 140)),
    "night": ((24, 28, 70), (40, 46, 98)),
}


def shaded(colour, time):
    return {"day": colour, "evening": mixed(colour, (190, 90, 40), 0.12),
            "night": mixed(colour, (20, 24, 84), 0.45)}[time]


def background(dice, canvas, scene):
    w, h = canvas.width, canvas.height

    def box(top, bottom, colour):
        canvas.polygon([(0, top * h), (w, top * h), (w, bottom * h), (0, bottom * h)], colour)

    def tone(red, green, blue):
        return shaded((red, green, blue), scene.time)

    def strokes(top, bottom, count, colour, shape):
        for _ in range(count):
            x, y = dice.between(0.03, 0.97) * w, dice.between(top, bottom) * h
            canvas.polygon([(x + a, y + b) for a, b in shape], colour)

    if scene.place == "water":
        box(0, 1, (58, 134, 214))
        box(0, 0.3, (84, 160, 230))
        strokes(0.05, 0.8, 6, (150, 204, 246), [(-1.2, 0), (0, -1.2), (1.2, 0), (0, 1.2)])
        box(0.9, 1, (226, 204, 140))
        for _ in range(3):
            x, top = dice.between(0.05, 0.95) * w, dice.between(0.78, 0.84) * h
            canvas.polygon([(x - 2, h), (x - 3, (top + h) / 2), (x, top), (x + 1, (top + h) / 2),
                            (x + 2, h)], (34, 120, 84))
        return
    high, low = SKIES[scene.time]
    for n in range(5):
        box(0.11 * n, 1, mixed(high, low, n / 4))
    if scene.time == "night" and not any(g.kind == "star" for g in scene.sky):
        strokes(0.02, 0.45, 9, (176, 180, 214), [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    if scene.place == "sea":
        box(0.56, 1, tone(34, 104, 190))
        box(0.84, 1, tone(26, 88, 170))
        strokes(0.6, 0.97, 12, tone(104, 168, 232), [(-4, 0.4), (0, -0.6), (4, 0.4), (0, 0.2)])
        return
    if scene.place == "hills":
        for x, across, up, colour in (
                (dice.between(0.1, 0.4), 0.5, 0.34, tone(84, 164, 92)),
                (dice.between(0.6, 0.95), 0.55, 0.4, tone(66, 148, 82))):
            canvas.polygon(
                [((x + across * math.cos(a)) * w, (0.72 - up * math.sin(a)) * h)
                 for a in (math.radians(6 * n) for n in range(31))], colour)
        box(0.7, 1, tone(124, 196, 88))
    if scene.place == "grass":
        box(0.58, 1, tone(108, 190, 82))
        box(0.8, 1, tone(96, 178, 74))
        strokes(0.62, 0.97, 16, tone(74, 150, 62), [(-1.5, 0), (-1, -2), (0, 0), (1, -2), (1.5, 0)])
    if scene.place == "snow":
        canvas.polygon([(0, 0.62 * h), (w * 0.3, 0.56 * h), (w * 0.7, 0.62 * h), (w, 0.57 * h),
                        (w, h), (0, h)], tone(238, 243, 250))
        canvas.polygon([(0, 0.9 * h), (w * 0.6, 0.84 * h), (w, 0.92 * h), (w, h), (0, h)],
                       tone(222, 231, 244))
    if scene.place == "beach":
        box(0.46, 0.64, tone(44, 120, 204))
        box(0.6, 0.66, tone(214, 236, 248))
        box(0.64, 1, tone(244, 216, 146))
        strokes(0.7, 0.97, 12, tone(222, 190, 118), [(-1, 0), (0, -0.6), (1, 0), (0, 0.6)])
    if scene.place == "road":
        box(0.6, 1, tone(112, 188, 86))
        box(0.68, 0.97, tone(108, 110, 118))
        for n in range(6):
            x = (n + 0.2) * w / 5.5
            canvas.polygon([(x, 0.8 * h), (x + w * 0.09, 0.8 * h), (x + w * 0.09, 0.825 * h),
                            (x, 0.825 * h)], tone(236, 236, 226))


def picture(dice, scene, placed, width, height):
    canvas = Canvas(width, height)
    background(dice, canvas, scene)
    for thing in placed:
        colour = RGB[thing.group.colour]
        if thing.group.kind in ("sun", "moon", "star") and thing.group.colour == "yellow":
            colour = (255, 222, 66)
        pen = Pen(canvas, thing.x, thing.y, thing.width, thing.flipped)
        THINGS[thing.group.kind].draw(pen, colour, scene)
    return canvas.png()


# Captions

NUMBERS = {2: "two", 3: "three", 4: "four"}
ON = {
    "grass": ["on the grass", "on the green grass", "on a green lawn"],
    "hills": ["in front of green hills", "in front of the hills", "near the hills"],
    "snow": ["in the snow", "in the white snow", "on the snow"],
    "beach": ["on the beach", "on the sand", "on the yellow sand"],
    "road": ["on the road", "on a grey road", "on the grey road"],
    "sea": ["on the sea", "on the blue sea", "on the water"],
    "water": ["in the water", "in the blue water", "under water"],
}
OVER = {
    "grass": ["over the grass", "over a green lawn", "above the green grass"],
    "hills": ["over the hills", "over the green hills", "above green hills"],
    "snow": ["over the snow", "above the white snow", "above the snow"],
    "beach": ["over the beach", "above the yellow sand", "above the beach"],
    "road": ["over the road", "above the grey road", "over a grey road"],
    "sea": ["over the sea", "above the blue sea", "over the water"],
}
SKY_SAID = {
    "day": ["in the sky", "in the blue sky"], "evening": ["in the orange sky", "in the evening sky"],
    "night": ["in the dark sky", "in the night sky"],
}
WHEN = {
    "day": ["under a blue sky", "under the blue sky"],
    "evening": ["in the evening", "under an orange sky"], "night": ["at night", "under a dark sky"],
}


def place_said(dice, scene, table):
    said = table[scene.place]
    if scene.time == "night":
        said = [text for text in said if "white" not in text and "yellow" not in text]
    return dice.pick(said)


def said(group, colour=True, size=True, count=None):
    """Words for a group: "two small red boats"."""
    count = group.count if count is None else count
    thing = THINGS[group.kind]
    noun = group.kind if count == 1 else thing.plural or group.kind + "s"
    words = [group.size if size else "", group.colour if colour and group.kind != "snowman" else "", noun]
    if group.kind == "snowman" and colour:
        words.append(f"with a {group.colour} hat" if count == 1 else f"with {group.colour} hats")
    text = " ".join(word for word in words if word)
    if count > 1:
        return f"{NUMBERS[count]} {text}"
    if group.kind in ("sun", "moon"):
        return "the " + text if not colour else f"a {text}"
    return ("an " if text[0] in "aeiou" else "a ") + text


def does(group):
    return THINGS[group.kind].doing[group.count > 1]


def doing(group):
    return THINGS[group.kind].doing[2]


def there(group):
    return "there is" if group.count == 1 else "there are"


def captions(dice, scene):
    """Three to five, the first of which leaves out least."""
    forms = said_of_middle if len(scene.ground) == 3 else (
        said_of_two if len(scene.ground) == 2 else said_of_one if scene.ground else said_of_sky)
    wanted = dice.pick([3, 4, 4, 5])
    found = []
    for _ in range(40):
        # Now and then something is left out, but never what tells two groups apart.
        full = not found or dice.happens(0.6)
        ground_kinds = {group.kind for group in scene.ground}
        alike = len(scene.ground) == 2 and len(ground_kinds) == 1
        colour = full or alike or dice.happens(0.5)
        size = full or alike or dice.happens(0.3)
        words = [said(group, colour, size) for group in scene.ground]
        high = [said(group, full or dice.happens(0.5), full) for group in scene.sky]
        options = forms(dice, scene, words, high)
        text = options[0] if not found else dice.pick(options)
        text = text[0].upper() + text[1:] + "."
        if text not in found:
            found.append(text)
        if len(found) == wanted:
            break
    return found


def with_time(dice, scene, texts):
    """Some of the texts, with the time of day in the front or behind."""
    when = dice.pick(WHEN[scene.time])
    result = [f"{text} {when}" for text in texts if "under" not in text and "sky" not in text]
    if when in ("at night", "in the evening"):
        result += [f"{when}, {text}" for text in texts]
    return result


def said_of_one(dice, scene, words, high):
    (a,), (group,) = words, scene.ground
    on, is_ = place_said(dice, scene, ON), there(group)
    doing_so = f"{a} {doing(group)}"
    plain = [f"{a} {on}", f"{a} {does(group)} {on}", f"{doing_so} {on}", f"{is_} {a} {on}"]
    if scene.place != "water":
        plain += with_time(dice, scene, plain[:2])
    plain.append(f"{on}, {is_} {a}" if not on.startswith("under") else plain[0])
    if not high:
        return plain
    k, sky = high[-1], scene.sky[-1]
    return [
        f"{a} {on} under {k}", f"{a} {does(group)} {on} under {k}", f"{is_} {a} {on} below {k}",
        f"{k} above {a}", f"{k} {does(sky)} above {a} {on}", f"{k} {doing(sky)} over {a}",
        f"{a} {on} and {k} {dice.pick(SKY_SAID[scene.time])}", f"{doing_so} under {k}",
    ] + plain[:4]


def said_of_two(dice, scene, words, high):
    (a, b), (one, other) = words, scene.ground
    on = place_said(dice, scene, ON)
    if scene.place == "road":
        texts = [
            f"{a} {on} in front of {b}", f"{a} {does(one)} {on} in front of {b}", f"{b} behind {a}",
            f"{a} {doing(one)} in front of {b}", f"{there(one)} {a} in front of {b}",
            f"{b} by the road and {a} {on}",
        ]
    elif scene.place == "water":
        texts = [
            f"{a} above {b} {on}", f"{b} below {a}", f"{a} {does(one)} above {b}", f"{b} {doing(other)} under {a}",
            f"{there(one)} {a} above {b}", f"{a} and {b} {on}",
        ]
    else:
        texts = [
            f"{a} to the left of {b} {on}", f"{b} to the right of {a} {on}", f"{a} next to {b} {on}",
            f"{a} and {b} {on}", f"{there(one)} {a} beside {b} {on}", f"{a} {does(one)} next to {b}",
            f"{b} {doing(other)} next to {a}", f"{there(other)} {b} to the right of {a}",
            f"{there(one)} {a} and {b}",
        ]
    if one.kind == other.kind and one.count == other.count == 1 and one.colour != other.colour \
            and one.kind != "snowman":
        both = said(one, False, True, count=2)
        texts.append(f"{both}, one {one.colour} and one {other.colour}, {on}")
    if high:
        k, sky = high[-1], scene.sky[-1]
        under = f"{a} and {b} {on} under {k}"
        if scene.place == "road":
            under = f"{a} in front of {b} under {k}"
        texts += [under, f"{k} above {a} and {b}", f"{k} {does(sky)} above {a} and {b}"]
        return [texts[-3]] + texts
    return texts + (with_time(dice, scene, texts[:2]) if scene.place != "water" else [])


def said_of_middle(dice, scene, words, high):
    side, middle, _ = scene.ground
    a = words[1]
    b = said(side, True, True, count=2)
    on = place_said(dice, scene, ON)
    texts = [
        f"{a} between {b} {on}", f"{a} {does(middle)} between {b}", f"{a} {doing(middle)} between {b} {on}",
        f"{there(middle)} {a} between {b}", f"{b} and {a} {on}", f"{b} with {a} between them",
    ]
    if high:
        k = high[-1]
        texts += [f"{a} between {b} under {k}", f"{k} above {a} between {b}"]
        return [texts[-2]] + texts
    return texts + with_time(dice, scene, texts[1:3])


def said_of_sky(dice, scene, words, high):
    a, one = high[0], scene.sky[0]
    over, sky = place_said(dice, scene, OVER), dice.pick(SKY_SAID[scene.time])
    plain = [
        f"{a} {does(one)} {over}", f"{a} {over}", f"{a} {doing(one)} {over}", f"{a} {does(one)} {sky}",
        f"{a} {sky} {over}", f"{there(one)} {a} {sky}", f"{a} {doing(one)} {sky}",
    ]
    if len(high) == 1:
        return plain
    b, other = high[1], scene.sky[1]
    return [
        f"{a} and {b} {over}", f"{a} to the left of {b} {sky}", f"{b} to the right of {a}",
        f"{a} next to {b} {over}", f"{there(one)} {a} and {b} {sky}", f"{a} and {b} {sky}",
    ] + plain[:3]


# The files


def sizes(dice):
    return dice.pick([(96, 72), (96, 72), (104, 72), (96, 64), (100, 75), (88, 72), (80, 72), (72, 96)])


def drawn(dice):
    """A scene that fits its picture, and the picture."""
    while True:
        scene = a_scene(dice)
        width, height = sizes(dice)
        if not is_sound(scene):
            continue
        for _ in range(20):
            placed = arranged(dice, scene, width, height)
            if placed is not None:
                return scene, picture(dice, scene, placed, width, height), captions(dice, scene)


def known(scene):
    """What a learner must have met: things with their colours, numbers, sizes, and places."""
    for group in scene.ground + scene.sky:
        yield group.kind, group.colour
        yield group.kind, group.count
        yield group.kind, group.size
        yield group.kind, scene.place


def words_of(texts):
    return {word for text in texts for word in text.lower().replace(".", "").replace(",", "").split()}


def main():
    dice = Dice(SEED)
    train, dev, shown, whole = [], [], set(), set()
    while len(train) < TRAIN:
        made = drawn(dice)
        if made[0] not in whole:
            train.append(made)
            whole.add(made[0])
            shown.add(content(made[0]))
    met = Counter(fact for scene, _, _ in train for fact in known(scene))
    words = Counter(word for _, _, texts in train for word in words_of(texts))
    while len(dev) < DEV:
        scene, png, texts = drawn(dice)
        if content(scene) in shown or any(met[fact] < 3 for fact in known(scene)) \
                or any(words[word] < 5 for word in words_of(texts)):
            continue
        shown.add(content(scene))
        dev.append((scene, png, texts))

    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    names = [f"scene{n + 1:03}.png" for n in range(TRAIN + DEV)]
    with open(FOLDER / "captions.tsv", "w", encoding="utf-8", newline="\n") as file:
        for name, (_, png, texts) in zip(names, train + dev):
            (FOLDER / name).write_bytes(png)
            file.writelines(f"{name}\t{text}\n" for text in texts)
    for list_name, some in (("train.txt", names[:TRAIN]), ("dev.txt", names[TRAIN:])):
        (FOLDER / list_name).write_bytes("".join(name + "\n" for name in some).encode())
    size = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    print(f"{len(names)} pictures, {size} bytes, {len(words)} words in {FOLDER}")


if __name__ == "__main__":
    main()
