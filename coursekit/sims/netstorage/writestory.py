"""One small write step by step: who sends what to whom, who stores it, when it is confirmed.

Built on `verdicts.writes`, whose rounds it takes apart: a way there, work, a way back; what is sent to
several nodes at once takes as long as to one. The primary confirms only when all others have done
so: its last way back is the end. Left out: as in `latency`, and the nodes' own queues.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.goodput import Link, goodput_mb_s
from coursekit.sims.netstorage.latency import DEVICES, Device
from coursekit.sims.netstorage.verdicts import Write, writes

__all__ = ["NODES", "WAYS", "Kind", "State", "Step", "Told", "Way", "all_ways", "tell"]

Way = Literal["local", "copies", "erasure"]
Kind = Literal["send", "store", "ask", "read", "answer", "confirm"]
WAYS: tuple[Way, ...] = get_args(Way)
NODES: dict[Way, tuple[str, ...]] = {
    "local": ("client",),
    "copies": ("client", "primary", "copy 2", "copy 3"),
    "erasure": ("client", "primary", "data", "parity 1", "parity 2"),
}


@dataclass(frozen=True)
class Step:
    """It begins at `t`; each of `at` works, or sends to each of `to`."""

    t: float
    seconds: float
    kind: Kind
    at: tuple[str, ...]
    to: tuple[str, ...]
    round: int  # of `Told.write`, from 0 on
    why: Message

    @property
    def end(self) -> float:
        return self.t + self.seconds

    @property
    def network(self) -> bool:
        """Whether it is a way, not work."""
        return bool(self.to)


@dataclass(frozen=True)
class State:
    """After a step."""

    step: Step | None

    @property
    def t(self) -> float:
        return self.step.end if self.step else 0.0


@dataclass(frozen=True)
class Told:
    """A state before the write and one after each step."""

    way: Way
    write: Write
    states: tuple[State, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(each.step for each in self.states if each.step)

    @property
    def network_s(self) -> float:
        """What of it is ways."""
        return sum(each.seconds for each in self.steps if each.network)


def all_ways(disk: Device = DEVICES["nvme"], link: Link | None = None, size: int = 4096) -> dict[Way, Write]:  # fmt: skip
    """The three ways with the bytes on the wire counted to each round."""
    link = link or Link()
    return dict(zip(WAYS, writes(disk, link.rtt_s + _wire_s(link, size), size), strict=True))


def _wire_s(link: Link, size: int) -> float:
    require(1 <= size <= 2**30, "size={size}: choose 1 byte to 1 GiB", size=size)
    return size / (goodput_mb_s(link) * 1e6)


def tell(way: Way, disk: Device = DEVICES["nvme"], link: Link | None = None, size: int = 4096) -> Told:  # fmt: skip
    """The whole write."""
    require(way in WAYS, "way={way}: choose one of {ways}", way=way, ways=", ".join(WAYS))
    link = link or Link()
    write = all_ways(disk, link, size)[way]
    run = _Run(write, link.rtt_s / 2, _wire_s(link, size))
    {"local": run.local, "copies": run.copies, "erasure": run.erasure}[way]()
    return Told(way, write, tuple(run.states))


class _Run:
    """The write while it is played: the clock, and the round it is in."""

    def __init__(self, write: Write, half: float, wire: float) -> None:
        self.write, self.half, self.wire = write, half, wire
        self.t, self.round = 0.0, 0
        self.states = [State(None)]

    def put(self, kind: Kind, at: tuple[str, ...], to: tuple[str, ...] = (), *, why: Message | None = None) -> None:  # fmt: skip
        """A step; data on their way take longer than a word."""
        now = self.write.rounds[self.round]
        seconds = now.media_s if not to else self.half + self.wire * (kind in ("send", "answer"))
        self.states.append(State(Step(self.t, seconds, kind, at, to, self.round, why or now.what)))
        self.t += seconds

    def local(self) -> None:
        self.put("store", ("client",))

    def begin(self) -> None:
        """The client's data reach the primary, which stores them."""
        self.put("send", ("client",), ("primary",), why=_SENDS)
        self.put("store", ("primary",))

    def end(self, others: tuple[str, ...]) -> None:
        """All others have it, and the client hears of it."""
        self.put("confirm", others, ("primary",), why=_ALL)
        self.round = 0  # the last way back belongs to the first round
        self.put("confirm", ("primary",), ("client",), why=_DONE)

    def copies(self) -> None:
        others = NODES["copies"][2:]
        self.begin()
        self.round = 1
        self.put("send", ("primary",), others)
        self.put("store", others, why=_STORES)
        self.end(others)

    def erasure(self) -> None:
        others = NODES["erasure"][2:]
        self.begin()
        self.round = 1
        self.put("ask", ("primary",), others)
        self.put("read", others, why=_READS)
        self.put("answer", others, ("primary",), why=_ANSWERS)
        self.round = 2
        self.put("send", ("primary",), others)
        self.put("store", others, why=_STORES)
        self.end(others)


_SENDS = Message.of("The client sends the data to one node, the primary.")
_STORES = Message.of("Each of them stores what it got, all at the same time.")
_READS = Message.of("Each of them reads its old piece, all at the same time.")
_ANSWERS = Message.of("The old pieces come back: with them the primary computes the new parities.")
_ALL = Message.of("The others say that they have it. The primary waits for the last of them.")
_DONE = Message.of("Only now the primary confirms: the client’s program may go on.")
