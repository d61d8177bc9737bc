"""E2.3: the quickest health check whose false alarms are rare enough."""

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.failover.checks import (
    FALLS,
    INTERVALS,
    choose,
    detection,
    expected_checks,
    false_alarm_s,
)
from coursekit.sims.message import require

Answer = dict[str, Any]
Pair = tuple[float, int]
NEAR = 0.02  # no pair's mean time between alarms is nearer to the limit than this share


def choose_check(p: float, tau: float, min_mtbfa_s: float) -> Answer:
    """The interval and the threshold with the smallest worst detection time."""
    found = choose(p, tau, min_mtbfa_s)
    require(found is not None, "min_mtbfa_s={x}: no pair is that quiet", x=min_mtbfa_s)
    return _answer((found.interval, found.fall)) if found else {}


def _answer(pair: Pair) -> Answer:
    return {"interval": pair[0], "fall": pair[1]}


def _cases(rng: np.random.Generator) -> Args:
    while True:
        p = round(float(10 ** rng.uniform(-3, np.log10(0.2))), 4)
        least = int(10 ** rng.uniform(np.log10(3600), np.log10(31_536_000)))
        alarms = np.array([false_alarm_s(p, i, k) for i in INTERVALS for k in FALLS])
        if (abs(alarms / least - 1) > NEAR).all():
            return {"p": p, "tau": round(float(rng.uniform(0, 5)), 1), "min_mtbfa_s": least}


def _best(fits: Callable[[Pair], bool], key: Callable[[Pair], Any]) -> Answer:
    """A mistaken learner's choice."""
    pairs = [(i, k) for i in INTERVALS for k in FALLS if fits((i, k))]
    return _answer(min(pairs, key=key, default=(10.0, 10)))


def _worst(pair: Pair, tau: float) -> Any:
    return detection(*pair, tau).worst, pair[1], pair[0]


def _counts_checks(p: float, tau: float, min_mtbfa_s: float) -> Answer:
    return _best(lambda x: expected_checks(p, x[1]) >= min_mtbfa_s, lambda x: _worst(x, tau))


def _quietest(**args: float) -> Answer:
    return _best(lambda _x: True, lambda x: -false_alarm_s(args["p"], *x))


def _delay_each_time(p: float, tau: float, min_mtbfa_s: float) -> Answer:
    fits = lambda x: false_alarm_s(p, *x) >= min_mtbfa_s  # noqa: E731
    return _best(fits, lambda x: (x[1] * (x[0] + tau), x[1], x[0]))


def _smallest_fall(p: float, tau: float, min_mtbfa_s: float) -> Answer:
    fits = lambda x: false_alarm_s(p, *x) >= min_mtbfa_s  # noqa: E731
    return _best(fits, lambda x: (x[1], *_worst(x, tau)))


def _one_loss(p: float, tau: float, min_mtbfa_s: float) -> Answer:
    return _best(lambda x: x[0] * x[1] / p >= min_mtbfa_s, lambda x: _worst(x, tau))


def _sample(p: float, tau: float, least: float) -> Sample:
    return Sample({"p": p, "tau": tau, "min_mtbfa_s": least}, choose_check(p, tau, least))


HEALTH = Exercise(
    id="E2.3",
    chapter="failover",
    title=mark("Choose a health check"),
    reference=choose_check,
    cases=_cases,
    samples=(_sample(0.05, 1, 86_400), _sample(0.01, 0, 2_592_000), _sample(0.2, 3, 3600)),
    wrong=(
        Wrong(
            "checks for seconds",
            _counts_checks,
            mark("You compare a number of checks with seconds: between two checks lie I seconds."),
        ),
        Wrong(
            "quietest",
            _quietest,
            mark(
                "You take the pair with the fewest false alarms: once they are rare enough, the smallest detection time k·I + τ decides."
            ),
        ),
        Wrong(
            "delay at every check",
            _delay_each_time,
            mark("You count τ once for every failed check: the next check starts on time, so τ counts once, for the last one."),
        ),
        Wrong(
            "smallest threshold",
            _smallest_fall,
            mark("You take the smallest `fall` that fits: a larger one with a shorter interval is often quicker. `fall` only decides between equals."),
        ),
        Wrong(
            "linear in the threshold",
            _one_loss,
            mark("Your false alarms grow rarer in proportion to `fall`: k losses in a row have the chance pᵏ, so the time grows like p⁻ᵏ."),
        ),
    ),
)  # fmt: skip
