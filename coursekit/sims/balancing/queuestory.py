"""A short trace of a pool under load, event by event: who comes, waits behind whom, and leaves.

It tells what `queues.serve` has computed and adds nothing to it: the same requests, in the
order of events, each with what the balancer looked at. Left out: what `queues` leaves out.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from coursekit.sims.balancing.load import Draws, Load
from coursekit.sims.balancing.queues import Served, serve, two_drawn
from coursekit.sims.balancing.turns import letters
from coursekit.sims.message import Message, require

__all__ = ["TOLD", "Moment", "Told", "Trace", "compare", "tell"]

Policy = Literal["rr", "swrr", "random", "p2c", "least_conn", "cpu", "shared"]
MANY = 6  # requests of a line that a sentence names
TOLD: tuple[Policy, ...] = get_args(Policy)


@dataclass(frozen=True)
class Moment:
    """After an event. `lines`: the requests at each server, the one being served first."""

    t: float
    kind: Literal["arrive", "leave"]
    request: int
    server: int
    lines: tuple[tuple[int, ...], ...]
    common: tuple[int, ...]  # waiting in the one queue for all
    reported: tuple[int, ...]  # cpu: how many each server said it had
    idle: tuple[int, ...]  # servers that stand idle while this request has to wait
    why: tuple[Message, ...]

    @property
    def waiting(self) -> int:
        """Requests that are here and not served yet."""
        return len(self.common) + sum(max(0, len(line) - 1) for line in self.lines)

    @property
    def inside(self) -> int:
        """Requests that are here."""
        return len(self.common) + sum(map(len, self.lines))


@dataclass(frozen=True)
class Trace:
    """What became of each request, in seconds; one entry a request."""

    server: tuple[int, ...]
    arrival: tuple[float, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]
    size: tuple[float, ...]  # of the job, on a server of speed 1

    @property
    def mean_wait(self) -> float:
        return float(np.mean(np.subtract(self.start, self.arrival)))

    @property
    def mean_response(self) -> float:
        return float(np.mean(np.subtract(self.end, self.arrival)))


@dataclass(frozen=True)
class Told:
    """The trace, and a state after each arrival and each departure."""

    load: Load
    trace: Trace
    states: tuple[Moment, ...]

    @property
    def in_vain(self) -> int:
        """Requests sent to wait while a server stood idle."""
        return sum(bool(state.idle) for state in self.states)

    @property
    def longest(self) -> int:
        """The most requests that waited at any moment."""
        return max(state.waiting for state in self.states)


def compare(load: Load, draws: Draws) -> dict[str, float]:
    """The mean response time of each policy with the same luck; one queue for equal servers only."""
    equal = len(set(load.speeds)) == 1
    return {
        policy: float(serve(_with(load, policy), draws).response.mean())
        for policy in TOLD
        if equal or policy != "shared"
    }


def _with(load: Load, policy: Policy) -> Load:
    return Load(
        policy=policy, speeds=load.speeds, weights=load.weights, load=load.load,
        report_every=load.report_every,
    )  # fmt: skip


def tell(load: Load, draws: Draws) -> Told:
    """Serve the draws, then tell it in the order of events."""
    choices = ", ".join(TOLD)
    require(load.policy in TOLD, "policy={policy}: choose one of {choices}", policy=load.policy, choices=choices)  # fmt: skip
    trace = _trace(serve(load, draws), draws)
    return Told(load, trace, _Teller(load, draws, trace).states())


def _trace(served: Served, draws: Draws) -> Trace:
    return Trace(
        tuple(served.server.tolist()), tuple(served.arrival.tolist()),
        tuple((served.arrival + served.wait).tolist()),
        tuple((served.arrival + served.response).tolist()), tuple(draws.sizes.tolist()),
    )  # fmt: skip


class _Teller:
    """The pool as the events pass; who left at t has left before one comes at t."""

    def __init__(self, load: Load, draws: Draws, trace: Trace) -> None:
        self.load, self.trace = load, trace
        self.lines: list[deque[int]] = [deque() for _ in load.speeds]
        self.common: deque[int] = deque()
        self.reported, self.reported_at = (0,) * len(load.speeds), 0.0
        self.drawn = two_drawn(draws, len(load.speeds))

    def states(self) -> tuple[Moment, ...]:
        leave = [(t, 0, request) for request, t in enumerate(self.trace.end)]
        arrive = [(t, 1, request) for request, t in enumerate(self.trace.arrival)]
        return tuple(
            self._arrive(t, request) if coming else self._leave(t, request)
            for t, coming, request in sorted(leave + arrive)
        )

    def _moment(
        self,
        t: float,
        kind: Literal["arrive", "leave"],
        request: int,
        why: list[Message],
        idle: tuple[int, ...] = (),
    ) -> Moment:
        return Moment(
            t, kind, request, self.trace.server[request], tuple(map(tuple, self.lines)),
            tuple(self.common), self.reported, idle, tuple(why),
        )  # fmt: skip

    def _arrive(self, t: float, request: int) -> Moment:
        if self.load.policy == "shared":
            return self._moment(t, "arrive", request, [self._joins(request)])
        self._report(t)
        server = self.trace.server[request]
        idle = self._idle() if self.lines[server] else ()
        why = [_WHY[self.load.policy](self, t, request), self._waits(server, idle)]
        self.lines[server].append(request)
        return self._moment(t, "arrive", request, why, idle)

    def _report(self, t: float) -> None:
        """As `queues` takes it: at the first request that comes when it is due."""
        if self.load.policy == "cpu" and t >= self.reported_at:
            self.reported = tuple(map(len, self.lines))
            self.reported_at = t + self.load.report_every

    def _idle(self) -> tuple[int, ...]:
        return tuple(server for server, line in enumerate(self.lines) if not line)

    def _joins(self, request: int) -> Message:
        if self._idle():
            server = self.trace.server[request]
            self.lines[server].append(request)
            return Message.of(
                "Request {k} comes; {letter} is free and serves it at once.",
                k=request + 1, letter=letters([server]),
            )  # fmt: skip
        self.common.append(request)
        return Message.of(
            "Request {k} comes; all are busy. It waits in the common queue; before it: {others}.",
            k=request + 1, others=len(self.common) - 1,
        )  # fmt: skip

    def _waits(self, server: int, idle: tuple[int, ...]) -> Message:
        line = self.lines[server]
        if not line:
            return Message.of("It is served at once.")
        if not idle:
            return Message.of(
                "It waits behind {others}, as everybody is busy.", others=_numbers(line)
            )
        return Message.of(
            "It waits behind {others}. Idle meanwhile: {idle}.",
            others=_numbers(line), idle=", ".join(letters([each]) for each in idle),
        )  # fmt: skip

    def _leave(self, t: float, request: int) -> Moment:
        server = self.trace.server[request]
        self.lines[server].popleft()
        if self.common:
            self.lines[server].append(self.common.popleft())
        why = [Message.of(
            "Request {k} leaves {letter} after {response:.2f} s, of which it waited {wait:.2f} s.",
            k=request + 1, letter=letters([server]), response=t - self.trace.arrival[request],
            wait=max(0.0, self.trace.start[request] - self.trace.arrival[request]),
        )]  # fmt: skip
        if self.lines[server]:
            why.append(Message.of("Request {k} is next there.", k=self.lines[server][0] + 1))
        return self._moment(t, "leave", request, why)

    # Why this server

    def turn(self, _t: float, request: int) -> Message:
        return Message.of("Request {k} comes: it is the turn of {letter}.", **self._who(request))

    def by_weight(self, _t: float, request: int) -> Message:
        return Message.of("Request {k} comes: by the weights it is the turn of {letter}.", **self._who(request))  # fmt: skip

    def chance(self, _t: float, request: int) -> Message:
        return Message.of("Request {k} comes: chance sends it to {letter}.", **self._who(request))

    def _who(self, request: int) -> dict[str, Any]:
        return {"k": request + 1, "letter": letters([self.trace.server[request]])}

    def of_two(self, _t: float, request: int) -> Message:
        one, other = (int(drawn[request]) for drawn in self.drawn)
        return Message.of(
            "Request {k} comes: drawn are {one}, which has {n}, and {other}, which has {m}; it goes to {letter}.",
            one=letters([one]), n=len(self.lines[one]), other=letters([other]),
            m=len(self.lines[other]), **self._who(request),
        )  # fmt: skip

    def fewest(self, _t: float, request: int) -> Message:
        here = len(self.lines[self.trace.server[request]])
        return Message.of(
            "Request {k} comes: {letter} has the fewest in progress for its weight, {n}.",
            n=here, **self._who(request),
        )  # fmt: skip

    def stale(self, t: float, request: int) -> Message:
        server = self.trace.server[request]
        return Message.of(
            "Request {k} comes: by the report of {age:.1f} s ago {letter} is the least busy, with {then}; now it has {now}.",
            age=t - (self.reported_at - self.load.report_every), then=self.reported[server],
            now=len(self.lines[server]), **self._who(request),
        )  # fmt: skip


def _numbers(line: deque[int]) -> str:
    shown = [str(request + 1) for request in line]
    return ", ".join(shown if len(shown) <= MANY else [*shown[:MANY], "…"])


_WHY: dict[str, Callable[[_Teller, float, int], Message]] = {
    "rr": _Teller.turn, "swrr": _Teller.by_weight, "random": _Teller.chance,
    "p2c": _Teller.of_two, "least_conn": _Teller.fewest, "cpu": _Teller.stale,
}  # fmt: skip
