"""What a technique costs: cycles of a workload, from counts of what it does.

Modelled: every instruction has its price by mode and technique, and so has each sensitive
operation, page-table update, system call, TLB miss and I/O request. The coefficients are
illustrative orders of magnitude in the spirit of Adams and Agesen, ASPLOS 2006; any of them may
be changed. Left out: caches, pipelines, how events overlap.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from coursekit.sims.message import require

__all__ = [
    "PARTS", "TECHNIQUES", "TRAP", "WALK_STEP", "WORKLOADS", "Technique", "Workload", "cost",
    "fastest", "parts", "ratio",
]  # fmt: skip

WALK_STEP = 20  # cycles of one memory reference of a page walk
PARTS = ("user", "kernel", "sensitive", "table", "entries", "misses", "io")


@dataclass(frozen=True, kw_only=True)
class Workload:
    """How often each thing happens; `entries`: system calls and other entries into the kernel."""

    user: float = 0
    kernel: float = 0
    sensitive: float = 0
    table: float = 0
    entries: float = 0
    misses: float = 0
    io: float = 0

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=each.name, value=value)


@dataclass(frozen=True, kw_only=True)
class Technique:
    """Cycles a piece: an instruction in each mode, then events; `refs`: references a TLB miss."""

    user: float
    kernel: float
    sensitive: float
    table: float
    entries: float
    refs: float
    io: float

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=each.name, value=value)

    @property
    def misses(self) -> float:
        """Cycles a TLB miss takes."""
        return self.refs * WALK_STEP


def _technique(*prices: float) -> Technique:
    return Technique(**dict(zip([each.name for each in fields(Technique)], prices, strict=True)))


def _workload(*counts: float) -> Workload:
    return Workload(**dict(zip(PARTS, counts, strict=True)))


TECHNIQUES: Mapping[str, Technique] = {
    "native": _technique(1, 1, 20, 1, 240, 4, 3_000),
    "interp": _technique(50, 50, 500, 50, 5_000, 4, 10_000),
    "dbt": _technique(8, 8, 200, 20, 2_000, 4, 8_000),
    "bt": _technique(1, 1.3, 100, 400, 2_300, 4, 8_000),
    "pv": _technique(1, 1, 300, 150, 500, 4, 4_000),
    "hw_shadow": _technique(1, 1, 1_500, 3_000, 240, 4, 12_000),
    "hw_npt": _technique(1, 1, 1_200, 1, 240, 24, 12_000),
    "hw_npt_virtio": _technique(1, 1, 1_200, 1, 240, 24, 3_500),
    "container": _technique(1, 1, 20, 1, 260, 4, 3_100),
}
# Not in the table: it gives wrong results on the CPU the table is about. A trap and its
# reflection cost here what they cost the binary translator, whose user mode works the same way.
TRAP = _technique(1, 1, 1_000, 1_500, 2_300, 4, 8_000)

WORKLOADS: Mapping[str, Workload] = {
    "cpu": _workload(1e9, 1e7, 1e3, 1e3, 1e4, 1e5, 1e3),
    "syscall": _workload(5e8, 2e8, 1e3, 1e3, 5e6, 1e5, 1e3),
    "fork": _workload(4e8, 2e8, 1e4, 1e6, 1e5, 1e6, 1e3),
    "tlb": _workload(8e8, 5e7, 1e3, 1e4, 1e4, 1e7, 1e3),
    "io": _workload(3e8, 3e8, 1e4, 1e4, 2e5, 1e5, 1e5),
}


def parts(technique: Technique, workload: Workload) -> dict[str, float]:
    """Cycles by what they are spent on, in the order of `PARTS`."""
    return {part: getattr(workload, part) * getattr(technique, part) for part in PARTS}


def cost(technique: Technique, workload: Workload) -> float:
    """All cycles."""
    return sum(parts(technique, workload).values())


def ratio(technique: Technique, workload: Workload) -> float:
    """How many times as long as without virtualization."""
    native = cost(TECHNIQUES["native"], workload)
    require(native > 0, "workload={cycles} cycles: let it do something", cycles=0)
    return cost(technique, workload) / native


def fastest(workload: Workload, among: Mapping[str, Technique] = TECHNIQUES) -> list[str]:
    """Names of the techniques, fastest first; equal ones in the order given."""
    require(bool(among), "techniques={n}: give at least one", n=0)
    return sorted(among, key=lambda name: cost(among[name], workload))
