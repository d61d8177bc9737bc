"""E7.2: a rolling update, action by action."""

from functools import partial

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.kubernetes.rollout import Deployment, roll
from coursekit.sims.kubernetes.rounding import Amount, amount, limits, to_add, to_remove
from coursekit.sims.message import require

Rows = list[list[int]]
NEVER = 1e9  # no report of a deadline: it changes nothing


def rollout(n: int, surge: int | str, unavailable: int | str, ready_ticks: int) -> Rows:
    """[t, old, new, available] at the start, after each action and each change of availability."""
    require(ready_ticks >= 1, "{name}={value}: choose 1 or more", name="ready_ticks", value=ready_ticks)  # fmt: skip
    deployment = Deployment(replicas=n, surge=surge, unavailable=unavailable, ready=ready_ticks, deadline=NEVER)  # fmt: skip
    kinds = ("start", "up", "down", "ready")
    return [
        [int(s.t), s.total, 0, s.available] if s.kind == "start" else [int(s.t), s.old, s.new, s.available]
        for s in roll(deployment).states
        if s.kind in kinds
    ]  # fmt: skip


def _cases(rng: np.random.Generator) -> Args:
    def drawn() -> Amount:
        if rng.random() < 0.6:
            return f"{int(rng.integers(0, 11)) * 10 + int(rng.choice([0, 5]))}%"
        return int(rng.integers(0, 6))

    return {
        "n": int(rng.integers(1, 41)), "surge": drawn(),
        "unavailable": _at_most_all(drawn()), "ready_ticks": int(rng.integers(1, 4)),
    }  # fmt: skip


def _at_most_all(value: Amount) -> Amount:
    return "100%" if value == "105%" else value


def _played(n: int, surge: int | str, unavailable: int | str, ready_ticks: int, *, mistake: str) -> Rows:  # fmt: skip
    """The loop with one mistake."""
    more, fewer = limits(n, surge, unavailable)
    if mistake == "rounding":
        more, fewer = amount(surge, n, up=False), amount(unavailable, n, up=True)
        fewer = fewer or (1 if more == 0 else 0)
    least = n - fewer
    t, old, due = 0, n, list[int]()
    rows = [[0, n, 0, n]]

    def up() -> bool:
        add = to_add(n, n + more, old + len(due), len(due))
        due.extend([t + ready_ticks] * add)
        if add:
            rows.append([t, old, len(due), old + sum(d <= t for d in due)])
        return add > 0

    def down() -> bool:
        nonlocal old
        able = sum(d <= t for d in due)
        counted = len(due) if mistake == "ready at once" else able
        _ill, take = to_remove(least, (old, old), (len(due), counted))
        take = min(take, 1) if mistake == "one by one" else take
        old -= take
        if take:
            rows.append([t, old, len(due), old + able])
        return take > 0

    order = (down, up) if mistake == "down first" else (up, down)
    while True:
        while any(step() for step in order):
            pass
        coming = [d for d in due if d > t]
        if not coming:
            return rows
        t = min(coming)
        rows.append([t, old, len(due), old + sum(d <= t for d in due)])


UPDATING = Exercise(
    id="E7.2",
    chapter="kubernetes",
    title=mark("A rolling update, action by action"),
    reference=rollout,
    cases=_cases,
    samples=(
        Sample(
            {"n": 3, "surge": "25%", "unavailable": "25%", "ready_ticks": 1},
            [[0, 3, 0, 3], [0, 3, 1, 3], [1, 3, 1, 4], [1, 2, 1, 3], [1, 2, 2, 3], [2, 2, 2, 4], [2, 1, 2, 3], [2, 1, 3, 3], [3, 1, 3, 4], [3, 0, 3, 3]],
        ),
        Sample(
            {"n": 4, "surge": 0, "unavailable": 2, "ready_ticks": 2},
            [[0, 4, 0, 4], [0, 2, 0, 2], [0, 2, 2, 2], [2, 2, 2, 4], [2, 0, 2, 2], [2, 0, 4, 2], [4, 0, 4, 4]],
        ),
        Sample(
            {"n": 2, "surge": "100%", "unavailable": 0, "ready_ticks": 3},
            [[0, 2, 0, 2], [0, 2, 2, 2], [3, 2, 2, 4], [3, 0, 2, 2]],
        ),
    ),
    wrong=(
        Wrong(
            "rounding",
            partial(_played, mistake="rounding"),
            mark("You round the wrong way: a percentage of surge is rounded up, one of unavailable is rounded down."),
        ),
        Wrong(
            "ready at once",
            partial(_played, mistake="ready at once"),
            mark("You count new pods as available when they are made: they serve only after ready_ticks, and until then old ones must stay for them."),
        ),
        Wrong(
            "down first",
            partial(_played, mistake="down first"),
            mark("You remove old pods before you make new ones: the loop grows first, begins again, and shrinks only when it cannot grow."),
        ),
        Wrong(
            "one by one",
            partial(_played, mistake="one by one"),
            mark("You remove old pods one at a time: one action takes as many as the limits allow."),
        ),
    ),
)  # fmt: skip
