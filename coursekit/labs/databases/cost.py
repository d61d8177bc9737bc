"""Scan or index: what each costs, against the share of rows that is wanted."""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.labs.databases.units import count, span
from coursekit.sims.databases.cost import (
    DEVICES,
    crossover,
    crossover_ms,
    index_cost,
    index_height,
    index_ms,
    pages_read,
    scan_cost,
    scan_ms,
    stored,
    touched,
)
from coursekit.sims.databases.cost import (
    Table as Rows,
)
from coursekit.sims.message import Message
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Check, Pick, Slider, as_it_is
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

ROWS = {each: as_it_is(f"{each:,}".replace(",", " ")) for each in (1000, 10_000, 100_000, 1_000_000, 5_000_000)}  # fmt: skip
PERCENT = (0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 50, 100)
SHARES = {each: Message.of("{n} %", n=each) for each in PERCENT}
HOW = {
    "cost": mark("the planner’s cost"), "hdd": mark("time on a hard disk"),
    "ssd": mark("time on a SATA SSD"), "nvme": mark("time on an NVMe SSD"),
}  # fmt: skip
CURVE = np.logspace(-5, 0, 61)  # shares
CELLS = 120  # pages drawn
LEAST, MOST = 1e-4, 1e3  # of the axis: times what the whole table costs


@dataclass(frozen=True)
class Seen:
    """The table, the rows wanted, and what both ways cost, at this share and along the curve."""

    table: Rows
    found: float
    height: int
    clustered: bool
    how: str
    scan: float
    index: float
    turn: float  # rows beyond which the scan is cheaper
    curves: tuple[tuple[float, ...], tuple[float, ...]]  # by the index: scattered, in its order

    @property
    def wins(self):
        """Whether the index is not dearer."""
        return self.index <= self.scan


