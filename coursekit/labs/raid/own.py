"""The learner's own layout: a Python function, drawn and judged."""

import traceback
from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.labs.raid.drawing import cell_text, disk_name, grid_items
from coursekit.sims.message import ParameterError
from coursekit.sims.raid.layouts import Grid
from coursekit.sims.raid.own_layout import Spread, check_layout, spread
from coursekit.ui.charts import Axis, BarChart
from coursekit.ui.controls import Slider
from coursekit.ui.lab import Lab
from coursekit.ui.table import Table


def raid4(chunk, disks):
    """Where the lab starts: parity always on the last disk."""
    row, disk = divmod(chunk, disks - 1)
    return {"disk": disk, "row": row, "parity": disks - 1}


@dataclass(frozen=True)
class Drawn:
    """What the function filled, and how work falls on the disks."""

    grid: Grid
    spread: Spread


class OwnLayoutLab(Lab):
    """Takes `place(chunk, disks) -> {"disk": d, "row": r, "parity": p}`."""

    name = "raid-own"
    title = mark("Your own layout")

    def __init__(self, seed=1, *, place=raid4, **options):
        self.place = place
        super().__init__(seed, **options)

    def controls(self):
        return (Slider("disks", mark("Disks"), 5, 2, 10), Slider("rows", mark("Rows"), 2, 1, 12))

    def run(self, disks, rows):
        try:
            drawn = check_layout(self.place, disks, rows)
        except ParameterError:
            raise
        except Exception as why:  # noqa: BLE001  (a learner's function may fail in any way)
            line = traceback.extract_tb(why.__traceback__)[-1].lineno
            raise ParameterError(
                "your function: {kind} at its line {line}: {why}",
                kind=type(why).__name__, line=line, why=str(why),
            ) from None  # fmt: skip
        return Drawn(drawn, spread(drawn))

    def pictures(self):
        self.scene = self.new_scene()
        self.bars = BarChart(
            _("Disk operations: bars, each chunk written once; line, each chunk read once"),
            Axis(_("disk")), Axis(_("operations"), least=0), height=240,
            names=(_("writes, parity included"), _("reads")),
        )  # fmt: skip
        return [self.scene, self.bars.view]

    def draw(self, drawn):
        items, width, height = grid_items(drawn.grid, narrow=self.scene.narrow)
        for column in items:  # nothing to press here
            for block in column["children"]:
                block.pop("press")
        self.scene.show(
            items, width=width, height=height, label=_("The blocks your function placed")
        )
        names = [str(disk) for disk in range(drawn.grid.disks)]
        self.bars.show(names, drawn.spread.writes, drawn.spread.reads)

    def describe(self, drawn):
        writes = drawn.spread.writes
        busiest = max(writes)
        total = sum(writes)
        even = total / len(writes)
        text = _(
            "No block is lost or doubled. Writing each chunk once costs {total} disk writes; the busiest disk gets {busiest}, an even share would be {even}.",
            total=total, busiest=busiest, even=number(even),
        )  # fmt: skip
        if busiest > 1.5 * even:
            return f"{text} " + _(
                "That disk is the bottleneck of every small write: rotate the parity."
            )
        return text

    def tone(self, drawn):
        writes = drawn.spread.writes
        return "warn" if max(writes) > 1.5 * sum(writes) / len(writes) else "ok"

    def table(self, drawn):
        head = [_("row"), *(disk_name(d) for d in range(drawn.grid.disks))]
        rows = [[r, *map(cell_text, cells)] for r, cells in enumerate(drawn.grid.rows)]
        rows.append([_("writes"), *drawn.spread.writes])
        rows.append([_("reads"), *drawn.spread.reads])
        return Table(head, rows)
