"""E6.1: how long work takes under a CPU quota, and how often it is stopped."""

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.containers import throttle
from coursekit.sims.containers.throttle import Throttle

Answer = dict[str, float | int]
ENOUGH = 10_000  # cores: the exercise has one for each thread


def throttled(C: int, Q: int, P: int, T: int) -> Answer:  # noqa: N803  (the task's letters)
    """Wall time in ms and throttled periods of C ms of work on T threads, Q ms in each P ms."""
    wall, throttles = throttle.run(Throttle(work=C, quota=Q, period=P, threads=T, cores=ENOUGH))
    return {"wall_ms": wall, "throttles": throttles}


def _cases(rng: np.random.Generator) -> Args:
    """A quarter ends exactly with a quota, or has a quota its threads can just not exceed."""
    period, threads = int(rng.choice([50, 100])), int(rng.integers(1, 9))
    quota, work = int(rng.integers(5, 401)), int(rng.integers(1, 2001))
    kind = rng.random()
    if kind < 0.5:  # the limit bites, and more than once
        quota = int(rng.integers(5, min(400, threads * period)))
    elif kind < 0.65:
        quota = min(400, threads * period)
    if rng.random() < 0.2:
        work = quota * int(rng.integers(1, max(2, 2000 // quota)))
    return {"C": work, "Q": quota, "P": period, "T": threads}


def _evenly(C: int, Q: int, P: int, T: int) -> Answer:  # noqa: N803
    """Spreads the quota over the period: a slower CPU, no stalls."""
    right = throttled(C, Q, P, T)
    return {"wall_ms": C / min(T, Q / P), "throttles": right["throttles"]}


def _to_the_end(C: int, Q: int, P: int, T: int) -> Answer:  # noqa: N803
    """Counts whole periods: waits to the end of the last one too."""
    right = throttled(C, Q, P, T)
    periods = -(-C // min(Q, T * P))
    return {"wall_ms": float(periods * P), "throttles": right["throttles"]}


def _one_thread(C: int, Q: int, P: int, T: int) -> Answer:  # noqa: N803, ARG001
    return throttled(C, Q, P, 1)


def _for_each_thread(C: int, Q: int, P: int, T: int) -> Answer:  # noqa: N803
    """Gives each thread a quota of its own."""
    return throttled(C, Q * T, P, T)


def _one_too_many(C: int, Q: int, P: int, T: int) -> Answer:  # noqa: N803
    """Counts the period in which the work ends with its quota as throttled too."""
    right = throttled(C, Q, P, T)
    return {"wall_ms": right["wall_ms"], "throttles": right["throttles"] + (Q < T * P)}


THROTTLED = Exercise(
    id="E6.1",
    chapter="containers",
    title=mark("Work under a CPU quota"),
    reference=throttled,
    cases=_cases,
    samples=(
        Sample({"C": 200, "Q": 100, "P": 100, "T": 4}, {"wall_ms": 125.0, "throttles": 1}),
        Sample({"C": 120, "Q": 50, "P": 100, "T": 1}, {"wall_ms": 220.0, "throttles": 2}),
        Sample({"C": 400, "Q": 400, "P": 100, "T": 4}, {"wall_ms": 100.0, "throttles": 0}),
    ),
    wrong=(
        Wrong(
            "spread evenly",
            _evenly,
            mark("You spread the quota over the period: the threads run at full speed until it is used up, then stand still until the next one."),
        ),
        Wrong(
            "to the end of the period",
            _to_the_end,
            mark("You wait to the end of the last period: the work is done as soon as its last millisecond has run."),
        ),
        Wrong(
            "one thread",
            _one_thread,
            mark("You let one thread run at a time: T threads use up T ms of the quota in each ms."),
        ),
        Wrong(
            "a quota for each thread",
            _for_each_thread,
            mark("You give each thread a quota of its own: the quota is the group’s, its threads share it."),
        ),
        Wrong(
            "one throttle too many",
            _one_too_many,
            mark("You count the last period too: it is throttled only when work is left after the quota, and more could have run."),
        ),
    ),
)  # fmt: skip