class CostLab(Lab):
    """Two curves and a level line; below, the pages of the table that the index makes us read."""

    name = "databases-cost"
    title = mark("Does the index help?")

    def controls(self):
        return (
            Pick("rows", mark("Rows of the table"), 100_000, ROWS),
            Slider("width", mark("A row has"), 108, 8, 1000, 4, mark("bytes")),
            Pick("share", mark("Rows wanted"), 0.1, SHARES),
            Check("clustered", mark("Rows lie in the order of the index"), False),
            Pick("how", mark("Compare"), "cost", HOW),
        )

    def run(self, rows, width, share, clustered, how):
        table = stored(rows, width)
        height, found = index_height(rows), max(1.0, rows * share / 100)
        scan, index, turn = _measures(how, height)
        curves = tuple(
            tuple(index(table, each * rows, clustered=order) for each in CURVE)
            for order in (False, True)
        )
        return Seen(
            table, found, height, clustered, how, scan(table), index(table, found, clustered=clustered),
            turn(table, clustered=clustered), curves,
        )  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = LineChart(
            _("What the query costs, against the share of rows it wants"),
            Axis(_("rows wanted"), log=True, least=1e-5, most=1.0, format="~%"),
            Axis(_("times the whole table"), log=True, least=LEAST, most=MOST, format="~g"),
            names=(_("the whole table"), _("index, rows scattered"), _("index, rows in its order"), _("as chosen")),
            dots=(3,), height=300,
        )  # fmt: skip
        return [self.chart.view, self.scene]

    def draw(self, seen):
        share = seen.found / seen.table.rows
        none, ends = np.full(CURVE.size, np.nan), [np.nan, np.nan]
        flat, chosen = np.ones(CURVE.size), _drawable([seen.index / seen.scan] * 2)
        scattered, ordered = (
            (none, none)
            if self.locked
            else (_drawable(np.array(each) / seen.scan) for each in seen.curves)
        )
        at = [*CURVE, share, share]
        self.chart.show(at, [*flat, *ends], [*scattered, *ends], [*ordered, *ends], [*none, *(ends if self.locked else chosen)])  # fmt: skip
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(seen), narrow=narrow)
        pages, bottom = self._pages(seen, 116 if narrow else 76, width)
        self.scene.show([*items, *pages], width=width, height=bottom, label=_("Pages of the table that the index makes us read"))  # fmt: skip

    def _facts(self, seen):
        scan = (_("whole table: {n}", n=_shown(seen.scan, seen.how)), "accent")
        if self.locked:
            return [scan, ("?", "idle")]
        turn = seen.turn / seen.table.rows
        even = _("the index wins always") if turn >= 1 else _("even at {n} %", n=number(100 * turn))  # fmt: skip
        return [
            scan,
            (_("index: {n}", n=_shown(seen.index, seen.how)), "ok" if seen.wins else "bad"),
            (even, "idle"),
            (
                _("the index wins") if seen.wins else _("the scan wins"),
                "ok" if seen.wins else "warn",
            ),
        ]

    def _pages(self, seen, y, width):
        """A sample of the table's pages; lit are those with a wanted row."""
        share = touched(seen.table, seen.found, clustered=seen.clustered)
        a_line = 20 if self.scene.narrow else 40
        size = (width - 12) / a_line
        lit = _lit(0.0 if self.locked else share, seen.clustered, self.seed)
        text = _("Pages of the table with a row that is wanted") if self.locked else _("Pages of the table with a row that is wanted: {n} % of them", n=number(100 * share))  # fmt: skip
        items = [label("pages", 6, y, text, weight=600, size=12.5)]
        for n in range(CELLS):
            x, top = 6 + (n % a_line) * size, y + 10 + (n // a_line) * size
            tone, fill = ("accent", "solid") if n in lit else ("idle", "paper")
            items.append(box(f"page{n}", x, top, size - 3, size - 3, r=3, tone=tone, fill=fill))
        return items, y + 14 + -(-CELLS // a_line) * size

    def describe(self, seen):
        if self.locked:
            return _("A table of {rows} rows in {pages} pages. A query wants some of them, and there is an index.", rows=count(seen.table.rows), pages=count(seen.table.pages))  # fmt: skip
        reads = pages_read(seen.table, seen.found, clustered=seen.clustered)
        if seen.clustered:
            why = _("The rows lie in the order of the index: {rows} rows fill {pages} pages next to each other, and each is read once.", rows=count(seen.found), pages=count(max(1, reads)))  # fmt: skip
        else:
            why = _("The index names {rows} rows, and each may lie in another page: {reads} reads here and there, where the whole table has {pages} pages one after the other.", rows=count(seen.found), reads=count(reads), pages=count(seen.table.pages))  # fmt: skip
        end = _("The index wins.") if seen.wins else _("The scan wins: it reads every page once, in order.")  # fmt: skip
        return f"{why} {end}"

    def tone(self, seen):
        return "accent" if self.locked else "ok" if seen.wins else "warn"

    def table(self, seen):
        head = [_("rows wanted"), _("whole table"), _("index, rows scattered"), _("index, rows in its order")]  # fmt: skip
        rows = []
        for percent in PERCENT:
            at = int(np.argmin(abs(CURVE - percent / 100)))
            cells = ["?", "?"] if self.locked else [_shown(curve[at], seen.how) for curve in seen.curves]  # fmt: skip
            rows.append([f"{number(percent)} %", _shown(seen.scan, seen.how), *cells])
        return Table(head, rows, caption=_("What the query costs, for each share of rows"))


def _measures(how, height):
    """Scan, index and turning point, in the planner's units or in milliseconds on a device."""
    if how == "cost":
        return (
            lambda table: scan_cost(table, 1),
            lambda table, found, clustered: index_cost(table, found, height, clustered=clustered),
            lambda table, clustered: crossover(table, height=height, conditions=1, clustered=clustered),
        )  # fmt: skip
    device = next(each for each in DEVICES if each.name == how)
    return (
        lambda table: scan_ms(table, device),
        lambda table, found, clustered: index_ms(table, found, device, height, clustered=clustered),
        lambda table, clustered: crossover_ms(table, device, height, clustered=clustered),
    )


def _drawable(ratios):
    """Ratios within the axis; the others are not drawn."""
    ratios = np.asarray(ratios, float)
    return np.where((ratios >= LEAST) & (ratios <= MOST), ratios, np.nan)


def _lit(share, clustered, seed):
    """Which of the drawn pages are lit: side by side, or here and there."""
    n = min(CELLS, max(1, round(share * CELLS))) if share else 0
    if clustered:
        first = min(CELLS // 3, CELLS - n)
        return set(range(first, first + n))
    return set(np.random.default_rng(seed).permutation(CELLS)[:n].tolist())


def _shown(value, how):
    if how == "cost":
        return number(value)
    return _("{t} ms", t=number(value)) if value < 10_000 else span(value / 1000)
