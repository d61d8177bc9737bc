"""E2.2: the availability of parts in series and k of n, nested."""

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.failover.availability import evaluate, k_of_n, series


def availability(expr: Any) -> float:
    """The share of time in which the whole works."""
    return evaluate(expr)


def _cases(rng: np.random.Generator) -> Args:
    """Nested to a depth of at most 4, with 3 to 12 leaves; always a series and a kofn."""
    while True:
        expr = {
            "series": [
                _group(rng, 3) if i == 0 else _part(rng, 3) for i in range(rng.integers(2, 4))
            ]
        }
        if 3 <= _leaves(expr) <= 12:
            return {"expr": expr}


def _part(rng: np.random.Generator, depth: int) -> Any:
    if depth <= 1 or rng.random() < 0.55:
        return round(float(rng.uniform(0.9, 0.9999)), 4)
    if rng.random() < 0.4:
        return {"series": [_part(rng, depth - 1) for _i in range(rng.integers(2, 4))]}
    return _group(rng, depth)


def _group(rng: np.random.Generator, depth: int) -> Any:
    n = int(rng.integers(2, 5))
    items = [_part(rng, depth - 1) for _i in range(n)]
    return {"kofn": {"k": int(rng.integers(1, n)), "items": items}}


def _leaves(expr: Any) -> int:
    if not isinstance(expr, dict):
        return 1
    return sum(map(_leaves, expr.get("series") or expr["kofn"]["items"]))


def _walk(
    expr: Any,
    of_series: Callable[[list[float]], float],
    of_group: Callable[[int, list[float]], float],
) -> float:
    """A mistaken learner's evaluation."""
    if not isinstance(expr, dict):
        return float(expr)
    items = expr.get("series") or expr["kofn"]["items"]
    parts = [_walk(item, of_series, of_group) for item in items]
    return of_series(parts) if "series" in expr else of_group(expr["kofn"]["k"], parts)


def _any_one(expr: Any) -> float:
    return _walk(expr, series, lambda _k, parts: k_of_n(1, parts))


def _weakest(expr: Any) -> float:
    return _walk(expr, min, k_of_n)


def _adds(expr: Any) -> float:
    return _walk(expr, lambda parts: 1 - sum(1 - part for part in parts), k_of_n)


def _exactly(expr: Any) -> float:
    def group(k: int, parts: list[float]) -> float:
        return k_of_n(k, parts) - (k_of_n(k + 1, parts) if k < len(parts) else 0.0)

    return _walk(expr, series, group)


def _alike(expr: Any) -> float:
    return _walk(expr, series, lambda k, parts: k_of_n(k, [parts[0]] * len(parts)))


_SITE = {
    "series": [
        {"kofn": {"k": 1, "items": [0.999, 0.999]}},
        {"kofn": {"k": 2, "items": [0.995, 0.995, 0.995]}},
        0.9995,
    ]
}

AVAILABILITY = Exercise(
    id="E2.2",
    chapter="failover",
    title=mark("How available is the whole?"),
    reference=availability,
    cases=_cases,
    samples=(
        Sample({"expr": _SITE}, availability(_SITE)),
        Sample({"expr": 0.99}, 0.99),
        Sample({"expr": {"kofn": {"k": 1, "items": [0.9, 0.99]}}}, 0.999),
    ),
    wrong=(
        Wrong(
            "one is always enough",
            _any_one,
            mark("You read every kofn as “one is enough”: at least `k` of the items must work."),
        ),
        Wrong(
            "weakest link",
            _weakest,
            mark("You take the weakest part of a series: all must work at once, so their availabilities multiply."),
        ),
        Wrong(
            "added failures",
            _adds,
            mark("You add up the unavailabilities of a series: that counts the time when two are down twice. Multiply."),
        ),
        Wrong(
            "exactly k",
            _exactly,
            mark("You count exactly `k` working items: more than `k` is fine as well."),
        ),
        Wrong(
            "all alike",
            _alike,
            mark("You use the first item's availability for all: the items of a kofn may differ."),
        ),
    ),
)  # fmt: skip
