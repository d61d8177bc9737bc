"""Volumes laid over disks in four ways, and with which chance they are lost.

Modelled: disks that die independently, each with the same chance in a period; a volume is damaged by
the death of any disk it lies on, since nothing is stored twice; the chances that something and
that everything is lost, over all combinations of dead disks. Left out: repairs within the
period, deaths with a common cause, RAID volumes. Source: lvm(8), lvmraid(7).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from coursekit.sims.message import require
from coursekit.sims.volumes.extents import Run, Segment, Volume, lost_extents, risk, runs_of

__all__ = ["EXTENTS", "LAYOUTS", "MOST_DISKS", "Plan", "Row", "plan"]

Layout = Literal["one", "spanning", "striped", "separate"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)
EXTENTS = 6  # of each disk
MOST_DISKS = 6


@dataclass(frozen=True)
class Row:
    """A volume: its extents on each disk, and the chance that it is damaged."""

    volume: Volume
    on: tuple[int, ...]
    chance: float

    @property
    def disks(self) -> int:
        """Disks it needs."""
        return sum(map(bool, self.on))

    def damaged(self, disk: int) -> bool:
        """Whether the death of a disk, from 1, damages it."""
        return disk > 0 and self.on[disk - 1] > 0


@dataclass(frozen=True)
class Plan:
    """The volumes; the chance that at least one is damaged, and that all are."""

    layout: Layout
    disks: int
    rows: tuple[Row, ...]
    some: float
    every: float

    def cells(self, disk: int) -> tuple[str, ...]:
        """Whose each extent of a disk is, from 1; "" where it is free."""
        held = {
            extent: row.volume.name
            for row in self.rows for run in runs_of(row.volume) if run.pv == disk - 1
            for extent in range(run.first, run.last + 1)
        }  # fmt: skip
        return tuple(held.get(extent, "") for extent in range(EXTENTS))


def plan(layout: Layout, disks: int, p: float) -> Plan:
    """The volumes of a layout on so many disks, each of which dies with chance `p`."""
    require(layout in LAYOUTS, "layout={layout}: choose one of {layouts}", layout=layout, layouts=", ".join(LAYOUTS))  # fmt: skip
    require(2 <= disks <= MOST_DISKS, "disks={n}: choose 2 to {most}", n=disks, most=MOST_DISKS)
    rows = tuple(_row(volume, disks, p) for volume in _volumes(layout, disks))
    some = every = 0.0
    for dead, chance in _fates(disks, p):
        hits = [_hit(row, dead) for row in rows]
        some, every = some + chance * any(hits), every + chance * all(hits)
    return Plan(layout, disks, rows, some, every)


def _row(volume: Volume, disks: int, p: float) -> Row:
    on = tuple(lost_extents(volume, pv) for pv in range(disks))
    return Row(volume, on, risk(p, sum(map(bool, on))))


def _volumes(layout: Layout, disks: int) -> Iterator[Volume]:
    everywhere = tuple(Run(pv, 0, EXTENTS) for pv in range(disks))
    if layout == "one":
        for n in range(3):
            yield Volume("abc"[n], (Segment(0, 2, (Run(0, 2 * n, 2),)),))
    elif layout == "spanning":
        yield Volume("a", tuple(Segment(n * EXTENTS, EXTENTS, (run,)) for n, run in enumerate(everywhere)))  # fmt: skip
    elif layout == "striped":
        yield Volume("a", (Segment(0, EXTENTS * disks, everywhere),))
    else:
        for n, run in enumerate(everywhere):
            yield Volume("abcdef"[n], (Segment(0, EXTENTS, (run,)),))


def _fates(disks: int, p: float) -> Iterator[tuple[Sequence[bool], float]]:
    """Every combination of dead disks and its chance."""
    for dead in product((False, True), repeat=disks):
        died = sum(dead)
        yield dead, p**died * (1 - p) ** (disks - died)


def _hit(row: Row, dead: Sequence[bool]) -> bool:
    return any(count and gone for count, gone in zip(row.on, dead, strict=True))
