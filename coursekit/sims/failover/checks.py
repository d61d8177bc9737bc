"""Health checks: how soon a failure is seen, and how often a healthy node is accused.

Modelled: a check every `interval` seconds, `fall` failures in a row, an answer known after
`delay_s`; each check of a healthy node is lost with the same chance, independently. Left out:
losses that come in bursts, which make false alarms likelier. Source: keepalived.conf(5); the
waiting time for a run of successes, Feller, An Introduction to Probability Theory, XIII.7.
"""

import math
from dataclasses import dataclass

import numpy as np

from coursekit.sims.failover.timers import Outage
from coursekit.sims.message import require

__all__ = [
    "FALLS", "INTERVALS", "Choice", "choose", "count_alarms", "detection", "expected_checks",
    "false_alarm_s",
]  # fmt: skip

INTERVALS = (0.5, 1.0, 2.0, 5.0, 10.0)  # what `choose` may take, in seconds
FALLS = range(1, 11)


def detection(interval: float, fall: int, delay_s: float = 0.0) -> Outage:
    """Seconds from the failure to its detection.

    `delay_s`: 0 when the connection is refused, the timeout when nothing answers.
    """
    _check(interval, fall)
    require(delay_s >= 0, "delay_s={x}: choose 0 or more", x=delay_s)
    best, worst = (fall - 1) * interval + delay_s, fall * interval + delay_s
    return Outage(best, worst, (best + worst) / 2)


def expected_checks(loss: float, fall: int) -> float:
    """Mean number of checks until `fall` in a row are lost; infinite when none is."""
    require(0 <= loss <= 1, "loss={x}: choose a share from 0 to 1", x=loss)
    _check(1.0, fall)
    if loss in (0, 1):
        return float(fall) if loss else math.inf
    return (loss**-fall - 1) / (1 - loss)


def false_alarm_s(loss: float, interval: float, fall: int) -> float:
    """Mean seconds between two false alarms."""
    _check(interval, fall)
    return interval * expected_checks(loss, fall)


def count_alarms(loss: float, fall: int, checks: int, rng: np.random.Generator) -> int:
    """False alarms among this many checks drawn by chance; each alarm begins a new count."""
    require(checks >= 0, "checks={x}: choose 0 or more", x=checks)
    _check(1.0, fall)
    lost = rng.random(checks) < loss
    edges = np.flatnonzero(np.diff(np.concatenate(([0], lost.view(np.int8), [0]))))
    runs = edges[1::2] - edges[::2]  # lengths of the stretches of losses
    return int((runs // fall).sum())


@dataclass(frozen=True)
class Choice:
    """An interval and a threshold, and what they give."""

    interval: float
    fall: int
    worst_s: float
    alarm_s: float


def choose(loss: float, delay_s: float, least_alarm_s: float) -> Choice | None:
    """The pair that sees a failure soonest with false alarms rare enough; None if none has.

    Ties go to the smaller `fall`, then to the smaller interval.
    """
    pairs = [
        Choice(i, k, detection(i, k, delay_s).worst, false_alarm_s(loss, i, k))
        for i in INTERVALS
        for k in FALLS
    ]
    fit = [pair for pair in pairs if pair.alarm_s >= least_alarm_s]
    return min(fit, key=lambda pair: (pair.worst_s, pair.fall, pair.interval), default=None)


def _check(interval: float, fall: int) -> None:
    require(interval > 0, "interval={x}: choose more than 0", x=interval)
    require(fall >= 1, "fall={x}: choose 1 or more", x=fall)
