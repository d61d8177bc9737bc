"""The balancer itself, doubled: what a crash of one costs, and what the other can bear.

Modelled: one balancer; two, one of which waits (its address moved by VRRP); two that both
serve, each the backup of the other, clients split evenly by DNS. Left out: DNS caches, the
moment of the crash inside an advertising interval (its mean is used).
The outage of a move is chapter 2's. Source: RFC 9568, keepalived.conf(5).
"""

from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.failover.timers import ADVERT_S, PRIORITY, Outage, crash_outage
from coursekit.sims.message import require

__all__ = ["MODES", "Double", "Loss", "lose_one", "takeover"]

Mode = Literal["single", "active_passive", "active_active"]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True, kw_only=True)
class Double:
    """One or two balancers, each able to bear `capacity` requests a second."""

    mode: Mode = "active_passive"
    rate: float = 600.0  # of all clients together, requests a second
    capacity: float = 1000.0
    connections: int = 200  # open at the moment of the crash, on all balancers
    sync: bool = False  # the state of connections is copied to the other
    advert: float = ADVERT_S
    priority: int = PRIORITY  # of the one that takes over
    repair: float = 3600.0

    def __post_init__(self) -> None:
        modes = ", ".join(MODES)
        require(
            self.mode in MODES, "mode={mode}: choose one of {modes}",
            mode=self.mode, modes=modes,
        )  # fmt: skip
        for name in ("rate", "capacity", "advert", "repair"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
        require(self.connections >= 0, "connections={n}: choose 0 or more", n=self.connections)
        require(
            1 <= self.priority <= 254, "priority={priority}: choose 1 to 254",
            priority=self.priority,
        )  # fmt: skip


@dataclass(frozen=True)
class Loss:
    """What the crash of one balancer costs; `busy_*` are shares of one balancer's capacity."""

    outage: float
    requests: float
    reset: float  # connections
    busy_before: float
    busy_after: float
    overload: bool


def takeover(double: Double) -> Outage:
    """How long the address is away when it moves: at best, at worst, on average."""
    return crash_outage(double.priority, double.advert)


def lose_one(double: Double) -> Loss:
    """One balancer that serves crashes."""
    both = double.mode == "active_active"
    share = 0.5 if both else 1.0
    alone = double.mode == "single"
    outage = double.repair if alone else takeover(double).mean
    after = 0.0 if alone else double.rate / double.capacity
    kept = double.sync and not alone
    return Loss(
        outage=outage,
        requests=double.rate * share * outage,
        reset=0.0 if kept else double.connections * share,
        busy_before=double.rate * share / double.capacity,
        busy_after=after,
        overload=after >= 1,
    )
