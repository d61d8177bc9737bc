"""The first overwrite after a snapshot: saved elsewhere first, or written elsewhere."""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.vmfiles.overwrites import Kept, Overwritten, overwrite
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

PATTERNS = {
    "once": mark("each block in its turn"),
    "random": mark("blocks at random"),
    "same": mark("one block again and again"),
}
METHODS = {"cow": mark("copy-on-write (classic LVM)"), "row": mark("redirect-on-write (overlay)")}
A_LINE, CELL = 20, 21  # blocks in a line, and the size of one


@dataclass(frozen=True)
class Both:
    """The same writes to both storages; `written`: blocks in the order they were first written."""

    blocks: int
    order: tuple[int, ...]
    written: tuple[int, ...]
    cow: Overwritten
    row: Overwritten


class OverwritesLab(Lab):
    """Two storages after the same writes, and what each has asked of its disk."""

    name = "vmfiles-overwrites"
    title = mark("The price of the first overwrite")

    def controls(self):
        return (
            Slider("writes", mark("Writes after the snapshot"), 100, 0, 200),
            Pick("pattern", mark("Which blocks"), "once", PATTERNS),
            Slider("snapshots", mark("Snapshots kept"), 1, 0, 4),
            Slider("blocks", mark("Blocks of the disk"), 100, 8, 120),
        )

    def run(self, writes, pattern, snapshots, blocks):
        order = self._order(writes, pattern, blocks)
        kept = {each: Kept(method=each, blocks=blocks, snapshots=snapshots) for each in METHODS}
        written = tuple(dict.fromkeys(order)) if snapshots else ()
        return Both(blocks, order, written, overwrite(kept["cow"], order), overwrite(kept["row"], order))  # fmt: skip

    def _order(self, writes, pattern, blocks):
        if pattern == "once":
            return tuple(k % blocks for k in range(writes))
        if pattern == "same":
            return (blocks // 2,) * writes
        return tuple(int(each) for each in np.random.default_rng(self.seed).integers(blocks, size=writes))  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = LineChart(
            _("Reads and writes of the disk so far"), Axis(_("writes of the guest"), least=0),
            Axis(_("reads and writes"), least=0), names=[_(text) for text in METHODS.values()],
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def draw(self, both):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, bottom = self._storage("cow", both, 8, 6)
        x, y = (8, bottom + 18) if narrow else (width / 2 + 12, 6)
        more, lower = self._storage("row", both, x, y)
        words = key(self._key(), width, max(bottom, lower) + 8, a_line=3)
        self.scene.show(
            [*items, *more, *words], width=width, height=max(bottom, lower) + 30,
            label=_("Where the blocks lie after the writes"),
        )  # fmt: skip
        steps = range(len(both.order) + 1)
        self.chart.show(steps, _so_far(both.cow), _so_far(both.row))

    def _storage(self, method, both, x, y):
        """The place of the disk, and below it what the snapshot made necessary."""
        done = getattr(both, method)
        io = plural("{count} read or write", "{count} reads and writes", done.io)
        items = [
            label(f"{method}-head", x, y + 12, _(METHODS[method]), weight=700, size=14),
            label(f"{method}-io", x, y + 32, io, weight=600, size=13),
        ]
        y += 22
        now = self._where(method, both)
        place, y = self._grid(f"{method}-disk", _("The disk's own place"), range(both.blocks), now, x, y + 36)  # fmt: skip
        copies = self.values["snapshots"]
        if method == "cow":
            below = plural("Old blocks, saved for {count} snapshot", "Old blocks, saved for each of {count} snapshots", copies)  # fmt: skip
            look = {"fill": "soft", "tone": "warn"}
        else:
            below, look = _("Elsewhere: the new blocks"), {"fill": "solid", "tone": "accent"}
        rest, y = self._grid(f"{method}-more", below, both.written, lambda _block: look, x, y + 22, room=both.blocks)  # fmt: skip
        said = plural("Read in order, the disk is {count} piece.", "Read in order, the disk is {count} pieces.", done.runs)  # fmt: skip
        return [*items, *place, *rest, label(f"{method}-runs", x, y + 16, said, size=13)], y + 22

    def _key(self):
        return [
            ("box", {"fill": "solid", "tone": "ok"}, _("as it was")),
            ("box", {"fill": "solid", "tone": "accent"}, _("new")),
            ("box", {"fill": "soft", "tone": "warn"}, _("old, kept")),
        ]

    def _where(self, method, both):
        """How a place of the disk looks: new content, old content kept for the snapshot, untouched."""
        new = set(both.order)

        def look(block):
            if method == "cow" or not both.written:
                return {"fill": "solid", "tone": "accent" if block in new else "ok"}
            old = block in both.written
            return {"fill": "soft", "tone": "warn"} if old else {"fill": "solid", "tone": "ok"}

        return look

    def _grid(self, name, head, blocks, look, x, y, room=None):
        items = [label(f"{name}-name", x, y, head, size=12.5, weight=600)]
        for k, block in enumerate(blocks):
            items.append(box(
                f"{name}{k}", x + (k % A_LINE) * CELL, y + 8 + (k // A_LINE) * CELL, CELL - 2, CELL - 2,
                r=3, size=9, text=str(block), **look(block),
            ))  # fmt: skip
        return items, y + 8 + -(-(room or len(blocks)) // A_LINE) * CELL

    def describe(self, both):
        text = _(
            "{writes} writes, {first} of them to a block for the first time since the snapshot: copy-on-write needs {cow} reads and writes, redirect-on-write {row}.",
            writes=len(both.order), first=len(both.written), cow=both.cow.io, row=both.row.io,
        )  # fmt: skip
        later = len(both.order) - len(both.written)
        if later and both.written:
            text += " " + plural("{count} write found its block already away: one write, both ways.", "{count} writes found their block already away: one write each, both ways.", later)  # fmt: skip
        if both.row.runs > 1:
            text += " " + _("Redirect-on-write pays later: the disk now lies in {runs} pieces.", runs=both.row.runs)  # fmt: skip
        return text

    def tone(self, both):
        return "warn" if both.cow.io > 2 * max(1, both.row.io) else "accent"

    def table(self, both):
        head = [_("method"), _("reads"), _("writes"), _("in all"), _("blocks kept"), _("pieces")]
        rows = [
            [_(METHODS[each]), sum(done.reads), sum(done.writes), done.io, number(done.kept_blocks), done.runs]
            for each, done in (("cow", both.cow), ("row", both.row))
        ]  # fmt: skip
        return Table(head, rows, caption=_("What the same writes cost both ways"))


def _so_far(done):
    """Reads and writes after each write of the guest, from none on."""
    return np.concatenate([[0], np.cumsum(np.add(done.reads, done.writes))])
