"""Four ways in which a service goes away, and what each second of the outage is spent on.

Modelled: the steps detect (by a check), detect (by silence) and decide (the skew); moving the
address takes no time here. Source: `timers`, `checks`, `sessions`.
"""

from dataclasses import dataclass

from coursekit.sims.failover.sessions import Moved, Sessions, move
from coursekit.sims.failover.timers import Outage, Version, crash_outage, skew
from coursekit.sims.message import Message

__all__ = ["Way", "ways"]

NOTHING = Outage(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Way:
    """One way to fail: seconds until a check notices, until silence is noticed, and the skew."""

    name: Message
    check: Outage
    silence: Outage
    skew_s: float
    moved: Moved

    @property
    def total(self) -> Outage:
        """The whole outage."""
        both = ((self.check.best, self.silence.best), (self.check.worst, self.silence.worst))
        best, worst = (sum(each) + self.skew_s for each in both)
        return Outage(best, worst, self.check.mean + self.silence.mean + self.skew_s)


def ways(
    prio: int, interval_s: float, version: Version, check: Outage, sessions: Sessions
) -> tuple[Way, ...]:
    """The four ways for a Backup of this priority."""
    wait = skew(prio, interval_s, version)
    crash = crash_outage(prio, interval_s, version)
    silence = Outage(crash.best - wait, crash.worst - wait, crash.mean - wait)
    kinds = (
        (Message.of("stopped cleanly"), NOTHING, NOTHING),
        (Message.of("crash"), NOTHING, silence),
        (Message.of("service dies, weight 0"), check, NOTHING),
        (Message.of("service dies, negative weight"), check, silence),
    )
    return tuple(
        Way(name, seen, silent, wait, move(sessions, seen.mean + silent.mean + wait))
        for name, seen, silent in kinds
    )
