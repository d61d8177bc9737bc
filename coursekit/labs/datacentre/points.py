"""What the labs on needs, points and money draw alike."""

from coursekit.i18n import _, language, mark, number
from coursekit.ui.fit import fitting, paragraph
from coursekit.ui.scene import box

PARTS = {
    "availability": mark("availability"), "durability": mark("durability"), "performance": mark("performance"),
    "cost": mark("price"), "recovery": mark("recovery"),
}  # fmt: skip
HUES = {"availability": 0, "durability": 1, "performance": 3, "cost": 2, "recovery": 4}


def euro(value):
    """An amount, to the euro."""
    return _("{n} €", n=number(round(value)))


def signed(value):
    """With its sign, whatever it is, to two decimals."""
    return f"{'−' if value < 0 else '+'}{points(abs(value))}"


def points(value):
    """Points, always with two decimals."""
    text = f"{value:.2f}"
    return text.replace(".", ",") if language() == "fr" else text


def refused_box(name, why, y, width, height=44):
    """A red box that says why there are no points at all; and where it ends."""
    lines, _end = paragraph(f"{name}-text", why, 14, 18, width - 36, size=12.5, weight=600, most=2)
    return [box(name, 4, y, width - 8, height, r=8, fill="soft", tone="bad", children=lines)]


def rail(name, spot, share, **look):
    """A bar in its frame: the corner, width and height of the frame, and how much of it is full."""
    x, y, wide, high = spot
    full = box(f"{name}-full", x, y, max(1.0, wide * min(1.0, share)), high, r=4, **{"fill": "solid", **look})  # fmt: skip
    return [box(f"{name}-rail", x, y, wide, high, r=4, fill="none", tone="idle"), full]


def whole(text, wide):
    """The text if it fits, else nothing: half a word helps nobody."""
    return fitting([text, ""], wide + 12)
