"""Six anomalies: in how many interleavings of two transactions each happens, level by level.

Nothing is looked up: every interleaving is run, and what was read and left is looked at. Only
transactions that committed count, since what an aborted one has read is void. Left out: dirty
writes, which no level allows, and anomalies of more than two transactions.
Sources: Berenson et al., "A Critique of ANSI SQL Isolation Levels", SIGMOD 1995; PostgreSQL 15
manual, section 13.2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from coursekit.sims.databases.interleave import interleavings, programs
from coursekit.sims.databases.labdb import run
from coursekit.sims.databases.records import LEVELS, Run
from coursekit.sims.databases.schedules import Schedule, parse
from coursekit.sims.message import Message, require

DONE = "committed"


@dataclass(frozen=True)
class Anomaly:
    """Two transactions mixed so that it happens where a level allows it, and how it is seen."""

    name: str
    text: str
    rule: Message  # what is wrong then
    happened: Callable[[Run], bool]

    @property
    def schedule(self) -> Schedule:
        """The schedule as data."""
        return parse(self.text)


def _values(found: Run, tx: int) -> list[int]:
    return [value or 0 for who, _key, value in found.reads if who == tx]


def _dirty(found: Run) -> bool:
    return found.status[2] == DONE and 99 in _values(found, 2)


def _differs(found: Run) -> bool:
    return found.status[1] == DONE and len(set(_values(found, 1))) > 1


def _torn(found: Run) -> bool:
    return found.status[1] == DONE and sum(_values(found, 1)) != 30


def _lost(found: Run) -> bool:
    return found.final["x"] != 10 + sum(how == DONE for how in found.status.values())


def _overdrawn(found: Run) -> bool:
    return found.final["x"] + found.final["y"] < 0


ANOMALIES = {each.name: each for each in (
    Anomaly("dirty", "x=10 w1(x,99) r2(x) a1 c2", Message.of("T2 has read 99, which never was committed."), _dirty),
    Anomaly("nonrepeatable", "x=10 r1(x) w2(x,99) c2 r1(x) c1", Message.of("T1 has read the same row twice and seen two values."), _differs),
    Anomaly("phantom", "sala=5 n1(sal) i2(salb,7) c2 n1(sal) c1", Message.of("T1 has counted twice and found a row more."), _differs),
    Anomaly("readskew", "x=10 y=20 r1(x) w2(x,5) w2(y,25) c2 r1(y) c1", Message.of("T1 has read x from before the transfer and y from after it: the sum was never that."), _torn),
    Anomaly("lost", "x=10 r1(x) r2(x) w1(x,seen+1) c1 w2(x,seen+1) c2", Message.of("Both have added 1 and committed, but only one of the two is there."), _lost),
    Anomaly("writeskew", "x=10 y=20 r1(x) r1(y) r2(x) r2(y) w1(x,x-25)?>=25 w2(y,y-25)?>=25 c1 c2", Message.of("Each saw enough money for itself; together they have overdrawn."), _overdrawn),
)}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """An anomaly at a level: in how many of all interleavings it happens, and one to look at."""

    anomaly: str
    level: str
    total: int
    happens: int
    aborts: int  # interleavings in which the database aborts somebody
    waits: int  # in which somebody waits
    example: Schedule  # one in which it happens; where it never does, the usual one

    @property
    def possible(self) -> bool:
        """Whether the level allows it."""
        return self.happens > 0


@cache
def cell(anomaly: str, level: str) -> Cell:
    """Run all interleavings of an anomaly's transactions at a level."""
    require(anomaly in ANOMALIES, "anomaly={anomaly}: choose one of {names}", anomaly=anomaly, names=", ".join(ANOMALIES))  # fmt: skip
    what = ANOMALIES[anomaly]
    usual = what.schedule
    mixed = list(interleavings(programs(usual), usual.items))
    runs = [run(level, each, states=False) for each in mixed]
    wrong = [each.schedule for each in runs if what.happened(each)]
    return Cell(
        anomaly, level, len(runs), len(wrong),
        sum(bool(each.failed) for each in runs), sum(each.waits > 0 for each in runs),
        wrong[0] if wrong and usual not in wrong else usual,
    )  # fmt: skip


def table() -> tuple[tuple[Cell, ...], ...]:
    """A row an anomaly, a cell a level."""
    return tuple(tuple(cell(name, level) for level in LEVELS) for name in ANOMALIES)


def compare(schedule: Schedule) -> tuple[Run, ...]:
    """The same schedule at every level."""
    return tuple(run(level, schedule) for level in LEVELS)
