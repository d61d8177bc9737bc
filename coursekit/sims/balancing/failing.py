"""A server dies or is drained under load: what is lost until the balancer knows.

Modelled: round robin or least connections over equal servers, one crash found by active
checks, one drain, one retry elsewhere; a recovery, found by the checks too, and then a slow
start. What a dead server held is lost (or retried); what is sent to it before it is found dead
too. In slow start a server takes w of its 16 turns, or counts its requests 16/w times. A drain
ends without one, as nothing was lost. Left out: timeouts of the client: a refused request is
known at once.
"""

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import inf
from typing import Literal, get_args

from coursekit.sims.balancing.health import Checks, slow_start, watch
from coursekit.sims.balancing.load import Draws
from coursekit.sims.message import require

__all__ = ["Crash", "Event", "Outcome", "fail", "lost_on_crash"]

Kind = Literal["rr", "least_conn"]
Fate = Literal["sent", "done", "lost", "retried", "crash", "down", "alive", "up"]
FULL = 16  # sixteenths of a weight


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
    repair: float = inf  # seconds until it works again, or until a drained one is wanted back
    slow_start: int = 0  # seconds; 0: all of its weight at once

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
        require(self.repair > 0, "repair={repair}: choose more than 0", repair=self.repair)
        require(self.slow_start >= 0, "slow_start={s}: choose 0 or more", s=self.slow_start)

    @property
    def rate(self) -> float:
        """Requests a second, of all."""
        return self.load * self.servers


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
    down_at: float  # when the balancer takes the victim out; inf: it never noticed
    up_at: float = inf  # when it brings the victim back


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
        times = (draws.gaps / params.rate).cumsum().tolist()
        self.down_at, self.up_at = self._changes(times[-1])
        self.heap = [(t, 2, "arrive", request, -1) for request, t in enumerate(times)]
        marks = [("down", self.down_at), ("up", self.up_at)]
        if not params.drain:
            marks += [("crash", params.at), ("alive", params.at + params.repair)]
        self.heap += [(t, 1, kind, -1, params.victim) for kind, t in marks if t < inf]
        heapify(self.heap)
        self.free = [0.0] * params.servers
        self.inside: list[dict[int, float]] = [{} for _ in self.free]
        self.open, self.dead, self.turn = set(range(params.servers)), False, -1
        self.credit = 0  # sixteenths that a server in slow start has saved for its next turn
        self.tried: set[int] = set()
        self.events: list[Event] = []

    def _changes(self, until: float) -> tuple[float, float]:
        """When the victim is taken out, and when it is brought back."""
        params, checks = self.params, self.params.checks
        end = params.at + params.repair
        if params.drain:
            return params.at, end
        last = max(until, params.at, end if end < inf else 0.0)
        last += (checks.fall + checks.rise + 2) * checks.inter
        phase = checks.phase(params.victim, params.servers)
        seen = {kind: t for t, kind in watch(checks, [(params.at, end)], until=last, phase=phase)}
        return seen.get("down", inf), seen.get("up", inf)

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
                self._mark(now, kind, server)
        lost = sum(event.kind == "lost" for event in self.events)
        return Outcome(tuple(self.events), lost, len(self.tried), self.down_at, self.up_at)

    def _mark(self, now: float, kind: str, server: int) -> None:
        """The balancer takes the victim out or back; or the victim works again."""
        if kind == "alive":
            self.dead, self.free[server] = False, now
            self._note(now, "alive", -1, server)
        elif kind == "down":
            self.open.discard(server)
            self._note(now, "down", -1, server)
        else:
            self.open.add(server)
            self._note(now, "up", -1, server)

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
        server = self._choose(now, but)
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

    def _choose(self, now: float, but: int) -> int:
        choices = [server for server in sorted(self.open) if server != but]
        if self.params.policy == "least_conn":
            return min(choices, key=lambda one: len(self.inside[one]) * FULL / self._weight(now, one))  # fmt: skip
        while True:
            self.turn = (self.turn + 1) % self.params.servers
            if self.turn in choices and self._earned(self._weight(now, self.turn)):
                return self.turn

    def _weight(self, now: float, server: int) -> int:
        """Sixteenths of its weight that a server has: all, but for one in slow start."""
        params = self.params
        if server != params.victim or now < self.up_at or params.drain or not params.slow_start:
            return FULL
        return slow_start(now - self.up_at, params.slow_start)

    def _earned(self, weight: int) -> bool:
        """Whether a server takes its turn: with w sixteenths, w times in 16."""
        if weight == FULL:
            return True
        self.credit += weight
        earned = self.credit >= FULL
        self.credit -= FULL * earned
        return earned
