"""E3.2: how many servers, so that few requests wait long."""

from collections.abc import Callable
from itertools import count
from math import exp

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.balancing import formulas

NEAR = 1e-6  # no hidden case is nearer to its limit than this


def servers_needed(lam: float, mu: float, t: float, p: float) -> int:
    """The smallest number of servers with P(wait > t) ≤ p."""
    return formulas.servers_needed(lam, mu, t, p)


def _cases(rng: np.random.Generator) -> Args:
    while True:
        args = {
            "lam": round(float(rng.uniform(1, 500)), 1),
            "mu": round(float(rng.uniform(1, 50)), 1),
            "t": round(float(rng.uniform(0, 0.2) if rng.random() < 0.8 else rng.uniform(0, 1)), 3),
            "p": round(float(rng.uniform(0.001, 0.2)), 3),
        }
        best = servers_needed(**args)
        limit, rest = args["p"], (args["lam"], args["mu"], args["t"])
        chances = [formulas.wait_exceeds(c, *rest) for c in (best - 1, best) if c]
        if all(abs(chance - limit) > NEAR for chance in chances):
            return args


def _first(lam: float, mu: float, p: float, chance: Callable[[int], float]) -> int:
    return next(c for c in count(int(lam // mu) + 1) if chance(c) <= p)


def _blocked(lam: float, mu: float, t: float, p: float) -> int:
    def chance(c: int) -> float:
        return formulas.erlang_b(c, lam / mu) * exp(-(c * mu - lam) * t)

    return _first(lam, mu, p, chance)


def _any_wait(lam: float, mu: float, t: float, p: float) -> int:  # noqa: ARG001  (that is the mistake)
    return servers_needed(lam, mu, 0.0, p)


def _own_lines(lam: float, mu: float, t: float, p: float) -> int:
    return _first(lam, mu, p, lambda c: lam / (c * mu) * exp(-(mu - lam / c) * t))


def _just_stable(lam: float, mu: float, t: float, p: float) -> int:  # noqa: ARG001  (that is the mistake)
    return int(lam // mu) + 1


def _sample(lam: float, mu: float, t: float, p: float, answer: int) -> Sample:
    return Sample({"lam": lam, "mu": mu, "t": t, "p": p}, answer)


SIZING = Exercise(
    id="E3.2",
    chapter="balancing",
    title=mark("Size a pool of servers"),
    reference=servers_needed,
    cases=_cases,
    samples=(
        _sample(100, 12, 0.05, 0.05, 12),
        _sample(8, 10, 0.0, 0.2, 3),
        _sample(3, 10, 1.0, 0.2, 1),
    ),
    wrong=(
        Wrong(
            "Erlang B",
            _blocked,
            mark("You use Erlang B, where nobody may wait: with a queue it is Erlang C, B / (1 − ρ(1 − B))."),
        ),
        Wrong(
            "any wait",
            _any_wait,
            mark("You ask who waits at all: those who wait longer than t are fewer, by the factor e^(−(cμ−λ)t)."),
        ),
        Wrong(
            "a line at each server",
            _own_lines,
            mark("You give each server a line of its own, with λ/c each: in one common queue a request takes the first server that is free."),
        ),
        Wrong(
            "just enough",
            _just_stable,
            mark("You take the first number of servers that keeps up, cμ > λ: there the queue is stable and still very long."),
        ),
    ),
)  # fmt: skip
