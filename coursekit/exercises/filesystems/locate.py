"""E10.1: which pointers lead from an inode to a byte of its file."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.filesystems import pointers
from coursekit.sims.filesystems.pointers import BLOCKS, LEVELS, Place, Pointers

Answer = dict[str, Any]
Find = Callable[[Pointers, int], Place | None]


def locate(offset: int, bs: int) -> Answer | None:
    """Level, pointer numbers and map blocks read for a byte; None past the limit."""
    return _told(offset, bs)


def _told(
    offset: int, bs: int, *, find: Find = pointers.locate, also: int = 0, inner: bool = False
) -> Answer | None:
    """The answer, with the rules given: the wrong solutions bend one of them."""
    place = find(Pointers(block=bs), offset)
    if place is None:
        return None
    index = list(reversed(place.index)) if inner else list(place.index)
    return {"level": place.level, "index": index, "meta_reads": place.reads + also}


def _not_subtracted(map_: Pointers, offset: int) -> Place | None:
    """Divides the number of the block in the file, not what is left of it at its level."""
    place = pointers.locate(map_, offset)
    if place is None or not place.reads:
        return place
    n, block = map_.per_block, place.block
    index = tuple(block // n**power % n for power in reversed(range(place.reads)))
    return Place(place.level, index, block)


def _no_end(map_: Pointers, offset: int) -> Place | None:
    """Knows no limit: past it the triple pointer goes on."""
    if offset < map_.limit:
        return pointers.locate(map_, offset)
    n, left = map_.per_block, offset // map_.block - map_.first(3)
    return Place("triple", (left // n**2, left // n % n, left % n), offset // map_.block)


def _cases(rng: np.random.Generator) -> Args:
    """All levels as likely; often the very edge of one; sometimes past the limit."""
    map_ = Pointers(block=int(rng.choice(BLOCKS)))
    level = int(rng.integers(len(LEVELS)))
    first, end = map_.first(level) * map_.block, map_.first(level + 1) * map_.block
    kind = rng.random()
    if kind < 0.15:
        offset = first + int(rng.integers(2)) * map_.block
    elif kind < 0.3:
        offset = end - 1
    elif kind < 0.45:
        offset = map_.limit + int(rng.integers(3)) * map_.block
    else:
        offset = int(rng.integers(first, end))
    return {"offset": offset, "bs": map_.block}


LOCATE = Exercise(
    id="E10.1",
    chapter="filesystems",
    title=mark("Follow the pointers of an inode"),
    reference=locate,
    cases=_cases,
    samples=(
        Sample({"offset": 49_151, "bs": 4096}, {"level": "direct", "index": [11], "meta_reads": 0}),
        Sample({"offset": 1 << 30, "bs": 4096}, {"level": "double", "index": [254, 1012], "meta_reads": 2}),
        Sample({"offset": 4_299_210_752, "bs": 4096}, {"level": "triple", "index": [0, 0, 0], "meta_reads": 3}),
        Sample({"offset": 17_247_252_480, "bs": 1024}, None),
    ),
    wrong=(
        Wrong(
            "not subtracted",
            partial(_told, find=_not_subtracted),
            mark("You divide the number of the block in the file: first take away the blocks that the levels before it cover (12 direct, then n, then n²)."),
        ),
        Wrong(
            "data counted",
            partial(_told, also=1),
            mark("You count the data block as well: meta_reads are the map blocks only, 0 for direct to 3 for triple."),
        ),
        Wrong(
            "inner first",
            partial(_told, inner=True),
            mark("Your pointer numbers are the right ones, in the wrong order: the outermost table comes first."),
        ),
        Wrong(
            "no end",
            partial(_told, find=_no_end),
            mark("Past the limit there is no pointer left: from (12 + n + n² + n³) blocks on the answer is None."),
        ),
    ),
)  # fmt: skip
