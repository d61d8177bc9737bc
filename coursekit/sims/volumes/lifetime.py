"""How long the store of a snapshot lasts: a formula for random writes, and a run to hold it against.

Modelled: writes at a steady rate to random chunks, all alike (uniform) or most of them to a
few (hot spot). Left out: bursts, writes that come in order. Source: the coupon collector's
expectation, chunks · (1 - (1 - 1/chunks)^writes).
"""

from dataclasses import dataclass
from math import expm1, inf, log1p

import numpy as np

from coursekit.sims.message import require

__all__ = ["Load", "Run", "different", "draw", "lifetime", "play"]

MOST_WRITES = 4_000_000  # drawn in one run


@dataclass(frozen=True, kw_only=True)
class Load:
    """`rate` writes a second to `chunks`; `hot` of the chunks get `hot_writes` of the writes."""

    chunks: int = 2_621_440
    rate: float = 100.0
    hot: float = 1.0
    hot_writes: float = 1.0

    def __post_init__(self) -> None:
        require(self.chunks >= 1, "chunks={n}: choose 1 or more", n=self.chunks)
        require(self.rate > 0, "rate={rate}: choose more than 0", rate=self.rate)
        require(0 < self.hot <= 1, "hot={hot}: choose more than 0, at most 1", hot=self.hot)
        require(0 <= self.hot_writes <= 1, "hot_writes={w}: choose 0 to 1", w=self.hot_writes)
        require(
            self.hot < 1 or self.hot_writes == 1,
            "hot_writes={w}: all chunks are hot, so all writes are", w=self.hot_writes,
        )  # fmt: skip

    @property
    def hot_chunks(self) -> int:
        """Chunks that are hot, 1 or more."""
        return max(1, round(self.chunks * self.hot))

    @property
    def parts(self) -> tuple[tuple[int, float], ...]:
        """(chunks, writes a second) of the hot part and of the rest."""
        cold = self.chunks - self.hot_chunks
        hot = (self.hot_chunks, self.rate * (self.hot_writes if cold else 1.0))
        return (hot, (cold, self.rate * (1 - self.hot_writes))) if cold else (hot,)


def different(load: Load, seconds: float) -> float:
    """Different chunks that have changed after a time, as C(1 - e^(-wt/C)) of each part."""
    require(seconds >= 0, "seconds={t}: choose 0 or more", t=seconds)
    return sum(-chunks * expm1(-rate * seconds / chunks) for chunks, rate in load.parts)


def lifetime(load: Load, capacity: int) -> float:
    """Seconds until more than `capacity` different chunks have changed; inf if that never comes."""
    require(capacity >= 0, "capacity={n}: choose 0 or more", n=capacity)
    if capacity >= sum(chunks for chunks, rate in load.parts if rate > 0):
        return inf
    if len(load.parts) == 1:
        return -load.chunks / load.rate * log1p(-capacity / load.chunks)
    return _solved(load, capacity)


def _solved(load: Load, capacity: int) -> float:
    """`different` rises, so halving the interval finds the time."""
    low, high = 0.0, 1.0
    while different(load, high) < capacity:
        low, high = high, 2 * high
    for _halving in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if different(load, middle) < capacity else (low, middle)
    return high


@dataclass(frozen=True)
class Run:
    """Used chunks at some seconds; `overflow` is when a write found the store full, or None."""

    seconds: tuple[float, ...]
    used: tuple[int, ...]
    overflow: float | None


def draw(load: Load, count: int, rng: np.random.Generator) -> np.ndarray:
    """The chunks of `count` writes; the hot ones are the first."""
    if len(load.parts) == 1:
        return rng.integers(load.chunks, size=count)
    hot = rng.random(count) < load.hot_writes
    cold = rng.integers(load.hot_chunks, load.chunks, size=count)
    return np.where(hot, rng.integers(load.hot_chunks, size=count), cold)


def play(load: Load, capacity: int, hours: float, rng: np.random.Generator, points: int = 60) -> Run:  # fmt: skip
    """The writes of some hours, drawn one by one; ends when the store is full."""
    count = round(load.rate * hours * 3600)
    require(
        1 <= count <= MOST_WRITES, "hours={hours}: that is {n} writes; choose 1 to {most}",
        hours=hours, n=count, most=MOST_WRITES,
    )  # fmt: skip
    chunks = draw(load, count, rng)
    new = np.zeros(count, dtype=bool)
    new[np.unique(chunks, return_index=True)[1]] = True
    used = np.cumsum(new)
    over = int(np.searchsorted(used, capacity, side="right"))  # the first write too many
    shown = np.unique(np.linspace(0, min(over, count - 1), points).astype(int))
    return Run(
        tuple(float(at + 1) / load.rate for at in shown),
        tuple(int(min(used[at], capacity)) for at in shown),
        (over + 1) / load.rate if over < count else None,
    )
