"""E9.2: create, extend and remove logical volumes, extent by extent."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import require
from coursekit.sims.volumes import allocate
from coursekit.sims.volumes.extents import Run, Volume, runs_of

Op = list[Any]
Ops = list[Op]
Answer = dict[str, Any]
Create = Callable[[Sequence[Run], int], tuple[Run, ...]]
Grow = Callable[[Volume, Sequence[Run], int], Volume]
KINDS = {"create": 3, "extend": 3, "remove": 2}  # op -> its length


def lvm(ops: Ops, pv_extents: list[int]) -> Answer:
    """Where every volume and the free space lie at the end, or the first op that fails."""
    return _played(ops, pv_extents)


def _played(
    ops: Ops, pv_extents: list[int], *, create: Create = allocate.first_fit, grow: Grow = allocate.grow
) -> Answer:  # fmt: skip
    """The ops with the rules given: the wrong solutions bend one of them."""
    require(bool(pv_extents) and min(pv_extents) >= 1, "pv_extents={sizes}: give 1 extent or more a PV", sizes=pv_extents)  # fmt: skip
    volumes = dict[str, Volume]()
    for at, op in enumerate(ops):
        kind, name, *count = _checked(op)
        free = allocate.free_runs(pv_extents, volumes.values())
        if (kind == "create") == (name in volumes):
            return {"error": at}
        if count and count[0] > sum(run.count for run in free):
            return {"error": at}
        if kind == "create":
            volumes[name] = Volume(name, _segments(create(free, count[0])))
        elif kind == "extend":
            volumes[name] = grow(volumes[name], free, count[0])
        else:
            del volumes[name]
    free = allocate.free_runs(pv_extents, volumes.values())
    return {"lvs": {name: _shown(runs_of(each)) for name, each in volumes.items()}, "free": _shown(free)}  # fmt: skip


def _segments(runs: Sequence[Run]) -> Any:
    return tuple(allocate.joined(allocate.lined_up([runs])))


def _shown(runs: Sequence[Run]) -> list[list[int]]:
    return [[run.pv, run.first, run.last] for run in runs]


def _checked(op: Op) -> Op:
    require(
        bool(op) and op[0] in KINDS and len(op) == KINDS[op[0]] and isinstance(op[1], str)
        and all(isinstance(each, int) and each >= 1 for each in op[2:]),
        'op={op}: write ["create", name, extents], ["extend", name, extents] or ["remove", name]',
        op=op,
    )  # fmt: skip
    return op


def _cases(rng: np.random.Generator) -> Args:
    """Ops drawn one by one, most of them possible; a case ends early only if one of them fails."""
    sizes = [int(each) for each in rng.integers(5, 61, int(rng.integers(1, 5)))]
    most = max(2, sum(sizes) // 5)
    names, ops = list[str](), list[Op]()
    for _each in range(int(rng.integers(1, 26))):
        kind = str(rng.choice(list(KINDS), p=[0.4, 0.35, 0.25]))
        op = _drawn(rng, kind if names or kind == "create" else "create", names, most)
        tried = _played([*ops, op], sizes)
        if "error" in tried and rng.random() < 0.75:  # a failure now and then, not in every case
            continue
        ops.append(op)
        if "error" in tried:
            break
        names = list(tried["lvs"])
    return {"ops": ops or [["create", "a", 1]], "pv_extents": sizes}


def _drawn(rng: np.random.Generator, kind: str, names: list[str], most: int) -> Op:
    """One op; a wrong name is drawn now and then."""
    new = next(letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in names)
    known = str(rng.choice(names)) if names else new
    usual = rng.random() < 0.95
    name = new if (kind == "create") == usual else known
    return [kind, name] if kind == "remove" else [kind, name, int(rng.integers(1, most + 1))]


def _in_order(free: Sequence[Run], need: int) -> tuple[Run, ...]:
    """Takes the first free extents, in pieces, even if a run further on would hold all."""
    found, wanted = list[Run](), need
    for run in free:
        if wanted:
            found.append(Run(run.pv, run.first, min(run.count, wanted)))
            wanted -= found[-1].count
    return tuple(found)


def _best_fit(free: Sequence[Run], need: int) -> tuple[Run, ...]:
    """Takes the smallest run that holds all."""
    fitting = [run for run in free if run.count >= need]
    best = min(fitting, key=lambda run: run.count, default=None)
    return (Run(best.pv, best.first, need),) if best else _in_order(free, need)


def _anywhere(volume: Volume, free: Sequence[Run], more: int) -> Volume:
    """Extends as a new volume is created, wherever that is."""
    return _with(volume, allocate.first_fit(free, more))


def _from_the_start(volume: Volume, free: Sequence[Run], more: int) -> Volume:
    """Extends with the first free extents of the group, not with those behind its last one."""
    return _with(volume, _in_order(free, more))


def _with(volume: Volume, runs: Sequence[Run]) -> Volume:
    return Volume(volume.name, _segments([*runs_of(volume), *runs]))


def _goes_on(ops: Ops, pv_extents: list[int]) -> Answer:
    """Leaves out an op that fails and goes on."""
    kept = list[Op]()
    for op in ops:
        if "error" not in _played([*kept, op], pv_extents):
            kept.append(op)
    return _played(kept, pv_extents)


EXTENTS = Exercise(
    id="E9.2",
    chapter="volumes",
    title=mark("Give out the extents of a volume group"),
    reference=lvm,
    cases=_cases,
    samples=(
        Sample({"ops": [["create", "a", 4], ["extend", "b", 1]], "pv_extents": [10]}, {"error": 1}),
        Sample(
            {"ops": [["create", "a", 4], ["create", "b", 3], ["extend", "a", 8]], "pv_extents": [10, 10]},
            {"lvs": {"a": [[0, 0, 3], [0, 7, 9], [1, 0, 4]], "b": [[0, 4, 6]]}, "free": [[1, 5, 9]]},
        ),
        Sample(
            {"ops": [["create", "a", 2], ["create", "b", 3], ["remove", "a"], ["create", "c", 4], ["extend", "b", 3]], "pv_extents": [10]},
            {"lvs": {"b": [[0, 2, 4], [0, 0, 1], [0, 9, 9]], "c": [[0, 5, 8]]}, "free": []},
        ),
    ),
    wrong=(
        Wrong(
            "in order",
            partial(_played, create=_in_order),
            mark("You create a volume from the first free extents, in pieces: look first for a run that holds all of it, and join pieces only if there is none."),
        ),
        Wrong(
            "best fit",
            partial(_played, create=_best_fit),
            mark("You create a volume in the smallest run that holds it: the rule is the first one, by PV, then by address."),
        ),
        Wrong(
            "extended anywhere",
            partial(_played, grow=_anywhere),
            mark("You extend a volume as you create one: first come the free extents right behind its last one, then the rest of that PV, then the other PVs."),
        ),
        Wrong(
            "extended from the start",
            partial(_played, grow=_from_the_start),
            mark("You extend a volume with the first free extents of the group: begin behind its last extent, then stay on its PV."),
        ),
        Wrong(
            "goes on",
            _goes_on,
            mark("You leave out an operation that fails and go on: the first failure ends the run, and its index is the answer."),
        ),
    ),
)  # fmt: skip
