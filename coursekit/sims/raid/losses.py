"""Which dead disks an array bears: every subset, exactly.

Modelled: levels that count their losses (0, 1, 4, 5, 6), RAID 10 from the real places of
its copies, RAID 01 by sides (one dead disk stops its whole side). Left out: unreadable
sectors, time and repair (`reliability`, `survival`). Source: md(4).
"""

from fractions import Fraction
from itertools import combinations
from math import comb, lcm

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.message import require
from coursekit.sims.raid.layouts import Array, places, row

__all__ = [
    "copy_sets",
    "fatal_pairs",
    "second_failure",
    "survival",
    "survives",
    "tolerance",
]

Bools = NDArray[np.bool_]

MOST_SUBSETS = 500_000


def copy_sets(array: Array) -> tuple[tuple[int, ...], ...]:
    """RAID 10: the sets of disks of which one must live, each once, sorted."""
    pattern = lcm(array.disks, array.near) * array.far // array.disks  # rows until it repeats
    rows = max(pattern, array.chunks_per_disk)
    cells = [cell for stripe in range(rows) for cell in row(array, stripe)]
    chunks = {cell.chunk for cell in cells if cell.chunk is not None}
    return tuple(sorted({tuple(sorted(d for d, _ in places(array, c))) for c in chunks}))


def tolerance(array: Array) -> int:
    """How many disks may die, whichever they are, with every chunk still readable."""
    if array.level == "10":
        return array.near * array.far - 1
    return {"0": 0, "1": array.disks - 1, "4": 1, "5": 1, "6": 2, "01": 1}[array.level]


def survives(array: Array, dead: Bools) -> Bools:
    """Which scenarios keep every chunk readable: bool (runs,) from bool (runs, disks)."""
    require(
        dead.ndim == 2 and dead.shape[1] == array.disks,
        "dead={shape}: give a row a run and a column a disk, of which there are {disks}",
        shape=dead.shape, disks=array.disks,
    )  # fmt: skip
    if array.level == "10":
        alive = np.ones(len(dead), dtype=np.bool_)
        for members in copy_sets(array):
            alive &= ~dead[:, members].all(axis=1)
        return alive
    if array.level == "01":
        half = array.disks // 2
        return np.asarray(~(dead[:, :half].any(axis=1) & dead[:, half:].any(axis=1)))
    return np.asarray(dead.sum(axis=1) <= tolerance(array))


def survival(array: Array, failures: int) -> Fraction:
    """The exact chance to survive that many dead disks, drawn at random without order."""
    n = array.disks
    require(
        0 <= failures <= n, "failures={failures}: choose 0 to {disks}, the disks there are",
        failures=failures, disks=n,
    )  # fmt: skip
    subsets = comb(n, failures)
    require(
        subsets <= MOST_SUBSETS, "failures={failures}: {subsets} cases are too many to count",
        failures=failures, subsets=subsets,
    )  # fmt: skip
    dead = _subsets(n, failures)
    return Fraction(int(survives(array, dead).sum()), subsets)


def fatal_pairs(array: Array) -> tuple[tuple[int, int], ...]:
    """The pairs of disks (lower first) whose death together loses data."""
    pairs = list(combinations(range(array.disks), 2))
    alive = survives(array, _subsets(array.disks, 2))
    return tuple(pair for pair, good in zip(pairs, alive, strict=True) if not good)


def second_failure(array: Array) -> Bools:
    """bool (disks, disks): does losing disk i, then j, lose data? Diagonal: i alone."""
    one = np.eye(array.disks, dtype=np.bool_)
    both = (one[:, None, :] | one[None, :, :]).reshape(-1, array.disks)
    return ~survives(array, both).reshape(array.disks, array.disks)


def _subsets(disks: int, size: int) -> Bools:
    """Every choice of `size` disks as a row: bool (comb(disks, size), disks)."""
    chosen = np.array(list(combinations(range(disks), size)), dtype=np.intp)
    dead = np.zeros((len(chosen), disks), dtype=np.bool_)
    dead[np.arange(len(chosen))[:, None], chosen.reshape(len(chosen), size)] = True
    return dead
