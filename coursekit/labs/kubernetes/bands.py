"""What the labs over time share: a frame, bands to scale, marks at a moment, rows of pods."""

from itertools import pairwise
from typing import ClassVar

from coursekit.ui.scene import box, label, path
from coursekit.ui.timeframe import Frame

BRICK, GAP = 24, 4


class Times(Frame):
    """Room on the left for the names of the rows; where it is narrow they stand above."""

    margins: ClassVar = ((142, 24), (14, 14))


def lasting(points, end):
    """(t, value) in order of time as (from, to, value): at one time the last value counts."""
    known = dict(points)
    times = [*known, max(end, *known)]
    return [(a, b, known[a]) for a, b in pairwise(times) if b > a]


def band(name, frame, spans, y, high):
    """A row of boxes over time: (from, to, look); None as a look leaves a hole."""
    items = []
    for k, (begin, end, look) in enumerate(spans):
        x, right = frame.x(begin), frame.x(end)
        if look is None or right - x < 0.5:
            continue
        shown = dict(look)
        if len(str(shown.get("text", ""))) * 7 > right - x - 6:
            shown["text"] = ""
        items.append(box(f"{name}{k}", x, y, right - x, high, r=3, **shown))
    return items


def name_of(key, frame, text, y, high):
    """The name of a row, left of it or above."""
    if frame.narrow:
        return label(f"{key}-name", frame.left, y - 5, text, size=12, weight=600)
    return label(f"{key}-name", 6, y + high / 2 + 4, text, size=12.5, weight=600)


def mark_at(name, frame, t, text, y, bottom, **look):
    """A line at a moment with a word above it, on the side where there is room."""
    x = frame.x(t)
    late = x > (frame.left + frame.right) / 2
    return [
        path(name, f"M{x:.1f} {y + 4}V{bottom}", **{"dash": True, **look}),
        label(f"{name}-text", x, y, text, anchor="end" if late else "start", size=11.5),
    ]


def bricks(name, left, right, y, pods):
    """A row of pods as small boxes, each (text, look)."""
    wide = min(52.0, (right - left) / max(len(pods), 1) - GAP)
    return [
        box(f"{name}{k}", left + k * (wide + GAP), y, wide, BRICK, r=5, size=11.5, text=text if wide > 8 * len(text) else "", **look)
        for k, (text, look) in enumerate(pods)
    ]  # fmt: skip
