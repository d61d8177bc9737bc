"""E5.2: which backups a restore needs, how much it reads, how long it takes."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import require
from coursekit.sims.vmfiles import plans

Answer = dict[str, Any]
Rule = Callable[[str, int], Sequence[int]]


def restore_plan(types: str, sizes: list[float], target: int, throughput: float) -> Answer:
    """The items to read for item `target`, their size, and the seconds at this throughput."""
    return _planned(plans.chain, types, sizes, target, throughput)


def _planned(rule: Rule, types: str, sizes: list[float], target: int, throughput: float) -> Answer:
    require(
        len(sizes) == len(types), "sizes={sizes}: give one an item, {n}",
        sizes=sizes, n=len(types),
    )  # fmt: skip
    require(throughput > 0, "throughput={speed}: choose more than 0", speed=throughput)
    chain = list(rule(types, target))
    total = sum(sizes[item] for item in chain)
    return {"chain": chain, "bytes": total, "seconds": total / throughput}


def _cases(rng: np.random.Generator) -> Args:
    count = int(rng.integers(3, 61))
    weights = [0.1, 0.6, 0.3] if rng.random() < 0.5 else [0.03, 0.9, 0.07]
    types = "F" + "".join(rng.choice(list("FID"), count - 1, p=weights))
    sizes = [int(rng.integers(500, 2001)) if each == "F" else int(rng.integers(5, 400)) for each in types]  # fmt: skip
    target = int(rng.integers(count) if rng.random() < 0.3 else rng.integers(count // 2, count))
    return {
        "types": types,
        "sizes": sizes,
        "target": target,
        "throughput": float(rng.choice([0.5, 1, 2, 4, 8, 20, 100])),
    }


def _only_itself(_types: str, target: int) -> list[int]:
    return [target]


def _everything_since(types: str, target: int) -> list[int]:
    return list(range(types.rfind("F", 0, target + 1), target + 1))


def _through_differentials(types: str, target: int) -> list[int]:
    """An increment is taken to follow the last full, a differential not being a link."""
    full = types.rfind("F", 0, target + 1)
    if types[target] != "I":
        return list(plans.chain(types, target))
    return [full, *(item for item in range(full + 1, target + 1) if types[item] == "I")]


def _from_the_first(types: str, target: int) -> list[int]:
    """Goes back to item 0, the first full, and not to the last one."""
    found = list(plans.chain(types, target))
    return [0, *found[1:]] if len(found) > 1 else found


def _with(rule: Rule) -> Callable[..., Answer]:
    return partial(_planned, rule)


def _sample(types: str, sizes: list[float], target: int, throughput: float, chain: list[int], total: float) -> Sample:  # fmt: skip
    args = {"types": types, "sizes": sizes, "target": target, "throughput": throughput}
    return Sample(args, {"chain": chain, "bytes": total, "seconds": total / throughput})


RESTORING = Exercise(
    id="E5.2",
    chapter="vmfiles",
    title=mark("Plan a restore"),
    reference=restore_plan,
    cases=_cases,
    samples=(
        _sample("FIIDIII", [100, 10, 10, 30, 10, 10, 10], 6, 2, [0, 3, 4, 5, 6], 160),
        _sample("FDDDDDD", [100, 10, 19, 27, 34, 41, 47], 6, 1, [0, 6], 147),
        _sample("FIIFDI", [100, 10, 10, 110, 10, 10], 5, 4, [3, 4, 5], 130),
    ),
    wrong=(
        Wrong(
            "only itself",
            _with(_only_itself),
            mark("You read only the item asked for: an increment or a differential holds changes and needs what it was counted from."),
        ),
        Wrong(
            "all since the full",
            _with(_everything_since),
            mark("You read all items since the last full: a differential holds all changes since the full, so that what lies between is not needed."),
        ),
        Wrong(
            "past the differential",
            _with(_through_differentials),
            mark("You chain the increments and leave out the differential among them: an increment counts from the item before it, of whatever type."),
        ),
        Wrong(
            "from the first full",
            _with(_from_the_first),
            mark("You begin with the first full: changes are counted from the last full before the item."),
        ),
    ),
)  # fmt: skip
