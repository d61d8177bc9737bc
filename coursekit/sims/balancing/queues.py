"""A pool of servers under load, request by request: who serves it, and how long it takes.

Modelled: Poisson arrivals, first come first served at each server, speeds, three laws of job
size, blind and informed policies, stale reports of the CPU, one common queue.
Left out: the time to pick and to travel, failures (`failing`), time sharing on a server.
Blind policies are computed whole in numpy; informed ones need the order of events, a heap.
Sources: Lindley 1952; Kleinrock, Queueing Systems I.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace
from math import lcm

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.balancing.load import Draws, Floats, Load
from coursekit.sims.balancing.turns import lvs_wrr, smooth_steps, static_rr
from coursekit.sims.message import ParameterError

__all__ = ["Measured", "Served", "measure", "serve", "serve_own", "two_drawn"]

Own = Callable[[float, tuple[int, ...]], int]

WARM_UP = 0.1  # the first tenth starts with empty queues: not counted


@dataclass(frozen=True)
class Served:
    """What became of each request; arrays of one value a request."""

    arrival: Floats
    server: NDArray[np.int64]
    response: Floats
    wait: Floats


@dataclass(frozen=True)
class Measured:
    """Response times after the warm-up, and the share of requests at each server."""

    mean: float
    p50: float
    p95: float
    p99: float
    mean_wait: float
    shares: tuple[float, ...]


def serve(load: Load, draws: Draws) -> Served:
    """Serve all requests: the same load and draws give the same result."""
    arrival = np.cumsum(draws.gaps / load.rate)
    if load.policy == "shared":
        return _shared(load, arrival, draws.sizes)
    order = _blind_order(load, draws)
    if order is not None:
        return _blind(load, arrival, draws.sizes, order)
    return _informed(load, arrival, draws)


def measure(served: Served, servers: int) -> Measured:
    """The figures of a run, without its first tenth."""
    rest = slice(int(len(served.response) * WARM_UP), None)
    response = served.response[rest]
    p50, p95, p99 = np.percentile(response, (50, 95, 99))
    counts = np.bincount(served.server[rest], minlength=servers)
    return Measured(
        float(response.mean()), float(p50), float(p95), float(p99),
        float(served.wait[rest].mean()), tuple((counts / counts.sum()).tolist()),
    )  # fmt: skip


def serve_own(choose: Own, load: Load, draws: Draws) -> Served:
    """The same run with a policy of the reader's: `choose(now, active) -> server`."""
    arrival = np.cumsum(draws.gaps / load.rate)
    count, speeds = len(load.speeds), load.speeds
    active, free = [0] * count, [0.0] * count
    leaving: list[tuple[float, int]] = [(float("inf"), -1)]
    servers, ends = list[int](), list[float]()
    for now, size in zip(arrival.tolist(), draws.sizes.tolist(), strict=True):
        while leaving[0][0] <= now:
            active[heappop(leaving)[1]] -= 1
        server = choose(now, tuple(active))
        if not (isinstance(server, (int, np.integer)) and 0 <= server < count):
            raise ParameterError(
                "request {turn}: server={server}: choose 0 to {last}",
                turn=len(servers), server=server, last=count - 1,
            )  # fmt: skip
        start = free[server]
        end = (start if start > now else now) + size / speeds[server]  # noqa: FURB136  (a call less)
        free[server] = end
        active[server] += 1
        heappush(leaving, (end, server))
        servers.append(server)
        ends.append(end)
    return _served(arrival, servers, ends, _times(load, draws.sizes, servers))


def _blind_order(load: Load, draws: Draws) -> NDArray[np.int64] | None:
    """The server of each request where the state of the pool does not matter."""
    n, requests = len(load.speeds), len(draws.gaps)
    if load.policy == "rr":
        return np.arange(requests) % n
    if load.policy == "random":
        ends = np.cumsum(load.weights)
        if ends[-1] == n:  # all alike
            return np.asarray(draws.picks[0] * n, dtype=np.int64)
        found = np.searchsorted(ends, draws.picks[0] * ends[-1], side="right")
        return np.asarray(found, dtype=np.int64)
    cycle = _cycle(load, requests)
    return None if cycle is None else np.resize(np.array(cycle), requests)


