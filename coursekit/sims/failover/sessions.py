"""Connections across a failover: the address moves, what about what was being said?

Modelled: connections opened at a steady rate, with exponential durations, at a firewall or
balancer that must know them; state copied to the standby `lag_s` late, at once, or never.
Left out: applications that resume by themselves. Source: Little's law; conntrackd(8).
"""

import math
from dataclasses import dataclass

import numpy as np

from coursekit.sims.message import require

__all__ = ["Moved", "Sessions", "move", "survivors"]


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """`rate` connections opened a second, open `mean_s` on average; `lag_s` inf: never copied."""

    rate: float = 20.0
    mean_s: float = 60.0
    lag_s: float = math.inf

    def __post_init__(self) -> None:
        for name in ("rate", "mean_s"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
        require(self.lag_s >= 0, "lag_s={x}: choose 0 or more", x=self.lag_s)


@dataclass(frozen=True)
class Moved:
    """Connections open at the failure, those broken by the move, and new ones refused meanwhile."""

    open: float
    broken: float
    refused: float


def move(sessions: Sessions, outage_s: float) -> Moved:
    """Expected numbers when the address is away for `outage_s`."""
    require(outage_s >= 0, "outage_s={x}: choose 0 or more", x=outage_s)
    standing = sessions.rate * sessions.mean_s
    young = 1 - math.exp(-sessions.lag_s / sessions.mean_s)  # not copied yet
    return Moved(standing, standing * young, sessions.rate * outage_s)


def survivors(sessions: Sessions, rng: np.random.Generator) -> tuple[int, int]:
    """One drawn failure: connections open, and those of them whose state had been copied."""
    horizon = 20 * sessions.mean_s
    ages = rng.uniform(0, horizon, rng.poisson(sessions.rate * horizon))
    still = ages[rng.exponential(sessions.mean_s, len(ages)) > ages]
    return len(still), int((still > sessions.lag_s).sum())
