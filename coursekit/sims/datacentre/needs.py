"""From demand to size: what machines that grow need, and what a design has, with all hosts and one less.

Modelled: memory, virtual processors, requests a second and space, each as a sum; the largest host is the
one that dies; where too few places are left for all copies, there are fewer copies meanwhile. Growing
multiplies what every machine needs. Left out: that a sum may fit and a machine not (`evaluate` places
them one by one), caches, growth that differs from machine to machine.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil

from coursekit.sims.datacentre.catalogue import HOSTS, VCPUS_PER_CORE
from coursekit.sims.datacentre.design import Design, data_tb, domains, shortages, usable_tb
from coursekit.sims.datacentre.evaluate import State, evaluate
from coursekit.sims.datacentre.performance import Performance, performance
from coursekit.sims.message import Message, require

__all__ = ["NAMES", "Need", "Needs", "grown", "needs", "one_less"]

NAMES = ("memory", "vcpu", "iops", "space")
MOST_FACTOR = 10


@dataclass(frozen=True)
class Need:
    """What is asked for, what there is, what there is with the largest host dead: GB, vCPU, requests/s or TB."""

    name: str
    need: float
    have: float
    less: float
    holds_to: float  # up to this factor of growth all is enough
    holds_less_to: float  # and this, with one host less

    @property
    def verdict(self) -> str:
        """ok, tight (not with one host less) or short."""
        if self.need > self.have:
            return "short"
        return "ok" if self.need <= self.less else "tight"


@dataclass(frozen=True)
class Needs:
    """All four; what a queue makes of the load; and the machines when the largest host has died."""

    design: Design  # its machines grown
    dead: str
    items: tuple[Need, ...]
    speed: Performance
    short: tuple[Message, ...]
    after: State

    @cached_property
    def first(self) -> Need:
        """What becomes short first, with all hosts."""
        return min(self.items, key=lambda each: each.holds_to)

    @cached_property
    def first_less(self) -> Need:
        """What becomes short first, with one host less."""
        return min(self.items, key=lambda each: each.holds_less_to)

    @property
    def down(self) -> list[str]:
        """Services that are down with the largest host dead."""
        return [name for name, up in self.after.up.items() if not up]

    @property
    def waiting(self) -> list[str]:
        """Machines that run nowhere then."""
        return sorted({vm.id for vm in self.design.vms} - set(self.after.running))


def grown(design: Design, factor: float) -> Design:
    """Every machine needs `factor` times as much; memory and processors in whole numbers, upwards."""
    number = isinstance(factor, (int, float)) and not isinstance(factor, bool)
    require(number and 0 < factor <= MOST_FACTOR, "factor={factor}: choose more than 0, at most {most}", factor=factor, most=MOST_FACTOR)  # fmt: skip
    vms = tuple(
        replace(vm, ram=_up(vm.ram * factor), vcpu=_up(vm.vcpu * factor), disk_gb=vm.disk_gb * factor, iops=vm.iops * factor)
        for vm in design.vms
    )  # fmt: skip
    return replace(design, vms=vms)


def _up(value: float) -> int:
    return ceil(round(value, 9))  # 1.1 · 10 is a little over 11


def largest(design: Design) -> str:
    """The host with most memory, then most processors; of equals, the first."""
    return max(design.hosts, key=lambda host: (HOSTS[host.model].ram_gb, HOSTS[host.model].cores)).id  # fmt: skip


def one_less(design: Design) -> Design | None:
    """The design without its largest host and without machines; None if it was the only one."""
    kept = tuple(host for host in design.hosts if host.id != largest(design))
    if not kept:
        return None
    storage, left = design.storage, replace(design, hosts=kept, vms=())
    if storage.kind == "hci":
        copies = min(storage.size, domains(left))
        storage = replace(storage, size=copies, min_size=min(storage.min_size, copies))
    return replace(left, storage=storage)


def needs(design: Design, factor: float = 1) -> Needs:
    """What the design's machines need when all have grown by this factor."""
    big, less = grown(design, factor), one_less(design)
    asked, once = _asked(big), _asked(design)
    have = _offered(design)
    left = _offered(less) if less else dict.fromkeys(NAMES, 0.0)
    items = tuple(
        Need(name, asked[name], have[name], left[name], have[name] / once[name], left[name] / once[name])
        for name in NAMES
    )  # fmt: skip
    dead = largest(design)
    return Needs(big, dead, items, performance(big), shortages(big), evaluate(big, [f"host:{dead}"]))  # fmt: skip


def _asked(design: Design) -> dict[str, float]:
    vms = design.vms
    return {
        "memory": sum(vm.ram for vm in vms), "vcpu": sum(vm.vcpu for vm in vms),
        "iops": sum(vm.iops for vm in vms), "space": data_tb(design),
    }  # fmt: skip


def _offered(design: Design) -> dict[str, float]:
    models = [HOSTS[host.model] for host in design.hosts]
    return {
        "memory": sum(each.ram_gb for each in models), "vcpu": VCPUS_PER_CORE * sum(each.cores for each in models),
        "iops": performance(design).iops, "space": usable_tb(design),
    }  # fmt: skip
