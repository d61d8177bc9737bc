"""A server dies or is drained under load: what is lost until the balancer knows.

Modelled: round robin or least connections over equal servers, one crash found by active
checks, one drain, one retry elsewhere. What a dead server held is lost (or retried); what is
sent to it before it is found dead too. Left out: recovery, timeouts of the client: a refused
request is known at once.
"""

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Literal, get_args

from coursekit.sims.balancing.health import Checks, watch
from coursekit.sims.balancing.load import Draws
from coursekit.sims.message import require

__all__ = ["Crash", "Event", "Outcome", "fail", "lost_on_crash"]

Kind = Literal["rr", "least_conn"]
Fate = Literal["sent", "done", "lost", "retried", "crash", "down"]


@dataclass(frozen=True, kw_only=True)
class Crash:
    """Servers of speed 1, one of which dies, or takes no new requests, at `at`."""

    servers: int = 4
    load: float = 0.6
    policy: Kind = "rr"
    victim: int = 0
    at: float = 30.0
    drain: bool = False
    retry: bool = False
    checks: Checks = field(default_factory=Checks)

    def __post_init__(self) -> None:
        require(self.servers >= 2, "servers={servers}: choose 2 or more", servers=self.servers)
        require(self.load > 0, "load={load}: choose more than 0", load=self.load)
        choices = ", ".join(get_args(Kind))
        require(
            self.policy in get_args(Kind), "policy={policy}: choose one of {choices}",
            policy=self.policy, choices=choices,
        )  # fmt: skip
        require(
            0 <= self.victim < self.servers, "victim={victim}: choose 0 to {last}",
            victim=self.victim, last=self.servers - 1,
        )  # fmt: skip
        require(self.at >= 0, "at={at}: choose 0 or more", at=self.at)


@dataclass(frozen=True)
class Event:
    """One line of the record; request and server are -1 where there is none."""

    t: float
    kind: Fate
    request: int
    server: int


@dataclass(frozen=True)
class Outcome:
    """The record, and what it comes to."""

    events: tuple[Event, ...]
    lost: int
    retried: int
    down_at: float  # when the balancer takes the victim out


def lost_on_crash(rate: float, servers: int, seconds: float) -> float:
    """Requests sent to a dead server of equal ones before it is found, by the mean."""
    return rate / servers * seconds


def fail(params: Crash, draws: Draws) -> Outcome:
    """Run the draws through the pool and its accident."""
    return _Run(params, draws).outcome()


class _Run:
    """The pool during one run: a heap of (time, order, kind, request, server)."""

    def __init__(self, params: Crash, draws: Draws) -> None:
        self.params, self.sizes = params, draws.sizes.tolist()
        times = (draws.gaps / (params.load * params.servers)).cumsum().tolist()
        self.down_at = params.at if params.drain else self._found(times[-1])
        self.heap = [(t, 2, "arrive", request, -1) for request, t in enumerate(times)]
        if not params.drain:
            self.heap.append((params.at, 1, "crash", -1, params.victim))
        self.heap.append((self.down_at, 1, "down", -1, params.victim))
        heapify(self.heap)
        self.free = [0.0] * params.servers
        self.inside: list[dict[int, float]] = [{} for _ in self.free]
        self.open, self.dead, self.turn = set(range(params.servers)), False, -1
        self.tried: set[int] = set()
        self.events: list[Event] = []

    def _found(self, until: float) -> float:
        params = self.params
        checks = params.checks
        last = max(until, params.at) + (checks.fall + 2) * checks.inter
        phase = checks.phase(params.victim, params.servers)
        return watch(checks, [(params.at, float("inf"))], until=last, phase=phase)[0][0]

    def outcome(self) -> Outcome:
        while self.heap:
            now, _order, kind, request, server = heappop(self.heap)
            if kind == "arrive":
                self._send(now, request)
            elif kind == "leave":
                self._leave(now, request, server)
            elif kind == "crash":
                self._crash(now, server)
            else:
                self.open.discard(server)
                self._note(now, "down", -1, server)
        lost = sum(event.kind == "lost" for event in self.events)
        return Outcome(tuple(self.events), lost, len(self.tried), self.down_at)

    def _note(self, now: float, kind: Fate, request: int, server: int) -> None:
        self.events.append(Event(now, kind, request, server))

    def _leave(self, now: float, request: int, server: int) -> None:
        if self.inside[server].pop(request, None) is not None:
            self._note(now, "done", request, server)

    def _crash(self, now: float, server: int) -> None:
        self.dead = True
        self._note(now, "crash", -1, server)
        held = list(self.inside[server])
        self.inside[server].clear()
        for request in held:
            self._refused(now, request, server)

    def _send(self, now: float, request: int, but: int = -1) -> None:
        server = self._choose(but)
        self._note(now, "sent", request, server)
        if self.dead and server == self.params.victim:
            self._refused(now, request, server)
            return
        end = max(now, self.free[server]) + self.sizes[request]
        self.free[server] = end
        self.inside[server][request] = end
        heappush(self.heap, (end, 0, "leave", request, server))

    def _refused(self, now: float, request: int, server: int) -> None:
        if self.params.retry and request not in self.tried:
            self.tried.add(request)
            self._note(now, "retried", request, server)
            self._send(now, request, but=server)
        else:
            self._note(now, "lost", request, server)

    def _choose(self, but: int) -> int:
        choices = [server for server in sorted(self.open) if server != but]
        if self.params.policy == "least_conn":
            return min(choices, key=lambda server: len(self.inside[server]))
        while True:
            self.turn = (self.turn + 1) % self.params.servers
            if self.turn in choices:
                return self.turn
