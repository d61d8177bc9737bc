"""Systems that live: parts fail and are repaired by chance, and the down time is counted.

Modelled: tiers in series, each k of n alike parts with exponential lives and repairs, a
failure of all parts of a tier at once (beta factor), repair crews for all. Left out: wear,
waiting for a crew, the time of a failover. It stands beside the formulas of `availability`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.failover.availability import common_cause, k_of_n, series, steady
from coursekit.sims.message import require

__all__ = ["HOURS_PER_YEAR", "Counted", "Tier", "live", "promised", "tier_availability"]

HOURS_PER_YEAR = 8760.0


@dataclass(frozen=True, kw_only=True)
class Tier:
    """n alike parts of which k must work; a share `beta` of failures takes all of them."""

    n: int = 2
    k: int = 1
    mtbf_h: float = 2000.0
    mttr_h: float = 4.0
    beta: float = 0.0

    def __post_init__(self) -> None:
        require(
            1 <= self.k <= self.n, "k={k}: choose 1 to {n}, the parts there are", k=self.k, n=self.n
        )
        for name in ("mtbf_h", "mttr_h"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
        require(0 <= self.beta <= 1, "beta={x}: choose a share from 0 to 1", x=self.beta)


@dataclass(frozen=True)
class Counted:
    """Availability counted over the years of each trial, and its standard error."""

    availability: float
    standard_error: float


def tier_availability(tier: Tier) -> float:
    """The formula: k of n, less the common cause; with k = 1 it is `common_cause`."""
    down = 1 - steady(tier.mtbf_h, tier.mttr_h)
    if tier.n == 1:
        return 1 - down
    if tier.k == 1:
        return common_cause(down, tier.beta, tier.n)
    alone = k_of_n(tier.k, [1 - (1 - tier.beta) * down] * tier.n)
    return alone - tier.beta * down


def promised(tiers: Sequence[Tier]) -> float:
    """The formula for tiers in series."""
    return series(map(tier_availability, tiers))


def live(tiers: Sequence[Tier], *, years: float, trials: int, rng: np.random.Generator) -> Counted:
    """Count: one system of these tiers, new at first, lives on; each `years` are a trial.

    One long life costs a tenth of many short ones, and only a repair at a border joins trials.
    """
    require(years > 0, "years={x}: choose more than 0", x=years)
    require(trials >= 2, "trials={x}: choose 2 or more", x=trials)
    hours = years * HOURS_PER_YEAR
    down = _down(tiers, hours * trials, rng)
    borders = np.linspace(0.0, hours * trials, trials + 1)
    up = 1 - np.diff(_down_until(down, borders)) / hours
    return Counted(float(up.mean()), float(up.std(ddof=1) / np.sqrt(trials)))


def _down(tiers: Sequence[Tier], hours: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Stretches (start, length) in which some tier has too few parts."""
    stretches = [_tier_down(tier, hours, rng) for tier in tiers]
    return _covered(np.concatenate(stretches), 1) if stretches else np.empty((0, 2))


def _down_until(down: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hours down up to each of these times."""
    starts, ends = down[:, 0], down.sum(axis=1)
    before = np.concatenate(([0.0], np.cumsum(down[:, 1])))
    done = np.searchsorted(ends, times, side="right")
    open_since = np.append(starts, np.inf)[done]
    found: NDArray[np.float64] = before[done] + np.maximum(0.0, times - open_since)
    return found


def _tier_down(tier: Tier, hours: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Stretches (start, length) in which the tier is down."""
    beta = tier.beta if tier.n > 1 else 0.0
    alone = [_failures(tier.mtbf_h, 1 - beta, tier.mttr_h, hours, rng) for _part in range(tier.n)]
    common = _failures(tier.mtbf_h, beta, tier.mttr_h, hours, rng)
    return np.concatenate([_covered(np.concatenate(alone), tier.n - tier.k + 1), common])


def _failures(
    mtbf_h: float, share: float, mttr_h: float, hours: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Stretches (start, length) of one part's repairs within the time."""
    if share == 0:
        return np.empty((0, 2))
    life = mtbf_h / share
    mean = hours / (life + mttr_h)
    many = int(mean + 6 * math.sqrt(mean)) + 20  # too few once in a thousand million times
    up, down = rng.exponential(life, many), rng.exponential(mttr_h, many)
    starts = np.cumsum(up) + np.concatenate(([0.0], np.cumsum(down)[:-1]))
    kept = starts < hours
    return np.column_stack((starts, np.minimum(down, hours - starts)))[kept]


def _covered(stretches: NDArray[np.float64], depth: int) -> NDArray[np.float64]:
    """Stretches of time in which at least `depth` of the given ones overlap."""
    times = np.concatenate((stretches[:, 0], stretches.sum(axis=1)))
    steps = np.repeat([1, -1], len(stretches))
    order = np.argsort(times)
    times, deep = times[order], np.cumsum(steps[order]) >= depth
    edges = np.flatnonzero(np.diff(np.concatenate(([0], deep.view(np.int8)))))
    starts, ends = times[edges[::2]], times[edges[1::2]]
    return np.column_stack((starts, ends - starts))
