"""E13.3: which backup and which pieces of the log bring a database back to a moment."""

from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.databases.pitr import Base, Plan, Segment, plan

Answer = dict[str, Any]
Bases = list[dict[str, Any]]
Segments = list[list[int]]


def pitr(bases: Bases, segments: Segments, target: int) -> Answer:
    """The base and the first and last segment; or the reason, and how far one gets."""
    known = [Base(each["id"], each["start_seg"], each["stop_time"]) for each in bases]
    return _told(plan(known, [Segment(*each) for each in segments], target))


def _told(found: Plan) -> Answer:
    if found.ok and found.base:
        return {"ok": True, "base": found.base.name, "first": found.first, "last": found.last}
    reachable = None if found.reachable_s is None else int(found.reachable_s)
    return {"ok": False, "reason": found.reason, "reachable": reachable}


def _cases(rng: np.random.Generator) -> Args:
    count, first = int(rng.integers(10, 201)), int(rng.integers(0, 50))
    gaps = {int(each) for each in rng.integers(first, first + count, int(rng.integers(0, 4)))}
    step = int(rng.choice((50, 60, 100)))
    segments = [[n, step * n, step * n + step - 1] for n in range(first, first + count)]
    if rng.random() < 0.1:
        gaps |= set(range(first, first + count // 2))
    bases: Bases = []
    for at in range(int(rng.integers(1, 6))):
        start = int(rng.integers(first, first + count))
        bases.append({"id": f"b{at}", "start_seg": start, "stop_time": step * start + int(rng.integers(step, 5 * step))})  # fmt: skip
    end = step * (first + count)
    target = int(rng.integers(step * first, end + end // 10))
    chosen, chance = bases[int(rng.integers(len(bases)))]["stop_time"], rng.random()
    if chance < 0.15:
        target = chosen
    elif chance < 0.5:  # while that base was being made
        target = max(0, chosen - int(rng.integers(1, 2 * step)))
    return {"bases": bases, "segments": [each for each in segments if each[0] not in gaps], "target": target}  # fmt: skip


# Planned mistakes


def _first_base(bases: Bases, segments: Segments, target: int) -> Answer:
    """The earliest base."""
    return pitr([min(bases, key=lambda each: each["stop_time"])], segments, target)


def _over_gaps(bases: Bases, segments: Segments, target: int) -> Answer:
    """Gaps are passed over."""
    answer = pitr(bases, segments, target)
    if answer["ok"] or answer["reason"] == "no base":
        return answer
    base = max((each for each in bases if each["stop_time"] <= target), key=lambda each: each["stop_time"])  # fmt: skip
    later = [each for each in segments if each[0] >= base["start_seg"] and each[2] >= target]
    return {"ok": True, "base": base["id"], "first": base["start_seg"], "last": later[0][0]} if later else answer  # fmt: skip


def _to_the_end(bases: Bases, segments: Segments, target: int) -> Answer:
    """Everything there is, not only up to the moment."""
    answer = pitr(bases, segments, target)
    if not answer["ok"]:
        return answer
    held, last = {each[0] for each in segments}, answer["last"]
    while last + 1 in held:
        last += 1
    return {**answer, "last": last}


def _begun(bases: Bases, segments: Segments, target: int) -> Answer:
    """A base counts from when it began."""
    starts = {number: first for number, first, _last in segments}
    early = [{**each, "stop_time": starts.get(each["start_seg"], each["stop_time"])} for each in bases]  # fmt: skip
    return pitr(early, segments, target)


BASES: Bases = [
    {"id": "sun", "start_seg": 10, "stop_time": 1000},
    {"id": "mon", "start_seg": 40, "stop_time": 5000},
]
SEGMENTS: Segments = [[n, 100 * n, 100 * n + 99] for n in range(10, 60) if n != 47]

PITR = Exercise(
    id="E13.3",
    chapter="databases",
    title=mark("Back to a moment"),
    reference=pitr,
    cases=_cases,
    samples=(
        Sample({"bases": BASES, "segments": SEGMENTS, "target": 2050}, {"ok": True, "base": "sun", "first": 10, "last": 20}),
        Sample({"bases": BASES, "segments": SEGMENTS, "target": 5500}, {"ok": False, "reason": "wal gap", "reachable": 4699}),
        Sample({"bases": BASES, "segments": SEGMENTS, "target": 900}, {"ok": False, "reason": "no base", "reachable": None}),
    ),
    wrong=(
        Wrong("over the gap", _over_gaps, mark("You pass over a missing segment: without it nothing after it can be replayed.")),
        Wrong("everything there is", _to_the_end, mark("You replay all there is: stop with the first segment that reaches the moment, or the mistake you want to undo is replayed too.")),
        Wrong("the earliest base", _first_base, mark("You begin with the earliest base: the latest one that was finished by then needs fewest segments.")),
        Wrong("from its beginning", _begun, mark("You count a base from the moment it began: it can be used only for moments after it was finished.")),
    ),
)  # fmt: skip
