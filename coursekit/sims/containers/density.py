"""How many copies of one application a host bears, as virtual machines and as containers.

Modelled: memory (what a hypervisor or a host keeps, a guest system for each machine, part of
it shared by equal pages, a monitor's and a container's own cost) and processor time with
overcommit; whichever ends first binds. Left out: disks, bursts, isolation, who may be trusted
beside whom. The defaults are illustrative. Sources: the formula of the memory-bound ratio;
Felter et al. 2014 (IBM RC25482) for CPU-bound work; Canonical's press release of May 2015
(LXD against KVM, idle guests: 14.5 times) for the vendor's figure.
"""

from dataclasses import dataclass, replace
from typing import Literal

from coursekit.sims.message import require

__all__ = ["VENDOR", "Bound", "Counted", "Host", "break_app", "count", "curve", "largest_app", "most_ct", "ratio"]  # fmt: skip

Bound = Literal["memory", "cpu"]
VENDOR = 14.5  # idle guests of one vendor's own measurement
_SLACK = 1e-9  # a quotient that is a whole number but for rounding counts as whole


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host and one application; memory in MiB, processors in cores.

    `cpu_app` 0: it needs no processor time worth counting.
    """

    M: float = 65_536
    M_hyp: float = 2_048
    M_host: float = 2_048
    app: float = 200
    os: float = 512
    s: float = 0.0  # share of a guest system's pages that guests share
    vmm: float = 64
    ct: float = 10
    C: float = 16
    o: float = 1.0  # overcommit of the processors
    cpu_app: float = 0.0

    def __post_init__(self) -> None:
        for name in ("M", "app", "C", "o"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
        for name in ("M_hyp", "M_host", "os", "vmm", "ct", "cpu_app"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
        require(0 <= self.s <= 1, "s={s}: choose 0 to 1", s=self.s)
        for name in ("M_hyp", "M_host"):
            value = getattr(self, name)
            require(value <= self.M, "{name}={value}: no more than the host has, M={M}", name=name, value=value, M=self.M)  # fmt: skip

    @property
    def vm(self) -> float:
        """MiB that one more virtual machine takes."""
        return self.app + self.os * (1 - self.s) + self.vmm

    @property
    def container(self) -> float:
        """MiB that one more container takes."""
        return self.app + self.ct

    @property
    def by_cpu(self) -> int | None:
        """Copies that the processors bear; None: they set no limit."""
        return _whole(self.C * self.o / self.cpu_app) if self.cpu_app else None


@dataclass(frozen=True)
class Counted:
    """Copies of each kind, how many times more containers, and what ends each.

    `ratio` is None where no virtual machine fits at all.
    """

    vm: int
    ct: int
    ratio: float | None
    vm_bound: Bound
    bound: Bound  # of the containers; a tie counts as memory


def count(host: Host) -> Counted:
    """How many of each fit."""
    machines, vm_bound = _fit(host.M - host.M_hyp, host.vm, host.by_cpu)
    containers, bound = _fit(host.M - host.M_host, host.container, host.by_cpu)
    return Counted(machines, containers, containers / machines if machines else None, vm_bound, bound)  # fmt: skip


def _fit(memory: float, each: float, by_cpu: int | None) -> tuple[int, Bound]:
    by_memory = _whole(memory / each)
    if by_cpu is not None and by_cpu < by_memory:
        return by_cpu, "cpu"
    return by_memory, "memory"


def _whole(quotient: float) -> int:
    return int(quotient * (1 + _SLACK) + _SLACK)


def ratio(host: Host) -> float:
    """The memory-bound ratio without rounding: (app + guest system + monitor) / (app + container).

    It leaves out what hypervisor and host keep for themselves.
    """
    return host.vm / host.container


def largest_app(host: Host, ratio: float) -> float | None:
    """MiB of the largest application with this memory-bound ratio; None where there is none.

    (app + b) / (app + ct) >= R  <=>  app <= (b - R ct) / (R - 1), b being what a machine adds.
    """
    require(ratio > 1, "ratio={ratio}: choose more than 1", ratio=ratio)
    app = (host.vm - host.app - ratio * host.ct) / (ratio - 1)
    return app if app > 0 else None


def most_ct(host: Host, ratio: float) -> float:
    """A container's own cost (MiB) from which on no application reaches this ratio."""
    require(ratio > 1, "ratio={ratio}: choose more than 1", ratio=ratio)
    return (host.vm - host.app) / ratio


def break_app(host: Host) -> float | None:
    """MiB of the largest application of which the processors, not memory, set the number of containers.

    None where processors set no limit, or memory binds at any size.
    """
    if not host.by_cpu:
        return None
    app = (host.M - host.M_host) / host.by_cpu - host.ct
    return app if app > 0 else None


def curve(host: Host, apps: tuple[float, ...]) -> tuple[Counted, ...]:
    """The same host for applications of other sizes."""
    return tuple(count(replace(host, app=app)) for app in apps)
