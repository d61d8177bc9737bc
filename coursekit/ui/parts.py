"""Parts that many scenes share: columns of blocks (disks, servers), matrices, legends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.ui.scene import Item, Scene, box, label, path

WIDE, NARROW = 900, 460  # widths of the two layouts of every scene
CELL, GAP = 30, 6  # height of a block in a column, and the space below it
HEAD = 32  # room for a column's title; with a second line, SUB more
SUB = 16


def width_of(scene: Scene) -> float:
    """The width of a scene's present layout."""
    return NARROW if scene.narrow else WIDE


@dataclass(frozen=True)
class Spot:
    """Where a column stands: its corner and its width."""

    x: float
    y: float
    w: float


def spots(
    count: int, height: float, *, narrow: bool, top: float = 0, least: float = 62, most: float = 132
) -> tuple[list[Spot], float]:
    """Places for `count` columns of this height, in as many lines as needed; and the bottom."""
    width = NARROW if narrow else WIDE
    a_line = max(1, min(count, int(width // (least + 10))))
    lines = -(-count // a_line)
    a_line = -(-count // lines)  # lines of equal length
    gap = 14 if a_line < 8 else 8
    w = min(most, (width - gap * (a_line + 1)) / a_line)
    left = (width - a_line * w - (a_line - 1) * gap) / 2
    places = [
        Spot(left + (i % a_line) * (w + gap), top + (i // a_line) * (height + gap), w)
        for i in range(count)
    ]
    return places, top + lines * (height + gap)


def column(
    name: str, spot: Spot, blocks: Sequence[dict[str, Any]], *, height: float, **look: Any
) -> Item:
    """A case with a title and a stack of blocks: `text` and the look of a `box`, `name` its id."""
    head = HEAD + (SUB if "sub" in look else 0)
    inner = [
        box(
            block.get("name", f"{name}-{row}"), 8, head + row * (CELL + GAP), spot.w - 16, CELL,
            **{k: v for k, v in block.items() if k != "name"}, r=6,
        )
        for row, block in enumerate(blocks)
    ]  # fmt: skip
    return box(name, spot.x, spot.y, spot.w, height, children=inner, r=12, **look)


def column_height(rows: int, *, sub: bool = False, bar: bool = False) -> float:
    """How high a column of `rows` blocks is; with a second line of title, and a progress bar."""
    return HEAD + (SUB if sub else 0) + rows * (CELL + GAP) + (18 if bar else 4)


def matrix(
    name: str,
    cells: Sequence[Sequence[dict[str, Any]]],
    heads: Sequence[str],
    *,
    x: float,
    y: float,
    size: float,
) -> list[Item]:
    """A square of cells with heads on the left and on top; each cell has the look of a `box`."""
    step = size / len(heads)
    items = [
        box(f"{name}-{r}-{c}", x + c * step, y + r * step, step - 3, step - 3, r=5, **look)
        for r, line in enumerate(cells)
        for c, look in enumerate(line)
    ]
    middle = step / 2 - 1.5
    for i, head in enumerate(heads):
        items.append(
            label(
                f"{name}-row{i}", x - 10, y + i * step + middle + 4, head, anchor="end", size=12.5
            )
        )
        items.append(
            label(f"{name}-col{i}", x + i * step + middle, y - 8, head, anchor="middle", size=12.5)
        )
    return items


def facts(texts: Sequence[tuple[str, str]], *, narrow: bool, top: float = 0) -> list[Item]:
    """A row of boxes, each a text and its tone, that say how things stand; pairs where it is narrow."""
    width = NARROW if narrow else WIDE
    a_line = 2 if narrow else len(texts)
    wide = (width - 8 - 8 * (a_line - 1)) / a_line
    return [
        box(
            f"fact{i}", 4 + (i % a_line) * (wide + 8), top + 4 + (i // a_line) * 40, wide, 34, text=text,
            tone=tone, fill="solid" if tone == "bad" else "paper", size=12 if narrow else 13,
        )
        for i, (text, tone) in enumerate(texts)
    ]  # fmt: skip


def key(
    entries: Sequence[tuple[str, dict[str, Any], str]], width: float, y: float, *, a_line: int
) -> list[Item]:
    """Samples with a word each: "box" or "line", the look, the word; `a_line` of them in a line."""
    items, step = [], (width - 16) / a_line
    for i, (kind, look, word) in enumerate(entries):
        x, top = 8 + (i % a_line) * step, y + (i // a_line) * 22
        if kind == "line":
            items.append(path(f"key{i}", f"M{x} {top + 7}h26", **look))
        else:
            items.append(box(f"key{i}", x, top, 26, 14, r=3, **look))
        items.append(label(f"key-text{i}", x + 34, top + 11, word, size=12))
    return items
