"""Where a design lost its points: every loss with its reason, the largest first.

The losses and the points together make a hundred. What two causes do together (durability) is told by
the one that weighs most.
"""

from dataclasses import dataclass
from math import inf, log

from coursekit.sims.datacentre.catalogue import YEARS
from coursekit.sims.datacentre.scenarios import EVENTS, Recovery
from coursekit.sims.datacentre.score import MOST, OVER, Score, recovered
from coursekit.sims.message import Message

__all__ = ["Loss", "losses"]

TINY = 1e-9  # what rounding leaves is no loss


@dataclass(frozen=True)
class Loss:
    """Points of a part that were not given, and why."""

    part: str
    points: float
    about: Message


def losses(made: Score) -> tuple[Loss, ...]:
    """All of them, the largest first."""
    found = [*_availability(made), *_recovery(made), *_whole(made)]
    return tuple(sorted((each for each in found if each.points > TINY), key=lambda one: -one.points))  # fmt: skip


def _availability(made: Score) -> list[Loss]:
    each_worth = MOST["availability"] / len(made.scenarios)
    return [
        Loss("availability", each_worth * (1 - each.value), Message.of("{name}: {fault}", name=each.name, fault=each.about))
        for each in made.scenarios
    ]  # fmt: skip


def _recovery(made: Score) -> list[Loss]:
    each_worth = MOST["recovery"] / len(made.recovery)
    return [Loss("recovery", each_worth * (1 - recovered(each)), _back(each)) for each in made.recovery]  # fmt: skip


def _back(back: Recovery) -> Message:
    if back.rpo_h is None or back.rto_h is None:
        return Message.of("{event}: nothing comes back", event=back.event.about)
    return Message.of("{event}: {rpo:.3g} h of work lost, back after {rto:.3g} h", event=back.event.about, rpo=float(back.rpo_h), rto=float(back.rto_h))  # fmt: skip


def _whole(made: Score) -> list[Loss]:
    """The parts that are not sums."""
    about = {"durability": _gone(made), "performance": _busy(made), "cost": _dear(made)}
    return [Loss(part, MOST[part] - made.parts[part], text) for part, text in about.items()]


def _gone(made: Score) -> Message:
    """The chance, and what makes most of it."""
    hazards = [(YEARS * back.event.a_year, back.event.about) for back in made.recovery if back.rpo_h is None]  # fmt: skip
    if len(hazards) == len(EVENTS):  # no backup at all: dying disks count too
        store = made.durability.store
        hazards.append((-log(1 - store) if store < 1 else inf, Message.of("disks die")))
    if not hazards:
        return Message.of("everything may be gone for good")
    most = max(hazards, key=lambda each: each[0])[1]
    return Message.of("everything gone for good within 3 years: {p:.3g} %, mostly because {event}", p=100 * made.durability.total, event=most)  # fmt: skip


def _busy(made: Score) -> Message:
    speed = made.performance
    if speed.rho >= 1:
        return Message.of("the storage is asked for {demand:.0f} requests a second and serves {iops:.0f}", demand=speed.demand, iops=speed.iops)  # fmt: skip
    return Message.of("the storage is busy {busy:.0f} % of the time, more than half", busy=100 * speed.rho)  # fmt: skip


def _dear(made: Score) -> Message:
    return Message.of("{total:.0f} €: full points up to {most:.0f} €, three quarters of the budget", total=made.cost.total, most=(OVER - 0.5) * made.budget)  # fmt: skip
