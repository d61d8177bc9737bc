"""All policies side by side on one trace: the same requests, jobs and luck for each.

Modelled: a pool of equal servers, or with the first four times slower; blind policies follow
the speeds or not. Left out: what `queues` leaves out. A long run settles what chance blurs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from coursekit.sims.balancing.load import Draws, Floats, Law, Load, Policy, draw
from coursekit.sims.balancing.queues import Measured, measure, serve
from coursekit.sims.message import require

__all__ = ["ENTRANTS", "LONG", "SLOW", "Finish", "Race", "overfed", "run", "settled", "within"]

ENTRANTS: tuple[Policy, ...] = ("random", "rr", "p2c", "least_conn", "cpu", "shared")
LONG = 200_000  # requests after which the order of the policies is beyond doubt
SLOW = 4  # how many times slower the slow server is


@dataclass(frozen=True, kw_only=True)
class Race:
    """The pool and what it is asked; `weighted`: weights follow the speeds."""

    servers: int = 10
    load: float = 0.9
    law: Law = "exp"
    slow: bool = False
    weighted: bool = False
    report: float = 2.0
    requests: int = 2000
    seed: int = 1

    def __post_init__(self) -> None:
        require(self.servers >= 1, "servers={servers}: choose 1 or more", servers=self.servers)

    @property
    def speeds(self) -> tuple[float, ...]:
        """Server a first."""
        return (1 / SLOW if self.slow else 1.0,) + (1.0,) * (self.servers - 1)

    @property
    def weights(self) -> tuple[int, ...]:
        """Whole numbers in the ratio of the speeds, if they are followed."""
        if not (self.slow and self.weighted):
            return (1,) * self.servers
        return (1,) + (SLOW,) * (self.servers - 1)

    def pool(self, policy: Policy) -> Load:
        """The pool under a policy; turns become smooth weighted turns where weights differ."""
        if policy == "rr" and len(set(self.weights)) > 1:
            policy = "swrr"
        return Load(
            policy=policy, speeds=self.speeds, weights=self.weights, load=self.load,
            report_every=self.report,
        )  # fmt: skip


@dataclass(frozen=True)
class Finish:
    """One policy's run: its figures and its response times in order."""

    pool: Load
    measured: Measured
    responses: Floats


def run(race: Race) -> Mapping[Policy, Finish]:
    """Every policy on the same draws; one common queue only where all servers are alike."""
    draws = draw(race.requests, race.seed, race.law)
    names = [each for each in ENTRANTS if each != "shared" or len(set(race.speeds)) == 1]
    return {name: _finish(race.pool(name), draws) for name in names}


def settled(race: Race) -> Mapping[Policy, Finish]:
    """The same race over a long run."""
    return run(replace(race, requests=LONG))


def _finish(pool: Load, draws: Draws) -> Finish:
    served = serve(pool, draws)
    return Finish(pool, measure(served, len(pool.speeds)), np.sort(served.response))


def within(finish: Finish, times: Floats) -> Floats:
    """The share of requests done within each of these times."""
    found = np.searchsorted(finish.responses, times, side="right")
    return np.asarray(found / len(finish.responses), dtype=np.float64)


def overfed(pool: Load) -> tuple[int, ...]:
    """The servers that a blind policy sends more than they can do: their lines have no end."""
    if pool.policy not in ("random", "rr", "swrr", "lvs_wrr", "static_rr"):
        return ()
    weights = (1,) * len(pool.speeds) if pool.policy == "rr" else pool.weights
    fed = [pool.rate * weight / sum(weights) for weight in weights]
    return tuple(
        i for i, (each, speed) in enumerate(zip(fed, pool.speeds, strict=True)) if each >= speed
    )
