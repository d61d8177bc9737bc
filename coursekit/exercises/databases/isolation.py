"""E13.2: a small database that runs a schedule at three isolation levels."""

from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.databases import labdb
from coursekit.sims.databases.schedules import Schedule, Step, Value
from coursekit.sims.message import require

Answer = dict[str, Any]
LEVELS = ("RU", "RC", "SI")


def run(level: str, items: dict[str, int], schedule: list[list[Any]]) -> Answer:
    """What is stored in the end, what became of each transaction, what was read."""
    require(level in LEVELS, "level={level}: choose one of {levels}", level=level, levels=", ".join(LEVELS))  # fmt: skip
    steps = tuple(_step(*each) for each in schedule)
    ran = labdb.run(level, Schedule(tuple(items.items()), steps), states=False)
    return {
        "final": dict(ran.final), "status": {str(tx): how for tx, how in ran.status.items()},
        "reads": [list(each) for each in ran.reads],
    }  # fmt: skip


def _step(tx: int, kind: Any, key: str = "", value: int | None = None) -> Step:
    require(kind in ("r", "w", "c", "a"), "kind={kind}: choose one of r, w, c, a", kind=kind)
    return Step(kind, tx, key, None if value is None else Value("", value))


KEYS = ("x", "y", "z")


def _cases(rng: np.random.Generator) -> Args:
    count, keys = int(rng.integers(2, 4)), KEYS[: int(rng.integers(1, 4))]
    steps = int(rng.integers(4, 15)) - count
    own: dict[int, list[list[Any]]] = {tx: [] for tx in range(1, count + 1)}
    for at in range(max(steps, count)):
        tx, key = int(rng.integers(1, count + 1)), str(rng.choice(keys))
        own[tx].append([tx, "r", key] if rng.random() < 0.5 else [tx, "w", key, 100 * tx + at])
    for tx, done in own.items():
        done.append([tx, "c" if rng.random() < 0.8 else "a"])
    order = rng.permutation([tx for tx, done in own.items() for _ in done])
    schedule = [own[int(tx)].pop(0) for tx in order]
    items = {key: 10 * (at + 1) for at, key in enumerate(keys)}
    return {"level": str(rng.choice(LEVELS)), "items": items, "schedule": schedule}


# Planned mistakes


def _as(level: str, items: dict[str, int], schedule: list[list[Any]], *, levels: dict[str, str]) -> Answer:  # fmt: skip
    """One level for another."""
    return run(levels.get(level, level), items, schedule)


def _no_locks(level: str, items: dict[str, int], schedule: list[list[Any]]) -> Answer:
    """Nobody waits: each write is done at once, and the last commit stays."""
    stored, final = dict(items), dict(items)
    drafts: dict[int, dict[str, int]] = {}
    shots: dict[int, dict[str, int]] = {}
    status, reads = dict[str, str](), []
    for tx, kind, *rest in schedule:
        shot, own = shots.setdefault(tx, dict(final)), drafts.setdefault(tx, {})
        if kind == "r":
            seen = {"RU": stored, "RC": final, "SI": shot}[level]
            reads.append([tx, rest[0], own.get(rest[0], seen[rest[0]])])
        elif kind == "w":
            own[rest[0]] = stored[rest[0]] = rest[1]
        else:
            final |= own if kind == "c" else {}
            status[str(tx)] = "committed" if kind == "c" else "aborted"
            stored = {**final, **{key: value for other, held in drafts.items() if str(other) not in status for key, value in held.items()}}  # fmt: skip
    return {"final": final, "status": dict(sorted(status.items())), "reads": reads}


def _own_unseen(level: str, items: dict[str, int], schedule: list[list[Any]]) -> Answer:
    """A transaction reads what others see, not what it wrote itself."""
    answer = run(level, items, schedule)
    seen = dict(items)
    for tx, kind, *rest in schedule:
        if kind == "w":
            for read in answer["reads"]:
                if read[0] == tx and read[1] == rest[0] and read[2] == rest[1]:
                    read[2] = seen[rest[0]]
    return answer


RUN = Exercise(
    id="E13.2",
    chapter="databases",
    title=mark("Three isolation levels"),
    reference=run,
    cases=_cases,
    samples=(
        Sample(
            {"level": "SI", "items": {"x": 10, "y": 20}, "schedule": [[1, "r", "x"], [2, "w", "x", 11], [1, "w", "x", 12], [2, "c"], [1, "c"]]},
            {"final": {"x": 11, "y": 20}, "status": {"1": "40001", "2": "committed"}, "reads": [[1, "x", 10]]},
        ),
        Sample(
            {"level": "RC", "items": {"x": 10, "y": 20}, "schedule": [[1, "r", "x"], [2, "w", "x", 11], [1, "w", "x", 12], [2, "c"], [1, "c"]]},
            {"final": {"x": 12, "y": 20}, "status": {"1": "committed", "2": "committed"}, "reads": [[1, "x", 10]]},
        ),
        Sample(
            {"level": "RU", "items": {"x": 10}, "schedule": [[1, "w", "x", 99], [2, "r", "x"], [1, "a"], [2, "r", "x"], [2, "c"]]},
            {"final": {"x": 10}, "status": {"1": "aborted", "2": "committed"}, "reads": [[2, "x", 99], [2, "x", 10]]},
        ),
        Sample(
            {"level": "RC", "items": {"x": 10, "y": 20}, "schedule": [[1, "w", "x", 1], [2, "w", "y", 2], [1, "w", "y", 3], [2, "w", "x", 4], [1, "c"], [2, "c"]]},
            {"final": {"x": 1, "y": 3}, "status": {"1": "committed", "2": "40P01"}, "reads": []},
        ),
    ),
    wrong=(
        Wrong("no locks", _no_locks, mark("Nobody waits in your database: a row that was written stays locked until its transaction ends, at every level, and a ring of waiting ones aborts the one that closes it.")),
        Wrong("drafts at every level", partial(_as, levels={"RC": "RU"}), mark("Your “RC” reads what has not been committed: that is RU. RC reads the newest committed value.")),
        Wrong("no snapshot", partial(_as, levels={"SI": "RC"}), mark("Your “SI” reads what is newest: it must go on seeing what was committed when the transaction took its first step, and a write to a row changed since aborts with 40001.")),
        Wrong("a snapshot for RC", partial(_as, levels={"RC": "SI"}), mark("Your “RC” keeps a snapshot: each of its reads sees the newest committed value, and it never aborts with 40001.")),
    ),
)  # fmt: skip
