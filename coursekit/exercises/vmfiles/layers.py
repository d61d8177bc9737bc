"""E5.1: writes, reads, snapshots, reverts and deletes on a chain of layers."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import require
from coursekit.sims.vmfiles import chain
from coursekit.sims.vmfiles.chain import Disk, Found, Way

Op = list[Any]
Ops = list[Op]
Answer = dict[str, Any]
Merge = Callable[[Disk, int, Way], tuple[Disk, int]]
KINDS = {"w": 3, "r": 2, "snap": 1, "revert": 2, "delete": 3}  # op -> its length


def snapshot_ops(n: int, ops: Ops) -> Answer:
    """Clusters in each layer at the end, what each read found, clusters copied by deletes."""
    return _played(n, ops)


def _merged(disk: Disk, layer: int, way: Way) -> tuple[Disk, int]:
    after, cost = chain.delete(disk, layer, way)
    return after, cost.copied


def _played(
    n: int, ops: Ops, *, find: Callable[[Disk, int], Found] = chain.read, merge: Merge = _merged,
    back: Callable[[Disk, int], Disk] = chain.revert,
) -> Answer:  # fmt: skip
    """The ops on a chain, with the rules given: the wrong solutions bend one of them."""
    disk, reads, copied, writes = Disk(clusters=n), [], 0, 0
    for op in ops:
        kind = _checked(op)
        if kind == "w":
            writes += 1
            disk, _cost = chain.write(disk, op[1], writes, whole=op[2])
        elif kind == "r":
            found = find(disk, op[1])
            reads.append([found.value, found.depth])
        elif kind == "snap":
            disk = chain.snapshot(disk)
        elif kind == "revert":
            disk = back(disk, op[1])
        else:
            disk, more = merge(disk, op[1], op[2])
            copied += more
    return {"sizes": list(disk.sizes), "reads": reads, "copied": copied}


def _checked(op: Op) -> str:
    kind = op[0] if op else ""
    require(
        kind in KINDS and len(op) == KINDS[kind]
        and all(isinstance(each, int) for each in op[1:2])
        and (kind != "w" or isinstance(op[2], bool)),
        'op={op}: write ["w", c, full], ["r", c], ["snap"], ["revert", j] or ["delete", j, way]',
        op=op,
    )  # fmt: skip
    return str(kind)


def _cases(rng: np.random.Generator) -> Args:
    """Ops drawn one by one, each valid for the layers that are there by then."""
    n, ops, layers = int(rng.integers(4, 65)), list[Op](), 1
    for _each in range(int(rng.integers(10, 81))):
        op, layers = _drawn(rng, n, layers)
        ops.append(op)
    return {"n": n, "ops": ops}


def _drawn(rng: np.random.Generator, n: int, layers: int) -> tuple[Op, int]:
    """One op and the number of layers after it."""
    kind = str(rng.choice(["w", "r", "snap", "revert", "delete"], p=[0.45, 0.27, 0.12, 0.04, 0.12]))
    if (kind in ("revert", "delete") and layers < 2) or (kind == "snap" and layers > 6):
        kind = "w"
    if kind in ("w", "r"):  # most accesses are to the same few clusters: layers overlap
        cluster = int(rng.integers(max(2, n // 4) if rng.random() < 0.8 else n))
        return (
            [kind, cluster, bool(rng.random() < 0.5)] if kind == "w" else [kind, cluster]
        ), layers
    if kind == "snap":
        return [kind], layers + 1
    if kind == "revert":
        layer = int(rng.integers(layers - 1))
        return [kind, layer], layer + 2
    way = "up" if layers > 2 and rng.random() < 0.5 else "down"
    return [kind, int(rng.integers(1, layers - (way == "up"))), way], layers - 1


def _from_the_base(disk: Disk, number: int) -> Found:
    """Looks in the base first, and counts from there."""
    for depth, layer in enumerate(disk.layers):
        if number in layer:
            return Found(layer[number], depth, depth)
    return Found(0, None, disk.top)


def _all_copied(disk: Disk, layer: int, way: Way) -> tuple[Disk, int]:
    after, _copied = _merged(disk, layer, way)
    return after, disk.sizes[layer]


def _older_wins(disk: Disk, layer: int, way: Way) -> tuple[Disk, int]:
    """Merges the right layers, but the older cluster stays."""
    _after, copied = _merged(disk, layer, way)
    under = layer - (way == "down")
    merged = {**disk.layers[under + 1], **disk.layers[under]}
    layers = (*disk.layers[:under], merged, *disk.layers[under + 2 :])
    return Disk(clusters=disk.clusters, layers=layers), copied


def _reopened(disk: Disk, layer: int) -> Disk:
    """Drops the layers above, but writes on in the closed layer: its state is lost.

    An empty layer more keeps the numbers of the layers right.
    """
    below, closed = disk.layers[:layer], disk.layers[layer]
    return Disk(clusters=disk.clusters, layers=(*below, {}, closed))


LAYERS = Exercise(
    id="E5.1",
    chapter="vmfiles",
    title=mark("Keep the layers of a disk"),
    reference=snapshot_ops,
    cases=_cases,
    samples=(
        Sample(
            {"n": 4, "ops": [["w", 0, True], ["w", 1, True], ["snap"], ["w", 1, False], ["r", 0], ["r", 1], ["r", 3], ["delete", 1, "down"]]},
            {"sizes": [2], "reads": [[1, 1], [3, 0], [0, 1]], "copied": 1},
        ),
        Sample(
            {"n": 4, "ops": [["w", 0, True], ["snap"], ["w", 0, True], ["w", 1, True], ["snap"], ["w", 1, True], ["delete", 1, "up"], ["r", 0], ["r", 1]]},
            {"sizes": [1, 2], "reads": [[2, 0], [4, 0]], "copied": 1},
        ),
        Sample(
            {"n": 4, "ops": [["w", 2, True], ["snap"], ["w", 2, True], ["snap"], ["revert", 0], ["r", 2], ["w", 3, False]]},
            {"sizes": [1, 1], "reads": [[1, 1]], "copied": 0},
        ),
    ),
    wrong=(
        Wrong(
            "from the base",
            partial(_played, find=_from_the_base),
            mark("You look in the base first: reads begin at the newest layer and go down until one has the cluster; the depth counts the layers passed."),
        ),
        Wrong(
            "all copied",
            partial(_played, merge=_all_copied),
            mark("You count every cluster of the deleted layer: pulled up, those that the layer above has already are newer there and need no copy."),
        ),
        Wrong(
            "the older wins",
            partial(_played, merge=_older_wins),
            mark("After a merge your older cluster stays: where both layers have it, the one of the upper layer is newer and wins."),
        ),
        Wrong(
            "reopened",
            partial(_played, back=_reopened),
            mark("After a revert you write on in the layer that was closed: it stays frozen, and a new empty layer above it takes the writes."),
        ),
    ),
)  # fmt: skip