def _cycle(load: Load, requests: int) -> Sequence[int] | None:
    """One round of weighted turns: as long as the weights without common divisor."""
    size = min(sum(load.weights) // int(np.gcd.reduce(load.weights)), requests)
    match load.policy:
        case "swrr":
            return [s.pick for s in smooth_steps(load.weights, size) if s.pick is not None]
        case "lvs_wrr":
            return lvs_wrr(load.weights, size)
        case "static_rr":
            return static_rr(load.weights, size)
        case _:
            return None


def _blind(load: Load, arrival: Floats, sizes: Floats, order: NDArray[np.int64]) -> Served:
    """Each server by itself: its work done so far, and the latest moment it had to wait for."""
    wait, response = np.empty_like(arrival), np.empty_like(arrival)
    n = len(load.speeds)
    if load.policy == "rr":
        turns: list[slice | NDArray[np.int64]] = [slice(i, None, n) for i in range(n)]
    else:  # a stable sort of small integers is one pass
        place = np.argsort(order.astype(np.int16), kind="stable")
        turns = list(np.split(place, np.cumsum(np.bincount(order, minlength=n))[:-1]))
    for mine, speed in zip(turns, load.speeds, strict=True):
        came, time = arrival[mine], sizes[mine]
        if speed != 1:
            time = time / speed
        work = np.cumsum(time)
        end = came - work
        end += time
        np.maximum.accumulate(end, out=end)
        end += work
        end -= came
        response[mine] = end
        end -= time
        wait[mine] = end
    return Served(arrival, order, response, wait)


def _shared(load: Load, arrival: Floats, sizes: Floats) -> Served:
    """One line for all: the next request goes to whoever is free first."""
    count = len(load.speeds)
    free = [0.0] * count
    times = sizes / load.speeds[0]
    ends = []
    for now, time in zip(arrival.tolist(), times.tolist(), strict=True):
        start = free[0]
        end = (start if start > now else now) + time  # noqa: FURB136  (a call less)
        heapreplace(free, end)
        ends.append(end)
    servers = list(range(count))  # servers come free in the order of the ends: each passes on
    done = np.array(ends)
    for leaver in np.argsort(done, kind="stable").tolist()[: max(0, len(ends) - count)]:
        servers.append(servers[leaver])
    return _served(arrival, servers[: len(ends)], done, times)


def _informed(load: Load, arrival: Floats, draws: Draws) -> Served:
    if load.policy == "p2c":
        return _two_choices(load, arrival, draws)
    if load.policy == "cpu":
        return _reported(load, arrival, draws.sizes)
    return _least(load, arrival, draws.sizes)


def _least(load: Load, arrival: Floats, sizes: Floats) -> Served:
    """Least connections, and its kin, in whole numbers: a request costs lcm(weights) / weight."""
    whole = lcm(*load.weights)
    costs = [whole // weight for weight in load.weights]
    busy = [0] * len(costs) if load.policy == "least_conn" else list(costs)
    idle_first = load.policy == "nq"
    free, speeds = [0.0] * len(costs), load.speeds
    leaving: list[tuple[float, int]] = [(float("inf"), -1)]
    servers, ends = [], []
    for now, size in zip(arrival.tolist(), sizes.tolist(), strict=True):
        while leaving[0][0] <= now:
            left = heappop(leaving)[1]
            busy[left] -= costs[left]
        server = busy.index(min(busy))
        if idle_first:
            server = next((i for i, cost in enumerate(costs) if busy[i] == cost), server)
        start = free[server]
        end = (start if start > now else now) + size / speeds[server]  # noqa: FURB136  (a call less)
        free[server] = end
        busy[server] += costs[server]
        heappush(leaving, (end, server))
        servers.append(server)
        ends.append(end)
    return _served(arrival, servers, ends, _times(load, sizes, servers))


def _two_choices(load: Load, arrival: Floats, draws: Draws) -> Served:
    """Two different servers drawn beforehand, the less busy of them taken."""
    n, speeds = len(load.speeds), load.speeds
    first, second = two_drawn(draws, n)
    active, free = [0] * n, [0.0] * n
    leaving: list[tuple[float, int]] = [(float("inf"), -1)]
    servers, ends = [], []
    rows = zip(arrival.tolist(), draws.sizes.tolist(), first.tolist(), second.tolist(), strict=True)
    for now, size, one, other in rows:
        while leaving[0][0] <= now:
            active[heappop(leaving)[1]] -= 1
        server = other if active[other] < active[one] else one
        start = free[server]
        end = (start if start > now else now) + size / speeds[server]  # noqa: FURB136  (a call less)
        free[server] = end
        active[server] += 1
        heappush(leaving, (end, server))
        servers.append(server)
        ends.append(end)
    return _served(arrival, servers, ends, _times(load, draws.sizes, servers))


def two_drawn(draws: Draws, servers: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The two different servers that two choices look at, for each request."""
    first = (draws.picks[0] * servers).astype(np.int64)
    second = (draws.picks[1] * max(1, servers - 1)).astype(np.int64)
    return first, (second + (second >= first)) % servers


def _reported(load: Load, arrival: Floats, sizes: Floats) -> Served:
    """The least busy by the last report: between two reports all go to the same server."""
    n = len(load.speeds)
    active, best, due = [0] * n, 0, 0.0

    def pick(_turn: int, now: float) -> int:
        nonlocal best, due
        if now >= due:
            best = min(range(n), key=lambda server: active[server] / load.speeds[server])
            due = now + load.report_every
        active[best] += 1
        return best

    def leave(server: int) -> None:
        active[server] -= 1

    return _events(load, arrival, sizes, pick, leave)


def _events(
    load: Load,
    arrival: Floats,
    sizes: Floats,
    pick: Callable[[int, float], int],
    leave: Callable[[int], None],
) -> Served:
    """Arrivals and departures in order; those who leave at t have left before one comes at t."""
    free = [0.0] * len(load.speeds)
    leaving: list[tuple[float, int]] = []
    servers, ends = [], []
    for turn, (now, size) in enumerate(zip(arrival.tolist(), sizes.tolist(), strict=True)):
        while leaving and leaving[0][0] <= now:
            leave(heappop(leaving)[1])
        server = pick(turn, now)
        end = max(now, free[server]) + size / load.speeds[server]
        free[server] = end
        heappush(leaving, (end, server))
        servers.append(server)
        ends.append(end)
    return _served(arrival, servers, ends, _times(load, sizes, servers))


def _times(load: Load, sizes: Floats, servers: Sequence[int]) -> Floats:
    return np.asarray(sizes / np.array(load.speeds)[np.array(servers)], dtype=np.float64)


def _served(
    arrival: Floats, servers: list[int], ends: list[float] | Floats, times: Floats
) -> Served:
    response = np.asarray(ends) - arrival
    return Served(arrival, np.array(servers), response, response - times)
