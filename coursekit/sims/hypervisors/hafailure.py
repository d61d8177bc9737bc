"""HA in time: a host dies, or only its network does; when are its machines back?

Modelled: the master hears no heartbeat, watches the heartbeat datastore, pings, declares;
restarts in batches, each of which boots before the next begins; an isolated host that answers
on its datastore, its isolation response, and the locks that forbid a second start. Left out:
which host takes which machine (`admission`), a new master, partitions, failed boots. Machines
are counted in the order of their priority.
Sources: vSphere Availability guide (1 s heartbeats, 15 s, 18 s with a datastore); VMware
knowledge base 322784 (isolation after 30 s); from 5.1 on 30 s more before the response. The
10 s before restarts, the boot of 45 s and the shutdown of 60 s are illustrative.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["RESPONSES", "Failure", "Kind", "Moment", "Story", "tell"]

WATCH_S, UNREACHABLE_S, DEAD_S, DEAD_WATCHED_S = 3.0, 10.0, 15.0, 18.0
ISOLATED_S, RESPONSE_DELAY_S = 30.0, 30.0
BATCH = 32

Response = Literal["leave_on", "shut_down", "power_off"]
RESPONSES: tuple[Response, ...] = get_args(Response)
Kind = Literal[
    "host_fail", "isolated", "ds_watch", "unreachable", "declared_dead", "seen_alive", "locked",
    "host_knows", "response", "off", "restart_begin", "batch",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What breaks, what the cluster watches, and how it answers."""

    kind: Literal["crash", "isolated"] = "crash"
    datastore: bool = True  # heartbeats on a datastore too
    guests: int = 40
    response: Response = "leave_on"
    reachable: bool = True  # an isolated host's machines have a network of their own
    begin: float = 10.0  # from the verdict to the first start
    boot: float = 45.0
    shutdown: float = 60.0

    def __post_init__(self) -> None:
        choices = ", ".join(RESPONSES)
        require(
            self.response in RESPONSES, "response={response}: choose one of {choices}",
            response=self.response, choices=choices,
        )  # fmt: skip
        require(
            self.kind in ("crash", "isolated"), "kind={kind}: choose crash or isolated",
            kind=self.kind,
        )  # fmt: skip
        require(self.guests >= 1, "guests={n}: choose 1 or more", n=self.guests)
        for name in ("begin", "boot", "shutdown"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)


@dataclass(frozen=True)
class Moment:
    """An event: how many machines serve, and how many boot, from `t` on."""

    t: float
    kind: Kind
    serving: int
    booting: int
    why: Message


@dataclass(frozen=True)
class Story:
    """All events in order of time."""

    failure: Failure
    states: tuple[Moment, ...]

    def at(self, kind: Kind) -> float | None:
        """When it happened first."""
        return next((state.t for state in self.states if state.kind == kind), None)

    @property
    def whole(self) -> float | None:
        """From when on all machines serve again; None: not within the story."""
        last = self.states[-1]
        return last.t if last.serving == self.failure.guests else None

    @property
    def lost(self) -> float:
        """Machine-seconds without service until the last event."""
        pairs = pairwise(self.states)
        return sum((self.failure.guests - a.serving) * (b.t - a.t) for a, b in pairs)


def tell(failure: Failure) -> Story:
    """The time line of one failure."""
    states = _crash(failure) if failure.kind == "crash" else _isolated(failure)
    return Story(failure, tuple(sorted(states, key=lambda state: state.t)))


def _crash(failure: Failure) -> list[Moment]:
    first = Moment(0.0, "host_fail", 0, 0, Message.of("The host dies, and all its machines with it. Nobody knows yet."))  # fmt: skip
    dead = DEAD_WATCHED_S if failure.datastore else DEAD_S
    said = (
        Message.of("No heartbeat by network or datastore, no answer to a ping: the master declares the host dead.")
        if failure.datastore
        else Message.of("No heartbeat, no answer to a ping: the master declares the host dead.")
    )  # fmt: skip
    return [
        first, *_watching(failure, 0), Moment(dead, "declared_dead", 0, 0, said),
        *_restart(failure, dead),
    ]  # fmt: skip


def _watching(failure: Failure, serving: int) -> list[Moment]:
    watch = Moment(WATCH_S, "ds_watch", serving, 0, Message.of("Three heartbeats are missing: the master looks at the host's heartbeat on the datastore."))  # fmt: skip
    ping = Moment(UNREACHABLE_S, "unreachable", serving, 0, Message.of("The master calls the host unreachable and pings it."))  # fmt: skip
    return [watch, ping] if failure.datastore else [ping]


def _isolated(failure: Failure) -> list[Moment]:
    serving = failure.guests if failure.reachable else 0
    cut = Moment(0.0, "isolated", serving, 0, Message.of("The host's management network is cut. The host lives, its machines run."))  # fmt: skip
    knows = Moment(ISOLATED_S, "host_knows", serving, 0, Message.of("The host hears nobody and its isolation address is silent: it declares itself isolated."))  # fmt: skip
    return [
        cut, *_watching(failure, serving), *_verdict(failure, serving), knows,
        *_respond(failure, serving),
    ]  # fmt: skip


def _verdict(failure: Failure, serving: int) -> list[Moment]:
    """What the master makes of the silence: a datastore tells isolation from death."""
    if failure.datastore:
        return [Moment(DEAD_WATCHED_S, "seen_alive", serving, 0, Message.of("The host still writes to its datastore: it is isolated, not dead. The master restarts nothing."))]  # fmt: skip
    return [
        Moment(DEAD_S, "declared_dead", serving, 0, Message.of("Without a heartbeat datastore the master takes the host for dead. It is wrong.")),
        Moment(
            min(DEAD_S + failure.begin, ISOLATED_S), "locked", serving, 0,
            Message.of("The restart is refused: the isolated host still holds the locks of its machines' files."),
        ),
    ]  # fmt: skip


def _respond(failure: Failure, serving: int) -> list[Moment]:
    start = ISOLATED_S + RESPONSE_DELAY_S
    if failure.response == "leave_on":
        said = Message.of("The response is to leave the machines on: they keep their locks, and nobody restarts them.")  # fmt: skip
        return [Moment(start, "response", serving, 0, said)]
    if failure.response == "power_off":
        said = Message.of("The host switches its machines off, as if by pulling the plug, and lets go of their locks.")  # fmt: skip
        return [Moment(start, "off", 0, 0, said), *_restart(failure, start)]
    down = Message.of("The host asks its machines to shut down: they stop serving, and keep their locks until they are off.")  # fmt: skip
    off = Message.of("The machines are off in good order; their locks are free.")
    end = start + failure.shutdown
    return [
        Moment(start, "response", 0, 0, down), Moment(end, "off", 0, 0, off), *_restart(failure, end),
    ]  # fmt: skip


def _restart(failure: Failure, after: float) -> list[Moment]:
    """Batches of machines, each started when the one before has booted."""
    begin, n = after + failure.begin, failure.guests
    states = []
    for k, first in enumerate(range(0, n, BATCH)):
        last = min(first + BATCH, n)
        said = Message.of("Machines {first} to {last} start on other hosts: each boots its system anew.", first=first + 1, last=last)  # fmt: skip
        kind: Kind = "batch" if k else "restart_begin"
        states.append(Moment(begin + k * failure.boot, kind, first, last - first, said))
    end = Message.of("All machines serve again. What they had in memory is gone.")
    batches = -(-n // BATCH)
    return [*states, Moment(begin + batches * failure.boot, "batch", n, 0, end)]
