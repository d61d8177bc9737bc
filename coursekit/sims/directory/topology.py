"""Who replicates with whom, and how long a change needs: the ring of the KCC and its short cuts.

Modelled: a ring in both directions, the farthest hops in it, how many short cuts keep everybody
within three hops; the wait before a partner is told (15 s, 3 s more for each next one), and links
between sites that are asked at intervals. Lab rule: a short cut joins the two that are farthest
apart, where the KCC draws at random. Left out: the cost of site links, bridgeheads, schedules.
Sources: [MS-ADTS] 6.2.2.2 (connections inside a site); Microsoft Learn, "How Active Directory
replication topology works".
"""

import heapq
from collections.abc import Collection, Mapping
from itertools import combinations

from coursekit.sims.message import require

__all__ = ["BETWEEN_SITES", "FIRST_WAIT", "FURTHEST", "LEAST_BETWEEN", "NEXT_WAIT", "Edge", "hops", "reached", "ring", "ring_hops", "shortcuts", "spread"]  # fmt: skip

FURTHEST = 3
FIRST_WAIT, NEXT_WAIT = 15.0, 3.0  # seconds
BETWEEN_SITES, LEAST_BETWEEN = 180, 15  # minutes
Edge = tuple[int, int]  # the lower number first; both replicate from each other


def ring(n: int) -> frozenset[Edge]:
    """Controllers 0 … n−1, each with the next."""
    require(1 <= n <= 60, "n={n}: choose 1 to 60", n=n)
    return frozenset((min(at, (at + 1) % n), max(at, (at + 1) % n)) for at in range(n) if n > 1)


def ring_hops(n: int) -> int:
    """The most hops between two controllers of a ring."""
    require(1 <= n <= 60, "n={n}: choose 1 to 60", n=n)
    return n // 2


def reached(n: int, edges: Collection[Edge], origin: int) -> dict[int, int]:
    """Hops from one controller to each that can be reached."""
    found, ahead = {origin: 0}, [origin]
    while ahead:
        at = ahead.pop(0)
        for other in _partners(edges, at):
            if other not in found and other < n:
                found[other] = found[at] + 1
                ahead.append(other)
    return found


def _partners(edges: Collection[Edge], at: int) -> list[int]:
    return sorted(one if other == at else other for one, other in edges if at in (one, other))


def hops(n: int, edges: Collection[Edge]) -> int | None:
    """The most hops between two controllers; None where they are cut off from each other."""
    found = [reached(n, edges, at) for at in range(n)]
    return max(max(each.values()) for each in found) if all(len(each) == n for each in found) else None  # fmt: skip


def shortcuts(n: int, furthest: int = FURTHEST) -> tuple[Edge, ...]:
    """Links added to a ring until nobody is farther away than that."""
    edges, added = set(ring(n)), list[Edge]()
    while (hops(n, edges) or 0) > furthest:
        far = {at: reached(n, edges, at) for at in range(n)}
        pair = max(combinations(range(n), 2), key=lambda each: (far[each[0]][each[1]], -each[0], -each[1]))  # fmt: skip
        edges.add(pair)
        added.append(pair)
    return tuple(added)


def spread(n: int, edges: Collection[Edge], origin: int, intervals: Mapping[Edge, float] | None = None, at: float = 0) -> dict[int, float]:  # fmt: skip
    """When each controller has a change made at `origin`, in seconds.

    A partner in the site is told 15 s after the change, the next one 3 s later, and so on. An edge
    in `intervals` joins two sites: it is asked at whole multiples of so many minutes.
    """
    between = dict(intervals or {})
    for minutes in between.values():
        require(minutes >= LEAST_BETWEEN, "minutes={minutes}: choose {least} or more", minutes=minutes, least=LEAST_BETWEEN)  # fmt: skip
    found, ahead = dict[int, float](), [(at, origin)]
    while ahead:
        moment, here = heapq.heappop(ahead)
        if here in found or here >= n:
            continue
        found[here] = moment
        told = 0
        for other in _partners(edges, here):
            edge = (min(here, other), max(here, other))
            if edge in between:
                step = between[edge] * 60
                heapq.heappush(ahead, (step * (moment // step + 1), other))
            else:
                heapq.heappush(ahead, (moment + FIRST_WAIT + NEXT_WAIT * told, other))
                told += 1
    return found
