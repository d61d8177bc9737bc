"""The disk I/Os behind one request: which disks are read, then which are written.

Modelled: md's choice between read-modify-write (rmw) and reconstruct-write (rcw) in one
stripe, mirrors, and both with failed disks. Whole units are written; md works on 4 KiB
units, so the size of a chunk does not matter. Left out: caches of old data, `rmw_level`
other than 1, and what md reads beyond need once a disk is dead: all other data on a write
to a stripe whose parity disk is gone, all survivors on a RAID 6 read (`tests/transcripts`
has both recorded). Source: Linux drivers/md/raid5.c, handle_stripe_dirtying; md(4).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import require
from coursekit.sims.raid.layouts import Array, chunk_at, parity_disks, places, row

__all__ = ["IO", "Plan", "plan_read", "plan_write", "small_write"]

Mode = Literal["read", "plain", "copy", "full", "rmw", "rcw", "decode"]
NO_DISKS: frozenset[int] = frozenset()


@dataclass(frozen=True)
class IO:
    """One access to one disk; `chunk` is None for parity, `row` counts chunks."""

    kind: Literal["read", "write"]
    disk: int
    row: int
    what: Literal["data", "copy", "P", "Q"]
    chunk: int | None = None


@dataclass(frozen=True)
class Plan:
    """All reads happen first, together; then all writes, together.

    plain: only the data; copy: every copy; full: the whole stripe; rmw: old data and old
    parity are read; rcw: the other data are read; decode: lost data are solved for first.
    """

    mode: Mode
    steps: tuple[IO, ...]

    @property
    def reads(self) -> int:
        """How many disk reads."""
        return sum(step.kind == "read" for step in self.steps)

    @property
    def writes(self) -> int:
        """How many disk writes."""
        return sum(step.kind == "write" for step in self.steps)


def small_write(array: Array, units: int = 1) -> Plan:
    """The plan for the first `units` chunks of stripe 0, all disks healthy."""
    return plan_write(array, range(units))


def plan_write(array: Array, chunks: Sequence[int], failed: Collection[int] = NO_DISKS) -> Plan:
    """How whole chunks are overwritten, those of one stripe for levels 4, 5, 6.

    ParameterError for chunks of several stripes, none, or data the failures destroyed.
    """
    require(len(chunks) > 0, "chunks={chunks}: give one or more", chunks=list(chunks))
    if array.level not in ("4", "5", "6"):
        return _plan_copies(array, chunks, failed)
    stripes = {places(array, chunk)[0][1] for chunk in chunks}
    require(
        len(stripes) == 1, "chunks={chunks}: choose chunks of one stripe, these are of {stripes}",
        chunks=list(chunks), stripes=sorted(stripes),
    )  # fmt: skip
    stripe = stripes.pop()
    data = _data(array, stripe)
    parity = [step for step in _parity(array, stripe) if step.disk not in failed]
    targets = [step for step in data if step.chunk in chunks]
    others = [step for step in data if step.chunk not in chunks]
    mode, reads = _choose(targets, others, parity, failed)
    missing = [step for step in data if step.disk in failed]
    _require_readable(array, failed, len(missing) <= len(parity), chunks[0])
    writes = [step for step in (*targets, *parity) if step.disk not in failed]
    return Plan(mode, (*reads, *(_as_write(step) for step in writes)))


def plan_read(array: Array, chunk: int, failed: Collection[int] = NO_DISKS) -> Plan:
    """How one chunk is read: itself, a copy, or its stripe solved for it.

    ParameterError when the failures destroyed it.
    """
    for disk, stripe in places(array, chunk):
        if disk not in failed:
            cell = chunk_at(array, disk, stripe)
            what: Literal["data", "copy"] = "copy" if cell.kind == "copy" else "data"
            return Plan("read", (IO("read", disk, stripe, what, chunk),))
    stripe = places(array, chunk)[0][1]
    parity = [step for step in _parity(array, stripe) if step.disk not in failed]
    data = _data(array, stripe) if parity else []
    missing = [step for step in data if step.disk in failed]
    _require_readable(array, failed, 0 < len(missing) <= len(parity), chunk)
    return Plan("decode", _decode(data, parity, failed))


def _choose(
    targets: list[IO], others: list[IO], parity: list[IO], failed: Collection[int]
) -> tuple[Mode, tuple[IO, ...]]:
    """The mode of a write and the reads before it."""
    if not parity:
        return "plain", ()
    if not others:
        return "full", ()
    can_rmw = not any(step.disk in failed for step in targets)
    can_rcw = not any(step.disk in failed for step in others)
    rmw_wins = len(targets) + len(parity) < len(others)  # a tie goes to rcw, as in md
    if can_rmw and (rmw_wins or not can_rcw):
        return "rmw", (*targets, *parity)
    if can_rcw:
        return "rcw", tuple(others)
    return "decode", _decode([*targets, *others], parity, failed)


def _decode(data: list[IO], parity: list[IO], failed: Collection[int]) -> tuple[IO, ...]:
    """The surviving data and as many parities as data units are missing."""
    alive = [step for step in data if step.disk not in failed]
    return (*alive, *parity[: len(data) - len(alive)])


def _plan_copies(array: Array, chunks: Sequence[int], failed: Collection[int]) -> Plan:
    steps = []
    for chunk in chunks:
        alive = [(disk, at) for disk, at in places(array, chunk) if disk not in failed]
        _require_readable(array, failed, len(alive) > 0, chunk)
        for disk, at in alive:
            kind = chunk_at(array, disk, at).kind
            steps.append(IO("write", disk, at, "copy" if kind == "copy" else "data", chunk))
    return Plan("plain" if array.level == "0" else "copy", tuple(steps))


def _data(array: Array, stripe: int) -> list[IO]:
    cells = enumerate(row(array, stripe))
    found = [
        IO("read", disk, stripe, "data", cell.chunk) for disk, cell in cells if cell.kind == "data"
    ]
    return sorted(found, key=lambda step: step.chunk or 0)


def _parity(array: Array, stripe: int) -> list[IO]:
    names: tuple[Literal["P", "Q"], ...] = ("P", "Q")
    disks = parity_disks(array, stripe)
    return [IO("read", disk, stripe, name) for name, disk in zip(names, disks, strict=False)]


def _as_write(step: IO) -> IO:
    return IO("write", step.disk, step.row, step.what, step.chunk)


def _require_readable(array: Array, failed: Collection[int], readable: bool, chunk: int) -> None:
    outside = [disk for disk in failed if not 0 <= disk < array.disks]
    require(
        not outside, "failed={failed}: choose disks from 0 to {last}",
        failed=sorted(failed), last=array.disks - 1,
    )  # fmt: skip
    require(
        readable, "failed={failed}: too many, chunk {chunk} is lost",
        failed=sorted(failed), chunk=chunk,
    )  # fmt: skip
