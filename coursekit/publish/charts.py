"""Charts as SVG, from the same marks, axes and ranges that bqplot draws in a notebook.

Only what the kit's charts use: lines (with dashes, or as dots), bars, linear and logarithmic
axes, the kit's number formats. The legend and the title are the kit's own HTML.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import bqplot as bq
import numpy as np

from coursekit.i18n import language

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 640, 74, 26, 12, 48
GAPS = {"solid": "", "dashed": "7 4", "dotted": "2 4"}
PREFIXES = {-9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P"}


@dataclass(frozen=True)
class Ruler:
    """An axis: from values to places between `start` and `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool

    def at(self, value: float) -> float:
        low, high, here = (
            (math.log10(v) for v in (self.low, self.high, max(value, self.low * 1e-3)))
            if self.log
            else (self.low, self.high, value)
        )
        return self.start + (here - low) / ((high - low) or 1) * (self.end - self.start)

    def ticks(self, axis: bq.Axis) -> list[float]:
        """Where bqplot would put them, those out of range left out."""
        if axis.tick_values is not None and len(axis.tick_values):
            at = [float(v) for v in axis.tick_values]
        elif self.log:
            ends = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            at = [10.0**n for n in range(ends[0], ends[1] + 1)]
        else:
            at = list(np.linspace(self.low, self.high, axis.num_ticks or 5))
        slack = 0 if self.log else 1e-9 * (self.high - self.low)
        return [v for v in at if self.low - slack <= v <= self.high * (1 + 1e-9) + slack]


def svg(figure: bq.Figure, name: str) -> str:
    """The chart as an SVG element that screen readers call `name`."""
    height = int(str(figure.layout.height or "280px").removesuffix("px"))
    marks = [mark for mark in figure.marks if mark.visible]
    below, beside = figure.axes
    x = _ruler(below, [mark.x for mark in marks], LEFT, WIDTH - RIGHT)
    y = _ruler(beside, [mark.y for mark in marks], height - BOTTOM, TOP)
    drawn = "".join(_bars(m, x, y) if isinstance(m, bq.Bars) else _line(m, x, y) for m in marks)
    axes = _below(below, x, height) + _beside(beside, y, height)
    return (
        f'<div class="plot"><svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(name)}">'
        f"<title>{escape(name)}</title>{axes}{drawn}</svg></div>"
    )


def _ruler(axis: bq.Axis, data: Sequence[np.ndarray], start: float, end: float) -> Ruler:
    """The ends of its scale; one that is not set follows the data."""
    scale, log = axis.scale, isinstance(axis.scale, bq.LogScale)
    known = np.concatenate([np.asarray(each, float) for each in data] or [np.array([0.0, 1.0])])
    known = known[np.isfinite(known) & ((known > 0) | (not log))]
    low = scale.min if scale.min is not None else float(known.min(initial=np.inf))
    high = scale.max if scale.max is not None else float(known.max(initial=-np.inf))
    return Ruler(low, high, start, end, log) if low < high else Ruler(low, low + 1, start, end, log)


def _line(mark: bq.Lines, x: Ruler, y: Ruler) -> str:
    points = [(x.at(a), y.at(b)) for a, b in zip(mark.x, mark.y, strict=True)]
    colour = mark.colors[0]
    if mark.marker:
        return "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4.5" fill="{colour}"/>' for a, b in points)  # fmt: skip
    d = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
    dash = f' stroke-dasharray="{gap}"' if (gap := GAPS[mark.line_style]) else ""
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>'


def _bars(mark: bq.Bars, x: Ruler, y: Ruler) -> str:
    width = (x.at(1) - x.at(0)) * (1 - mark.padding)
    ground = y.at(y.low)
    return "".join(
        f'<rect x="{x.at(a) - width / 2:.1f}" y="{y.at(b):.1f}" width="{width:.1f}" '
        f'height="{max(0.0, ground - y.at(b)):.1f}" fill="{mark.colors[i % len(mark.colors)]}"/>'
        for i, (a, b) in enumerate(zip(mark.x, mark.y, strict=True))
    )


def _below(axis: bq.Axis, x: Ruler, height: float) -> str:
    base = height - BOTTOM
    at = x.ticks(axis)
    names = _thinned([_name(axis, value) for value in at], (x.end - x.start) / max(1, len(at)))
    ticks = "".join(
        f'<text x="{x.at(value):.1f}" y="{base + 18}" text-anchor="middle">{escape(name)}</text>'
        for value, name in zip(at, names, strict=True)
    )
    middle = (x.start + x.end) / 2
    label = f'<text x="{middle}" y="{base + 40}" text-anchor="middle">{escape(axis.label)}</text>'
    return f'<path class="axis" d="M{x.start} {base}H{x.end}"/>{ticks}{label}'


def _beside(axis: bq.Axis, y: Ruler, height: float) -> str:
    ticks = "".join(
        f'<path class="grid" d="M{LEFT} {y.at(value):.1f}H{WIDTH - RIGHT}"/>'
        f'<text x="{LEFT - 8}" y="{y.at(value) + 4:.1f}" text-anchor="end">{escape(_name(axis, value))}</text>'
        for value in y.ticks(axis)
    )
    middle = (height - BOTTOM + TOP) / 2
    return f'{ticks}<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(axis.label)}</text>'


def _thinned(names: list[str], room: float) -> list[str]:
    """Every name, or every second, third …, so that they do not run into each other."""
    longest = max((len(name) for name in names), default=0) * 7 + 6
    every = max(1, math.ceil(longest / room))
    return [name if i % every == 0 else "" for i, name in enumerate(names)]


def _name(axis: bq.Axis, value: float) -> str:
    names = axis.tick_labels or {}
    return str(names[f"{value:g}"]) if f"{value:g}" in names else text(value, axis.tick_format or "~r")  # fmt: skip


def text(value: float, form: str) -> str:
    """A number in d3's format `form`, of those that the kit's charts use."""
    if form == "~s" and value:
        power = max(-9, min(15, 3 * math.floor(math.log10(abs(value)) / 3 + 1e-9)))
        written = f"{value / 10**power:g}{PREFIXES[power]}"
    elif form == ".0e":
        written = f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e+")
    elif form.endswith("%"):
        written = f"{100 * value:.0f}%" if form == ".0%" else f"{100 * value:g}%"
    else:
        written = f"{value:.0f}" if form == "d" else f"{value:g}"
    written = written.replace("-", "−")
    return written.replace(".", ",").replace("%", "\u202f%") if language() == "fr" else written
