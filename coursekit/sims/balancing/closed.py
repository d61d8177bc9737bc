"""A few clients that each wait for an answer before they ask again: who serves, and how fast.

Modelled: servers that answer every request after a time of their own, however many they work on;
turns or least connections. Of equals, who was chosen longest ago goes first. Left out: the time to pick and to
travel, queues at a server (`queues` has them). Client i asks first at time 0, in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Literal, get_args

from coursekit.sims.message import require

__all__ = ["Closed", "Ran", "run"]

Policy = Literal["roundrobin", "leastconn"]


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The servers' times in seconds, how many clients, and for how long they begin requests."""

    policy: Policy = "leastconn"
    times: tuple[float, ...] = (0.03, 0.03, 0.3)
    clients: int = 6
    seconds: float = 2.0

    def __post_init__(self) -> None:
        known = get_args(Policy)
        require(
            self.policy in known, "policy={policy}: choose one of {choices}",
            policy=self.policy, choices=", ".join(known),
        )  # fmt: skip
        require(self.clients >= 1, "clients={n}: choose 1 or more", n=self.clients)
        require(len(self.times) >= 1, "servers={servers}: choose 1 or more", servers=0)
        for value in (*self.times, self.seconds):
            require(value > 0, "{name}={value}: choose more than 0", name="seconds", value=value)


@dataclass(frozen=True)
class Ran:
    """How many requests each server got, and the mean time of one."""

    counts: tuple[int, ...]
    mean: float

    @property
    def shares(self) -> tuple[float, ...]:
        """Of all requests, at each server."""
        return tuple(each / sum(self.counts) for each in self.counts)


def run(closed: Closed) -> Ran:
    """Every request that begins before the end, followed to its answer."""
    counts, busy, chosen = ([0] * len(closed.times) for _each in range(3))
    turns = count(1)
    due = [(0.0, client, -1) for client in range(closed.clients)]  # when, who, served by
    heapify(due)
    while due:
        now, client, served = heappop(due)
        if served >= 0:
            busy[served] -= 1
        if now >= closed.seconds:
            continue
        server = _choose(closed.policy, busy, chosen)
        chosen[server] = next(turns)
        counts[server] += 1
        busy[server] += 1
        heappush(due, (now + closed.times[server], client, server))
    spent = sum(n * time for n, time in zip(counts, closed.times, strict=True))
    return Ran(tuple(counts), spent / sum(counts))


def _choose(policy: Policy, busy: Sequence[int], chosen: Sequence[int]) -> int:
    """Fewest in progress, for least connections; of these the one that waited longest for a turn."""
    if policy == "roundrobin":
        return min(range(len(busy)), key=lambda server: chosen[server])
    return min(range(len(busy)), key=lambda server: (busy[server], chosen[server]))
