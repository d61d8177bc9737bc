"""What the file systems labs share: the map of all blocks, and how a block's owner is painted.

The letters are those of the crash lab: D data, P pointers, I inodes, N names, B and U bitmaps.
"""

from coursekit.i18n import _, mark
from coursekit.ui.scene import box, label

A_LINE = 16  # blocks in a line of the map
OWNERS = {  # what a block is for -> its letter, its colour, its name
    "superblock": ("S", {"hue": 3}, mark("superblock")),
    "inode bitmap": ("U", {"hue": 2}, mark("bitmap of inodes")),
    "block bitmap": ("B", {"hue": 2}, mark("bitmap of blocks")),
    "inode": ("I", {"hue": 5}, mark("inodes")),
    "journal": ("J", {"tone": "idle"}, mark("journal")),
    "directory": ("N", {"hue": 1}, mark("directory: names")),
    "data": ("D", {"hue": 0}, mark("data of a file")),
    "map": ("P", {"hue": 4}, mark("pointers of a file")),
    None: ("", {"fill": "none"}, mark("free")),
}
LEFT = ("·", {"fill": "none", "dash": True, "tone": "idle"}, mark("free, old bytes in it"))


def painted(what, *, left=False, touched=""):
    """The look of one block: soft, or solid if the last deed read (r) or wrote (w) it."""
    letter, colour, _name = LEFT if what is None and left else OWNERS[what]
    fill = colour.get("fill", "solid" if touched else "soft")
    if touched and fill == "none":  # taken away from its owner just now
        colour, fill = {"tone": "idle"}, "soft"
    return {**colour, "fill": fill, "text": f"{letter}{touched}", "glow": "w" in touched}


def block_map(name, looks, *, x, y, cell, first=0, a_line=A_LINE, mark_lines=True):
    """Blocks from number `first` on, line by line: `looks` has a `box` look for each; ids `name` + number."""
    items = []
    for k, look in enumerate(looks):
        line, column = divmod(k, a_line)
        at = (x + column * cell, y + line * cell)
        items.append(box(f"{name}{first + k}", *at, cell - 3, cell - 3, **{"r": 4, "size": 11.5, **look}))  # fmt: skip
        if mark_lines and not column:
            items.append(label(f"{name}-line{line}", x - 6, at[1] + cell / 2 + 3, str(first + k), anchor="end", size=11))  # fmt: skip
    return items


def called(what):
    """The name of what a block is for."""
    return _(OWNERS[what][2])


def owner_key(*, left=True):
    """Entries for `ui.parts.key`: a sample and a word for each kind of block."""
    found = []
    for letter, colour, name in [*OWNERS.values(), *([LEFT] if left else [])]:
        found.append(("box", {"fill": "soft", **colour}, f"{letter} {_(name)}".strip()))
    return found


def ranges(numbers):
    """Numbers for reading: 2, 4, 44–46."""
    runs = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
