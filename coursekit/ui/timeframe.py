"""Time on a picture: where a second is, round values for an axis, the axis itself."""

from dataclasses import dataclass
from typing import ClassVar

from coursekit.i18n import number
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.scene import Item, label, path

STEPS = tuple(digit * 10.0**power for power in range(-3, 7) for digit in (1, 2, 5))


@dataclass(frozen=True)
class Frame:
    """Seconds from `begin` to `end` between the margins of a picture; a subclass has its own."""

    narrow: bool
    end: float
    begin: float = 0.0

    # left and right, where it is wide and where it is narrow
    margins: ClassVar[tuple[tuple[float, float], tuple[float, float]]] = ((84, 24), (64, 16))

    @property
    def width(self) -> float:
        """The whole picture's."""
        return NARROW if self.narrow else WIDE

    @property
    def left(self) -> float:
        """Where `begin` is."""
        return self.margins[self.narrow][0]

    @property
    def right(self) -> float:
        """Where `end` is."""
        return self.width - self.margins[self.narrow][1]

    def x(self, t: float) -> float:
        """Where a second is; what lies outside is drawn at the edge."""
        share = (min(max(t, self.begin), self.end) - self.begin) / (self.end - self.begin)
        return self.left + (self.right - self.left) * share


def nice(span: float, most: int) -> float:
    """The smallest round step that cuts `span` into at most `most` parts."""
    return next((step for step in STEPS if span / step <= most), STEPS[-1])


def ticks(span: float, most: int) -> list[float]:
    """Round values from 0 to `span`, at most `most` + 1 of them."""
    step = nice(span, most)
    return [k * step for k in range(int(span / step + 1e-9) + 1)]


def seconds(frame: Frame, t: float, y: float, top: float) -> list[Item]:
    """Seconds below a picture that ends at `y`, and where we stand in it."""
    items = [
        label(f"at{k}", frame.x(s), y + 16, f"{number(s, 6)} s", anchor="middle", size=11.5)
        for k, s in enumerate(ticks(frame.end, 5 if frame.narrow else 10))
    ]
    return [*items, path("now", f"M{frame.x(t):.1f} {top}V{y}", tone="idle", dash=True)]
