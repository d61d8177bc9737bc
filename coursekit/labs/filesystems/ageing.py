"""A disk after years: who chooses the holes decides in how many pieces files lie."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.sims.filesystems.allocate import BLOCK_KIB, FLASH, HARD_DISK, Ageing, age, workload
from coursekit.ui.charts import Axis, BarChart, LineChart, side_by_side
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

CHOICES = {
    "first_fit": mark("the lowest free block"),
    "next_fit": mark("the next free block"),
    "goal": mark("the block after the file’s last"),
    "extent": mark("the smallest gap that fits"),
    "delayed": mark("the same, once the size is known"),
}
REASONS = {
    "first_fit": mark("Every hole is filled with whatever comes, four files in turns: they lie in each other’s way from the start."),
    "next_fit": mark("It goes round the disk and meets whole gaps first, but files written in turns are still mixed."),
    "goal": mark("Each directory has a part of the disk of its own, and a file goes on where it ended: its neighbours are seldom in the way."),
    "extent": mark("It looks for a gap for each piece that a program writes: the next piece may need another gap."),
    "delayed": mark("It waits until the file is whole and looks for one gap that holds all of it."),
}  # fmt: skip
SIZES = {4096: mark("16 MiB"), 16_384: mark("64 MiB")}  # in blocks of 4 KiB
BINS = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 8), (9, 16), (17, 32), (33, None))
WIDE_LINE, LINES = 64, 8  # cells of the map; where it is narrow, half as many in twice the lines


@lru_cache(maxsize=32)
def _aged(policy, fill, operations, seed, blocks):
    ageing = Ageing(blocks=blocks, operations=operations, fill=fill / 100)
    return age(ageing, policy, workload(ageing, np.random.default_rng(seed)))


class AgeingLab(Lab):
    """The same years under another policy are one choice away."""

    name = "filesystems-ageing"
    title = mark("Years later: files in pieces")

    def controls(self):
        return (
            Pick("policy", mark("A new block is"), "first_fit", CHOICES),
            Slider("fill", mark("The disk is filled to"), 85, 50, 98, 1, "%"),
            Slider("operations", mark("Files made and deleted"), 1000, 100, 2000, 100),
            Slider("seed", mark("Another past"), 1, 1, 20),
            Pick("size", mark("The disk"), 4096, SIZES, more=True),
        )

    def run(self, policy, fill, operations, seed, size):
        self._settings = (fill, operations, seed, size)
        return _aged(policy, *self._settings)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        self.bars = BarChart(
            _("In how many pieces the files lie"), Axis(_("pieces of a file")), Axis(_("files"), least=0, format="d"), height=230,
        )  # fmt: skip
        self.chart = LineChart(
            _("How it came about"), Axis(_("files made and deleted"), least=0), Axis(_("pieces of a file"), least=0),
            names=[_("pieces of a file")], height=230,
        )  # fmt: skip
        return [self.scene, side_by_side(self.bars.view, self.chart.view)]

    def draw(self, aged):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(aged), narrow=narrow), 92 if narrow else 54
        worst = _worst(aged)
        said = _("The disk from its first block to its last; blue: the file in most pieces, {n}", n=aged.extents[worst])  # fmt: skip
        items.append(label("map-head", 6, top + 10, said if not narrow else _("The disk; blue: the file in most pieces, {n}", n=aged.extents[worst]), weight=600, size=13))  # fmt: skip
        cells, bottom = self._map(aged, worst, top + 20, width)
        per = len(aged.owners) // (WIDE_LINE * LINES) * BLOCK_KIB
        entries = [
            ("box", {"fill": "solid", "tone": "accent"}, _("that file")),
            ("box", {"fill": "soft", "tone": "idle"}, _("other files")),
            ("box", {"fill": "soft", "tone": "ok", "dash": True}, _("in part free")),
            ("box", {"fill": "none", "dash": True}, _("free; a place: {n} KiB", n=per)),
        ]  # fmt: skip
        words = key(entries, width, bottom + 8, a_line=2 if narrow else 4)
        self.scene.show(
            [*items, *cells, *words], width=width, height=bottom + (56 if narrow else 32),
            label=_("The places of the disk, and where the file in most pieces lies"),
        )  # fmt: skip
        self.bars.show([_bin_name(each) for each in BINS], [_files_in(aged, each) for each in BINS])
        self.chart.show([m.operations for m in aged.moments], [m.mean_extents for m in aged.moments])  # fmt: skip

    def _facts(self, aged):
        mean = aged.mean_extents
        disk, flash = (_ms(aged.file_seconds(each)) for each in (HARD_DISK, FLASH))
        tone = "ok" if mean < 1.5 else "warn"
        return [
            (_("{n} files of {mean} pieces", n=len(aged.sizes), mean=number(mean, 2 if mean < 10 else 3)), tone),
            (_("hard disk: {ms} ms a file", ms=disk), tone),
            (_("SSD: {ms} ms a file", ms=flash), "idle"),
            (_("free: in {n} pieces", n=aged.moments[-1].free_runs), "idle"),
        ]  # fmt: skip

    def _map(self, aged, worst, top, width):
        """Places as boxes; neighbours that look the same are one box."""
        a_line = WIDE_LINE if width > 600 else WIDE_LINE // 2
        step = (width - 12) / a_line
        high = 17
        per = len(aged.owners) // (WIDE_LINE * LINES)
        owners = aged.owners.reshape(-1, per)
        kinds = np.where((owners == worst).any(1), 3, np.where((owners < 0).all(1), 0, np.where((owners < 0).any(1), 1, 2)))  # fmt: skip
        items = []
        for line, row in enumerate(kinds.reshape(-1, a_line)):
            edges = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist(), a_line]
            for start, end in pairwise(edges):
                x, y = 6 + start * step, top + line * high
                items.append(box(f"run{line * a_line + start}", x, y, (end - start) * step - 1.5, high - 3, r=2.5, **LOOKS[int(row[start])]))  # fmt: skip
        return items, top + WIDE_LINE * LINES // a_line * high

    # In words

    def describe(self, aged):
        policy = _(REASONS[aged.policy])
        times = [aged.file_seconds(each) / aged.whole_seconds(each) for each in (HARD_DISK, FLASH)]
        text = _(
            "Pieces of a file: {mean} in the mean, {worst} at worst. Reading one takes {disk} times as long as in one piece on a hard disk, {flash} times on an SSD.",
            mean=number(aged.mean_extents), worst=aged.extents[_worst(aged)], disk=number(times[0]), flash=number(times[1]),
        )  # fmt: skip
        return f"{text} {policy}"

    def tone(self, aged):
        return "ok" if aged.mean_extents < 1.5 else "warn"

    def table(self, aged):
        head = [_("a new block is"), _("files"), _("pieces, mean"), _("pieces, most"), _("hard disk, ms a file"), _("SSD, ms a file")]  # fmt: skip
        rows = []
        for policy, text in CHOICES.items():
            each = aged if policy == aged.policy else _aged(policy, *self._settings)
            rows.append([
                _(text), len(each.sizes), number(each.mean_extents), max(each.extents.values()),
                _ms(each.file_seconds(HARD_DISK)), _ms(each.file_seconds(FLASH)),
            ])  # fmt: skip
        return Table(head, rows, caption=_("The same past under each policy"))


LOOKS = (
    {"fill": "none", "dash": True},
    {"fill": "soft", "tone": "ok", "dash": True},
    {"fill": "soft", "tone": "idle"},
    {"fill": "solid", "tone": "accent"},
)


def _worst(aged):
    return max(aged.extents, key=lambda file: (aged.extents[file], -file))


def _bin_name(each):
    low, high = each
    return str(low) if high == low else f"{low}–{high}" if high else f"{low}+"


def _files_in(aged, each):
    low, high = each
    return sum(files for n, files in aged.histogram if low <= n <= (high or n))


def _ms(seconds):
    return number(1000 * seconds)
