"""How fast an array is, in formulas: service time, IOPS, MB/s, busy disks.

Modelled: equal disks, seek + half a turn + transfer for a random access, random requests
spread evenly. Left out: caches, reordering, the controller, outer tracks twice as fast as
inner ones; queues are in `queues`, which measures what these formulas promise.
Defaults are typical data sheets. Sources: md(4); Patterson, Gibson, Katz, SIGMOD 1988.
"""

from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

from coursekit.sims.message import require
from coursekit.sims.raid.layouts import Array, usable
from coursekit.sims.raid.planner import small_write

__all__ = [
    "CLASSIC_PENALTY",
    "DISKS",
    "Disk",
    "array_iops",
    "busy_disks",
    "degraded_read_cost",
    "disks_touched",
    "request_ms",
    "seek_ms",
    "sequential_mb_s",
    "service_ms",
    "speed_up",
    "turn_ms",
    "wait_of_best",
    "wait_of_slowest",
    "write_penalty",
]

SETTLE_MS = 1.0  # the shortest seek
MEAN_ROOT = 8 / 15  # the mean of √|x - y| over random x, y

Penalty = Literal["classic", "planner"]


@dataclass(frozen=True, kw_only=True)
class Disk:
    """One kind of disk: mean seek (SSD: latency) in ms, rpm (SSD: 0), MB/s, IOPS limit."""

    seek_ms: float = 8.5
    rpm: float = 7200.0
    mb_s: float = 200.0
    most_iops: float = inf

    def __post_init__(self) -> None:
        require(self.seek_ms >= 0, "seek_ms={ms}: choose 0 or more", ms=self.seek_ms)
        require(self.rpm >= 0, "rpm={rpm}: choose 0 (an SSD) or more", rpm=self.rpm)
        require(self.mb_s > 0, "mb_s={mb_s}: choose more than 0", mb_s=self.mb_s)
        require(self.most_iops > 0, "most_iops={iops}: choose more than 0", iops=self.most_iops)


DISKS = {
    "HDD 7200": Disk(),
    "HDD 15k": Disk(seek_ms=3.5, rpm=15_000),
    "SATA SSD": Disk(seek_ms=0.10, rpm=0, mb_s=550, most_iops=75_000),
    "NVMe": Disk(seek_ms=0.08, rpm=0, mb_s=3500, most_iops=500_000),
}
CLASSIC_PENALTY = {"0": 1, "1": 2, "10": 2, "01": 2, "4": 4, "5": 4, "6": 6}


def turn_ms(disk: Disk) -> float:
    """One turn of the platter; 0 for an SSD."""
    return 60_000 / disk.rpm if disk.rpm else 0.0


def seek_ms(disk: Disk, distance: float) -> float:
    """Moving the head by a share of the full stroke; averages `disk.seek_ms` over random pairs."""
    if not distance:
        return 0.0
    return SETTLE_MS + (disk.seek_ms - SETTLE_MS) / MEAN_ROOT * sqrt(distance)


def service_ms(disk: Disk, kib: float) -> float:
    """One random access: seek, half a turn, transfer."""
    return disk.seek_ms + turn_ms(disk) / 2 + kib * 1.024 / disk.mb_s


def wait_of_slowest(disk: Disk, disks: int) -> float:
    """Mean rotation in ms until the last of several independent disks is there."""
    return disks / (disks + 1) * turn_ms(disk)


def wait_of_best(disk: Disk, copies: int) -> float:
    """Mean rotation in ms to the best placed of several copies."""
    return turn_ms(disk) / (copies + 1)


def write_penalty(array: Array, penalty: Penalty = "classic") -> int:
    """Disk accesses behind one small write: the textbook's number, or the planner's."""
    require(
        penalty in ("classic", "planner"), "penalty={penalty}: choose classic or planner",
        penalty=penalty,
    )  # fmt: skip
    if penalty == "classic":
        return CLASSIC_PENALTY[array.level]
    plan = small_write(array)
    return plan.reads + plan.writes


def array_iops(array: Array, disk_iops: float, read: float, penalty: Penalty = "classic") -> float:
    """Small random requests a second, `read` of them reads (a share), many in flight.

    RAID 4 has a narrow place: the busier of its parity disk and its data disks decides.
    """
    require(0 <= read <= 1, "read={read}: choose a share from 0 to 1", read=read)
    write, pen = 1 - read, write_penalty(array, penalty)
    if array.level != "4":
        return array.disks * disk_iops / (read + write * pen)
    classic = penalty == "classic"
    on_parity = 2 if classic else sum(step.what == "P" for step in small_write(array).steps)
    data = (read + write * (pen - on_parity)) / (array.disks - 1)
    return disk_iops / max(data, write * on_parity)


def sequential_mb_s(
    array: Array, disk_mb_s: float, operation: Literal["read", "write"], link_mb_s: float = inf
) -> float:
    """One large sequential stream, capped by the link."""
    copies_read = {"1": 1.0, "10": array.disks / array.near, "01": array.disks / 2}
    streams = copies_read.get(array.level, usable(array)) if operation == "read" else usable(array)
    return min(link_mb_s, streams * disk_mb_s)


def busy_disks(disks: int, in_flight: int) -> float:
    """Expected number of disks at work on that many independent random requests."""
    require(disks >= 1, "disks={disks}: choose 1 or more", disks=disks)
    return disks * (1 - (1 - 1 / disks) ** in_flight)


def disks_touched(disks: int, chunk_kib: int, offset_kib: int, kib: int) -> int:
    """How many disks one request on a RAID 0 touches."""
    require(kib >= 1, "kib={kib}: choose 1 or more", kib=kib)
    last = (offset_kib + kib - 1) // chunk_kib
    return min(disks, last - offset_kib // chunk_kib + 1)


def request_ms(disks: int, chunk_kib: int, kib: int, disk: Disk) -> float:
    """One request on an idle RAID 0, from the start of a chunk: its busiest disk decides."""
    full, rest = divmod(kib, chunk_kib)
    rounds, left = divmod(full, disks)
    busiest = rounds * chunk_kib + (chunk_kib if left else rest)
    return service_ms(disk, busiest)


def speed_up(disks: int, chunk_kib: int, kib: int, disk: Disk) -> float:
    """How many times faster one request is on the array than on one disk."""
    return service_ms(disk, kib) / request_ms(disks, chunk_kib, kib, disk)


def degraded_read_cost(disks: int) -> float:
    """Mean disk reads behind one read of a RAID 5 that has lost a disk."""
    require(disks >= 3, "disks={disks}: RAID 5 needs 3 or more", disks=disks)
    return 2 * (disks - 1) / disks
