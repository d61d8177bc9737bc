"""The life of one address: a group of routers and a client, told from start to end.

`vrrp` and `client` compute it; here both are put together for whoever shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from coursekit.sims.failover.client import Client, Request, requests
from coursekit.sims.failover.cluster import Cluster, Event
from coursekit.sims.failover.router import Phase
from coursekit.sims.failover.vrrp import Record, State, play

__all__ = ["LEAST_S", "Stretch", "Told", "phases", "tell"]

LEAST_S, AFTER_S = 30.0, 15.0  # a story lasts so long, and so long after the last event


@dataclass(frozen=True)
class Stretch:
    """From when to when one node was in one phase."""

    start: float
    end: float
    phase: Phase


@dataclass(frozen=True)
class Told:
    """The record and what became of the client's requests."""

    record: Record
    requests: tuple[Request, ...]

    @property
    def states(self) -> tuple[State, ...]:
        """A moment each, for a time bar."""
        return self.record.states

    def answers(self, until: float) -> list[tuple[float, float, str | None, bool]]:
        """Stretches (from, to, who served, whether two owned) of requests with one fate."""
        asked = [each for each in self.requests if each.t <= until]
        step = self.requests[1].t if len(self.requests) > 1 else 0.0
        found = []
        for (by, double), group in groupby(asked, key=lambda each: (each.by, each.owners > 1)):
            alike = list(group)
            found.append((alike[0].t, min(until, alike[-1].t + step), by, double))
        return found

    def asked(self, until: float) -> Request:
        """The last request up to this moment."""
        return [each for each in self.requests if each.t <= until][-1]

    def lost(self, until: float) -> int:
        """Requests lost after an owner was first there."""
        first = next((t for t, _end, ids in self.record.owned() if ids), until)
        return sum(each.by is None for each in self.requests if first < each.t <= until)

    @property
    def moves(self) -> int:
        """How often the address got another single owner."""
        single = [ids for _a, _b, ids in self.record.owned() if len(ids) == 1]
        return sum(one != other for one, other in pairwise(single))


def tell(cluster: Cluster, client: Client, events: Sequence[Event] = (), *, seed: int = 1) -> Told:
    """The whole story of these events."""
    last = max((event.at_s for event in events), default=0.0)
    until = max(LEAST_S, last + AFTER_S)
    ordered = sorted(events, key=lambda event: event.at_s)
    record = play(cluster, ordered, until, rng=np.random.default_rng([seed, 5]))
    return Told(record, requests(record, client).requests)


def phases(record: Record, name: str, until: float) -> list[Stretch]:
    """What a node was, up to a moment."""
    marks = [
        (e["t"], e["state"])
        for e in record.trace
        if e["kind"] == "state" and e["id"] == name and e["t"] <= until
    ]
    ends = [*(t for t, _phase in marks[1:]), until]
    return [Stretch(a, b, phase) for (a, phase), b in zip(marks, ends, strict=True)]
