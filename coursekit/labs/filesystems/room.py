"""What ends first: the blocks or the inodes; what small files waste; where the backups are."""

from dataclasses import dataclass
from functools import lru_cache

from coursekit.i18n import _, mark, number
from coursekit.labs.filesystems.drawing import sum_bar
from coursekit.sims.filesystems import fatgeometry, inodes
from coursekit.sims.filesystems.geometry import Geometry, has_backup
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

MIB = 1 << 20
SIZES = {
    64 * MIB: mark("64 MiB"), 256 * MIB: mark("256 MiB"), 1024 * MIB: mark("1 GiB"),
    4096 * MIB: mark("4 GiB"), 16_384 * MIB: mark("16 GiB"),
}  # fmt: skip
TYPES = {"ext4": "ext4", "fat": "FAT"}


@dataclass(frozen=True)
class Seen:
    """The volume as it was made, and after the files."""

    made: Geometry | fatgeometry.Fat
    stored: inodes.Stored

    @property
    def ext4(self):
        return isinstance(self.made, Geometry)


@lru_cache(maxsize=16)
def _made(kind, size):
    return Geometry(size=size) if kind == "ext4" else fatgeometry.plan(size)


class RoomLab(Lab):
    """Make many small files, then few large ones; which bar is full first?"""

    name = "filesystems-room"
    title = mark("Full: of what?")

    def controls(self):
        return (
            Slider("files", mark("Files made"), 20_000, 0, 100_000),
            Slider("file", mark("Bytes of each"), 10_000, 0, 1_000_000),
            Pick("size", mark("The volume"), 1024 * MIB, SIZES),
            Pick("type", mark("File system"), "ext4", TYPES),
        )

    def run(self, files, file, size, **rest):
        made = _made(rest["type"], size)
        store = inodes.stored if isinstance(made, Geometry) else inodes.stored_fat
        return Seen(made, store(made, files, file))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(seen.stored), narrow=narrow), 92 if narrow else 54
        bars, top = self._bars(seen, top + 12, width)
        layout = self._groups if seen.ext4 else self._regions
        more, top = layout(seen.made, top + 22, width)
        self.scene.show(
            [*items, *bars, *more], width=width, height=top,
            label=_("What the blocks and the inodes are used for, and how the volume is laid out"),
        )  # fmt: skip

    def _facts(self, stored):
        refused = (_("refused: {n}", n=number(stored.refused, 6)), "bad" if stored.refused else "ok")  # fmt: skip
        none = (_("no inodes to count"), "idle")
        used = stored.inodes and 100 * stored.inodes_used / stored.inodes
        return [
            (_("made: {n}", n=number(stored.made, 6)), "accent"),
            refused,
            (_("df: {percent} % free", percent=number(100 * stored.free_share)), "idle"),
            (_("df -i: {percent} % free", percent=number(100 - used)), "bad" if stored.ended == "inodes" else "idle") if stored.inodes else none,
        ]  # fmt: skip

    def _bars(self, seen, top, width):
        """All blocks, then all inodes; what is lost behind the ends of files is a part of the first."""
        stored, x = seen.stored, 6
        lost = stored.wasted / stored.unit
        parts = [
            ("tables", stored.overhead, PARTS["tables"], _("tables, journal")),
            ("data", stored.data - lost, PARTS["data"], _("files")),
            ("slack", lost, PARTS["slack"], _("lost behind their ends")),
            ("free", stored.free, PARTS["free"], _("free")),
            ("root", stored.reserved, PARTS["root"], _("root’s")),
        ]  # fmt: skip
        what = _("Blocks of {n} bytes: {all}", n=stored.unit, all=number(stored.blocks, 7)) if seen.ext4 else _("Clusters of {n} bytes: {all}", n=stored.unit, all=number(stored.blocks, 7))  # fmt: skip
        items = sum_bar("blocks", what, parts, x=x, y=top + 10, width=width - 12)
        top += 64
        if stored.inodes:
            left = stored.inodes - stored.inodes_used
            parts = [("used", stored.inodes_used, PARTS["data"], _("in use")), ("free", left, PARTS["free"], _("free"))]  # fmt: skip
            said = _("Inodes: {all}, fixed when the file system was made", all=number(stored.inodes, 7))  # fmt: skip
            items += sum_bar("inodes", said, parts, x=x, y=top + 10, width=width - 12)
        else:
            items.append(label("inodes-head", x, top + 10, _("Inodes: none; a file is an entry in a directory"), weight=600, size=13))  # fmt: skip
        top += 64 if stored.inodes else 26
        entries = [("box", PARTS["data"], _("files")), ("box", PARTS["slack"], _("lost behind their ends")), ("box", PARTS["free"], _("free"))]  # fmt: skip
        if stored.inodes:
            entries += [("box", PARTS["tables"], _("tables, journal")), ("box", PARTS["root"], _("free, for root only"))]  # fmt: skip
        a_line = 2 if width < 600 else 5
        return [*items, *key(entries, width, top, a_line=a_line)], top + 22 * -(-len(entries) // a_line)  # fmt: skip

    def _groups(self, made, top, width):
        """The groups of ext4; those that begin with a copy of the superblock."""
        head = _("Block groups: {n}; S: a copy of the superblock", n=made.groups)
        items = [label("groups", 6, top + 10, head, weight=600, size=13)]
        a_line = min(made.groups, 16 if width < 600 else 32)
        step, high = (width - 12) / a_line, 30
        for group in range(made.groups):
            x, y = 6 + (group % a_line) * step, top + 20 + (group // a_line) * high
            copy = has_backup(group)
            text = "S" if copy and step < 44 else f"{group} S" if copy else str(group)
            look = {"fill": "solid", "hue": 3} if copy else {"fill": "soft", "tone": "idle"}
            items.append(box(f"group{group}", x, y, step - 4, high - 5, r=4, text=text, size=10.5, **look))  # fmt: skip
        bottom = top + 24 + -(-made.groups // a_line) * high
        each = _("Each has {blocks} blocks and {inodes} inodes, which fill {table} blocks.", blocks=number(made.blocks_per_group, 6), inodes=number(made.inodes_per_group, 6), table=made.inode_blocks)  # fmt: skip
        items.append(label("group-each", 6, bottom + 10, each, size=11 if width < 600 else 12.5))
        return items, bottom + 20

    def _regions(self, made, top, width):
        """FAT from its first sector on: boot sector, two tables, root directory, data."""
        head = _("FAT{bits}, from sector 0 on", bits=made.bits)
        items = [label("groups", 6, top + 10, head, weight=600, size=13)]
        names = _regions_of(made)
        a_line = 2 if width < 600 else len(names)
        wide = (width - 8) / a_line
        for k, (name, sector) in enumerate(names):
            x, y = 4 + (k % a_line) * wide, top + 20 + (k // a_line) * 48
            look = {"fill": "soft", "tone": "idle"} if k == len(names) - 1 else {"fill": "soft", "hue": 3}  # fmt: skip
            items.append(box(f"region{k}", x, y, wide - 8, 42, text=_(name), sub=_("from sector {n}", n=number(sector, 8)), size=12.5, **look))  # fmt: skip
        return items, top + 24 + -(-len(names) // a_line) * 48

    # In words

    def describe(self, seen):
        stored = seen.stored
        said = " ".join(map(_, stored.why))
        if not stored.wasted:
            return said
        return said + " " + _("Lost behind the ends of the files: {mib} MiB.", mib=number(stored.wasted / MIB))  # fmt: skip

    def tone(self, seen):
        return "bad" if seen.stored.refused else "ok"

    def table(self, seen):
        stored, made = seen.stored, seen.made
        rows = [
            [_("blocks or clusters"), number(stored.blocks, 7), number(stored.overhead + stored.data, 7), number(stored.free, 7), number(stored.reserved, 7)],
            [_("inodes"), number(stored.inodes, 7), number(stored.inodes_used, 7), number(stored.inodes - stored.inodes_used, 7), "–"],
        ]  # fmt: skip
        if seen.ext4:
            rows.append([_("copies of the superblock"), len(made.backups), ", ".join(map(str, made.backups)) or "–", "–", "–"])  # fmt: skip
        else:
            rows += [[_(name), number(sector, 8), "–", "–", "–"] for name, sector in _regions_of(made)]  # fmt: skip
        head = [_("what"), _("in all"), _("in use"), _("free"), _("free, for root only")]
        return Table(head, rows, caption=_("What df and df -i would show, and the layout"))


PARTS = {
    "tables": {"fill": "solid", "hue": 3},
    "data": {"fill": "solid", "tone": "accent"},
    "slack": {"fill": "solid", "tone": "warn"},
    "free": {"fill": "none"},
    "root": {"fill": "soft", "tone": "idle", "dash": True},
}


def _regions_of(made):
    """The parts of a FAT volume and the sector where each begins."""
    found = [(mark("boot sector"), 0), (mark("first table"), made.reserved)]
    if made.fats > 1:
        found.append((mark("second table"), made.reserved + made.fat_sectors))
    if made.root_entries:
        found.append((mark("root directory"), made.first_root))
    return [*found, (mark("data"), made.first_data)]
