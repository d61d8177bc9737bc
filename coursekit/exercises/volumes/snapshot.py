"""E9.3: the store of a classic snapshot, write after write, until it is full."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import require
from coursekit.sims.volumes import cow as model
from coursekit.sims.volumes.cow import Store

Answer = dict[str, Any]


def cow(store_chunks: int, chunk: int, writes: list[int]) -> Answer:
    """Whether the snapshot survives the writes, what it holds, and the I/Os they took."""
    require(min(writes, default=0) >= 0, "writes={n}: chunks are numbered from 0", n=min(writes, default=0))  # fmt: skip
    done = model.run(Store(chunks=store_chunks, chunk=chunk), writes)
    return _answer(done.overflow_at, done.used, done.capacity, done.ios)


def _answer(overflow_at: int | None, used: int, capacity: int, ios: int) -> Answer:
    return {
        "valid": overflow_at is None, "overflow_at": overflow_at, "used": used,
        "capacity": capacity, "ios": ios,
    }  # fmt: skip


def _cases(rng: np.random.Generator) -> Args:
    """Stores of a few areas of records, and origins a little smaller or larger than they hold."""
    chunk = int(rng.choice([4096, 8192, 16_384, 32_768, 65_536], p=[0.4, 0.2, 0.2, 0.1, 0.1]))
    low, high = ((2, 60), (200, 1200), (1200, 5001))[int(rng.choice(3, p=[0.35, 0.6, 0.05]))]
    store = int(rng.integers(low, high))
    origin = max(2, int(model.capacity(Store(chunks=store, chunk=chunk)) * rng.uniform(0.8, 3)))
    count = int(min(20_000, rng.uniform(0, 4) * origin))
    hot = max(1, origin // 10)
    places = rng.integers(origin, size=count)
    if rng.random() < 0.4:  # nine writes of ten to a tenth of the chunks
        places = np.where(rng.random(count) < 0.9, rng.integers(hot, size=count), places)
    return {"store_chunks": store, "chunk": chunk, "writes": [int(each) for each in places]}


def _counted(
    store_chunks: int, chunk: int, writes: Iterable[int], *, most: int | None = None,
    first: int = 3, keeps: bool = True, counts_last: bool = False,
) -> Answer:  # fmt: skip
    """The same with a rule bent: the capacity, the I/Os of a first write, what is remembered."""
    capacity = model.capacity(Store(chunks=store_chunks, chunk=chunk)) if most is None else most
    copied, used, ios = set[int](), 0, 0
    for at, place in enumerate(writes):
        if place in copied:
            ios += 1
            continue
        if used == capacity:
            return _answer(at, used, capacity, ios + (first if counts_last else 0))
        used, ios = used + 1, ios + first
        if keeps:
            copied.add(place)
    return _answer(None, used, capacity, ios)


def _header_only(store_chunks: int, chunk: int, writes: list[int]) -> Answer:
    return _counted(store_chunks, chunk, writes, most=store_chunks - 1)


def _one_area(store_chunks: int, chunk: int, writes: list[int]) -> Answer:
    """One chunk of records for all of the store."""
    return _counted(store_chunks, chunk, writes, most=max(0, store_chunks - 2))


def _whole_areas(store_chunks: int, chunk: int, writes: list[int]) -> Answer:
    """Leaves out the area at the end that is not full."""
    records = Store(chunks=store_chunks, chunk=chunk).records
    return _counted(store_chunks, chunk, writes, most=(store_chunks - 1) // (records + 1) * records)


EVERY = partial(_counted, keeps=False)
TWO = partial(_counted, first=2)
LAST = partial(_counted, counts_last=True)

SNAPSHOT = Exercise(
    id="E9.3",
    chapter="volumes",
    title=mark("Fill the store of a snapshot"),
    reference=cow,
    cases=_cases,
    samples=(
        Sample(
            {"store_chunks": 5, "chunk": 4096, "writes": [1, 1, 2, 3, 2, 4, 9]},
            {"valid": False, "overflow_at": 5, "used": 3, "capacity": 3, "ios": 11},
        ),
        Sample(
            {"store_chunks": 300, "chunk": 4096, "writes": [at % 300 for at in range(1000)]},
            {"valid": False, "overflow_at": 297, "used": 297, "capacity": 297, "ios": 891},
        ),
        Sample(
            {"store_chunks": 6, "chunk": 8192, "writes": [7, 0, 7, 7]},
            {"valid": True, "overflow_at": None, "used": 2, "capacity": 4, "ios": 8},
        ),
    ),
    wrong=(
        Wrong(
            "header only",
            _header_only,
            mark("You take the header off the store and nothing else: each area also begins with a chunk of records that tells what its data chunks are."),
        ),
        Wrong(
            "one chunk of records",
            _one_area,
            mark("You count one chunk of records in all: it describes chunk / 16 data chunks, and then another one is needed."),
        ),
        Wrong(
            "whole areas",
            _whole_areas,
            mark("You count whole areas only: the last one may be short, its first chunk holds records and the others data."),
        ),
        Wrong(
            "every write is copied",
            EVERY,
            mark("You copy at every write: only the first write to a chunk after the snapshot copies the old one, later ones cost a single I/O."),
        ),
        Wrong(
            "two I/Os",
            TWO,
            mark("You count two I/Os for a first write: the old chunk is read, it is written to the store, and then the write itself follows."),
        ),
        Wrong(
            "counts the last",
            LAST,
            mark("You count the I/Os of the write that finds the store full: the run ends there and that write is not counted."),
        ),
    ),
)  # fmt: skip
