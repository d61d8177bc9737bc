"""How fast the storage is for what the machines ask: requests a second, how busy, how late.

Modelled: RAID by chapter 8, the network by chapter 11's goodput, copies by 0.5 of the disks' requests
shared among the copies that a write makes; a queue's 1/(1 − ρ). Left out: caches, bursts, sequential
streams, the processors' share. 70 % of requests read.
"""

from dataclasses import dataclass

from coursekit.sims.datacentre.catalogue import DISKS
from coursekit.sims.datacentre.design import Design
from coursekit.sims.netstorage.goodput import GIGABIT, goodput_mb_s
from coursekit.sims.raid.layouts import Array
from coursekit.sims.raid.performance import array_iops

__all__ = ["Performance", "performance"]

READS = 0.7
BLOCK = 4096  # bytes of a request
REMOTE_MS = 0.3  # there and back again over the network
SOFTWARE = 0.5  # of the disks' requests, what is left after the work of keeping copies
GIGABIT_MB_S = round(goodput_mb_s(GIGABIT), 2)  # 117.69, to two decimals as chapter 11 prints it


@dataclass(frozen=True)
class Performance:
    """Requests a second that can be served, that are asked for; the busy share; ms for one, None when never."""

    iops: float
    demand: float
    rho: float
    latency_ms: float | None


def performance(design: Design) -> Performance:
    """The storage as a whole under all machines."""
    iops = _iops(design)
    demand = sum(vm.iops for vm in design.vms)
    rho = demand / iops
    base = DISKS[design.storage.disk].ms + (0 if design.storage.kind == "local" else REMOTE_MS)
    return Performance(iops, demand, rho, base / (1 - rho) if rho < 1 else None)


def _iops(design: Design) -> float:
    storage, disk = design.storage, DISKS[design.storage.disk].iops
    if storage.kind == "hci":
        writes = 1 - READS
        return SOFTWARE * len(design.hosts) * storage.disks * disk / (READS + writes * storage.size)
    array = Array(level=str(storage.raid), disks=storage.disks)  # type: ignore[arg-type]
    iops = array_iops(array, disk, READS)
    if storage.kind == "local":
        return iops * len(design.hosts)
    return min(iops, design.net.gbps * GIGABIT_MB_S * 1e6 / BLOCK)
