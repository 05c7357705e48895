"""A small writer of plots as SVG: panels side by side over one quantity, both axes logarithmic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import common

WIDTH, HEIGHT = 420, 320  # of a panel, in pixels
LEFT, RIGHT, TOP, BOTTOM = 64, 28, 64, 52
FONT = "font-family='system-ui, sans-serif'"
INK, PALE, LINE = "#222", "#ddd", "#1f5fa8"


@dataclass(frozen=True)
class Panel:
    """One quantity: what it is, and a value for each place of the horizontal axis."""

    label: str
    values: Sequence[float]


class Axis:
    """Places on a logarithmic axis."""

    def __init__(self, values: Sequence[float], begin: float, end: float, least: float = 1) -> None:
        low, high = math.log10(min(values)), math.log10(max(values))
        # Little change shall look like little change.
        extra = max(0.0, least - (high - low)) / 2 + 0.08 * max(high - low, least)
        self.low, self.high, self.begin, self.end = low - extra, high + extra, begin, end

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self) -> list[float]:
        """Powers of ten, and twice and five times those where there is room."""
        steps = (1, 2, 5) if self.high - self.low < 2.5 else (1,)
        powers = range(math.floor(self.low), math.ceil(self.high) + 1)
        found = [step * 10.0 ** power for power in powers for step in steps]
        return [value for value in found if self.low <= math.log10(value) <= self.high]


def text(x: float, y: float, content: str, *, anchor: str = "middle", size: int = 12, extra: str = "") -> str:
    return (f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' font-size='{size}' fill='{INK}' {FONT}{extra}>"
            f"{escape(content)}</text>")


def line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}'/>"


def short(value: float) -> str:
    """A number for a label: 10,000,000 is 10M."""
    for unit, size in (("M", 1e6), ("k", 1e4)):
        if value >= size:
            divisor = 1e6 if unit == "M" else 1e3
            return f"{value / divisor:.3g}{unit}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def drawn(panel: Panel, places: Sequence[float], across: str, left: float) -> list[str]:
    """One panel, its left edge given."""
    x = Axis(places, left + LEFT, left + WIDTH - RIGHT, least=0.5)
    y = Axis(panel.values, HEIGHT - BOTTOM, TOP)
    parts = [text(left + LEFT, TOP - 14, panel.label, anchor="start", size=13)]
    for value in y.ticks():
        at = y.place(value)
        parts += [line(x.begin, at, x.end, at, PALE), text(x.begin - 8, at + 4, short(value), anchor="end")]
    for value in places:
        at = x.place(value)
        parts += [line(at, y.begin, at, y.begin + 5, INK), text(at, y.begin + 20, short(value))]
    parts += [line(x.begin, y.begin, x.end, y.begin, INK), line(x.begin, y.begin, x.begin, y.end, INK)]
    parts.append(text((x.begin + x.end) / 2, HEIGHT - 12, across))
    points = [(x.place(place), y.place(value)) for place, value in zip(places, panel.values)]
    path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
    parts.append(f"<polyline points='{path}' fill='none' stroke='{LINE}' stroke-width='2'/>")
    for (px, py), value in zip(points, panel.values):
        parts.append(f"<circle cx='{px:.1f}' cy='{py:.1f}' r='3.5' fill='{LINE}'/>")
        # A white edge keeps the number readable over a line.
        parts.append(text(px, py - 9, common.figure(value),
                          extra=" stroke='#fff' stroke-width='3' paint-order='stroke'"))
    return parts


def plot(title: str, across: str, places: Sequence[float], panels: Sequence[Panel]) -> str:
    """The picture. White behind, so that it can be read on any page."""
    width = WIDTH * len(panels)
    parts = [f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{HEIGHT}' viewBox='0 0 {width} {HEIGHT}'"
             f" role='img' aria-label='{escape(title, quote=True)}'>",
             f"<rect width='{width}' height='{HEIGHT}' fill='#fff'/>",
             text(width / 2, 26, title, size=15)]
    for number, panel in enumerate(panels):
        parts += drawn(panel, places, across, number * WIDTH)
    return "\n".join([*parts, "</svg>"]) + "\n"
