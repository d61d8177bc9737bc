"""The life of a container, deed by deed: states, signals, exit codes, restart policies.

Modelled as Docker's engine does it: stop sends SIGTERM and, 10 s later, SIGKILL; a container
that ends by itself is started again when its policy says so, after 100 ms, then twice as long
each time up to 60 s, back to 100 ms after a run of 10 s; a restart of the machine stops what
runs and starts again what the policy says. Left out: health checks, volumes, --rm, the time that
starting takes; `docker stop` of what is not running does nothing where we refuse it.
Sources: Docker's documentation (start containers automatically); its source
(restartmanager/restartmanager.go, daemon/daemon.go restore): at the engine's start, `on-failure`
starts whatever ended with another code than 0, though the documentation says it does not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from coursekit.sims.containers.figures import tidy
from coursekit.sims.message import Message, require

__all__ = ["ALLOWED", "APPS", "DEEDS", "GRACE_S", "POLICIES", "Container", "Deed", "Event", "Settings", "State", "Told", "delays", "next_delay", "tell", "trace"]  # fmt: skip

Status = Literal["created", "running", "paused", "restarting", "exited"]
Kind = Literal["create", "start", "stop", "kill", "pause", "unpause", "restart", "remove", "crash", "reboot", "wait"]  # fmt: skip
Policy = Literal["no", "on-failure", "always", "unless-stopped"]
App = Literal["obeys", "ignores", "crashes"]
DEEDS: tuple[Kind, ...] = get_args(Kind)
POLICIES: tuple[Policy, ...] = get_args(Policy)
APPS: tuple[App, ...] = get_args(App)

ALLOWED: dict[Status, tuple[Kind, ...]] = {
    "created": ("start", "remove"),
    "running": ("stop", "kill", "restart", "pause"),
    "paused": ("unpause", "kill"),
    "restarting": ("stop", "kill"),
    "exited": ("start", "restart", "remove"),
}
GRACE_S = 10.0  # between SIGTERM and SIGKILL
FIRST_S, LONGEST_S, STEADY_S = 0.1, 60.0, 10.0  # delays of the engine's restart manager
TERMINATED, KILLED = 143, 137  # 128 + SIGTERM, 128 + SIGKILL
CRASHED = 1  # what the application that crashes returns
MOST = 6  # containers of a story


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How new containers restart, and how their process behaves.

    `retries` ends on-failure after so many restarts (0: never); `ends` is how long an obedient
    process takes to end, `lasts` how long one that crashes runs.
    """

    policy: Policy = "no"
    app: App = "obeys"
    retries: int = 0
    ends: float = 2.0
    lasts: float = 0.0

    def __post_init__(self) -> None:
        require(self.policy in POLICIES, "policy={policy}: choose one of {policies}", policy=self.policy, policies=", ".join(POLICIES))  # fmt: skip
        require(self.app in APPS, "app={app}: choose one of {apps}", app=self.app, apps=", ".join(APPS))  # fmt: skip
        for name in ("retries", "ends", "lasts"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)


@dataclass(frozen=True)
class Deed:
    """What is done, `on` which container; for `wait`, how many seconds; for `reboot`, nothing."""

    kind: Kind
    on: str | float = ""

    def __post_init__(self) -> None:
        require(self.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=self.kind, deeds=", ".join(DEEDS))  # fmt: skip
        if self.kind == "wait":
            number = isinstance(self.on, (int, float)) and not isinstance(self.on, bool)
            require(number and self.on > 0, "seconds={on}: choose more than 0", on=self.on)  # type: ignore[operator]
        elif self.kind != "reboot":
            require(isinstance(self.on, str) and bool(self.on), "container={on}: give its name", on=repr(self.on))  # fmt: skip


@dataclass(frozen=True)
class Container:
    """One container; `due` is when its next thing happens by itself: a restart, a crash."""

    name: str
    settings: Settings
    status: Status = "created"
    since: float = 0.0
    code: int | None = None
    restarts: int = 0
    delay: float = 0.0  # before the last or next restart, in s
    started: float | None = None
    stopped: bool = False  # by hand, so that it was not its own end
    due: float | None = None
    left: float | None = None  # while paused: what is left until `due`


