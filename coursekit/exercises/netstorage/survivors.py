"""E11.3: which side of a cut cluster goes on."""

from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import require
from coursekit.sims.netstorage.quorum import Cut, outcome

Answer = dict[str, Any]


def survivors(votes: list[int], groups: list[list[int]], witness_group: int | None) -> Answer:
    """The groups that go on, and the votes that they need."""
    none = witness_group is None or witness_group >= 0
    require(none, "witness_group={n}: choose a group, or None", n=witness_group)
    found = outcome(Cut(votes=tuple(votes), groups=tuple(map(tuple, groups)), witness=witness_group))  # fmt: skip
    return {"running": list(found.running), "quorum": found.quorum}


def _cases(rng: np.random.Generator) -> Args:
    """2 to 9 nodes in 1 to 4 groups, a witness in half of the cases."""
    n = int(rng.integers(2, 10))
    count = min(n, int(rng.choice([1, 2, 3, 4], p=[0.05, 0.55, 0.25, 0.15])))
    sides = [*range(count), *(int(each) for each in rng.integers(0, count, n - count))]
    rng.shuffle(sides)
    groups = [[node for node in range(n) if sides[node] == side] for side in range(count)]
    witness = int(rng.integers(0, count)) if rng.random() < 0.5 else None
    return {"votes": [int(each) for each in rng.choice([1, 2, 3], n, p=[0.5, 0.3, 0.2])], "groups": groups, "witness_group": witness}  # fmt: skip


def _counted(
    votes: list[int], groups: list[list[int]], witness_group: int | None, *,
    half: bool = False, in_total: bool = True, nodes: bool = False, biggest: bool = False,
) -> Answer:  # fmt: skip
    """The count with one rule bent: the wrong solutions."""
    own = [1] * len(votes) if nodes else votes
    total = sum(own) + (in_total and witness_group is not None)
    need = (total + 1) // 2 if half else total // 2 + 1
    sums = [sum(own[node] for node in group) + (at == witness_group) for at, group in enumerate(groups)]  # fmt: skip
    running = [at for at, each in enumerate(sums) if each >= need]
    if biggest and not running:
        running = [sums.index(max(sums))]
    return {"running": running, "quorum": need}


SURVIVORS = Exercise(
    id="E11.3",
    chapter="netstorage",
    title=mark("Say which side of a cut goes on"),
    reference=survivors,
    cases=_cases,
    samples=(
        Sample({"votes": [1, 1, 1, 1], "groups": [[0, 1], [2, 3]], "witness_group": None}, {"running": [], "quorum": 3}),
        Sample({"votes": [1, 1, 1, 1], "groups": [[0, 1], [2, 3]], "witness_group": 0}, {"running": [0], "quorum": 3}),
        Sample({"votes": [2, 1, 1], "groups": [[1, 2], [0]], "witness_group": None}, {"running": [], "quorum": 3}),
    ),
    wrong=(
        Wrong(
            "half is enough",
            partial(_counted, half=True),
            mark("You let half of the votes be enough: then two sides can have it and both go on. More than half is needed."),
        ),
        Wrong(
            "witness not in the total",
            partial(_counted, in_total=False),
            mark("You give a side the witness’s vote without counting it in the total: with it there is one vote more to have the majority of."),
        ),
        Wrong(
            "nodes, not votes",
            partial(_counted, nodes=True),
            mark("You count nodes: each node has the votes that it was given, and those are what is added up."),
        ),
        Wrong(
            "the biggest side",
            partial(_counted, biggest=True),
            mark("You let the biggest side go on even without a majority: it cannot know that it is the biggest. Without enough votes, all stop."),
        ),
    ),
)  # fmt: skip
