"""An array under load: a queue at every disk, measured request by request.

Modelled: a closed loop that keeps `in_flight` requests outstanding, one first-in first-out
queue per disk, seeks by distance, a random turn of the platter, md's write plans (all the
reads of a plan end before its writes start), reads of mirrors from the nearest head (HDD)
or the shortest queue (SSD). An access that goes on where the last one ended costs its
transfer only; one that skips a little forward on the same track waits for the gap to pass.
Left out: caches, reordering, the controller, zones. Units: ms, KiB.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import groupby
from typing import Literal

import numpy as np

from coursekit.sims.message import require
from coursekit.sims.raid.layouts import Array, data_disks, places, usable
from coursekit.sims.raid.losses import survives
from coursekit.sims.raid.performance import DISKS, Disk, seek_ms, turn_ms
from coursekit.sims.raid.planner import IO, Plan, plan_read, plan_write

__all__ = ["Access", "Load", "Measured", "simulate"]

TRACK_KIB = 1024
DISK_KIB = 2**30  # 1 TiB
TRACKS = DISK_KIB // TRACK_KIB
SHOWN = 400  # accesses kept for the picture

_Piece = tuple[int, int, int]  # chunk, offset in it, KiB


@dataclass(frozen=True, kw_only=True)
class Load:
    """An array, its disks, and the requests it is given."""

    array: Array = field(default_factory=Array)
    disk: str = "HDD 7200"
    requests: int = 1000
    in_flight: int = 8
    read: float = 0.7
    kib: int = 4
    sequential: bool = False
    failed: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        kinds = ", ".join(DISKS)
        require(
            self.disk in DISKS, "disk={disk}: choose one of {kinds}", disk=self.disk, kinds=kinds
        )
        require(
            1 <= self.requests <= 100_000, "requests={requests}: choose 1 to 100000",
            requests=self.requests,
        )  # fmt: skip
        require(self.in_flight >= 1, "in_flight={q}: choose 1 or more", q=self.in_flight)
        require(0 <= self.read <= 1, "read={read}: choose a share from 0 to 1", read=self.read)
        require(1 <= self.kib <= 65_536, "kib={kib}: choose 1 to 65536", kib=self.kib)
        n = self.array.disks
        require(
            all(0 <= disk < n for disk in self.failed), "failed={failed}: choose disks 0 to {last}",
            failed=self.failed, last=n - 1,
        )  # fmt: skip
        dead = np.array([[disk in self.failed for disk in range(n)]])
        require(
            bool(survives(self.array, dead)[0]),
            "failed={failed}: the data are lost",
            failed=self.failed,
        )


@dataclass(frozen=True)
class Access:
    """One disk at work: a bar of the picture."""

    disk: int
    start_ms: float
    end_ms: float
    request: int
    kind: Literal["read", "write"]
    what: Literal["data", "copy", "P", "Q"]
    kib: int


@dataclass(frozen=True)
class Measured:
    """What a load got: per second, in ms, and as a share of time per disk."""

    iops: float
    mb_s: float
    mean_ms: float
    p99_ms: float
    utilisation: tuple[float, ...]
    accesses_per_request: float
    elapsed_ms: float
    latency_ms: tuple[float, ...]
    accesses: tuple[Access, ...]


def simulate(load: Load, seed: int = 1) -> Measured:
    """Serve all requests; the same load and seed give the same result.

    Requests are drawn apart from the turns of the platters, so that two arrays of the same
    size meet the same requests.
    """
    array = _filling_the_disks(load.array)
    reads, starts = _requests(load, array, seed)
    disks = _Disks(DISKS[load.disk], array.disks, np.random.default_rng((seed, 1)))
    plans = _Plans(array, load, disks)
    waiting: list[deque[list[_Task]]] = [deque() for _ in reads]
    began, latency = [0.0] * load.requests, [0.0] * load.requests
    events: list[tuple[float, int]] = []
    following, now = 0, 0.0

    def submit(request: int) -> None:
        tasks = waiting[request].popleft()
        heappush(events, (max(disks.serve(now, request, task) for task in tasks), request))

    def begin(request: int) -> None:
        began[request] = now
        waiting[request].extend(plans.of(starts[request], reads[request]))
        submit(request)

    while following < min(load.in_flight, load.requests):
        begin(following)
        following += 1
    while events:
        now, request = heappop(events)
        if waiting[request]:
            submit(request)
            continue
        latency[request] = now - began[request]
        if following < load.requests:
            begin(following)
            following += 1
    return Measured(
        iops=load.requests / now * 1000,
        mb_s=load.requests * load.kib * 1.024 / now,
        mean_ms=sum(latency) / load.requests,
        p99_ms=float(np.percentile(latency, 99)),
        utilisation=tuple(busy / now for busy in disks.busy),
        accesses_per_request=disks.served / load.requests,
        elapsed_ms=now,
        latency_ms=tuple(latency),
        accesses=tuple(disks.shown),
    )


@dataclass(frozen=True)
class _Task:
    """One access asked of a disk: from `at` KiB of the disk on, `kib` long."""

    disk: int
    at: int
    kib: int
    kind: Literal["read", "write"]
    what: Literal["data", "copy", "P", "Q"]


class _Disks:
    """The disks during one run: when each is free, and where its head will be then."""

    def __init__(self, disk: Disk, count: int, rng: np.random.Generator) -> None:
        self.disk = disk
        self.free, self.busy, self.head = [0.0] * count, [0.0] * count, [0] * count
        self.shown: list[Access] = []
        self.served = 0
        self._turns = _turns(turn_ms(disk), rng)

    def serve(self, now: float, request: int, task: _Task) -> float:
        """Queue the task; returns when it is done."""
        start = max(now, self.free[task.disk])
        occupied, latency = self._time(task)
        end = start + occupied
        self.free[task.disk] = end
        self.busy[task.disk] += occupied
        self.head[task.disk] = task.at + task.kib
        self.served += 1
        if len(self.shown) < SHOWN:
            shown = Access(task.disk, start, end, request, task.kind, task.what, task.kib)
            self.shown.append(shown)
        return end + latency

    def _time(self, task: _Task) -> tuple[float, float]:
        """How long the task occupies its disk, and what latency comes on top."""
        disk = self.disk
        transfer = task.kib * 1.024 / disk.mb_s
        if not disk.rpm:  # an SSD takes the next request long before it answers
            occupied = max(transfer, 1000 / disk.most_iops)
            return occupied, max(0.0, disk.seek_ms + transfer - occupied)
        gap = task.at - self.head[task.disk]
        if 0 <= gap < TRACK_KIB:
            return gap * 1.024 / disk.mb_s + transfer, 0.0
        tracks = abs(task.at // TRACK_KIB - self.head[task.disk] // TRACK_KIB)
        return seek_ms(disk, tracks / TRACKS) + next(self._turns) + transfer, 0.0

    def best(self, copies: list[tuple[int, int]]) -> tuple[int, int]:
        """The (disk, KiB) to read from: nearest head, or shortest queue without heads."""
        if self.disk.rpm:
            return min(copies, key=lambda copy: abs(copy[1] - self.head[copy[0]]))
        return min(copies, key=lambda copy: self.free[copy[0]])


class _Plans:
    """Turns requests into the accesses of an array, phase by phase."""

    def __init__(self, array: Array, load: Load, disks: _Disks) -> None:
        self.array, self.failed, self.kib, self.disks = (
            array,
            frozenset(load.failed),
            load.kib,
            disks,
        )
        self._known: dict[tuple[int, ...], Plan] = {}

    def of(self, start: int, is_read: bool) -> list[list[_Task]]:
        """The phases of one request: the accesses of each run together."""
        chunk_kib = self.array.chunk_kib
        pieces = []
        at, end = start, start + self.kib
        while at < end:
            chunk, offset = divmod(at, chunk_kib)
            pieces.append((chunk, offset, min(end - at, chunk_kib - offset)))
            at += pieces[-1][2]
        if is_read:
            return [[task for piece in pieces for task in self._read(*piece)]]
        write = self._write_stripes if self.array.level in ("4", "5", "6") else self._write_copies
        tasks = write(pieces)
        phases = [[task for task in tasks if task.kind == kind] for kind in ("read", "write")]
        return [phase for phase in phases if phase]

    def _read(self, chunk: int, offset: int, kib: int) -> list[_Task]:
        size = self.array.chunk_kib
        found = places(self.array, chunk)
        alive = [(disk, row * size + offset) for disk, row in found if disk not in self.failed]
        if alive:
            disk, at = self.disks.best(alive)
            return [_Task(disk, at, kib, "read", "data")]
        plan = plan_read(self.array, chunk, self.failed)
        return [self._task(step, found[0][1], offset, kib) for step in plan.steps]

    def _write_copies(self, pieces: list[_Piece]) -> list[_Task]:
        return [
            self._task(step, step.row, offset, kib)
            for chunk, offset, kib in pieces
            for step in plan_write(self.array, [chunk], self.failed).steps
        ]

    def _write_stripes(self, pieces: list[_Piece]) -> list[_Task]:
        width, tasks = data_disks(self.array), []
        for stripe, group in groupby(pieces, key=lambda piece: piece[0] // width):
            parts = {chunk % width: (offset, kib) for chunk, offset, kib in group}
            low = min(offset for offset, _ in parts.values())
            whole = (low, max(offset + kib for offset, kib in parts.values()) - low)
            for step in self._plan(stripe % self.array.disks, tuple(parts)).steps:
                k = None if step.chunk is None else step.chunk % width
                mine = parts.get(k, whole) if step.kind == "write" and k is not None else whole
                tasks.append(self._task(step, stripe, *mine))
        return tasks

    def _plan(self, turn: int, units: tuple[int, ...]) -> Plan:
        """The plan of a stripe depends on where its parity is only: one for each turn."""
        key = (turn, *units)
        if key not in self._known:
            first = turn * data_disks(self.array)
            self._known[key] = plan_write(self.array, [first + k for k in units], self.failed)
        return self._known[key]

    def _task(self, step: IO, row: int, offset: int, kib: int) -> _Task:
        return _Task(step.disk, row * self.array.chunk_kib + offset, kib, step.kind, step.what)


def _filling_the_disks(array: Array) -> Array:
    """The same array with far copies half a real disk away."""
    rows = DISK_KIB // array.chunk_kib
    return replace(array, chunks_per_disk=rows - rows % array.far)


def _requests(load: Load, array: Array, seed: int) -> tuple[list[bool], list[int]]:
    """For each request: is it a read, and at which KiB of the array it starts."""
    rng = np.random.default_rng((seed, 0))
    reads = rng.random(load.requests) < load.read
    slots = int(usable(array) * (DISK_KIB // array.chunk_kib - 1)) * array.chunk_kib // load.kib
    first = rng.random(load.requests) * slots
    starts = np.arange(load.requests) if load.sequential else first.astype(np.int64)
    return reads.tolist(), (starts * load.kib).tolist()


def _turns(turn: float, rng: np.random.Generator) -> Iterator[float]:
    """Rotational delays, each anything up to a full turn."""
    while True:
        yield from (rng.random(1024) * turn).tolist()
