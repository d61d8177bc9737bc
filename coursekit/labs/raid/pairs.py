"""Which second failure kills: every pair of disks, and the exact chance for more."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit.i18n import _, mark, number
from coursekit.labs.raid.drawing import disk_name
from coursekit.labs.raid.layout import COPIES, LEVELS, array_of, copies
from coursekit.sims.raid.layouts import Array
from coursekit.sims.raid.losses import second_failure, survival
from coursekit.ui.charts import Axis, BarChart, side_by_side
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import matrix
from coursekit.ui.scene import Scene
from coursekit.ui.table import Table


@dataclass(frozen=True)
class Deaths:
    """`fatal[i, j]`: losing disk i, then j, loses data; `chance[k]`: k random deaths are borne."""

    array: Array
    fatal: NDArray[np.bool_]
    chance: tuple[float, ...]


class PairsLab(Lab):
    """A matrix of first and second failure."""

    name = "raid-pairs"
    title = mark("Which second failure kills?")

    def controls(self):
        return (
            Pick("level", mark("Level"), "1", LEVELS),
            Slider("disks", mark("Disks"), 4, 2, 10),
            Pick("copies", mark("Copies (10)"), "n2", COPIES, when=copies),
        )

    def run(self, level, disks, copies):
        array = array_of(level, disks, "left-symmetric", copies)
        chance = tuple(float(survival(array, k)) for k in range(disks + 1))
        return Deaths(array, second_failure(array), chance)

    def pictures(self):
        self.scene = Scene()
        self.scene.layout.flex = "1 1 360px"
        self.bars = BarChart(
            _("Chance that all data survive"),
            Axis(_("disks that died, at random")),
            Axis(_("chance"), least=0, most=1, format=".0%"),
        )
        return [side_by_side(self.scene, self.bars.view)]

    def draw(self, deaths):
        n = deaths.array.disks
        cells = [[self._cell(deaths, i, j) for j in range(n)] for i in range(n)]
        items = matrix("pair", cells, [str(i) for i in range(n)], x=46, y=46, size=360)
        label = _("First failure by row, second by column: {text}", text=self._count(deaths))
        self.scene.show(items, width=430, height=420, label=label)
        self.bars.show([str(k) for k in range(n + 1)], deaths.chance)

    def _cell(self, deaths, i, j):
        dies = bool(deaths.fatal[i, j])
        look = {
            "text": "✗" if dies else "✓",
            "tone": "bad" if dies else "ok",
            "fill": "solid" if dies else "soft",
        }
        return look | ({"faded": True} if i == j else {})

    def _count(self, deaths):
        n = deaths.array.disks
        dead = int((deaths.fatal & ~np.eye(n, dtype=bool)).sum()) // 2
        return _("{dead} of {all} pairs lose data", dead=dead, all=n * (n - 1) // 2)

    def describe(self, deaths):
        n = deaths.array.disks
        if not deaths.chance[1]:
            return _("Any one disk that dies takes data with it: there is nothing to survive with.")
        again = _(
            "{count}: after one failure, a random second one is survived with chance {share} %.",
            count=self._count(deaths), share=number(100 * deaths.chance[2]),
        )  # fmt: skip
        alone = deaths.fatal[0, 1:].sum()
        why = _(
            "After disk 0, {count} of the {rest} others must not die.", count=int(alone), rest=n - 1
        )
        return f"{again} {why}"

    def tone(self, deaths):
        return "bad" if not deaths.chance[1] else "ok" if deaths.chance[2] == 1 else "warn"

    def table(self, deaths):
        head = [_("first \\ second"), *(disk_name(j) for j in range(deaths.array.disks))]
        words = {True: _("lost"), False: _("safe")}
        rows = [
            [disk_name(i), *(words[bool(each)] for each in line)]
            for i, line in enumerate(deaths.fatal)
        ]
        rows.append(
            [
                _("chance after k failures"),
                *(number(c) for c in deaths.chance[: deaths.array.disks]),
            ]
        )
        return Table(head, rows)
