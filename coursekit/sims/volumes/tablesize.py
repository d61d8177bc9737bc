"""How far the tables reach, and what it costs to move a partition that stands in the way.

Modelled: 32-bit sectors of an MBR, 64-bit ones of a GPT; a static partition is one run of
sectors, so it grows only into free room behind it, and neighbours there must be moved first, each
byte read once and written once over the same disk: 2 x size / bandwidth. Left out: moving in
place from behind, resizing of the file systems, which adds to it. Source: UEFI specification 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import ParameterError, require
from coursekit.sims.volumes import gpt, mbr

__all__ = ["KINDS", "Card", "Extension", "Move", "Run", "cards", "copy_seconds", "extend", "move_bytes", "move_seconds", "reach", "usable"]  # fmt: skip

Kind = Literal["mbr", "gpt"]
KINDS: tuple[Kind, ...] = ("mbr", "gpt")


@dataclass(frozen=True)
class Card:
    """The limits of a table; bytes are of the disk, `table_bytes` of the tables with their copy."""

    kind: Kind
    sector: int
    bytes: int
    partitions: int
    table_bytes: int
    checksums: int
    copies: int


@dataclass(frozen=True, kw_only=True)
class Run:
    """A partition as a run of units (sectors, extents, MiB: the same for all); `last` inclusive."""

    name: str
    first: int
    last: int

    def __post_init__(self) -> None:
        require(0 <= self.first <= self.last, "{name}: first={first}, last={last}: choose 0 or more, the last not before the first", name=self.name, first=self.first, last=self.last)  # fmt: skip

    @property
    def size(self) -> int:
        """Its units."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Move:
    """A partition that makes room: where it was, where it goes."""

    name: str
    before: Run
    after: Run


@dataclass(frozen=True)
class Extension:
    """A partition made longer: the runs after it, the moves in the order they must be done.

    `missing` is what the disk lacks; then nothing is done.
    """

    runs: tuple[Run, ...]
    moves: tuple[Move, ...]
    missing: int

    @property
    def moved(self) -> int:
        """Units that are moved."""
        return sum(each.before.size for each in self.moves)


def reach(kind: Kind, sector: int = 512) -> int:
    """Bytes of a disk that a table of this kind can name."""
    require(kind in KINDS, "kind={kind}: choose one of {kinds}", kind=kind, kinds=", ".join(KINDS))
    require(sector in (512, 4096), "sector={sector}: choose 512 or 4096", sector=sector)
    most = mbr.MAX_SECTORS if kind == "mbr" else gpt.MAX_LBA + 1
    return most * sector


def usable(kind: Kind, disk_bytes: int, sector: int = 512) -> int:
    """Bytes of this disk that partitions can have: all but the tables, as far as the table reaches."""
    most = reach(kind, sector)
    if kind == "mbr":
        return max(0, min(most, disk_bytes) - sector)
    geometry = gpt.Geometry(sectors=disk_bytes // sector, sector=sector)
    return (geometry.last_usable - geometry.first_usable + 1) * sector


def cards() -> tuple[Card, ...]:
    """Both tables with sectors of 512 and 4096 bytes."""
    return tuple(_card(kind, sector) for kind in KINDS for sector in (512, 4096))


def _card(kind: Kind, sector: int) -> Card:
    if kind == "mbr":
        return Card(kind, sector, reach(kind, sector), 4, sector, 0, 1)
    tables = sector + 2 * (sector + gpt.LEAST_ARRAY)
    return Card(kind, sector, reach(kind, sector), gpt.SLOTS, tables, 2, 2)


def move_bytes(size_bytes: float) -> float:
    """What the disk transfers when a partition moves: every byte is read and written."""
    require(size_bytes >= 0, "size={size}: choose 0 or more", size=size_bytes)
    return 2 * size_bytes


def move_seconds(size_bytes: float, bytes_s: float) -> float:
    """How long that lasts; a crash before its end leaves a partition half here, half there."""
    require(bytes_s > 0, "speed={speed}: choose more than 0", speed=bytes_s)
    return move_bytes(size_bytes) / bytes_s


def copy_seconds(size_bytes: float, bytes_s: float) -> float:
    """How long a copy to another disk lasts: one reads while the other writes."""
    require(size_bytes >= 0, "size={size}: choose 0 or more", size=size_bytes)
    require(bytes_s > 0, "speed={speed}: choose more than 0", speed=bytes_s)
    return size_bytes / bytes_s


def extend(runs: Sequence[Run], disk: int, name: str, more: int) -> Extension:
    """Make a partition `more` units longer on a disk of `disk` units.

    Only room behind it counts, since its first unit stays: partitions there move away from it,
    each as little as will do, the last one first.
    """
    _check(runs, disk, name, more)
    placed = sorted(runs, key=lambda each: each.first)
    place = [each.name for each in placed].index(name)
    behind = placed[place + 1 :]
    end = placed[place].last + more  # the last unit it will have
    free = disk - 1 - placed[place].last - sum(each.size for each in behind)
    if free < more:
        return Extension(tuple(placed), (), more - free)
    moves = list[Move]()
    after = [*placed[:place], Run(name=name, first=placed[place].first, last=end)]
    for each in behind:
        shift = max(0, end + 1 - each.first)
        moved = Run(name=each.name, first=each.first + shift, last=each.last + shift)
        after.append(moved)
        end = moved.last
        if shift:
            moves.insert(0, Move(each.name, each, moved))
    return Extension(tuple(after), tuple(moves), 0)


def _check(runs: Sequence[Run], disk: int, name: str, more: int) -> None:
    require(more >= 0, "more={more}: choose 0 or more", more=more)
    names, end = [each.name for each in runs], -1
    if name not in names:
        raise ParameterError("name={name}: choose one of {names}", name=name, names=", ".join(names))  # fmt: skip
    for each in sorted(runs, key=lambda each: each.first):
        require(end < each.first and each.last < disk, "{name}: first={first}, last={last}: partitions neither overlap nor leave the disk of {disk}", name=each.name, first=each.first, last=each.last, disk=disk)  # fmt: skip
        end = each.last
