"""From a byte of a file to its block: direct and indirect pointers, or extents."""

from dataclasses import dataclass
from functools import lru_cache

from coursekit.i18n import _, mark, number
from coursekit.labs.filesystems.drawing import tree_window
from coursekit.sims.filesystems import extents, pointers
from coursekit.sims.message import Message
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

MAPS = {"pointers": mark("pointers, as in ext2"), "extents": mark("extents, as in ext4")}
BLOCKS = {1024: mark("1 KiB"), 2048: mark("2 KiB"), 4096: mark("4 KiB")}
OFFSETS = (0, 49_151, 49_152, 1_000_000, 4_243_455, 4_243_456, 2**30, 4_299_210_751, 4_299_210_752)
SMALLEST = 4 << 20  # bytes of the file, at least
LEVELS = {
    "direct": mark("direct"), "single": mark("single indirect"),
    "double": mark("double indirect"), "triple": mark("triple indirect"),
}  # fmt: skip
ROW, CELL = 92, 34


@dataclass(frozen=True)
class Strip:
    """A table on the way: entries in all, the one that leads on, what each drawn entry says."""

    name: str
    count: int
    chosen: int
    says: dict[int, str]


@dataclass(frozen=True)
class Way:
    """The tables from the inode to the data; how far each level reaches; the limit in bytes."""

    strips: tuple[Strip, ...]
    block: int
    reads: int
    maps: int  # blocks of metadata that the whole file needs
    reach: tuple[tuple[str, int], ...]
    level: int
    why: tuple[Message, ...]


