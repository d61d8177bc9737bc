"""Availability: the share of time a part works, and what parts make of it together.

Modelled: independent parts in series and k of n, nested; a common cause (beta factor); a
pair whose failover takes time and sometimes fails. MTBF here is the mean time from the end
of a repair to the next failure. Left out: repair crews that are busy, wear. Source: Trivedi,
Probability and Statistics with Reliability; Fleming 1975 for the beta factor.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from coursekit.sims.message import ParameterError, require

__all__ = [
    "MINUTES_PER_YEAR", "common_cause", "downtime_min", "evaluate", "failover_pair", "k_of_n",
    "parallel", "series", "steady",
]  # fmt: skip

MINUTES_PER_YEAR = 525_600.0  # a year of 365 days


def steady(mtbf_h: float, mttr_h: float) -> float:
    """Availability of one part: MTBF / (MTBF + MTTR)."""
    require(mtbf_h > 0, "mtbf_h={x}: choose more than 0", x=mtbf_h)
    require(mttr_h >= 0, "mttr_h={x}: choose 0 or more", x=mttr_h)
    return mtbf_h / (mtbf_h + mttr_h)


def series(parts: Iterable[float]) -> float:
    """All must work."""
    total = 1.0
    for part in parts:
        total *= _share(part)
    return total


def parallel(parts: Iterable[float]) -> float:
    """One must work."""
    return 1 - series(1 - _share(part) for part in parts)


def k_of_n(k: int, parts: Iterable[float]) -> float:
    """At least `k` of these parts, alike or not, must work."""
    working = [1.0]  # working[j]: the chance that exactly j of the parts so far work
    for part in map(_share, parts):
        fail, works = [*working, 0.0], [0.0, *working]
        working = [f * (1 - part) + w * part for f, w in zip(fail, works, strict=True)]
    n = len(working) - 1
    require(1 <= k <= n, "k={k}: choose 1 to {n}, the parts there are", k=k, n=n)
    return sum(working[k:])


def common_cause(unavailability: float, beta: float, n: int) -> float:
    """Availability of n parts in parallel that fail together in a share `beta` of failures."""
    _share(unavailability)
    require(0 <= beta <= 1, "beta={x}: choose a share from 0 to 1", x=beta)
    require(n >= 1, "n={n}: choose 1 or more", n=n)
    return 1 - (((1 - beta) * unavailability) ** n + beta * unavailability)


def failover_pair(mtbf_h: float, mttr_h: float, switch_s: float, coverage: float) -> float:
    """Availability of a pair whose failover takes `switch_s` and works in a share `coverage`."""
    require(0 <= coverage <= 1, "coverage={x}: choose a share from 0 to 1", x=coverage)
    require(switch_s >= 0, "switch_s={x}: choose 0 or more", x=switch_s)
    down = 1 - steady(mtbf_h, mttr_h)
    each_h = coverage * switch_s / 3600 + (1 - coverage) * mttr_h
    return 1 - (each_h / mtbf_h + down**2)


def downtime_min(availability: float) -> float:
    """Minutes away in a year."""
    return (1 - _share(availability)) * MINUTES_PER_YEAR


def evaluate(expr: Any) -> float:
    """Availability of a number, `{"series": [...]}` or `{"kofn": {"k": k, "items": [...]}}`."""
    if isinstance(expr, (int, float)) and not isinstance(expr, bool):
        return _share(float(expr))
    if isinstance(expr, Mapping) and set(expr) == {"series"}:
        return series(map(evaluate, expr["series"]))
    if isinstance(expr, Mapping) and set(expr) == {"kofn"} and set(expr["kofn"]) == {"k", "items"}:
        return k_of_n(expr["kofn"]["k"], map(evaluate, expr["kofn"]["items"]))
    raise ParameterError("expr={expr}: give a number, a series or a kofn", expr=expr)


def _share(value: float) -> float:
    require(0 <= value <= 1, "availability={x}: choose a share from 0 to 1", x=value)
    return value
