"""Where a file's blocks go: five policies, and a disk that ages under each of them.

Modelled: free runs of blocks; the lowest free block, the next one, the one after the file's last,
the smallest run that fits, and the same decided when the whole size is known; files that grow in
pieces, several at a time, and are deleted again once a target fill is reached. Each writer has a
directory with a part of the disk of its own, where the goal of a new file is. Left out: block
groups, reserved windows, moving what is there. Sources: Linux kernel documentation, ext4 block
allocation policy; the names are those of the textbooks.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.message import require

__all__ = ["FLASH", "HARD_DISK", "POLICIES", "Aged", "Ageing", "Device", "Moment", "Op", "Policy", "Runs", "age", "read_seconds", "workload"]  # fmt: skip

Policy = Literal["first_fit", "next_fit", "goal", "extent", "delayed"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
MEDIAN_KIB, BLOCK_KIB = 64, 4
Piece = tuple[int, int]  # start, length


@dataclass(frozen=True, kw_only=True)
class Device:
    """What a read costs: seconds for each extent, and bytes a second."""

    per_extent: float
    bandwidth: float


# 8.5 ms of seek and half a turn at 7200 a minute; a request of a SATA SSD
HARD_DISK = Device(per_extent=0.0085 + 60 / 7200 / 2, bandwidth=200e6)
FLASH = Device(per_extent=0.0001, bandwidth=550e6)


@dataclass(frozen=True, kw_only=True)
class Ageing:
    """A disk and what happens to it; sizes are log-normal, in blocks of 4 KiB."""

    blocks: int = 16_384
    operations: int = 2000
    fill: float = 0.85
    median_kib: float = MEDIAN_KIB
    sigma: float = 1.0
    writers: int = 4  # files that grow at the same time
    piece_kib: int = 32  # that a program writes at a time

    def __post_init__(self) -> None:
        require(64 <= self.blocks <= 1 << 20, "blocks={n}: choose 64 to 1048576", n=self.blocks)
        require(1 <= self.operations <= 100_000, "operations={n}: choose 1 to 100000", n=self.operations)  # fmt: skip
        require(0.05 <= self.fill <= 0.99, "fill={fill}: choose 0.05 to 0.99", fill=self.fill)
        require(4 <= self.median_kib <= 4096, "median_kib={n}: choose 4 to 4096", n=self.median_kib)
        require(0 <= self.sigma <= 3, "sigma={n}: choose 0 to 3", n=self.sigma)
        require(1 <= self.writers <= 64, "writers={n}: choose 1 to 64", n=self.writers)
        require(4 <= self.piece_kib <= 4096 and self.piece_kib % 4 == 0, "piece_kib={n}: choose a multiple of 4 up to 4096", n=self.piece_kib)  # fmt: skip


@dataclass(frozen=True)
class Op:
    """A file made with so many blocks, or (blocks 0) deleted."""

    file: int
    blocks: int


@dataclass(frozen=True)
class Moment:
    """After so many operations: share of blocks in use, extents per file, free runs, the longest."""

    operations: int
    fill: float
    mean_extents: float
    free_runs: int
    longest: int


@dataclass(frozen=True)
class Aged:
    """At the end: the owner of each block (-1: free), extents and blocks of each file, the way there."""

    policy: Policy
    owners: NDArray[np.int64]
    extents: dict[int, int]
    sizes: dict[int, int]
    moments: tuple[Moment, ...]

    @property
    def mean_extents(self) -> float:
        """Extents per file; 0 without files."""
        return sum(self.extents.values()) / len(self.extents) if self.extents else 0.0

    @property
    def histogram(self) -> tuple[tuple[int, int], ...]:
        """(extents, files with so many)."""
        counts = sorted(self.extents.values())
        return tuple((n, counts.count(n)) for n in sorted(set(counts)))

    def seconds(self, device: Device) -> float:
        """Reading every file once, one after the other."""
        size = sum(self.sizes.values()) * BLOCK_KIB * 1024
        return read_seconds(device, sum(self.extents.values()), size)

    def file_seconds(self, device: Device) -> float:
        """Reading one file, in the mean; 0 without files."""
        return self.seconds(device) / len(self.sizes) if self.sizes else 0.0

    def whole_seconds(self, device: Device) -> float:
        """The same if every file were in one piece."""
        size = sum(self.sizes.values()) * BLOCK_KIB * 1024
        return read_seconds(device, len(self.sizes), size) / len(self.sizes) if self.sizes else 0.0


class Runs:
    """The free blocks of a disk, as runs; it changes in place."""

    def __init__(self, blocks: int) -> None:
        self.blocks, self.free = blocks, blocks
        self.starts = [0]
        self.length = {0: blocks}
        self.by_length = [(blocks, 0)]

    def take(self, at: int, want: int) -> list[Piece]:
        """`want` blocks in the order of the disk from block `at` on, and again from its beginning."""
        taken = list[Piece]()
        while want:
            place = bisect_right(self.starts, at) - 1
            if place < 0 or self.starts[place] + self.length[self.starts[place]] <= at:
                place = (place + 1) % len(self.starts)
                at = self.starts[place]
            start = self.starts[place]
            piece = at, min(want, start + self.length[start] - at)
            self._cut(place, piece)
            taken.append(piece)
            at, want = sum(piece) % self.blocks, want - piece[1]
        return taken

    def best(self, want: int) -> list[Piece]:
        """The smallest run that holds `want` blocks; where none does, the largest and so on."""
        taken = list[Piece]()
        while want:
            place = bisect_left(self.by_length, (want, -1))
            length, start = self.by_length[min(place, len(self.by_length) - 1)]
            if length < want:  # the largest, of equal ones the lowest
                length, start = self.by_length[bisect_left(self.by_length, (length, -1))]
            piece = start, min(want, length)
            self._cut(bisect_left(self.starts, start), piece)
            taken.append(piece)
            want -= piece[1]
        return taken

    def give(self, piece: Piece) -> None:
        """Free a piece; it joins the free runs on both sides."""
        start, length = piece
        place = bisect_left(self.starts, start)
        self.free += length
        if place < len(self.starts) and self.starts[place] == start + length:
            length += self._drop(place)
        if place and (before := self.starts[place - 1]) + self.length[before] == start:
            length += self._drop(place - 1)
            start, place = before, place - 1
        self._add(place, start, length)

    def _cut(self, place: int, piece: Piece) -> None:
        start, (at, want) = self.starts[place], piece
        length = self._drop(place)
        if after := start + length - at - want:
            self._add(place, at + want, after)
        if at > start:
            self._add(place, start, at - start)
        self.free -= want

    def _add(self, place: int, start: int, length: int) -> None:
        self.starts.insert(place, start)
        self.length[start] = length
        insort(self.by_length, (length, start))

    def _drop(self, place: int) -> int:
        start = self.starts.pop(place)
        length = self.length.pop(start)
        self.by_length.pop(bisect_left(self.by_length, (length, start)))
        return length


def read_seconds(device: Device, extents: int, size: float) -> float:
    """One positioning for each extent, then its bytes."""
    require(extents >= 1 or size == 0, "extents={n}: choose 1 or more", n=extents)
    return extents * device.per_extent + size / device.bandwidth


def workload(ageing: Ageing, rng: np.random.Generator) -> tuple[Op, ...]:
    """Files made until the disk is as full as asked, then deleted to make room for each new one.

    The same for every policy; a disk is never filled beyond its target.
    """
    most, used, here, ops = int(ageing.blocks * ageing.fill), 0, list[Op](), list[Op]()
    logs = rng.normal(np.log(ageing.median_kib / BLOCK_KIB), ageing.sigma, ageing.operations)
    sizes = np.clip(np.round(np.exp(np.minimum(logs, 30.0))), 1, most).astype(np.int64).tolist()
    picks = rng.random(ageing.operations).tolist()
    for size in sizes:
        while used + size > most and len(ops) < ageing.operations:
            place = int(picks[len(ops)] * len(here))
            here[place], here[-1] = here[-1], here[place]
            gone = here.pop()
            ops.append(Op(gone.file, 0))
            used -= gone.blocks
        if len(ops) == ageing.operations:
            break
        here.append(Op(len(ops), size))
        ops.append(here[-1])
        used += size
    return tuple(ops)


def age(ageing: Ageing, policy: Policy, ops: tuple[Op, ...], every: int = 20) -> Aged:
    """The disk after all operations under one policy; a moment every so many."""
    require(policy in POLICIES, "policy={policy}: choose one of {policies}", policy=policy, policies=", ".join(POLICIES))  # fmt: skip
    disk = _Disk(ageing, policy)
    moments = list[Moment]()
    for number, op in enumerate(ops, start=1):
        disk.do(op)
        if number % every == 0 or number == len(ops):
            disk.write_out()
            moments.append(disk.moment(number))
    owners = np.full(ageing.blocks, -1, dtype=np.int64)
    for file, pieces in disk.files.items():
        for start, length in pieces:
            owners[start : start + length] = file
    sizes = {file: sum(length for _start, length in pieces) for file, pieces in disk.files.items()}
    return Aged(policy, owners, disk.extents, sizes, tuple(moments))


class _Disk:
    """The state while it ages."""

    def __init__(self, ageing: Ageing, policy: Policy) -> None:
        self.ageing, self.policy, self.runs = ageing, policy, Runs(ageing.blocks)
        self.last = 0  # where the last allocation ended, for next_fit
        self.files = dict[int, list[Piece]]()
        self.open = list[Op]()
        self.place = _PLACE[policy]

    @property
    def extents(self) -> dict[int, int]:
        return {file: len(pieces) for file, pieces in self.files.items()}

    def do(self, op: Op) -> None:
        if op.blocks:
            self.open.append(op)
            if len(self.open) == self.ageing.writers:
                self.write_out()
            return
        if any(each.file == op.file for each in self.open):
            self.write_out()
        for piece in self.files.pop(op.file):
            self.runs.give(piece)

    def write_out(self) -> None:
        """The open files grow in turns, a piece each, until all are whole."""
        step = max(op.blocks for op in self.open) if self.policy == "delayed" and self.open else self.ageing.piece_kib // BLOCK_KIB  # fmt: skip
        left = [(slot, op.file, op.blocks) for slot, op in enumerate(self.open)]
        self.open = []
        while left:
            for slot, file, blocks in left:
                self._grow(slot, self.files.setdefault(file, []), min(step, blocks))
            left = [(slot, file, blocks - step) for slot, file, blocks in left if blocks > step]

    def home(self, slot: int) -> int:
        """Where the files of one writer's directory begin, for goal."""
        return slot * self.ageing.blocks // self.ageing.writers

    def _grow(self, slot: int, pieces: list[Piece], want: int) -> None:
        for start, length in self.place(self, slot, pieces, want):
            if pieces and sum(pieces[-1]) == start:
                pieces[-1] = pieces[-1][0], pieces[-1][1] + length
            else:
                pieces.append((start, length))
            self.last = (start + length) % self.ageing.blocks

    def moment(self, operations: int) -> Moment:
        count = len(self.files)
        mean = sum(len(pieces) for pieces in self.files.values()) / count if count else 0.0
        longest = self.runs.by_length[-1][0] if self.runs.by_length else 0
        return Moment(operations, 1 - self.runs.free / self.ageing.blocks, mean, len(self.runs.starts), longest)  # fmt: skip


def _first_fit(disk: _Disk, _slot: int, _pieces: list[Piece], want: int) -> list[Piece]:
    return disk.runs.take(0, want)


def _next_fit(disk: _Disk, _slot: int, _pieces: list[Piece], want: int) -> list[Piece]:
    return disk.runs.take(disk.last, want)


def _goal(disk: _Disk, slot: int, pieces: list[Piece], want: int) -> list[Piece]:
    at = sum(pieces[-1]) % disk.ageing.blocks if pieces else disk.home(slot)
    return disk.runs.take(at, want)


def _extent(disk: _Disk, _slot: int, _pieces: list[Piece], want: int) -> list[Piece]:
    return disk.runs.best(want)


_PLACE: dict[Policy, Callable[[_Disk, int, list[Piece], int], list[Piece]]] = {
    "first_fit": _first_fit, "next_fit": _next_fit, "goal": _goal, "extent": _extent, "delayed": _extent,
}  # fmt: skip
