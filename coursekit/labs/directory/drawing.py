"""What the labs on directory services share: trees of lines, rights as letters."""

from coursekit.i18n import _
from coursekit.ui.fit import clipped
from coursekit.ui.scene import box, label, path

STEP = 26  # how far a line of a tree stands in from the one above it


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


def lamp(name, x, y, tone, text, wide, *, size=12.5, weight=400):
    """A small light and a line of text beside it."""
    return [
        box(name, x, y - 10, 12, 12, r=6, tone=tone, fill="solid" if tone != "idle" else "none"),
        label(f"{name}-text", x + 20, y, clipped(text, wide - 20, size), size=size, weight=weight),
    ]


def yes_no(value):
    """A value of a table."""
    return _("yes") if value else _("no")
