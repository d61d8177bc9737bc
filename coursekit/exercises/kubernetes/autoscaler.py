"""E7.1: how many replicas the autoscaler recommends, with pods that are not ready or not seen."""

from fractions import Fraction
from math import ceil

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.kubernetes.hpa import Use, advise
from coursekit.sims.message import require

NEAR = Fraction(1, 10**6)
TOLERANCES = (0.05, 0.1, 0.15, 0.2)


def hpa_step(current: int, ready: list[int], unready: int, missing: int, target: int, tol: float, minR: int, maxR: int) -> int:  # noqa: N803  # fmt: skip
    """The number of replicas that the autoscaler wants, without stabilization."""
    require(1 <= minR <= maxR, "minR={least}: choose 1 to {most}, maxR", least=minR, most=maxR)
    use = Use(ready=tuple(ready), unready=unready, missing=missing, target=target)
    return _clamped(advise(current, use, tol).replicas, minR, maxR)


def _clamped(wanted: int, least: int, most: int) -> int:
    return min(max(wanted, least), most)


def _cases(rng: np.random.Generator) -> Args:
    """Drawn again while a float could fall on the other side of a boundary."""
    while True:
        args = _drawn(rng)
        if not _near(args):
            return args


def _drawn(rng: np.random.Generator) -> Args:
    target = int(rng.integers(30, 101))
    level = target * float(rng.choice([rng.uniform(0.3, 0.9), rng.uniform(0.9, 1.1), rng.uniform(1.1, 2.2)]))  # fmt: skip
    pods = int(rng.integers(1, 13))
    ready = [int(min(max(level * rng.uniform(0.8, 1.2), 0), 300)) for _ in range(pods)]
    unseen = [int(n) for n in rng.integers(0, 5, 2) * rng.integers(0, 2, 2)]
    current = pods + sum(unseen) if rng.random() < 0.8 else int(rng.integers(1, 51))
    least = int(rng.integers(1, 5))
    return {
        "current": current, "ready": ready, "unready": unseen[0], "missing": unseen[1], "target": target,
        "tol": float(rng.choice(TOLERANCES)), "minR": least, "maxR": int(rng.integers(least + 4, 40)),
    }  # fmt: skip


def _near(args: Args) -> bool:
    """A ratio on the edge of the tolerance, or a product that is whole."""
    use = Use(ready=tuple(args["ready"]), unready=args["unready"], missing=args["missing"], target=args["target"])  # fmt: skip
    advice = advise(args["current"], use, args["tol"])
    counts = {len(use.ready), len(use.ready) + use.missing, len(use.ready) + use.unready, len(use.ready) + use.missing + use.unready}  # fmt: skip
    for ratio in (advice.ratio, advice.cautious):
        if ratio is None:
            continue
        if abs(abs(ratio - 1) - Fraction(str(args["tol"]))) < NEAR:
            return True
        if any(abs(ratio * n - round(ratio * n)) < NEAR for n in {*counts, args["current"]}):
            return True
    return False


def _only_seen(current: int, ready: list[int], unready: int, missing: int, target: int, tol: float, minR: int, maxR: int) -> int:  # noqa: N803, ARG001  # fmt: skip
    return hpa_step(current, ready, 0, 0, target, tol, minR, maxR)


def _no_tolerance(current: int, ready: list[int], unready: int, missing: int, target: int, tol: float, minR: int, maxR: int) -> int:  # noqa: N803, ARG001  # fmt: skip
    return hpa_step(current, ready, unready, missing, target, 0.0, minR, maxR)


def _no_limits(current: int, ready: list[int], unready: int, missing: int, target: int, tol: float, minR: int, maxR: int) -> int:  # noqa: N803, ARG001  # fmt: skip
    return hpa_step(current, ready, unready, missing, target, tol, 1, 10**6)


def _rounded_down(current: int, ready: list[int], unready: int, missing: int, target: int, tol: float, minR: int, maxR: int) -> int:  # noqa: N803  # fmt: skip
    """floor where ceil belongs."""
    use = Use(ready=tuple(ready), unready=unready, missing=missing, target=target)
    advice = advise(current, use, tol)
    if advice.replicas == current:
        return _clamped(current, minR, maxR)
    return _clamped(max(advice.replicas - 1, 0), minR, maxR)  # no product is whole


def _times_current(current: int, ready: list[int], unready: int, missing: int, target: int, tol: float, minR: int, maxR: int) -> int:  # noqa: N803  # fmt: skip
    """The formula of the documentation's first line, whatever was counted."""
    use = Use(ready=tuple(ready), unready=unready, missing=missing, target=target)
    advice = advise(current, use, tol)
    ratio = advice.ratio if advice.cautious is None else advice.cautious
    wanted = current if advice.replicas == current else ceil(ratio * current)
    return _clamped(wanted, minR, maxR)


def _sample(answer: int, ready: list[int], unready: int = 0, missing: int = 0) -> Sample:
    return Sample(
        {"current": 4, "ready": ready, "unready": unready, "missing": missing, "target": 50, "tol": 0.1, "minR": 1, "maxR": 10},
        answer,
    )  # fmt: skip


AUTOSCALER = Exercise(
    id="E7.1",
    chapter="kubernetes",
    title=mark("One turn of the autoscaler"),
    reference=hpa_step,
    cases=_cases,
    samples=(
        _sample(4, [60, 60, 60], unready=1),
        _sample(6, [90, 90, 90], unready=1),
        _sample(4, [20, 20, 20], missing=1),
        _sample(10, [200, 220, 190, 207]),
    ),
    wrong=(
        Wrong(
            "only pods that are seen",
            _only_seen,
            mark("You leave out the pods that are not ready or have no metrics: they are counted so that the step gets smaller, as 0 % on the way up and, if their metrics are missing, as 100 % on the way down."),
        ),
        Wrong(
            "no tolerance",
            _no_tolerance,
            mark("You scale at every small difference: as long as the ratio is within 1 ± tol, the number of replicas stays."),
        ),
        Wrong(
            "no limits",
            _no_limits,
            mark("Your answer may leave the range from minR to maxR: clamp it, last of all."),
        ),
        Wrong(
            "rounded down",
            _rounded_down,
            mark("You round down: the ratio times the pods is rounded up, so that the target is not exceeded."),
        ),
        Wrong(
            "times current",
            _times_current,
            mark("You multiply by the current number of replicas: the ratio belongs to the pods that were counted, and is multiplied by their number."),
        ),
    ),
)  # fmt: skip
