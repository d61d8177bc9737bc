"""What a pool of servers is asked: its policy and speeds, the load, and the chance of a run.

The draws have mean 1 and are rescaled by load and speed, so that all policies and all loads
meet the same luck. Left out: arrivals other than Poisson's.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.balancing.turns import check_weights
from coursekit.sims.message import require

__all__ = ["LAWS", "POLICIES", "Draws", "Floats", "Load", "draw"]

Policy = Literal["rr", "swrr", "lvs_wrr", "static_rr", "random", "p2c", "least_conn", "sed", "nq", "cpu", "shared"]  # fmt: skip
Law = Literal["exp", "det", "hyper"]
Floats = NDArray[np.float64]

POLICIES: tuple[Policy, ...] = get_args(Policy)
LAWS: tuple[Law, ...] = get_args(Law)


@dataclass(frozen=True)
class Draws:
    """Chance, drawn once: gaps and sizes of mean 1, and two numbers in [0, 1) for each pick."""

    gaps: Floats
    sizes: Floats
    picks: Floats  # (2, requests)


@dataclass(frozen=True, kw_only=True)
class Load:
    """A pool and what it is asked: `load` is the share of all speeds together."""

    policy: Policy = "rr"
    speeds: tuple[float, ...] = (1.0,) * 4
    weights: tuple[int, ...] = ()  # none given: all 1
    load: float = 0.8
    report_every: float = 2.0  # cpu: seconds between two reports

    def __post_init__(self) -> None:
        choices = ", ".join(POLICIES)
        require(
            self.policy in POLICIES, "policy={policy}: choose one of {choices}",
            policy=self.policy, choices=choices,
        )  # fmt: skip
        require(
            bool(self.speeds) and min(self.speeds) > 0,
            "speeds={speeds}: give one or more, all above 0", speeds=list(self.speeds),
        )  # fmt: skip
        require(self.load > 0, "load={load}: choose more than 0", load=self.load)
        require(
            self.report_every > 0, "{name}={value}: choose more than 0",
            name="report_every", value=self.report_every,
        )  # fmt: skip
        require(
            self.policy != "shared" or len(set(self.speeds)) == 1,
            "speeds={speeds}: one common queue is modelled for equal servers only",
            speeds=list(self.speeds),
        )  # fmt: skip
        if not self.weights:
            object.__setattr__(self, "weights", (1,) * len(self.speeds))
        check_weights(self.weights)
        require(
            len(self.weights) == len(self.speeds) and min(self.weights) > 0,
            "weights={weights}: give one above 0 for each of the {servers} servers",
            weights=list(self.weights), servers=len(self.speeds),
        )  # fmt: skip

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.load * sum(self.speeds)


def draw(requests: int, seed: int = 1, law: Law = "exp") -> Draws:
    """The chance of a run, one generator for each purpose; hyper: 10 % of jobs are 41 times longer."""
    require(requests >= 1, "requests={n}: choose 1 or more", n=requests)
    choices = ", ".join(LAWS)
    require(law in LAWS, "law={law}: choose one of {choices}", law=law, choices=choices)
    children = np.random.SeedSequence(seed).spawn(5)  # arrivals, sizes, picks, failures, network
    arrivals, jobs, picks = (np.random.Generator(np.random.PCG64(c)) for c in children[:3])
    if law == "det":
        sizes = np.ones(requests)
    elif law == "exp":
        sizes = jobs.exponential(size=requests)
    else:
        mean = np.where(jobs.random(requests) < 0.9, 0.2, 8.2)
        sizes = jobs.exponential(size=requests) * mean
    return Draws(arrivals.exponential(size=requests), sizes, picks.random((2, requests)))
