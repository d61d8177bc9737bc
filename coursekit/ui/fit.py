"""Texts that stay in their place: cut where they would leave it, wrapped, bold over a part."""

from collections.abc import Sequence
from textwrap import wrap

from coursekit.ui.scene import Item, label

LETTER, BOLD = 0.54, 0.61  # of the size of a font: how wide a letter is on average
HEAVY = 600


def clipped(text: str, wide: float, size: float = 12) -> str:
    """As much of a text as fits in so many units."""
    most = max(1, int(wide / (LETTER * size)))
    return text if len(text) <= most else f"{text[: most - 1]}…"


def boxed(text: str, wide: float, size: float = 12.5) -> str:
    """The same for the bold text of a box."""
    return clipped(text, (wide - 12) * LETTER / BOLD, size)


def fitting(texts: Sequence[str], wide: float, size: float = 12.5) -> str:
    """The first of these texts that fits a box as `boxed` would write it; the last, cut, if none does."""
    return next((each for each in texts if boxed(each, wide, size) == each), boxed(texts[-1], wide, size))  # fmt: skip


def paragraph(
    name: str, text: str, x: float, y: float, wide: float, *,
    size: float = 12, weight: int = 400, most: int = 4,
) -> tuple[list[Item], float]:  # fmt: skip
    """A text in lines that fit, bold from weight 600 on; and where the next line would stand."""
    wide *= LETTER / BOLD if weight >= HEAVY else 1
    found = wrap(text, max(8, int(wide / (LETTER * size)))) or [""]
    if len(found) > most:
        found = [*found[: most - 1], clipped(" ".join(found[most - 1 :]), wide, size)]
    high = round(1.4 * size)
    items = [label(f"{name}-{k}", x, y + k * high, line, size=size, weight=weight) for k, line in enumerate(found)]  # fmt: skip
    return items, y + len(found) * high


def heading(name: str, x: float, y: float, text: str, wide: float = 880) -> Item:
    """What stands over a part of a picture."""
    return label(name, x, y, clipped(text, (wide - x) * LETTER / BOLD, 13), weight=600, size=13)
