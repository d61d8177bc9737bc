"""A broadcast in a loop: two bridges joined by several cables, with and without spanning tree.

Modelled: each copy is reflooded on every other cable after `hop_s`, for ever: Ethernet has no
hop counter. Spanning tree leaves one cable open, 30 s after the start. Left out: full links
(a real storm is limited by the wire), learning, which broadcasts do not use. Source: 802.1D.
"""

import heapq
from dataclasses import dataclass

from coursekit.sims.message import require
from coursekit.sims.networks.bridge import FORWARD_DELAY_S

__all__ = ["storm"]

MOST_EVENTS = 10_000


@dataclass(frozen=True, kw_only=True)
class Loop:
    """Two bridges, their cables, one station on each; the station on the left shouts at `at_s`."""

    cables: int = 2
    stp: bool = False
    hop_s: float = 0.001
    at_s: float = 0.0
    max_events: int = MOST_EVENTS

    def __post_init__(self) -> None:
        require(1 <= self.cables <= 6, "cables={cables}: choose 1 to 6", cables=self.cables)
        require(self.hop_s > 0, "hop_s={hop}: choose more than 0 s", hop=self.hop_s)
        require(self.at_s >= 0, "at_s={at}: choose 0 or more", at=self.at_s)
        require(1 <= self.max_events <= MOST_EVENTS, "max_events={n}: choose 1 to {most}", n=self.max_events, most=MOST_EVENTS)  # fmt: skip


@dataclass(frozen=True)
class Storm:
    """What happened: copies on the cables at each hop, copies each station got, the end."""

    in_flight: tuple[int, ...]  # at hop 0, 1, 2, …; only hops that were complete
    delivered: tuple[int, int]  # to the left and the right station
    events: int
    seconds: float
    endless: bool  # stopped by `max_events`

    @property
    def per_second(self) -> float:
        """Copies that crossed a cable each second."""
        return self.events / self.seconds if self.seconds else 0.0


def storm(loop: Loop) -> Storm:
    """Follow one broadcast until nothing moves, or `max_events` copies have arrived."""
    if loop.stp and loop.at_s < 2 * FORWARD_DELAY_S:
        return Storm((0,), (0, 0), 0, 0.0, endless=False)  # no port forwards yet
    cables = range(1 if loop.stp else loop.cables)
    queue = [(1, i, cable, 1) for i, cable in enumerate(cables)]  # hop, order, cable, to side
    flight, delivered = [len(queue)], [0, 0]
    events, order, hop = 0, len(queue), 0
    while queue and events < loop.max_events:
        hop, _order, cable, side = heapq.heappop(queue)
        events += 1
        delivered[side] += 1
        for other in cables:
            if other != cable:
                order += 1
                heapq.heappush(queue, (hop + 1, order, other, 1 - side))
        if not queue or queue[0][0] > hop:
            flight.append(len(queue))
    return Storm(tuple(flight), (delivered[0], delivered[1]), events, hop * loop.hop_s, endless=bool(queue))  # fmt: skip
