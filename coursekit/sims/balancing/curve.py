"""Response time against load: what a pool shows when measured, load by load, on the same luck.

Modelled: one common queue, or a line at each server where requests go at random (which makes
each an M/M/1); jobs of any of the laws. Left out: all other policies (`race`). The formulas
beside it are in `formulas`; they hold for exponential jobs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.balancing.formulas import mean_in_system, mm1_response, mmc_response
from coursekit.sims.balancing.load import Draws, Law, Load, draw
from coursekit.sims.balancing.queues import measure, serve
from coursekit.sims.message import require

__all__ = ["LINES", "Inside", "Lines", "inside", "measured", "predicted"]

Lines = Literal["one", "separate"]
LINES: dict[Lines, Literal["shared", "random"]] = {"one": "shared", "separate": "random"}


@dataclass(frozen=True)
class Inside:
    """Little's law at work: how many requests are served, and how many wait, on average."""

    served: float
    waiting: float


def measured(
    lines: Lines, servers: int, loads: Sequence[float], *, requests: int, law: Law, seed: int
) -> list[float]:
    """Mean response at each load, one drawn luck rescaled; mean service 1."""
    require(lines in LINES, "lines={lines}: choose one or separate", lines=lines)
    draws = draw(requests, seed, law)
    return [_mean(lines, servers, load, draws) for load in loads]


def _mean(lines: Lines, servers: int, load: float, draws: Draws) -> float:
    pool = Load(policy=LINES[lines], speeds=(1.0,) * servers, load=load)
    return measure(serve(pool, draws), servers).mean


def predicted(lines: Lines, servers: int, load: float) -> float:
    """The formula: M/M/c for one line, M/M/1 for a line each; infinite from full load on."""
    if lines == "one":
        return mmc_response(servers, load * servers, 1.0)
    return mm1_response(load, 1.0)


def inside(servers: int, load: float, response: float) -> Inside:
    """Of all inside (L = λW), those in service are the busy servers (mean service 1)."""
    busy = servers * load
    return Inside(busy, mean_in_system(busy, response) - busy)