class PointersLab(Lab):
    """Choose a byte, then the other kind of map: how many blocks are read on the way?"""

    name = "filesystems-pointers"
    title = mark("From a byte to its block")

    def controls(self):
        return (
            Pick("map", mark("The inode holds"), "pointers", MAPS),
            Pick("offset", mark("Byte of the file"), 1_000_000, {each: _grouped(each) for each in OFFSETS}),
            Pick("block", mark("Blocks of"), 4096, BLOCKS),
            Slider("pieces", mark("Pieces the file lies in"), 1, 1, 1000, more=True, when=lambda values: values["map"] == "extents"),
        )  # fmt: skip

    def run(self, offset, block, pieces, **rest):
        size = max(offset + 1, SMALLEST)
        if rest["map"] == "extents":
            return _by_extents(offset // block, block, size, pieces)
        return _by_pointers(offset, block, size)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, way):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(way), narrow=narrow), 92 if narrow else 54
        corners = [None]
        for depth, strip in enumerate(way.strips):
            cells, into, out = self._strip(depth, strip, top + depth * ROW, width)
            items += cells
            if corners[-1]:
                items.append(_lead(depth, corners[-1], into))
            corners.append(out)
        bottom = top + len(way.strips) * ROW
        into = (corners[-1][0], bottom + 8)
        x = min(max(4, into[0] - 125), width - 254)
        items += [
            _lead(len(way.strips), corners[-1], into),
            box("data", x, bottom + 8, 250, 34, text=_("data: block {n} of the file", n=number(way.block, 9)), fill="solid", tone="ok", size=12),
        ]  # fmt: skip
        reach, bottom = self._reach(way, bottom + 62, width)
        self.scene.show(
            [*items, *reach], width=width, height=bottom,
            label=_("The way from the inode to the byte, table after table"),
        )  # fmt: skip

    def _facts(self, way):
        return [
            (_("read on the way: {n}", n=way.reads), "ok" if not way.reads else "accent"),
            (_("block of the file: {n}", n=number(way.block, 9)), "idle"),
            (_("blocks of metadata: {n}", n=number(way.maps, 6)), "warn" if way.maps > 100 else "idle"),
            (_("largest file: {size}", size=_size(way.reach[-1][1])), "idle"),
        ]  # fmt: skip

    def _strip(self, depth, strip, top, width):
        """A table as a row of cells with the chosen one lit; where it is entered and left."""
        left, room = 6, 9 if width < 600 else 15
        shown = tree_window(strip.count, strip.chosen, room)
        step = min(64 if width > 600 else 50, (width - 12) / len(shown))
        words = left + (44 if depth else 0)  # beside the line that comes in
        items = [label(f"strip{depth}", words, top + 15, _(strip.name), size=13, weight=600)]
        out = (0, 0)
        for place, entry in enumerate(shown):
            x, y = left + place * step, top + 22
            if entry is None:
                items.append(label(f"gap{depth}-{place}", x + step / 2 - 2, y + CELL / 2 + 4, "…", anchor="middle"))  # fmt: skip
                continue
            lit = entry == strip.chosen
            look = {"fill": "solid", "tone": "accent"} if lit else {"fill": "soft", "tone": "idle"}
            items.append(box(f"cell{depth}-{entry}", x, y, step - 4, CELL, r=5, text=strip.says.get(entry, str(entry)), size=11, glow=lit, **look))  # fmt: skip
            if lit:
                out = (x + step / 2 - 2, y + CELL)
        return items, (left + 14, top + 22), out

    def _reach(self, way, top, width):
        """How far each level reaches, the one in use lit."""
        head = _("How far it reaches (each step up to a thousand times as far)")
        items = [label("reach", 6, top + 10, head, size=13, weight=600)]
        a_line = 2 if width < 600 else len(way.reach)
        wide = (width - 8) / a_line
        for k, (name, size) in enumerate(way.reach):
            x, y = 4 + (k % a_line) * wide, top + 20 + (k // a_line) * 52
            lit = k == way.level
            items.append(box(f"reach{k}", x, y, wide - 8, 44, text=_(name), sub=_("up to {size}", size=_size(size)), size=11 if width < 600 else 12.5, fill="paper", tone="accent" if lit else "idle", selected=lit))  # fmt: skip
        return items, top + 24 + -(-len(way.reach) // a_line) * 52

    # In words

    def describe(self, way):
        return " ".join(map(_, way.why))

    def table(self, way):
        head = [_("read"), _("table"), _("entries"), _("the one that leads on"), _("it says")]
        rows = [
            [depth or "–", _(strip.name), number(strip.count, 6), strip.chosen, strip.says.get(strip.chosen, "–")]
            for depth, strip in enumerate(way.strips)
        ]  # fmt: skip
        return Table(head, rows, caption=_("The tables on the way from the inode to the byte"))


def _by_pointers(offset, block, size):
    params = pointers.Pointers(block=block)
    place, steps = pointers.locate(params, offset), pointers.walk(params, offset)
    slots = {params.direct + k: str(k + 1) + "×" for k in range(params.levels)}
    strips = [Strip(INODE, params.direct + params.levels, steps[0].entry, slots)]
    strips += [Strip(MAP, params.per_block, step.entry, {}) for step in steps[1:]]
    reach = tuple((LEVELS[level], params.first(k + 1) * block) for k, level in enumerate(pointers.LEVELS))  # fmt: skip
    why = tuple(each for step in steps for each in step.why)
    maps = pointers.taken(params, size).map
    return Way(tuple(strips), place.block, place.reads, maps, reach, place.reads, why)


def _by_extents(logical, block, size, pieces):
    blocks = -(-size // block)
    tree = _tree(blocks, pieces, block)
    way = extents.visits(tree, logical)
    strips = []
    for depth, visit in enumerate(way):
        firsts = [each.logical for each in visit.node.extents] or [first for first, _child in visit.node.children]  # fmt: skip
        count = extents.INLINE if not depth else len(firsts)
        says = {k: number(first, 9) for k, first in enumerate(firsts)}
        empty = dict.fromkeys(range(len(firsts), count), "–")
        strips.append(Strip(INODE_EXTENTS if not depth else LEAF if not visit.node.depth else INDEX, count, visit.entry, {**says, **empty}))  # fmt: skip
    reach = tuple(
        (_reach_name(depth, block), extents.most_bytes(depth, block)) for depth in range(3)
    )
    found = way[-1].node.extents[way[-1].entry]
    why = (
        Message.of("The file has {n} extents: a tree of depth {depth}.", n=len(extents.leaves(tree)), depth=tree.depth),
        Message.of("The extent that holds block {block} begins with block {first}; its length in blocks: {length}. Blocks read on the way: {reads}.", block=logical, first=found.logical, length=found.length, reads=tree.depth),
    )  # fmt: skip
    return Way(tuple(strips), logical, tree.depth, len(tree.blocks), reach, tree.depth, why)


@lru_cache(maxsize=8)
def _tree(blocks, pieces, block):
    """The same file is asked for byte after byte."""
    return extents.build(extents.cut(blocks, pieces), iter(range(2 * blocks, 3 * blocks)), block)


def _reach_name(depth, block):
    held = extents.capacity(depth, block)
    return Message.of("{n} extents in the inode", n=held) if not depth else Message.of("depth {depth}: {n} extents", depth=depth, n=number(held, 7))  # fmt: skip


INODE = mark("in the inode: 12 direct pointers, then 1×, 2× and 3× indirect")
MAP = mark("a block of pointers")
INODE_EXTENTS = mark("in the inode: 4 entries, each with the first block of the file it is for")
INDEX = mark("a block of index entries")
LEAF = mark("a block of extents")


def _lead(depth, start, end):
    """From an entry down to the table it names."""
    (x1, y1), (x2, y2) = start, end
    bend = f"{x1:.1f} {y1 + 22:.1f} {x2:.1f} {y1 + 2:.1f}"  # across at once: the words are below
    return path(f"lead{depth}", f"M{x1:.1f} {y1:.1f}C{bend} {x2:.1f} {y2 - 1:.1f}", arrow=True, tone="accent")  # fmt: skip


def _grouped(count):
    """A whole number in groups of three, as it is written in both languages' code: 1 000 000."""
    return f"{count:,}".replace(",", "\u202f")


def _size(size):
    """Bytes for reading, in the largest unit that gives 1 or more."""
    units = (mark("{n} B"), mark("{n} KiB"), mark("{n} MiB"), mark("{n} GiB"), mark("{n} TiB"))
    power = min(4, max(0, size.bit_length() - 1) // 10)
    return _(units[power], n=number(size / 1024**power, 4))