@dataclass(frozen=True)
class Event:
    """Something happened to a container at `t`."""

    t: float
    name: str
    what: str  # created, started, exited, paused, unpaused, removed, waits, SIGTERM, SIGKILL
    code: int | None = None
    delay: float | None = None


@dataclass(frozen=True)
class State:
    """After a deed: the time, the containers, and all events so far."""

    t: float
    containers: tuple[Container, ...] = ()
    deed: Deed | None = None
    events: tuple[Event, ...] = ()
    reboots: tuple[float, ...] = ()
    why: tuple[Message, ...] = field(default=())

    def container(self, name: str | float) -> Container:
        """A container by name; ParameterError names those there are."""
        found = [each for each in self.containers if each.name == name]
        names = ", ".join(each.name for each in self.containers) or "-"
        require(bool(found), "container={name}: no such one; choose one of {names}", name=name, names=names)  # fmt: skip
        return found[0]


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def next_delay(before: float, ran: float) -> float:
    """Seconds before a restart, after one that waited `before` and a run of `ran` seconds."""
    if ran >= STEADY_S or before == 0:
        return FIRST_S
    return min(LONGEST_S, before * 2)


def delays(count: int, ran: float = 0.0) -> Iterator[float]:
    """The delays of a container that always ends `ran` seconds after its start."""
    delay = 0.0
    for _each in range(count):
        delay = next_delay(delay, ran)
        yield delay


