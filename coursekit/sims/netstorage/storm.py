"""A boot storm: many diskless machines read the same image from one server in the morning.

Modelled: each client reads `mb` megabytes; at any moment the server's link and disks are shared
equally by the clients that read (processor sharing), none gets more than its own link carries.
`formula_s` is the time when all start at once; `play` lets them start within some seconds. Left out:
the server's cache (give the rate that it really reaches), losses, the rest of the boot.
"""

from dataclasses import dataclass

import numpy as np

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.goodput import GIGABIT, Link, goodput_mb_s

__all__ = ["Storm", "Told", "formula_s", "limit", "play"]


@dataclass(frozen=True, kw_only=True)
class Storm:
    """`clients` machines behind their own link of `client`, one server behind `server`.

    They start at random moments within `spread_s`.
    """

    clients: int = 30
    mb: float = 500.0
    client: Link = GIGABIT
    server: Link = GIGABIT
    disk_mb_s: float = 2200.0
    spread_s: float = 0.0

    def __post_init__(self) -> None:
        require(1 <= self.clients <= 500, "clients={n}: choose 1 to 500", n=self.clients)
        require(self.mb > 0, "mb={mb}: choose more than 0 MB", mb=self.mb)
        require(self.disk_mb_s > 0, "mb_s={rate}: choose more than 0 MB/s", rate=self.disk_mb_s)
        require(0 <= self.spread_s <= 86_400, "spread_s={s}: choose 0 s to a day", s=self.spread_s)

    @property
    def alone_mb_s(self) -> float:
        """What a client's own link carries."""
        return goodput_mb_s(self.client)

    @property
    def shared_mb_s(self) -> float:
        """What the server gives to all together."""
        return min(goodput_mb_s(self.server), self.disk_mb_s)

    def each_mb_s(self, reading: int) -> float:
        """What each of those that read gets."""
        return min(self.alone_mb_s, self.shared_mb_s / reading)


def formula_s(storm: Storm) -> float:
    """Seconds until the last is done when all start at once: S / min(own link, share of the server)."""
    return storm.mb / storm.each_mb_s(storm.clients)


def limit(storm: Storm) -> Message:
    """What holds them up when all read."""
    if storm.alone_mb_s <= storm.shared_mb_s / storm.clients:
        return Message.of("Each client’s own link is full: the server could give more.")
    if storm.disk_mb_s < goodput_mb_s(storm.server):
        return Message.of("The server’s disks are the limit: a faster link would change nothing.")
    return Message.of("The server’s link is full: all its clients share it.")


@dataclass(frozen=True)
class Told:
    """What came of it: `t` (events), `done_mb` (events, clients), straight lines between them."""

    storm: Storm
    start_s: np.ndarray  # (clients,), in order
    end_s: np.ndarray  # (clients,)
    t: np.ndarray
    done_mb: np.ndarray

    @property
    def last_s(self) -> float:
        """When the last is done."""
        return float(self.end_s.max())

    @property
    def waits_s(self) -> np.ndarray:
        """How long each took from its start."""
        waits: np.ndarray = self.end_s - self.start_s
        return waits

    @property
    def reading(self) -> np.ndarray:
        """How many read just after each event."""
        begun = self.start_s[None, :] <= self.t[:, None]
        count: np.ndarray = (begun & (self.end_s[None, :] > self.t[:, None])).sum(axis=1)
        return count


def play(storm: Storm, rng: np.random.Generator) -> Told:
    """The storm event by event: a client starts or ends, all rates change."""
    start = np.sort(rng.random(storm.clients)) * storm.spread_s
    left, end = np.full(storm.clients, storm.mb), np.full(storm.clients, np.nan)
    now, begun = 0.0, 0
    times, done = [0.0], [np.zeros(storm.clients)]
    while np.isnan(end).any():
        begun = int(np.searchsorted(start, now, side="right"))
        reading = np.isnan(end)
        reading[begun:] = False
        now = _next(storm, now, start, begun, left, reading)
        for client in np.flatnonzero(reading & (left <= 0)):
            end[client] = now
        times.append(now)
        done.append(storm.mb - left)
    return Told(storm, start, end, np.array(times), np.array(done))


def _next(storm: Storm, now: float, start: np.ndarray, begun: int, left: np.ndarray, reading: np.ndarray) -> float:  # fmt: skip
    """The moment of the next event; `left` is brought up to it."""
    coming = float(start[begun]) if begun < len(start) else np.inf
    if not reading.any():
        return coming
    rate = storm.each_mb_s(int(reading.sum()))
    least = left[reading].min()
    if now + least / rate <= coming:
        left[reading] -= least  # exactly zero for those that end now
        return now + float(least) / rate
    left[reading] -= (coming - now) * rate
    return coming
