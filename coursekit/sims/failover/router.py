"""One VRRP router: the moving parts, and how it looks from outside.

`vrrp` moves it. The effective priority follows keepalived.conf(5), vrrp_script.
"""

from dataclasses import dataclass
from typing import Literal

from coursekit.sims.failover.cluster import Node
from coursekit.sims.failover.timers import OWNER

__all__ = ["Phase", "Router", "Seen"]

Phase = Literal["Initialize", "Backup", "Active", "Fault"]


@dataclass(frozen=True)
class Seen:
    """One node at a moment: `until` is when its timer ends (None: off), `armed` how long it was."""

    phase: Phase
    prio: int
    until: float | None
    armed: float
    service: str  # ok, fail or hang
    good: bool  # what its script believes


class Router:
    """The moving parts of one node."""

    def __init__(self, spec: Node, place: int) -> None:
        self.spec, self.place = spec, place
        self.phase: Phase = "Initialize"
        self.prio = spec.prio  # the configured one; `effective` adds the script's weight
        self.clock = 0  # a timer whose number is not this one was cancelled
        self.until: float | None = None
        self.armed = 0.0
        self.since, self.sent = 0.0, 0  # adverts are due at since + sent * adv: no sum drifts
        self.active_adv = spec.adv
        self.heard: tuple[float, int] | None = None  # last advert and who sent it
        self.lower_since: float | None = None
        self.service = "ok"
        self.life = 0  # scripts of an earlier life are not heard any more
        self.good, self.fails, self.oks = True, 0, 0
        self.lose = 0

    @property
    def effective(self) -> int:
        if self.prio == OWNER or not (script := self.spec.script):
            return self.prio
        counts = (script.weight > 0) == self.good
        return min(254, max(1, self.prio + (script.weight if counts else 0)))

    @property
    def seen(self) -> Seen:
        return Seen(self.phase, self.effective, self.until, self.armed, self.service, self.good)
