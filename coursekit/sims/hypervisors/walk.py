"""A page walk, reference by reference: with one table of pages, or with one inside the other.

Modelled: a TLB miss reads one entry at each level. In a virtual machine each place the guest's
table names is a place of the guest's memory, so the host's table must be walked to find it: h
references before each of the g entries, and h more for the page itself. A large page saves the
last level of its table. Left out: caches of parts of a walk, which real CPUs have; so this is the
worst case. Source: Bhargava et al., ASPLOS 2008.
"""

from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import Message, require

__all__ = ["Reference", "Walk", "access_time", "references", "walk"]

MOST = 6


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Levels of the two tables; `host=0`: no virtual machine. Large pages save the last level."""

    guest: int = 4
    host: int = 4
    guest_large: bool = False
    host_large: bool = False

    def __post_init__(self) -> None:
        least = 2 if self.guest_large else 1
        require(least <= self.guest <= MOST, "guest={levels}: choose {least} to {most} levels", levels=self.guest, least=least, most=MOST)  # fmt: skip
        least = 2 if self.host_large else 0
        require(least <= self.host <= MOST, "host={levels}: choose {least} to {most} levels", levels=self.host, least=least, most=MOST)  # fmt: skip

    @property
    def guest_levels(self) -> int:
        """Levels of the guest's table that are read."""
        return self.guest - self.guest_large

    @property
    def host_levels(self) -> int:
        """Levels of the host's table that are read."""
        return self.host - self.host_large


@dataclass(frozen=True)
class Reference:
    """One read of memory. Level 1 is the last; `guest_level` 0: on the way to the page itself."""

    number: int
    table: Literal["guest", "host"]
    guest_level: int
    host_level: int
    why: Message


def references(params: Walk) -> int:
    """How many references a TLB miss takes: (g+1)(h+1) − 1."""
    return (params.guest_levels + 1) * (params.host_levels + 1) - 1


def walk(params: Walk) -> tuple[Reference, ...]:
    """Each reference in its order."""
    told: list[Reference] = []
    last = 1 + params.guest_large
    for level in [*range(params.guest, last - 1, -1), 0]:
        for host in range(params.host, params.host_large, -1):
            told.append(Reference(len(told) + 1, "host", level, host, _host_why(level, host)))
        if level:
            why = Message.of("Level {level} of the guest's table says where to look next.", level=level)  # fmt: skip
            if level == last:
                why = Message.of("Level {level} of the guest's table, its last, says in which page of the guest's memory the data are.", level=level)  # fmt: skip
            told.append(Reference(len(told) + 1, "guest", level, 0, why))
    return tuple(told)


def _host_why(level: int, host: int) -> Message:
    if level:
        return Message.of("Level {host} of the host's table: where in real memory is level {level} of the guest's?", host=host, level=level)  # fmt: skip
    return Message.of("Level {host} of the host's table: where in real memory is the page itself?", host=host)  # fmt: skip


def access_time(t_hit: float, miss: float, refs: float, t_ref: float) -> float:
    """Mean time of an access: the hit, and for a share `miss` the walk."""
    for name, value in {"t_hit": t_hit, "refs": refs, "t_ref": t_ref}.items():
        require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
    require(0 <= miss <= 1, "miss={miss}: choose a share from 0 to 1", miss=miss)
    return t_hit + miss * refs * t_ref
