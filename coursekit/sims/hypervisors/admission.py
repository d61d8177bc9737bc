"""HA admission: would all machines find a place if hosts died?

Modelled: the slot policy (one size of slot for the whole cluster, the hosts with most slots
taken away first) and the percentage policy (unreserved CPU and memory, each by itself).
Left out: dedicated failover hosts, fragmentation under the percentage policy, affinity rules.
Units: MHz and MB, whole numbers. Sources: vSphere Availability guide (policies, example, slot
of 32 MHz without reservations; the API reference says 256).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.sims.message import require

__all__ = [
    "SLOT_CPU_MHZ",
    "Guest",
    "Headroom",
    "Host",
    "Slot",
    "Slots",
    "fits",
    "headroom",
    "slot_of",
    "slots",
]  # fmt: skip

SLOT_CPU_MHZ = 32  # slots: where no machine reserves CPU; percentage: for each that does not


@dataclass(frozen=True, kw_only=True)
class Host:
    """What a host offers to machines."""

    id: str
    cpu_mhz: int
    mem_mb: int

    def __post_init__(self) -> None:
        for name in ("cpu_mhz", "mem_mb"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)


@dataclass(frozen=True, kw_only=True)
class Guest:
    """A machine that is powered on; a reservation of 0 is none."""

    id: str
    res_cpu: int = 0
    res_mem: int = 0
    overhead: int = 0  # MB the hypervisor needs beside it

    def __post_init__(self) -> None:
        for name in ("res_cpu", "res_mem", "overhead"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)


@dataclass(frozen=True)
class Slot:
    """The space that any machine of the cluster fits in; 0 MB asks for no memory."""

    cpu: int
    mem: int


@dataclass(frozen=True)
class Slots:
    """The slots of each host, and how many are left when the `failures` largest hosts die."""

    slot: Slot
    per_host: tuple[int, ...]
    guests: int
    failures: int

    def left(self, failures: int) -> int:
        """Slots of all hosts but those with most."""
        return sum(sorted(self.per_host)[: len(self.per_host) - failures])

    def bears(self, failures: int) -> bool:
        """Whether each machine keeps a slot."""
        return self.left(failures) >= self.guests

    @property
    def ok(self) -> bool:
        """Whether the cluster keeps its promise."""
        return self.bears(self.failures)

    @property
    def most(self) -> int:
        """The most hosts that may die; -1: too few slots even with all of them."""
        return max((f for f in range(len(self.per_host) + 1) if self.bears(f)), default=-1)

    @property
    def dead(self) -> tuple[int, ...]:
        """Places of the hosts that the policy counts as lost: most slots, the last first."""
        order = sorted(range(len(self.per_host)), key=lambda h: self.per_host[h])
        return tuple(order[len(order) - self.failures :])


def slot_of(guests: Sequence[Guest]) -> Slot:
    """The largest CPU reservation and the largest memory with overhead: often of two machines."""
    cpu = max((each.res_cpu for each in guests), default=0) or SLOT_CPU_MHZ
    return Slot(cpu, max((each.res_mem + each.overhead for each in guests), default=0))


def slots(hosts: Sequence[Host], guests: Sequence[Guest], failures: int = 1) -> Slots:
    """The slot policy: bears `failures` dead hosts or not."""
    require(len(hosts) > 0, "hosts={n}: choose 1 or more", n=len(hosts))
    require(
        0 <= failures <= len(hosts), "failures={failures}: choose 0 to {hosts}, the hosts there are",
        failures=failures, hosts=len(hosts),
    )  # fmt: skip
    slot = slot_of(guests)
    return Slots(slot, tuple(min(fits(host, slot)) for host in hosts), len(guests), failures)


def fits(host: Host, slot: Slot) -> tuple[int, int]:
    """How many slots the host's CPU has room for, and its memory; the lesser counts."""
    by_cpu = host.cpu_mhz // slot.cpu
    return by_cpu, host.mem_mb // slot.mem if slot.mem else by_cpu


@dataclass(frozen=True)
class Headroom:
    """The percentage policy: shares not reserved, against the share to be kept free."""

    cpu: float
    mem: float
    cpu_ok: bool
    mem_ok: bool

    @property
    def ok(self) -> bool:
        """Both must hold."""
        return self.cpu_ok and self.mem_ok


def headroom(hosts: Sequence[Host], guests: Sequence[Guest], percent: int = 25) -> Headroom:
    """What is not reserved of the whole cluster, CPU and memory by themselves."""
    require(0 <= percent <= 100, "percent={percent}: choose 0 to 100", percent=percent)
    require(len(hosts) > 0, "hosts={n}: choose 1 or more", n=len(hosts))
    cpu, mem = sum(h.cpu_mhz for h in hosts), sum(h.mem_mb for h in hosts)
    free_cpu = cpu - sum(each.res_cpu or SLOT_CPU_MHZ for each in guests)
    free_mem = mem - sum(each.res_mem + each.overhead for each in guests)
    # whole numbers: 25 % of a total is no matter of rounding
    enough = (free_cpu * 100 >= percent * cpu, free_mem * 100 >= percent * mem)
    return Headroom(free_cpu / cpu, free_mem / mem, *enough)
