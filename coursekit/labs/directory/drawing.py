"""What the labs on directory services share: texts that fit, trees of lines, rights as letters."""

from textwrap import wrap

from coursekit.i18n import _
from coursekit.ui.scene import box, label, path

LETTER, BOLD = 0.54, 0.61  # of the size of a font: how wide a letter is on average
STEP = 26  # how far a line of a tree stands in from the one above it


def clipped(text, wide, size=12):
    """As much of a text as fits in so many units."""
    most = max(1, int(wide / (LETTER * size)))
    return text if len(text) <= most else f"{text[: most - 1]}…"


def boxed(text, wide, size=12.5):
    """The same for the bold text of a box."""
    return clipped(text, (wide - 12) * LETTER / BOLD, size)


def paragraph(name, text, x, y, wide, *, size=12, weight=400, most=4):
    """A text in lines that fit, and where the next line would stand."""
    found = wrap(text, max(8, int(wide / (LETTER * size)))) or [""]
    if len(found) > most:
        found = [*found[: most - 1], clipped(" ".join(found[most - 1 :]), wide, size)]
    high = round(1.4 * size)
    items = [label(f"{name}-{k}", x, y + k * high, line, size=size, weight=weight) for k, line in enumerate(found)]  # fmt: skip
    return items, y + len(found) * high


def elbow(name, x, top, to_x, y, **look):
    """From a line of a tree down and across to one below it."""
    return path(name, f"M{x:g} {top:g}V{y:g}H{to_x:g}", tone="idle", **look)


def tree_lines(name, depths, x, ys, half):
    """The lines that join each row of a tree to its parent: rows by depth, middles `ys`."""
    items, open_at = [], {}
    for row, (depth, y) in enumerate(zip(depths, ys, strict=True)):
        open_at[depth] = y
        if depth and depth - 1 in open_at:
            left = x + (depth - 1) * STEP + 10
            items.append(elbow(f"{name}{row}", left, open_at[depth - 1] + half, x + depth * STEP, y))  # fmt: skip
    return items


def heading(name, x, y, text, wide=880):
    """What stands over a part of a picture."""
    return label(name, x, y, clipped(text, (wide - x) * LETTER / BOLD, 13), weight=600, size=13)


def lamp(name, x, y, tone, text, wide, *, size=12.5, weight=400):
    """A small light and a line of text beside it."""
    return [
        box(name, x, y - 10, 12, 12, r=6, tone=tone, fill="solid" if tone != "idle" else "none"),
        label(f"{name}-text", x + 20, y, clipped(text, wide - 20, size), size=size, weight=weight),
    ]


def yes_no(value):
    """A value of a table."""
    return _("yes") if value else _("no")
