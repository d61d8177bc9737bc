"""Live migration: memory is copied while the guest goes on writing.

Modelled: pre-copy in rounds (each sends what was written during the one before), a writable
working set that bounds what can be dirty, the last copy during the pause, a guest that is
slowed down where rounds do not shrink (auto-converge), and post-copy: the guest moves after
few rounds and fetches the rest over the network. Left out: compression, zero pages, delta
encoding, disks, a link that others use. Sizes in MB, rates in MB/s, times in seconds.
Sources: Clark et al. 2005 (rounds, working set); QEMU migration (0.3 s, throttle of 20 %
and 10 % more each time up to 99 %, simplified).
"""

from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import require

__all__ = ["PAUSE_S", "ROUNDS", "Migrated", "Migration", "Round", "dirtying", "migrate"]

PAUSE_S = 0.3  # QEMU's downtime limit
ROUNDS = 30  # Clark et al. stop after 29 or 30
THROTTLE_FROM = 3  # the first round before which auto-converge compares
THROTTLE_FIRST, THROTTLE_MORE, THROTTLE_MAX = 0.20, 0.10, 0.99

Why = Literal["converged", "max_rounds", "post_copy"]


@dataclass(frozen=True, kw_only=True)
class Migration:
    """A guest's memory, how fast it writes, the link, and when to stop copying."""

    memory: float = 4096.0  # MB
    bandwidth: float = 1000.0  # MB/s
    dirty: float = 500.0  # MB/s written by the guest
    writable: float | None = None  # MB it writes again and again; None: all its memory
    pause: float = PAUSE_S  # the longest pause allowed
    rounds: int = ROUNDS
    switch: float = 0.0  # seconds to start the guest at the other end
    auto_converge: bool = False
    post_copy: bool = False
    copy_first: int = 1  # rounds before a post-copy guest moves

    def __post_init__(self) -> None:
        for name in ("memory", "bandwidth", "pause"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
        for name in ("dirty", "switch", "rounds", "copy_first"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
        require(
            0 < self.working_set <= self.memory,
            "writable={writable}: more than 0 and at most the memory, {memory}",
            writable=self.writable, memory=self.memory,
        )  # fmt: skip

    @property
    def working_set(self) -> float:
        """MB that can be dirty at once."""
        return self.memory if self.writable is None else self.writable

    @property
    def last_copy(self) -> float:
        """MB that the link carries within the allowed pause."""
        return self.bandwidth * self.pause


@dataclass(frozen=True)
class Round:
    """One round: what was sent in it, and what the guest made dirty meanwhile (MB)."""

    number: int
    start: float
    volume: float
    seconds: float
    throttle: float  # share of its time that the guest is held back
    dirtied: float


@dataclass(frozen=True)
class Migrated:
    """The whole of a migration. `missing` MB are fetched after a post-copy guest has moved."""

    params: Migration
    rounds: tuple[Round, ...]
    precopy: float  # seconds
    pause: float
    last: float  # MB sent during the pause
    missing: float
    why: Why

    @property
    def sent(self) -> float:
        """MB over the link, the last copy and what is fetched included."""
        return sum(each.volume for each in self.rounds) + self.last + self.missing

    @property
    def exposed(self) -> float:
        """Seconds in which the death of either host kills the guest (post-copy)."""
        return self.missing / self.params.bandwidth

    @property
    def total(self) -> float:
        """Seconds until the source may be switched off."""
        return self.precopy + self.pause + self.exposed


def migrate(params: Migration) -> Migrated:
    """Rounds until the rest fits in the pause, or there have been enough of them."""
    rounds: list[Round] = []
    volume, clock, throttle = params.memory, 0.0, 0.0
    most = min(params.copy_first, params.rounds) if params.post_copy else params.rounds
    while volume > params.last_copy and len(rounds) < most:
        if params.auto_converge:
            throttle = _throttle(throttle, volume, rounds)
        each = _round(params, len(rounds) + 1, clock, volume, throttle)
        rounds.append(each)
        clock, volume = clock + each.seconds, each.dirtied
    return _finish(params, tuple(rounds), clock, volume)


def _round(params: Migration, number: int, start: float, volume: float, throttle: float) -> Round:
    seconds = volume / params.bandwidth
    dirtied = min(params.working_set, params.dirty * (1 - throttle) * seconds)
    return Round(number, start, volume, seconds, throttle, dirtied)


def dirtying(params: Migration, each: Round) -> tuple[tuple[float, float], ...]:
    """Corners (second, MB) of what a guest has written since a round began: up, then no more."""
    rate = params.dirty * (1 - each.throttle)
    corners = [(each.start, 0.0), (each.start + each.seconds, each.dirtied)]
    if rate * each.seconds > params.working_set:
        corners.insert(1, (each.start + params.working_set / rate, params.working_set))
    return tuple(corners)


def _throttle(throttle: float, volume: float, rounds: list[Round]) -> float:
    """Held back more where what is left did not fall below half of the round before."""
    if len(rounds) + 1 < THROTTLE_FROM or volume < rounds[-1].volume / 2:
        return throttle
    more = throttle + THROTTLE_MORE if throttle else THROTTLE_FIRST
    return min(THROTTLE_MAX, round(more, 2))  # steps of 10 % stay steps of 10 %


def _finish(params: Migration, rounds: tuple[Round, ...], clock: float, volume: float) -> Migrated:
    if params.post_copy:
        return Migrated(params, rounds, clock, params.switch, 0.0, volume, "post_copy")
    why: Why = "converged" if volume <= params.last_copy else "max_rounds"
    pause = volume / params.bandwidth + params.switch
    return Migrated(params, rounds, clock, pause, volume, 0.0, why)
