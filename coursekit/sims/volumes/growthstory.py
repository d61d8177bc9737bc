"""The same years played twice, month by month: a disk cut for good, and a volume group.

Modelled: four ways in which the same sum of GB a month falls on the directories; static partitions
cut for a balanced growth, so that all would fill in the same month; logical volumes that begin
with what they need for the months ahead. When nothing is left, one more disk may be bought: a group
takes it as it is (pvcreate, vgextend, lvextend); a partition cannot reach over, so the full
directory is copied there whole, unmounted, and what it leaves behind is free (for / its neighbour
goes). Left out: as in `growth`; the power-off that putting in a disk may cost both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.volumes import tablesize
from coursekit.sims.volumes.growth import (
    NEEDS,
    Event,
    Layout,
    Need,
    Placed,
    Volume,
    home_of,
    placed,
    pooled_full,
    serve,
    used_gb,
)

__all__ = ["PATTERNS", "Month", "Side", "Told", "Years", "needs_of", "tell"]

Pattern = Literal["balanced", "var", "home", "data"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
# GB a month of /, /var, /home, /srv/data; the sum is the same for all
_RATES: dict[Pattern, tuple[float, ...]] = {
    "balanced": (0.2, 1.5, 2.0, 5.0), "var": (0.2, 6.0, 1.0, 1.5),
    "home": (0.2, 0.5, 6.0, 2.0), "data": (0.2, 0.2, 0.8, 7.5),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Years:
    """What is played: the growth, the disk, whether a second one is bought, and how long."""

    growth: Pattern = "balanced"
    disk_gb: float = 500.0
    add_disk: bool = False
    months: int = 48
    mb_s: float = 100.0

    def __post_init__(self) -> None:
        require(self.growth in PATTERNS, "growth={growth}: choose one of {patterns}", growth=self.growth, patterns=", ".join(PATTERNS))  # fmt: skip
        require(self.disk_gb >= 200, "disk_gb={n}: choose 200 or more", n=self.disk_gb)
        require(1 <= self.months <= 240, "months={n}: choose 1 to 240", n=self.months)


@dataclass(frozen=True)
class Side:
    """One way in a month: volumes in the order of the disk, gaps behind them, a volume elsewhere.

    `events` of this month; sums of all so far; `stopped`: the month in which nothing helped.
    """

    layout: Layout
    disk: Placed
    away: Volume | None
    second: bool
    used: tuple[float, ...]
    events: tuple[Event, ...]
    operations: int
    downtime_s: float
    moved_gb: float
    stopped: int | None

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """All of them; `used` has the same order."""
        return (*self.disk.volumes, *([self.away] if self.away else []))

    @property
    def free(self) -> float:
        """GB that no volume has."""
        return sum(self.disk.gaps)


@dataclass(frozen=True)
class Month:
    """Both ways in the same month."""

    month: int
    static: Side
    lvm: Side


@dataclass(frozen=True)
class Told:
    """The months, from 0."""

    states: tuple[Month, ...]
    years: Years


def needs_of(growth: Pattern) -> tuple[Need, ...]:
    """The directories with their GB a month."""
    return tuple(replace(need, gb_month=rate) for need, rate in zip(NEEDS, _RATES[growth], strict=True))  # fmt: skip


def tell(years: Years) -> Told:
    """The whole record."""
    needs = needs_of(years.growth)
    static, lvm = (_begun(layout, needs) for layout in (_static(years), _lvm(years, needs)))
    states = [Month(0, static, lvm)]
    for month in range(1, years.months + 1):
        static, lvm = (_month(years, side, needs, month) for side in (static, lvm))
        states.append(Month(month, static, lvm))
    return Told(tuple(states), years)


def _static(years: Years) -> Layout:
    """Partitions cut so that with a balanced growth all are full in the same month."""
    plan = needs_of("balanced")
    end = pooled_full(years.disk_gb, plan) - 1
    volumes = tuple(Volume(each.path, each.gb + each.gb_month * end) for each in plan)
    rest = years.disk_gb - sum(each.gb for each in volumes)
    last = replace(volumes[-1], gb=volumes[-1].gb + rest)
    return Layout(kind="static", disk_gb=years.disk_gb, volumes=(*volumes[:-1], last), mb_s=years.mb_s)  # fmt: skip


def _lvm(years: Years, needs: Sequence[Need]) -> Layout:
    """Volumes with what they need for the months ahead; all else is free."""
    ahead = Layout().ahead
    volumes = tuple(Volume(each.path, ceil(each.gb + each.gb_month * ahead)) for each in needs)
    return Layout(kind="lvm", disk_gb=years.disk_gb, volumes=volumes, mb_s=years.mb_s)


def _begun(layout: Layout, needs: Sequence[Need]) -> Side:
    disk = placed(layout)
    return Side(layout, disk, None, False, _used(disk.volumes, needs, 0), (), 0, 0.0, 0.0, None)


def _used(volumes: Sequence[Volume], needs: Sequence[Need], month: int) -> tuple[float, ...]:
    return tuple(used_gb(each.path, volumes, needs, month) for each in volumes)


def _month(years: Years, side: Side, needs: Sequence[Need], month: int) -> Side:
    """One month: each volume that has become full is served; after the end nothing changes."""
    if side.stopped is not None:
        return replace(side, events=())
    side = replace(side, events=())
    for path in [each.path for each in side.volumes]:
        side = _grown(years, side, needs, path, month)
        if side.stopped is not None:
            break
    return replace(side, used=_used(side.volumes, needs, month))


def _grown(years: Years, side: Side, needs: Sequence[Need], path: str, month: int) -> Side:
    volume = next(each for each in side.volumes if each.path == path)
    if used_gb(path, side.volumes, needs, month) <= volume.gb:
        return side
    if side.away and path == side.away.path:
        why = Message.of("{path} has filled the second disk too: nothing helps but a third.", path=path)  # fmt: skip
        return _told(side, Event(month, path, "full", 0.0, 0, 0.0, 0.0, why))
    here = [each for each in needs if not side.away or home_of(each.path, side.volumes) != side.away.path]  # fmt: skip
    at = side.disk.volumes.index(volume)
    disk, event = serve(side.layout, side.disk, here, at, month)
    if event.how == "full" and years.add_disk and not side.second:
        side = _bought(side, needs, at, month)
        return _grown(years, side, needs, path, month)
    return _told(replace(side, disk=disk), event)


def _told(side: Side, event: Event) -> Side:
    """The side after an event: its sums, and whether it is the end."""
    return replace(
        side, events=(*side.events, event), operations=side.operations + event.operations,
        downtime_s=side.downtime_s + event.downtime_s, moved_gb=side.moved_gb + event.moved_gb,
        stopped=event.month if event.how == "full" else side.stopped,
    )  # fmt: skip


def _bought(side: Side, needs: Sequence[Need], at: int, month: int) -> Side:
    """One more disk of the same size."""
    if side.layout.kind == "static":
        return _carried(side, needs, at, month)
    path, gb = side.disk.volumes[at].path, side.layout.disk_gb
    gaps = (*side.disk.gaps[:-1], side.disk.gaps[-1] + gb)
    why = Message.of("The group is full: a second disk is prepared and added to it (pvcreate, vgextend), while people work.")  # fmt: skip
    event = Event(month, path, "disk", gb, 2, 0.0, 0.0, why)
    return _told(replace(side, disk=replace(side.disk, gaps=gaps), second=True), event)


def _carried(side: Side, needs: Sequence[Need], at: int, month: int) -> Side:
    """A directory is copied to the second disk, and has it to itself."""
    at = at or 1  # what boots stays; its neighbour makes room right behind it
    volume, disk = side.disk.volumes[at], side.disk
    held = used_gb(volume.path, side.volumes, needs, month - 1)
    gaps = list(disk.gaps)
    gaps[at - 1] += volume.gb + gaps.pop(at)
    volumes = (*disk.volumes[:at], *disk.volumes[at + 1 :])
    why = Message.of("Nobody has room to spare: {path} is copied to a second disk, {gb:.0f} GB, unmounted; its old place is free.", path=volume.path, gb=held)  # fmt: skip
    seconds = tablesize.copy_seconds(held * 1e9, side.layout.mb_s * 1e6)
    event = Event(month, volume.path, "disk", side.layout.disk_gb, 4, seconds, held, why)
    away = replace(volume, gb=side.layout.disk_gb)
    return _told(replace(side, disk=Placed(volumes, tuple(gaps)), away=away, second=True), event)
