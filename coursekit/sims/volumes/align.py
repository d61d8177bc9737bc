"""Alignment: what a request costs when it does not begin where a unit of the disk begins.

A disk moves whole physical sectors (4096 bytes behind an interface of 512, "512e"): a request
touches the units floor(a/p) to floor((a+len-1)/p), and each unit that it covers in part is read
before it is written. The same with p = the chunk of a RAID tells which requests need two disks.
Left out: caches that gather neighbouring requests. Source: spec of ATA-8 (logical sectors per
physical sector); parted and sgdisk, which align to 1 MiB.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from coursekit.sims.message import require

__all__ = ["DOS_START", "MODERN_START", "PHYSICAL", "SECTOR", "Block", "Touched", "blocks", "is_aligned", "next_aligned", "straddling", "touched"]  # fmt: skip

SECTOR, PHYSICAL = 512, 4096
DOS_START = 63  # the first partition of the DOS era: after one track
MODERN_START = 2048  # 1 MiB: a multiple of every unit in use


@dataclass(frozen=True)
class Touched:
    """What a write of one request costs, in physical units."""

    first: int
    units: int
    partial: int

    @property
    def reads(self) -> int:
        """Units read first, because the request has not all of their bytes."""
        return self.partial

    @property
    def writes(self) -> int:
        """Units written."""
        return self.units

    @property
    def ios(self) -> int:
        """Reads and writes."""
        return self.reads + self.writes


@dataclass(frozen=True)
class Block:
    """A block of the file system: its number, its first byte on the disk, what writing it costs."""

    number: int
    at: int
    touched: Touched


def touched(start: int, offset: int, length: int, unit: int = PHYSICAL) -> Touched:
    """A write of `length` bytes at byte `offset` of a partition that begins in sector `start`."""
    require(start >= 0, "start={start}: choose 0 or more", start=start)
    require(offset >= 0, "offset={offset}: choose 0 or more", offset=offset)
    require(length >= 1, "length={length}: choose 1 or more", length=length)
    _check(unit)
    at = start * SECTOR + offset
    first, last = at // unit, (at + length - 1) // unit
    begins_inside, ends_inside = at % unit != 0, (at + length) % unit != 0
    one_unit = first == last
    partial = int(begins_inside or ends_inside) if one_unit else begins_inside + ends_inside
    return Touched(first, last - first + 1, partial)


def blocks(start: int, size: int, count: int, unit: int = PHYSICAL) -> Iterator[Block]:
    """The first blocks of a file system in a partition, with what writing each costs."""
    require(count >= 0, "count={count}: choose 0 or more", count=count)
    for number in range(count):
        yield Block(number, start * SECTOR + number * size, touched(start, number * size, size, unit))  # fmt: skip


def straddling(start: int, request: int, chunk: int) -> Fraction:
    """Share of the requests, one after the other, that lie in two chunks or more.

    The pattern repeats after lcm(request, chunk) bytes: all places in it are counted.
    """
    require(start >= 0, "start={start}: choose 0 or more", start=start)
    require(request >= 1, "request={request}: choose 1 or more", request=request)
    _check(chunk)
    period = chunk // gcd(request, chunk)  # requests
    over = sum(touched(start, each * request, request, chunk).units > 1 for each in range(period))
    return Fraction(over, period)


def is_aligned(start: int, unit: int = PHYSICAL) -> bool:
    """Whether a sector begins a unit."""
    _check(unit)
    return start * SECTOR % unit == 0


def next_aligned(start: int, unit: int = MODERN_START * SECTOR) -> int:
    """The first sector from `start` on that begins a unit; as partitioning tools choose it."""
    require(start >= 0, "start={start}: choose 0 or more", start=start)
    _check(unit)
    step = unit // SECTOR
    return -(-start // step) * step


def _check(unit: int) -> None:
    require(unit >= SECTOR and unit % SECTOR == 0, "unit={unit}: choose a multiple of 512", unit=unit)  # fmt: skip
