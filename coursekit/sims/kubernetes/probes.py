"""Probes: what the kubelet asks a container, and what it does with the answers.

Modelled: startup, readiness and liveness probes with their periods, timeouts and thresholds;
applications that start slowly, hang, or crash; the first restart at once, the next ones with
CrashLoopBackOff (10 s, doubled, at most 300 s, forgotten after 10 min of run). Left out: the kubelet's jitter, the kind of probe
(HTTP, TCP, exec, gRPC), sidecars. A hung process is killed after `grace`, as it does not answer
SIGTERM either.
Source: kubernetes.io, "Configure Liveness, Readiness and Startup Probes", "Pod Lifecycle".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = [
    "Answered", "App", "Container", "Moment", "Probe", "ProbeKind", "back_off", "detection", "tell",
]  # fmt: skip

BACK_OFF_S, BACK_OFF_MOST_S, FORGOTTEN_S = 10.0, 300.0, 600.0
GRACE_S = 30.0
ProbeKind = Literal["startup", "readiness", "liveness"]
KINDS: tuple[ProbeKind, ...] = get_args(ProbeKind)
Kind = Literal[
    "created", "running", "probe", "started", "ready", "unready", "killed", "crashed", "hung",
    "back_off", "end",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One probe, with the defaults of Kubernetes."""

    kind: ProbeKind = "liveness"
    initial_delay: float = 0.0
    period: float = 10.0
    timeout: float = 1.0
    success: int = 1
    failure: int = 3

    def __post_init__(self) -> None:
        require(self.kind in KINDS, "kind={kind}: choose one of {choices}", kind=self.kind, choices=", ".join(KINDS))  # fmt: skip
        require(self.initial_delay >= 0, "{name}={value}: choose 0 or more", name="initial_delay", value=self.initial_delay)  # fmt: skip
        for name in ("period", "timeout", "success", "failure"):
            value = getattr(self, name)
            require(value >= 1, "{name}={value}: choose 1 or more", name=name, value=value)
        require(self.success == 1 or self.kind == "readiness", "success={value}: only a readiness probe may ask for more than 1", value=self.success)  # fmt: skip


def detection(probe: Probe) -> tuple[float, float]:
    """Seconds from a silent hang to the verdict: soonest, and latest."""
    soonest = (probe.failure - 1) * probe.period + probe.timeout
    return soonest, soonest + probe.period


def back_off(k: int) -> float:
    """The k-th wait of CrashLoopBackOff. The first restart is immediate; the second waits k=1."""
    require(k >= 1, "{name}={value}: choose 1 or more", name="k", value=k)
    return min(BACK_OFF_S * 2.0 ** min(k - 1, 10), BACK_OFF_MOST_S)


@dataclass(frozen=True, kw_only=True)
class App:
    """How a process behaves, counted from its start; every new process does the same."""

    start: float = 5.0  # until it answers
    hang: float | None = None  # from then on it is silent
    crash: float | None = None  # then it exits
    once: bool = False  # only the first process hangs or crashes

    def __post_init__(self) -> None:
        require(self.start >= 0, "{name}={value}: choose 0 or more", name="start", value=self.start)
        for name in ("hang", "crash"):
            value = getattr(self, name)
            require(value is None or value > 0, "{name}={value}: choose more than 0", name=name, value=value)  # fmt: skip

    def answers(self, age: float, process: int) -> bool:
        """Whether a probe gets an answer from process number `process` at this age."""
        return self.start <= age < self.hangs(process)

    def hangs(self, process: int) -> float:
        """Age from which this process is silent."""
        return float("inf") if self.hang is None or (self.once and process) else self.hang

    def exits(self, process: int) -> float | None:
        """Age at which this process exits by itself."""
        return None if self.once and process else self.crash


@dataclass(frozen=True, kw_only=True)
class Container:
    """An application under its probes, watched until `until`."""

    app: App = field(default_factory=App)
    probes: tuple[Probe, ...] = field(default_factory=lambda: (Probe(kind="readiness"), Probe()))
    until: float = 120.0
    grace: float = GRACE_S

    def __post_init__(self) -> None:
        kinds = [probe.kind for probe in self.probes]
        require(len(set(kinds)) == len(kinds), "probes={kinds}: one of each kind at most", kinds=", ".join(kinds))  # fmt: skip
        require(self.until > 0, "{name}={value}: choose more than 0", name="until", value=self.until)  # fmt: skip
        require(self.grace >= 0, "{name}={value}: choose 0 or more", name="grace", value=self.grace)

    def probe(self, kind: ProbeKind) -> Probe | None:
        """The probe of that kind, if there is one."""
        return next((probe for probe in self.probes if probe.kind == kind), None)


@dataclass(frozen=True)
class Moment:
    """An event; from then on: does the process run, does the pod get requests, restarts so far."""

    t: float
    kind: Kind
    running: bool
    ready: bool
    restarts: int
    probe: ProbeKind | None
    ok: bool | None
    why: Message


@dataclass(frozen=True)
class Answered:
    """The record of one container."""

    container: Container
    states: tuple[Moment, ...]

    @property
    def ready_seconds(self) -> float:
        """How long it got requests."""
        return sum(b.t - a.t for a, b in pairwise(self.states) if a.ready)

    @property
    def wrong_seconds(self) -> float:
        """How long requests went to a process that did not answer them."""
        app, wrong, began, process = self.container.app, 0.0, 0.0, -1
        for a, b in pairwise(self.states):
            if a.kind == "running":
                began, process = a.t, process + 1
            if a.ready and a.running:
                hang = began + app.hangs(process)
                wrong += max(0.0, min(b.t, began + app.start) - a.t)
                wrong += max(0.0, b.t - max(a.t, hang))
        return wrong


