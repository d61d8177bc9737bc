"""How an array's speed grows with its disks, measured beside one disk of the same kind.

Modelled: the queue simulation of `queues` for several numbers of disks, over the rate of one
disk by formula: random, one access after the other; sequential, its transfer rate; an SSD
takes several requests at once up to its limit. Left out: what `queues` leaves out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coursekit.sims.message import require
from coursekit.sims.raid.performance import DISKS, Disk, service_ms
from coursekit.sims.raid.queues import Load, Measured, simulate

__all__ = ["Scaling", "one_disk_iops", "scaling"]


@dataclass(frozen=True)
class Scaling:
    """`times[i]`: how many times one disk an array of `counts[i]` disks is.

    `load` and `measured` belong to the largest of them.
    """

    load: Load
    counts: tuple[int, ...]
    times: tuple[float, ...]
    measured: Measured


def one_disk_iops(disk: Disk, kib: int, in_flight: int = 1, *, sequential: bool = False) -> float:
    """Requests a second that one disk serves, `in_flight` outstanding."""
    transfer = kib * 1.024 / disk.mb_s
    if sequential and disk.rpm:
        return 1000 / transfer
    if disk.rpm:
        return 1000 / service_ms(disk, kib)
    return min(in_flight * 1000 / service_ms(disk, kib), 1000 / transfer, disk.most_iops)


def scaling(load: Load, counts: Sequence[int], seed: int = 1) -> Scaling:
    """The load on arrays of each number of disks; the same requests for all."""
    require(len(counts) > 0, "counts={counts}: give one or more", counts=list(counts))
    one = one_disk_iops(DISKS[load.disk], load.kib, load.in_flight, sequential=load.sequential)
    loads = [replace(load, array=replace(load.array, disks=count)) for count in counts]
    measured = [simulate(each, seed) for each in loads]
    times = tuple(each.iops / one for each in measured)
    return Scaling(loads[-1], tuple(counts), times, measured[-1])
