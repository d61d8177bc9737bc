"""Who replaces a failed copy, and after how long: the systems of this course side by side.

Each row asks the simulation of its own chapter; nothing is reckoned here. Left out: what clients
notice, and how long a program takes to start after that (but for machines, whose boot counts).
"""

from dataclasses import dataclass

from coursekit.sims.balancing import health
from coursekit.sims.failover import timers
from coursekit.sims.hypervisors import hafailure
from coursekit.sims.kubernetes import nodefailure, probes
from coursekit.sims.message import Message

__all__ = ["Row", "rows"]


@dataclass(frozen=True)
class Row:
    """A system, what it moves, and seconds until another copy answers, at best and at worst."""

    name: Message
    moves: Message
    least: float
    most: float


def rows() -> tuple[Row, ...]:
    """All of them with their usual settings, the quickest first."""
    made = (
        Row(Message.of("VRRP (chapter 2)"), Message.of("an address"), *_vrrp()),
        Row(Message.of("balancer’s check (chapter 3)"), Message.of("new connections"), *_check()),
        Row(Message.of("liveness, a hung pod"), Message.of("a process"), *probes.detection(probes.Probe())),
        Row(Message.of("node controller, a dead node"), Message.of("requests"), *nodefailure.bounds()),
        Row(Message.of("HA of machines (chapter 4)"), Message.of("a machine, booted anew"), *_machines()),
        Row(Message.of("eviction, a dead node"), Message.of("pods"), *_pods()),
    )  # fmt: skip
    return tuple(sorted(made, key=lambda row: row.most))


def _vrrp() -> tuple[float, float]:
    outage = timers.crash_outage(timers.PRIORITY)
    return outage.best, outage.worst


def _check() -> tuple[float, float]:
    found = health.detection(health.Checks())
    return found.least, found.most


def _machines() -> tuple[float, float]:
    def up(*, datastore: bool) -> float:
        story = hafailure.tell(hafailure.Failure(guests=1, datastore=datastore))
        return story.whole or 0.0

    return up(datastore=False), up(datastore=True)


def _pods() -> tuple[float, float]:
    low, high = nodefailure.bounds()
    return low + nodefailure.TOLERATION_S, high + nodefailure.TOLERATION_S