class _Life:
    """One process: probes take turns until it ends."""

    def __init__(self, container: Container, began: float, process: int) -> None:
        self.c, self.began, self.process = container, began, process
        self.started = container.probe("startup") is None
        self.ready = self.started and container.probe("readiness") is None
        self.runs = dict.fromkeys(KINDS, 0)  # answers alike in a row: + good, - bad
        self.ended: float | None = None
        self.hangs = began + container.app.hangs(process)
        self.states: list[Moment] = []

    def say(self, t: float, kind: Kind, why: Message, probe: ProbeKind | None = None, *, ok: bool | None = None, running: bool = True) -> None:  # fmt: skip
        state = Moment(t, kind, running, self.ready and running, self.process, probe, ok, why)
        self.states.append(state)

    def asks(self) -> Iterator[tuple[float, Probe]]:
        """Probes in order of the time of their answers; the others wait for the startup probe."""
        startup = self.c.probe("startup")
        t = self.began
        if startup is not None:
            asked = self.began + startup.initial_delay
            while not self.started:
                yield asked, startup
                t, asked = asked, asked + startup.period
        others = [probe for probe in self.c.probes if probe.kind != "startup"]
        turns = [[max(self.began + probe.initial_delay, t), i] for i, probe in enumerate(others)]
        while turns:
            turn = min(turns)
            yield turn[0], others[int(turn[1])]
            turn[0] += others[int(turn[1])].period

    def live(self) -> None:
        """From the start of the process to its end, or to the end of the record."""
        exits = self.c.app.exits(self.process)
        last = self.c.until if exits is None else self.began + exits
        self.say(self.began, "running", _started(self.process))
        for asked, probe in self.asks():
            ok = self.c.app.answers(asked - self.began, self.process)
            t = asked if ok else asked + probe.timeout
            if t >= min(last, self.c.until):
                break
            self._hang(t)
            self._answer(t, probe, ok=ok)
            if self.ended is not None:
                return
        self._hang(min(last, self.c.until))
        if exits is not None and last < self.c.until:
            self.ready = False
            self.say(last, "crashed", Message.of("The process exits by itself."), running=False)
            self.ended = last

    def _hang(self, t: float) -> None:
        """Nobody is told when a process falls silent; the record shows it."""
        if self.hangs < t:
            self.say(self.hangs, "hung", Message.of("The process hangs: it runs, but answers nobody."))  # fmt: skip
            self.hangs = float("inf")

    def _answer(self, t: float, probe: Probe, *, ok: bool) -> None:
        run = self.runs[probe.kind]
        run = self.runs[probe.kind] = max(run, 0) + 1 if ok else min(run, 0) - 1
        self.say(t, "probe", _said(probe, run, ok=ok), probe.kind, ok=ok)
        if probe.kind == "readiness":
            self._readiness(t, probe, run)
        elif ok and probe.kind == "startup":
            self.started = True
            self.ready = self.c.probe("readiness") is None
            self.say(t, "started", Message.of("It has started: now the other probes may ask."))
        elif run <= -probe.failure:
            self._kill(t, probe)

    def _readiness(self, t: float, probe: Probe, run: int) -> None:
        if not self.ready and run >= probe.success:
            self.ready = True
            self.say(
                t, "ready", Message.of("Ready: the pod is among the endpoints of its Service.")
            )
        elif self.ready and run <= -probe.failure:
            self.ready = False
            self.say(t, "unready", Message.of("Not ready: the pod leaves the endpoints. It is not restarted."))  # fmt: skip

    def _kill(self, t: float, probe: Probe) -> None:
        self.ready = False  # a container that is being stopped is not ready
        said = Message.of("{n} failures of the {probe} probe: the container is stopped, and started again.", n=probe.failure, probe=probe.kind)  # fmt: skip
        self.say(t, "killed", said, probe.kind)
        silent = t - self.began >= self.c.app.hangs(self.process)
        self.ended = t + (self.c.grace if silent else 0.0)


def _started(process: int) -> Message:
    if process:
        return Message.of("The container is started again, restart {n}.", n=process)
    return Message.of("The container is started.")


def _said(probe: Probe, run: int, *, ok: bool) -> Message:
    if ok:
        return Message.of("The {probe} probe is answered.", probe=probe.kind)
    return Message.of("No answer to the {probe} probe within {timeout:g} s: {n} of {most} in a row.", probe=probe.kind, timeout=probe.timeout, n=-run, most=probe.failure)  # fmt: skip


def tell(container: Container) -> Answered:
    """The whole record: process after process, with the waits between."""
    states: list[Moment] = []
    t, process, fast = 0.0, 0, 0
    while t < container.until:
        life = _Life(container, t, process)
        life.live()
        states += life.states
        if life.ended is None:
            break
        process += 1
        fast = 1 if life.ended - t >= FORGOTTEN_S else fast + 1
        wait = back_off(fast - 1) if fast > 1 else 0.0
        if wait and life.ended < container.until:
            said = Message.of("CrashLoopBackOff: {wait:.0f} s of waiting before restart {n}.", wait=wait, n=process)  # fmt: skip
            states.append(Moment(life.ended, "back_off", False, False, process, None, None, said))
        t = life.ended + wait
    last = states[-1]
    said = Message.of("The record ends: {n} restarts.", n=last.restarts)
    states.append(Moment(container.until, "end", last.running, last.ready, last.restarts, None, None, said))  # fmt: skip
    return Answered(container, tuple(states))
