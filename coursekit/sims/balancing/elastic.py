"""HAProxy's dynamic `roundrobin`: turns by weight that stay right when a weight changes.

Time is counted in requests. A server of weight w wants a turn every Σw / w requests: after each it
is given its next place on the line of time, kept as a whole number and a rest. Whoever has the
earliest place that is due goes next; when none is due, a server that has not begun does, the
heaviest first; failing that, the earliest of all. After a window of 16 · Σw requests places lie in
the next window, where everybody begins anew.

Left out: changes of weight while it runs, backup servers, limits of connections.
Source: HAProxy `lb_fwrr.c` and its configuration manual ("balance roundrobin").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from coursekit.sims.balancing.turns import check_weights
from coursekit.sims.message import require

__all__ = ["MOST", "Line", "roundrobin"]

MOST = 256  # HAProxy's greatest weight
WINDOW = 16  # rounds; HAProxy keeps weights in sixteenths, and a window is their sum


@dataclass
class Place:
    """Where a server's next turn is: `at` requests, and `rest` parts of its weight more."""

    at: int
    rest: int


class Line:
    """The line of time, its queue of places, and who has not begun in this window and the next."""

    def __init__(self, weights: Sequence[int]) -> None:
        check_weights(weights)
        require(
            max(weights) <= MOST, "weights={weights}: choose at most {most}",
            weights=list(weights), most=MOST,
        )  # fmt: skip
        self._weights, self._sum = tuple(weights), sum(weights)
        self._window = self._now = WINDOW * self._sum
        self._places = [Place(0, 0) for _each in weights]
        self._queue: list[tuple[int, int, int, int]] = []
        self._later: list[int] = []
        self._idle = self._heaviest_first([i for i, weight in enumerate(weights) if weight])
        self._turns = 0

    def _heaviest_first(self, servers: list[int]) -> list[int]:
        return sorted(servers, key=lambda server: -self._weights[server])

    def turn(self) -> int:
        """The server that gets the next request."""
        server = self._next()
        self._move_on(server)
        self._now += 1
        self._turns += 1
        return server

    def _next(self) -> int:
        due = bool(self._queue) and self._queue[0][0] <= self._now
        if not due and self._idle:
            server = self._idle.pop(0)
            self._places[server] = Place(self._now, 0)
            return server
        if self._queue:
            return heappop(self._queue)[-1]
        self._idle, self._later = self._heaviest_first(self._later), []
        self._now = self._window
        return self._next()

    def _move_on(self, server: int) -> None:
        """Its next place: Σw / w requests on."""
        place, weight = self._places[server], self._weights[server]
        more, place.rest = divmod(place.rest + self._sum % weight, weight)
        place.at += self._sum // weight + more
        if place.at >= 2 * self._window:
            self._later.append(server)
        else:  # the same request is due to several: the heavy before the light, then who came first
            heappush(self._queue, (place.at, place.rest - weight, self._turns, server))


def roundrobin(weights: Sequence[int], count: int) -> list[int]:
    """Who gets the first `count` requests."""
    line = Line(weights)
    return [line.turn() for _each in range(count)]
