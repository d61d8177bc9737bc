"""E4.1: how long a live migration takes, how long the guest stands still, what is sent."""

from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.hypervisors.migration import Migrated, Migration
from coursekit.sims.hypervisors.migration import migrate as run

Answer = dict[str, Any]

NEAR = 1e-6  # no hidden case is nearer, relatively, to the size that fits in the pause


def migrate(M: float, B: float, D: float, W: float, Td: float, R: int) -> Answer:  # noqa: N803  (the task's names)
    """Rounds, their seconds, the pause, MB sent with the last copy, and why the rounds end."""
    return _said(_run(M, B, D, W, Td, R))


def _run(m: float, b: float, d: float, w: float, td: float, r: int) -> Migrated:
    params = Migration(memory=m, bandwidth=b, dirty=d, writable=w, pause=td, rounds=r)
    return run(params)


def _said(result: Migrated) -> Answer:
    return {
        "rounds": len(result.rounds),
        "precopy_s": result.precopy,
        "downtime_s": result.pause,
        "sent_mb": result.sent,
        "why": result.why,
    }


def _cases(rng: np.random.Generator) -> Args:
    while True:
        m, b = float(rng.integers(512, 65_537)), float(rng.integers(50, 3001))
        args: Args = {
            "M": m, "B": b,
            "D": round(float(rng.uniform(0, 1.5)) * b, 1),
            "W": round(float(rng.uniform(0.02, 1)) * m, 1),
            "Td": round(float(rng.uniform(0.05, 1)), 3),
            "R": int(rng.integers(5, 31)),
        }  # fmt: skip
        result = _run(*args.values())
        sizes = [each.volume for each in result.rounds] + [result.last]
        limit = result.params.last_copy
        if all(abs(size / limit - 1) > NEAR for size in sizes):
            return args


def _no_working_set(M: float, B: float, D: float, W: float, Td: float, R: int) -> Answer:  # noqa: ARG001, N803  (that is the mistake)
    """What is dirty grows with the round, beyond the guest's own memory if need be."""
    left, clock, sent, rounds = M, 0.0, 0.0, 0
    while left > B * Td and rounds < R:
        seconds = left / B
        clock, sent, rounds, left = clock + seconds, sent + left, rounds + 1, D * seconds
    why = "converged" if left <= B * Td else "max_rounds"
    return {
        "rounds": rounds, "precopy_s": clock, "downtime_s": left / B, "sent_mb": sent + left,
        "why": why,
    }  # fmt: skip


def _last_not_sent(M: float, B: float, D: float, W: float, Td: float, R: int) -> Answer:  # noqa: N803
    result = _run(M, B, D, W, Td, R)
    return {**_said(result), "sent_mb": result.sent - result.last}


def _allowed_pause(M: float, B: float, D: float, W: float, Td: float, R: int) -> Answer:  # noqa: N803
    return {**migrate(M, B, D, W, Td, R), "downtime_s": Td}


def _pause_in_rounds(M: float, B: float, D: float, W: float, Td: float, R: int) -> Answer:  # noqa: N803
    result = _run(M, B, D, W, Td, R)
    return {**_said(result), "precopy_s": result.total}


def _sample(
    values: tuple[float, ...], rounds: int, precopy: float, pause: float, sent: float, why: str
) -> Sample:
    args = dict(zip(("M", "B", "D", "W", "Td", "R"), values, strict=True))
    return Sample(
        args,
        {"rounds": rounds, "precopy_s": precopy, "downtime_s": pause, "sent_mb": sent, "why": why},
    )


MIGRATION = Exercise(
    id="E4.1",
    chapter="hypervisors",
    title=mark("Migrate a machine that runs"),
    reference=migrate,
    cases=_cases,
    tolerance=1e-6,
    samples=(
        _sample((4096, 1000, 500, 4096, 0.3, 30), 4, 7.68, 0.256, 7936.0, "converged"),
        _sample((4096, 1000, 2000, 200, 0.3, 30), 1, 4.096, 0.2, 4296.0, "converged"),
        _sample((4096, 1024, 2048, 512, 0.25, 8), 8, 7.5, 0.5, 8192.0, "max_rounds"),
    ),
    wrong=(
        Wrong(
            "no working set",
            _no_working_set,
            mark("You let what is dirty grow without end: a guest writes the same pages again and again, so at most W MB are dirty at once."),
        ),
        Wrong(
            "last copy not counted",
            _last_not_sent,
            mark("Your traffic stops with the rounds: what is left is sent too, during the pause."),
        ),
        Wrong(
            "pause allowed for pause",
            _allowed_pause,
            mark("You give the pause that is allowed: the guest stands still as long as the last copy takes, V / B."),
        ),
        Wrong(
            "pause in the rounds",
            _pause_in_rounds,
            mark("Your seconds of the rounds hold the pause too: the guest still runs during the rounds, so the two are counted apart."),
        ),
    ),
)  # fmt: skip
