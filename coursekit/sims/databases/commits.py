"""How many commits a second a log allows: one flush each, or one flush for all that wait.

Modelled: a device whose flush (fsync) takes a fixed time, and one flush at a time. A commit that arrives
while a flush runs cannot be in it: it waits for the next. Without group commit a flush carries one
commit, with it all that have come. A window makes the first one wait for company. Arrivals are even or
random (Poisson). Also: how long many rows take to load, so many rows to a commit.

Left out: the rest of a transaction, the length of the records, flushes that get slower with more to write.

Sources: DeWitt et al., "Implementation techniques for main memory database systems", SIGMOD 1984 (group
commit); Pollaczek–Khinchine formula. A disk of 7200 turns a minute comes back to a sector 120 times a
second; the other two are orders of magnitude (with and without a cache that survives a power cut).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coursekit.sims.message import require

TURN_MS = 60_000 / 7200
DEVICES = {"hdd": TURN_MS, "ssd": 1.0, "nvme": 0.05}  # ms of a flush
ROW_MS = 0.005  # to put one row in, without its commit


@dataclass(frozen=True)
class Flush:
    """One flush: when it begins and ends (ms), the first commit in it (from 0), how many."""

    begin: float
    end: float
    first: int
    count: int


@dataclass(frozen=True)
class Run:
    """Commits that arrived at `arrivals` (ms), and the flushes that carried them."""

    arrivals: tuple[float, ...]
    flushes: tuple[Flush, ...]

    @property
    def answers(self) -> np.ndarray:
        """When each commit was answered (ms)."""
        counts = [each.count for each in self.flushes]
        return np.repeat([each.end for each in self.flushes], counts)

    @property
    def latencies(self) -> np.ndarray:
        """How long each commit waited for its answer (ms)."""
        found: np.ndarray = self.answers - np.array(self.arrivals)
        return found

    @property
    def mean_ms(self) -> float:
        """The mean of them."""
        return float(self.latencies.mean())

    @property
    def batch(self) -> float:
        """Commits a flush."""
        return len(self.arrivals) / len(self.flushes)

    @property
    def per_s(self) -> float:
        """Commits answered a second, from the first arrival to the last answer."""
        return 1000 * len(self.arrivals) / (self.flushes[-1].end - self.arrivals[0])


def _flush_time(flush_ms: float) -> None:
    require(flush_ms > 0, "flush_ms={ms}: more than 0", ms=flush_ms)


def arrivals(per_s: float, count: int, rng: np.random.Generator | None = None) -> tuple[float, ...]:
    """When `count` commits come (ms): evenly, or at random with a generator."""
    require(per_s > 0, "per_s={n}: more than 0", n=per_s)
    require(count >= 1, "count={n}: choose 1 or more", n=count)
    gap = 1000 / per_s
    if rng is None:
        return tuple(gap * k for k in range(count))
    return tuple(float(each) for each in np.cumsum(rng.exponential(gap, count)) - gap)


def run(times: Sequence[float], flush_ms: float, *, group: bool, window_ms: float = 0.0) -> Run:
    """Every commit answered; `times` grow. `window_ms`: how long the first waits for company."""
    _flush_time(flush_ms)
    require(window_ms >= 0, "window_ms={ms}: 0 or more", ms=window_ms)
    require(len(times) > 0, "times={n}: at least one commit", n=0)
    flushes: list[Flush] = []
    free, first = -np.inf, 0
    while first < len(times):
        begin = max(free, times[first] + (window_ms if group else 0.0))
        there = int(np.searchsorted(times, begin, side="right")) if group else first + 1
        free = begin + flush_ms
        flushes.append(Flush(float(begin), float(free), first, there - first))
        first = there
    return Run(tuple(times), tuple(flushes))


def most_per_s(flush_ms: float, batch: float = 1) -> float:
    """The most commits a second, so many to a flush."""
    _flush_time(flush_ms)
    require(batch >= 1, "batch={n}: choose 1 or more", n=batch)
    return 1000 * batch / flush_ms


def single_ms(per_s: float, flush_ms: float) -> float:
    """Mean time to the answer with a flush each, random arrivals (ms); endless when too many come.

    Pollaczek–Khinchine for a constant time of service.
    """
    _flush_time(flush_ms)
    load = per_s * flush_ms / 1000
    return flush_ms * (1 + load / (2 * (1 - load))) if load < 1 else np.inf


def load_ms(rows: int, a_commit: int, flush_ms: float) -> float:
    """Time to put in `rows` rows, so many to a commit (ms)."""
    _flush_time(flush_ms)
    require(rows >= 1, "rows={n}: choose 1 or more", n=rows)
    require(a_commit >= 1, "a_commit={n}: choose 1 or more", n=a_commit)
    return -(-rows // a_commit) * flush_ms + rows * ROW_MS
