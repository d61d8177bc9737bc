"""Time on a picture: where a second is, the axis below, samples of what the marks mean."""

from dataclasses import dataclass

from coursekit.i18n import number
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.scene import box, label, path

STEPS = tuple(digit * 10.0**power for power in range(-3, 7) for digit in (1, 2, 5))


def nice(span, most):
    """The smallest round step that cuts `span` into at most `most` parts."""
    return next((step for step in STEPS if span / step <= most), STEPS[-1])


def ticks(span, most):
    """Round values from 0 to `span`, at most `most` + 1 of them."""
    step = nice(span, most)
    return [k * step for k in range(int(span / step + 1e-9) + 1)]


@dataclass(frozen=True)
class Frame:
    """Where time runs on the picture: from `left` to `right` for `until` seconds."""

    narrow: bool
    until: float

    @property
    def width(self):
        return NARROW if self.narrow else WIDE

    @property
    def left(self):
        return 64 if self.narrow else 84

    @property
    def right(self):
        return self.width - (16 if self.narrow else 24)

    def x(self, t):
        share = min(max(t, 0.0), self.until) / self.until
        return self.left + (self.right - self.left) * share


def seconds(frame, t, y, top):
    """Seconds below a picture that ends at `y`, and where we stand in it."""
    items = [
        label(f"at{k}", frame.x(s), y + 16, f"{number(s, 6)} s", anchor="middle", size=11.5)
        for k, s in enumerate(ticks(frame.until, 5 if frame.narrow else 10))
    ]
    return [*items, path("now", f"M{frame.x(t):.1f} {top}V{y}", tone="idle", dash=True)]


def key(entries, width, y, *, a_line):
    """Samples with a word each: entries are the look of a line or a box, and the word."""
    items, step = [], (width - 16) / a_line
    for i, (kind, look, word) in enumerate(entries):
        x, top = 8 + (i % a_line) * step, y + (i // a_line) * 22
        if kind == "line":
            items.append(path(f"key{i}", f"M{x} {top + 7}h26", **look))
        else:
            items.append(box(f"key{i}", x, top, 26, 14, r=3, **look))
        items.append(label(f"key-text{i}", x + 34, top + 11, word, size=12))
    return items
