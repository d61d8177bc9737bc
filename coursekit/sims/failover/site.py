"""A small site: balancers, web servers and databases in series, and what takes it down.

Modelled: for each tier, its own failures (k of n), a common cause (beta factor), and the
moves of an active/passive pair: each failure costs the switch time, or a whole repair when
the failover does not work. Left out: planned stops, overload. Source: `availability`.
"""

from dataclasses import dataclass
from typing import Literal

from coursekit.sims.failover.availability import downtime_min, k_of_n, series, steady
from coursekit.sims.failover.lifetimes import Tier
from coursekit.sims.message import require

__all__ = ["Cause", "Lost", "Site", "availability_of", "causes", "tiers"]

Part = Literal["balancer", "web", "database"]
Cause = Literal["own", "common", "move"]


@dataclass(frozen=True, kw_only=True)
class Site:
    """How many of each, how many web servers the load needs, how often they fail."""

    balancers: int = 2
    webs: int = 3
    needed: int = 2
    databases: int = 1
    balancer_mtbf_h: float = 3996.0
    web_mtbf_h: float = 796.0
    database_mtbf_h: float = 7996.0
    mttr_h: float = 4.0
    beta: float = 0.0
    switch_s: float = 0.0
    coverage: float = 1.0

    def __post_init__(self) -> None:
        tiers(self)
        require(self.switch_s >= 0, "switch_s={x}: choose 0 or more", x=self.switch_s)
        fits = 0 <= self.coverage <= 1
        require(fits, "coverage={x}: choose a share from 0 to 1", x=self.coverage)


@dataclass(frozen=True)
class Lost:
    """Minutes a year that one cause takes from one tier."""

    part: Part
    cause: Cause
    minutes: float


def tiers(site: Site) -> dict[Part, Tier]:
    """The three tiers; ParameterError where one cannot be."""
    return {
        "balancer": Tier(
            n=site.balancers, mtbf_h=site.balancer_mtbf_h, mttr_h=site.mttr_h, beta=site.beta
        ),
        "web": Tier(
            n=site.webs, k=site.needed, mtbf_h=site.web_mtbf_h, mttr_h=site.mttr_h, beta=site.beta
        ),
        "database": Tier(
            n=site.databases, mtbf_h=site.database_mtbf_h, mttr_h=site.mttr_h, beta=site.beta
        ),
    }


def causes(site: Site) -> tuple[Lost, ...]:
    """Minutes a year by tier and cause, in the order of the tiers; rare overlaps count twice."""
    found = []
    for part, tier in tiers(site).items():
        down = 1 - steady(tier.mtbf_h, tier.mttr_h)
        beta = tier.beta if tier.n > 1 else 0.0
        own = 1 - k_of_n(tier.k, [1 - (1 - beta) * down] * tier.n)
        moves = 0.0
        if part != "web" and tier.n > 1:  # web servers all serve: there is nothing to move
            each_h = site.coverage * site.switch_s / 3600 + (1 - site.coverage) * tier.mttr_h
            moves = each_h / tier.mtbf_h
        for cause, share in (("own", own), ("common", beta * down), ("move", moves)):
            found.append(Lost(part, cause, downtime_min(1 - share)))  # type: ignore[arg-type]
    return tuple(found)


def availability_of(site: Site) -> float:
    """The share of time in which all three tiers work."""
    lost = causes(site)
    year = downtime_min(0.0)
    return series(
        1 - sum(each.minutes for each in lost if each.part == part) / year for part in tiers(site)
    )