def tell(settings: Settings, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError says why a deed is not allowed."""
    said = Message.of("No container yet. The next ones restart: {policy}.", policy=settings.policy)
    states = [State(0.0, why=(said,))]
    for deed in deeds:
        story = _Story(states[-1], settings)
        story.do(deed)
        states.append(story.state(deed))
    return Told(tuple(states))


def trace(told: Told) -> list[dict[str, Any]]:
    """All events as plain ones."""
    return [
        {"t": each.t, "kind": "state", "id": each.name, "state": each.what, "exit": each.code}
        for each in told.states[-1].events
    ]


class _Story:
    """One deed on the way from a state to the next; lives no longer than `tell`."""

    def __init__(self, before: State, settings: Settings) -> None:
        self.before, self.settings = before, settings
        self.t, self.events, self.why = before.t, list(before.events), list[Message]()
        self.reboots = before.reboots
        self.there = {each.name: each for each in before.containers}

    def state(self, deed: Deed) -> State:
        return State(self.t, tuple(self.there.values()), deed, tuple(self.events), self.reboots, tuple(self.why))  # fmt: skip

    def do(self, deed: Deed) -> None:
        if deed.kind == "wait":
            self._wait(float(deed.on))
        elif deed.kind == "reboot":
            self._reboot()
        elif deed.kind == "create":
            self._create(str(deed.on))
        else:
            one = self.before.container(deed.on)
            self._check(one, deed.kind)
            _DO[deed.kind](self, one)

    def _check(self, one: Container, kind: Kind) -> None:
        """A process crashes only while it runs; the rest is what a console offers."""
        allowed = ("crash",) if kind == "crash" and one.status == "running" else ALLOWED[one.status]
        require(
            kind in allowed, "{name}={status}: {kind} is not possible; choose {allowed}",
            name=one.name, status=one.status, kind=kind, allowed=", ".join(ALLOWED[one.status]),
        )  # fmt: skip

    # What happens

    def note(self, name: str, what: str, code: int | None = None, delay: float | None = None) -> None:  # fmt: skip
        self.events.append(Event(self.t, name, what, code, delay))

    def put(self, one: Container, **changes: Any) -> Container:
        changed = replace(one, **changes)
        if changed.status != one.status:
            changed = replace(changed, since=self.t)
        self.there[one.name] = changed
        return changed

    def run(self, one: Container) -> Container:
        """Its process begins; one that crashes knows when."""
        self.note(one.name, "started")
        due = self.t + one.settings.lasts if one.settings.app == "crashes" else None
        return self.put(one, status="running", started=self.t, stopped=False, due=due)

    def end(self, one: Container, code: int, *, by_hand: bool) -> Container:
        """Its process has ended: stay down, or wait for a restart."""
        self.note(one.name, "exited", code)
        assert one.started is not None
        ran = self.t - one.started
        if by_hand or not self._again(one, code):
            return self.put(one, status="exited", code=code, stopped=by_hand, due=None)
        delay = next_delay(one.delay, ran)
        self.note(one.name, "waits", code, delay)
        return self.put(
            one, status="restarting", code=code, delay=delay, restarts=one.restarts + 1,
            due=self.t + delay,
        )  # fmt: skip

    def _again(self, one: Container, code: int) -> bool:
        policy, most = one.settings.policy, one.settings.retries
        if policy == "on-failure":
            return code != 0 and (not most or one.restarts < most)
        return policy != "no"

    def advance(self, until: float) -> None:
        """Everything that happens by itself until then, in order of time, then of names."""
        while True:
            due = [one for one in self.there.values() if one.due is not None and one.due <= until]
            if not due:
                break
            one = min(due, key=lambda each: (each.due, each.name))
            self.t = one.due or self.t
            if one.status == "restarting":
                self.run(one)
            else:
                self.end(one, CRASHED, by_hand=False)
        self.t = until

    # What is done

    def _create(self, name: str) -> None:
        require(name not in self.there, "container={name}: there is one of this name", name=name)
        require(len(self.there) < MOST, "containers={n}: there are {most} at most", n=len(self.there) + 1, most=MOST)  # fmt: skip
        self.there[name] = Container(name, self.settings, since=self.t)
        self.note(name, "created")
        self.why.append(Message.of("{name} is there: an image, a writable layer, its settings. No process yet.", name=name))  # fmt: skip

    def start(self, one: Container) -> None:
        # the engine makes a new restart manager: delays begin again
        self.run(replace(one, restarts=0, delay=0.0))
        self.advance(self.t)
        now = self.there[one.name]
        if now.status == "running":
            self.why.append(Message.of("{name} runs: its process has been started.", name=one.name))
        else:
            self.why.append(self._ended(now))

    def stop(self, one: Container) -> None:
        if one.status == "restarting":
            self.put(one, status="exited", stopped=True, due=None)
            self.why.append(Message.of("{name} was waiting for a restart: there is nothing to end, and it will not be started again.", name=one.name))  # fmt: skip
            return
        self.why.append(self._stopped(one))

    def _stopped(self, one: Container) -> Message:
        """SIGTERM, time passes, SIGKILL when it is needed; what came of it."""
        self.note(one.name, "SIGTERM")
        begun = self.t
        self.put(one, due=None)
        if one.settings.app != "ignores" and one.settings.ends <= GRACE_S:
            self.advance(begun + one.settings.ends)
            self.end(one, TERMINATED, by_hand=True)
            return Message.of("SIGTERM at {t} s; {name} ends {after} s later by itself: exit code {code}, 128 + 15.", t=tidy(begun), name=one.name, after=tidy(one.settings.ends), code=TERMINATED)  # fmt: skip
        self.advance(begun + GRACE_S)
        self.note(one.name, "SIGKILL")
        self.end(one, KILLED, by_hand=True)
        if one.settings.app != "ignores":
            return Message.of("SIGTERM at {t} s, but {name} is not done after {grace} s: SIGKILL, exit code {code}.", t=tidy(begun), name=one.name, grace=tidy(GRACE_S), code=KILLED)  # fmt: skip
        return Message.of("SIGTERM at {t} s has no effect: process 1 of a PID namespace hears only the signals it has a handler for. After {grace} s comes SIGKILL: exit code {code}, 128 + 9.", t=tidy(begun), grace=tidy(GRACE_S), code=KILLED)  # fmt: skip

    def kill(self, one: Container) -> None:
        if one.status == "restarting":
            self.stop(one)
            return
        self.note(one.name, "SIGKILL")
        self.end(one, KILLED, by_hand=True)
        self.why.append(Message.of("SIGKILL cannot be caught: {name} is gone at once, exit code {code}.", name=one.name, code=KILLED))  # fmt: skip

    def pause(self, one: Container) -> None:
        # what was to happen in the process happens later: its clock stands still
        left = None if one.due is None else one.due - self.t
        self.note(one.name, "paused")
        self.put(one, status="paused", due=None, left=left)
        self.why.append(Message.of("{name} is frozen: its processes get no CPU, its memory stays. It knows nothing of it.", name=one.name))  # fmt: skip

    def unpause(self, one: Container) -> None:
        self.note(one.name, "unpaused")
        due = None if one.left is None else self.t + one.left
        self.put(one, status="running", due=due, left=None)
        self.why.append(Message.of("{name} runs on where it was.", name=one.name))

    def restart(self, one: Container) -> None:
        if one.status == "running":
            self.why.append(self._stopped(one))
        self.start(self.there[one.name])

    def remove(self, one: Container) -> None:
        self.note(one.name, "removed")
        del self.there[one.name]
        self.why.append(Message.of("{name} is gone, and its writable layer with all it had written.", name=one.name))  # fmt: skip

    def crash(self, one: Container) -> None:
        self.why.append(self._ended(self.end(one, CRASHED, by_hand=False)))

    def _ended(self, one: Container) -> Message:
        """By itself, and what its policy makes of it."""
        policy = one.settings.policy
        if one.status == "restarting":
            return Message.of("{name} ends with code {code}; its policy, {policy}, starts it again in {delay} s.", name=one.name, code=one.code, policy=policy, delay=tidy(one.delay))  # fmt: skip
        return Message.of("{name} ends with code {code}; its policy, {policy}, lets it lie.", name=one.name, code=one.code, policy=policy)  # fmt: skip

    def _wait(self, seconds: float) -> None:
        before = {one.name: one.restarts for one in self.there.values()}
        self.advance(self.t + seconds)
        more = {one.name: one.restarts - before[one.name] for one in self.there.values()}
        again = [name for name, count in more.items() if count]
        self.why.append(Message.of("{seconds} s pass.", seconds=tidy(seconds)))
        for name in again:
            self.why.append(Message.of("{name} ended {count} times; the wait before its last restart was {delay} s.", name=name, count=more[name], delay=tidy(self.there[name].delay)))  # fmt: skip

    def _reboot(self) -> None:
        """The engine stops what runs, the machine comes back, the policies decide."""
        begun = self.t
        self.reboots = (*self.reboots, begun)
        for one in list(self.there.values()):
            if one.status in ("running", "paused"):
                code = TERMINATED if one.settings.app == "obeys" and one.status == "running" else KILLED  # fmt: skip
                self.note(one.name, "exited", code)
                self.put(one, status="exited", code=code, due=None)
            elif one.status == "restarting":
                self.put(one, status="exited", due=None)
        self.why.append(Message.of("The machine restarts: all processes end, and the engine looks at the policies."))  # fmt: skip
        known = [one for one in self.there.values() if one.started is not None]
        up = [one for one in known if self._at_boot(one)]
        self.why += [_told(one, one in up) for one in known]
        for one in up:
            self.run(replace(one, restarts=0, delay=0.0))
        self.advance(self.t)

    def _at_boot(self, one: Container) -> bool:
        """Whether the engine starts it: never what had not been started before."""
        policy = one.settings.policy
        if policy == "on-failure":
            return one.code not in (0, None)
        return policy == "always" or (policy == "unless-stopped" and not one.stopped)


def _told(one: Container, up: bool) -> Message:
    policy = one.settings.policy
    if policy == "no":
        return Message.of("{name} stays down: no.", name=one.name)
    if policy == "on-failure":
        return Message.of("{name} starts: on-failure, and its last exit code, {code}, is not 0 (Docker’s documentation says that this policy ignores a restart of the engine; the engine does not).", name=one.name, code=one.code)  # fmt: skip
    if policy == "always":
        return Message.of("{name} starts: always, even after a stop by hand.", name=one.name)
    if up:
        return Message.of("{name} starts: unless-stopped, and nobody had stopped it.", name=one.name)  # fmt: skip
    return Message.of("{name} stays down: unless-stopped, and it had been stopped by hand.", name=one.name)  # fmt: skip


_DO: dict[Kind, Callable[["_Story", Container], None]] = {
    "start": _Story.start, "stop": _Story.stop, "kill": _Story.kill, "pause": _Story.pause,
    "unpause": _Story.unpause, "restart": _Story.restart, "remove": _Story.remove,
    "crash": _Story.crash,
}  # fmt: skip
