"""Layout explorer: every block of an array, and the arithmetic that put it there."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.labs.raid.drawing import cell_text, grid_items
from coursekit.sims.message import Message
from coursekit.sims.raid.explain import steps
from coursekit.sims.raid.layouts import (
    LAYOUTS,
    Array,
    Cell,
    Grid,
    chunk_at,
    efficiency,
    grid,
    locate,
)
from coursekit.sims.raid.layouts import row as cells_of_row
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.scene import Scene
from coursekit.ui.table import Table

LEVELS = {
    "0": mark("RAID 0 · stripes"),
    "1": mark("RAID 1 · mirror"),
    "4": mark("RAID 4 · one parity disk"),
    "5": mark("RAID 5 · rotating parity"),
    "6": mark("RAID 6 · two parities"),
    "10": mark("RAID 10 · stripe of mirrors"),
    "01": mark("RAID 01 · mirror of stripes"),
}
COPIES = {
    "n2": mark("near 2: copies side by side"),
    "f2": mark("far 2: copies in the other half"),
    "o2": mark("offset 2: copies one row down"),
    "n3": mark("near 3: three copies"),
}


def rotates(values):
    """Whether the parity layout matters."""
    return values["level"] in ("5", "6")


def copies(values):
    """Whether the way of copying matters."""
    return values["level"] == "10"


@dataclass(frozen=True)
class Seen:
    """What the picture shows: the array, its first rows, and the block looked at."""

    array: Array
    grid: Grid
    disk: int
    row: int
    cell: Cell


def size_of(kib):
    """A size in KiB as it is read."""
    if kib < 1024:
        return Message.of("{n} KiB", n=kib)
    return Message.of("{n} MiB", n=kib // 1024)


CHUNKS = {2**n: size_of(2**n) for n in range(2, 11)}


def array_of(
    level: str, disks: int, layout: str, copies: str, chunk_kib: int = 512, rows: int = 6
) -> Array:
    """The array of the controls; `copies` is md's short name (n2, f2, o2, n3)."""
    count = int(copies[1])
    near, far = (count, 1) if copies[0] == "n" else (1, count)
    return Array(
        level=level, disks=disks, layout=layout, near=near, far=far, offset=copies[0] == "o",
        chunk_kib=chunk_kib, chunks_per_disk=rows + rows % 2,
    )  # fmt: skip


class LayoutLab(Lab):
    """Click a block: its formula and its address."""

    name = "raid-layout"
    title = mark("Where does a block go?")

    def controls(self):
        layouts = {name: name for name in LAYOUTS}
        return (
            Pick("level", mark("Level"), "0", LEVELS),
            Slider("disks", mark("Disks"), 4, 2, 12),
            Pick("layout", mark("Parity layout (5, 6)"), "left-symmetric", layouts, when=rotates),
            Pick("copies", mark("Copies (10)"), "n2", COPIES, when=copies),
            Slider("row", mark("Row looked at"), 0, 0, 11, more=True),
            Slider("disk", mark("Disk looked at"), 0, 0, 11, more=True),
            Slider("rows", mark("Rows drawn"), 5, 2, 12, more=True),
            Pick(
                "chunk_kib",
                mark("Chunk"),
                512,
                CHUNKS,
                more=True,
            ),
        )

    def run(self, level, disks, layout, copies, row, disk, rows, chunk_kib):
        array = array_of(level, disks, layout, copies, chunk_kib, max(rows, row + 1))
        disk, row = min(disk, disks - 1), min(row, rows - 1)
        return Seen(array, grid(array, rows), disk, row, chunk_at(array, disk, row))

    def pictures(self):
        self.scene = Scene(roving=True)
        self.scene.on_press(self._look_at)
        self.scene.observe(lambda _change: self.redraw(), "narrow")
        return [self.scene]

    def _look_at(self, name):
        disk, row = map(int, name.split(":"))
        self.set(disk=disk, row=row)

    def draw(self, seen):
        by_chunk = seen.array.level in ("1", "10", "01")
        items, width, height = grid_items(
            seen.grid,
            narrow=self.scene.narrow,
            selected=(seen.disk, seen.row),
            hue_by_chunk=by_chunk,
        )
        label = _(
            "{disks} disks, {rows} rows of blocks", disks=seen.array.disks, rows=len(seen.grid.rows)
        )
        self.scene.show(items, width=width, height=height, label=label)

    def describe(self, seen):
        share = number(100 * efficiency(seen.array))
        space = _("Space for data: {share} % of what was bought.", share=share)
        return f"{self._block(seen)}\n{space}"

    def _block(self, seen):
        if seen.cell.chunk is None:
            return self._parity(seen)
        sectors = seen.array.chunk_kib * 2
        place = locate(seen.array, seen.cell.chunk * sectors)
        how = "; ".join(_(step) for step in steps(seen.array, seen.cell.chunk))
        where = _(
            "Its first sector, {lba} of the array, is sector {disk_lba} of disk {disk}.",
            lba=seen.cell.chunk * sectors, disk_lba=place.disk_lba, disk=place.disk,
        )  # fmt: skip
        return _("Chunk {chunk}: {how}.", chunk=seen.cell.chunk, how=how) + " " + where

    def _parity(self, seen):
        if seen.cell.kind == "free":
            return _("Nothing is stored here in the rows drawn.")
        others = [
            cell_text(cell) for cell in cells_of_row(seen.array, seen.row) if cell.chunk is not None
        ]
        if seen.cell.kind == "P":
            return _("P of row {row}: {sum}.", row=seen.row, sum=" ⊕ ".join(others))
        powers = " ⊕ ".join(
            f"g{str(cell.power).translate(SUPERSCRIPT)}·{cell_text(cell)}"
            for cell in sorted(
                cells_of_row(seen.array, seen.row), key=lambda c: (c.power is None, c.power)
            )
            if cell.chunk is not None
        )
        return _("Q of row {row}: {sum}, in GF(2⁸).", row=seen.row, sum=powers)

    def table(self, seen):
        head = [_("row"), *(_("disk {disk}", disk=d) for d in range(seen.array.disks))]
        rows = [[r, *map(cell_text, cells)] for r, cells in enumerate(seen.grid.rows)]
        return Table(head, rows)


SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
