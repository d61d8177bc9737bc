"""What the file systems labs share: the map of blocks, clusters of FAT, a tree with a way through it.

The letters are those of the crash lab: D data, P pointers, I inodes, N names, B and U bitmaps.
"""

from coursekit.i18n import _, mark, number
from coursekit.ui.scene import box, label, path

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
    for each in sorted(numbers):
        if runs and runs[-1][1] == each - 1:
            runs[-1][1] = each
        else:
            runs.append([each, each])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def fat_letter(data):
    """What a cluster holds, as one letter; nothing where it is empty."""
    first = data[:1].decode("ascii", "replace")
    return first if first.isprintable() else ""


def fat_arrow(name, start, end, **look):
    """From one cell to the next of its chain: straight to a neighbour, else a bow above or below."""
    (x1, y1, w1, h1), (x2, y2, w2, h2) = start, end
    if y1 == y2 and 0 < x2 - x1 < 2 * w1:
        return path(name, f"M{x1 + w1:.1f} {y1 + h1 / 2:.1f}H{x2 - 1:.1f}", arrow=True, **look)
    a, b = x1 + w1 / 2, x2 + w2 / 2
    if y1 == y2:
        top = y1 - 14
        return path(name, f"M{a:.1f} {y1:.1f}C{a:.1f} {top:.1f} {b:.1f} {top:.1f} {b:.1f} {y2 - 1:.1f}", arrow=True, **look)  # fmt: skip
    out, into = (y1 + h1, y2 - 1) if y2 > y1 else (y1, y2 + h2 + 1)
    middle = (out + into) / 2
    return path(name, f"M{a:.1f} {out:.1f}C{a:.1f} {middle:.1f} {b:.1f} {middle:.1f} {b:.1f} {into:.1f}", arrow=True, **look)  # fmt: skip


def tree_window(count, chosen, room):
    """Which entries of a long table are drawn: both ends and the chosen one; None is a gap."""
    if count <= room:
        return list(range(count))
    near = room - 4  # beside both ends and two gaps
    first = min(max(1, chosen - near // 2), count - 1 - near)
    middle = list(range(first, first + near))
    left = [0] if first == 1 else [0, None]
    right = [count - 1] if middle[-1] == count - 2 else [None, count - 1]
    more = room - len(left) - len(middle) - len(right)
    if more and len(left) == 1:
        middle += range(middle[-1] + 1, middle[-1] + 1 + more)
    elif more:
        middle = [*range(middle[0] - more, middle[0]), *middle]
    return [*left, *middle, *right]


def tree_edge(name, start, end, **look):
    """A line from the bottom of one node down to the top of another: both (x, y)."""
    (x1, y1), (x2, y2) = start, end
    middle = (y1 + y2) / 2
    return path(name, f"M{x1:.1f} {y1:.1f}C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}", **look)  # fmt: skip


def sum_text(total):
    """A checksum of 32 bits as it is read."""
    return f"{total:08x}"


def sum_bar(name, head, parts, *, x, y, width, height=30):
    """A bar of (id, size, look, word) in proportion; a part with something in it is never invisible."""
    whole = sum(size for _id, size, _look, _word in parts) or 1
    items = [label(f"{name}-head", x, y, head, weight=600, size=13)]
    wanted = [max(3.0, width * size / whole) if size else 0.0 for _id, size, _look, _word in parts]
    scale = width / sum(wanted)
    for (each, size, look, word), least in zip(parts, wanted, strict=True):
        if not size:
            continue
        wide = least * scale
        text = word if len(word) * 7 < wide else number(size, 6) if wide > 60 else ""
        items.append(box(f"{name}-{each}", x, y + 10, wide, height, r=4, text=text, size=11.5, **look))  # fmt: skip
        x += wide
    return items


CRASH_NAMES = {
    "old": mark("old state"),
    "new": mark("new state"),
    "garbage": mark("garbage"),
    "inconsistent": mark("inconsistent"),
    "corrupt": mark("corrupt"),
}
CRASH_LOOKS = {  # never by colour alone: each cell bears the first letter of its class
    "old": {"tone": "accent", "fill": "soft"},
    "new": {"tone": "ok", "fill": "solid"},
    "garbage": {"tone": "warn", "fill": "soft"},
    "inconsistent": {"tone": "bad", "fill": "soft"},
    "corrupt": {"tone": "bad", "fill": "solid"},
}
CRASH_MODES = {  # key -> the simulation's name of a journal mode, and ours for the learner
    "none": ("none", mark("no journal")),
    "ordered": ("ordered", mark("ordered: data first (ext4)")),
    "writeback": ("writeback", mark("writeback: data any time")),
    "journal": ("journal", mark("journal: data too")),
    "nobarrier": ("no barriers", mark("ordered, no barriers")),
    "async": ("async commit", mark("ordered, async commit")),
}


def crash_letter(kind):
    """The first letter of a class in the reader's language."""
    return _(CRASH_NAMES[kind])[0].upper()


def crash_look(kind):
    """How a state of this class is painted, its letter included."""
    return {**CRASH_LOOKS[kind], "text": crash_letter(kind)}


def crash_item(item, shown):
    """How a write or a flush is painted: safe, waiting in the drive, not issued yet."""
    if item in shown.sure:
        return {"tone": "ok", "fill": "solid"}
    return {"tone": "warn", "fill": "soft"} if item in shown.pending else {"fill": "none", "dash": True}  # fmt: skip


def crash_legend(counts, x, y, width, *, a_line):
    """The five classes with their letters; and how many there are of each."""
    items, step = [], width / a_line
    for i, (kind, name) in enumerate(CRASH_NAMES.items()):
        left, top = x + (i % a_line) * step, y + (i // a_line) * 30
        count = counts.get(kind, 0)
        items.append(box(f"class-{kind}", left, top, 24, 22, size=12, r=5, faded=not count, **crash_look(kind)))  # fmt: skip
        text = _("{name}: {what}", name=_(name), what=count)
        items.append(label(f"class-name-{kind}", left + 32, top + 16, text, size=13, weight=600 if count else 400))  # fmt: skip
    return items


JOURNAL_PLACES = {  # how sure a block is: look, and its name in the legend
    "safe": ({"fill": "solid"}, mark("on the disk")),
    "waits": ({"fill": "soft"}, mark("waits in the drive")),
    "old": ({"fill": "none", "faded": True}, mark("room given back")),
    "lost": ({"fill": "soft", "tone": "bad", "dash": True, "text": "✗"}, mark("lost")),
    "corrupt": ({"fill": "solid", "tone": "bad"}, mark("corrupt")),
}


def journal_look(place, hue):
    """How a block is painted: its transaction is the hue, how sure it is the filling."""
    look = JOURNAL_PLACES[place][0]
    return look if "tone" in look else {**look, "hue": hue}
