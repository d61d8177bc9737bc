"""The network between two sides of a database is cut, and later healed: who writes, who throws away what.

Modelled: a primary A and its copy B, with or without a third copy C, all voters; clients on both sides,
each side writing at the same rate; no fencing, a lease that a minority cannot renew, or a power switch
that both sides still reach; commits that wait for a copy on their side ("on"), or for none. After the
cut histories that have parted cannot be put together: one is thrown away. Left out: reads (they may be
answered, if old), the choice of a kept history row by row, a cut that only one direction feels.
Source: Gilbert and Lynch 2002 (a register that is cut either refuses or parts); PostgreSQL 15 manual,
27.3 "Failover" and `pg_rewind`.
"""

from dataclasses import dataclass
from math import inf

from coursekit.sims.message import Message, require

FENCES = ("none", "lease", "power")
MODES = ("async", "on")
SIDES = ("A", "B")
BEFORE_S = -5.0


@dataclass(frozen=True, kw_only=True)
class Cut:
    """The cluster and the cut. `rate` is that of each side's clients, in transactions a second.

    `third`: on whose side the third voter stands. `takeover_s`: after how long B has noticed and
    elected. `lag_s`: how far B was behind when the cut came. `keep`: whose history is kept, where both have one.
    """

    voters: int = 2
    fence: str = "none"
    mode: str = "async"
    seconds: float = 37.0
    keep: str = "A"
    third: str = "B"
    rate: float = 200.0
    takeover_s: float = 7.0
    lease_s: float = 10.0
    lag_s: float = 0.0

    def __post_init__(self) -> None:
        require(self.voters in (2, 3), "voters={voters}: 2 or 3", voters=self.voters)
        for name, options in (("fence", FENCES), ("mode", MODES), ("keep", SIDES), ("third", SIDES)):  # fmt: skip
            value = getattr(self, name)
            require(value in options, "{name}={value}: choose one of {options}", name=name, value=value, options=", ".join(options))  # fmt: skip
        for name in ("seconds", "rate", "takeover_s", "lease_s", "lag_s"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: 0 or more", name=name, value=value)

    def copies(self, side: str) -> tuple[str, ...]:
        """The voters of a side."""
        return (side, "C") if self.voters == 3 and self.third == side else (side,)

    def majority(self, side: str) -> bool:
        """Whether a side has more than half of all votes."""
        return 2 * len(self.copies(side)) > self.voters

    def writes(self, side: str) -> bool:
        """Whether a primary on this side can commit: "on" needs another copy beside it."""
        return self.mode == "async" or len(self.copies(side)) > 1

    @property
    def stops_s(self) -> float:
        """When A stops being primary, counted from the cut; inf: never."""
        if self.fence == "none" or self.majority("A"):
            return inf
        if self.fence == "lease":
            return self.lease_s
        return self.takeover_s if self.majority("B") else inf  # two nodes: A is the faster one

    @property
    def starts_s(self) -> float:
        """When B becomes primary, counted from the cut; inf: never."""
        alone = self.voters == 2 and self.fence == "none"  # nobody asks for a majority
        if not alone and not self.majority("B"):
            return inf
        return max(self.takeover_s, self.lease_s) if self.fence == "lease" else self.takeover_s

    @property
    def shot(self) -> bool:
        """Two nodes and a power switch: A, who has the shorter delay, switches B off."""
        return self.voters == 2 and self.fence == "power"


@dataclass(frozen=True)
class Side:
    """What a side has done since the cut."""

    role: str  # primary, hangs, standby, stopped, off
    written: float = 0.0  # committed, and not on the other side
    refused: float = 0.0


@dataclass(frozen=True)
class State:
    """Both sides at a moment; `kept` is the side whose history is kept, once that is decided."""

    t: float
    cut: bool
    a: Side
    b: Side
    label: Message
    why: Message
    kept: str = ""
    lost: float = 0.0

    @property
    def split(self) -> bool:
        """Whether both are primary."""
        return self.a.role in _PRIMARY and self.b.role in _PRIMARY

    @property
    def parting(self) -> bool:
        """Whether both take writes: their histories part."""
        return self.a.role == self.b.role == "primary"

    def side(self, name: str) -> Side:
        """Side A or B."""
        return self.a if name == "A" else self.b


@dataclass(frozen=True)
class Story:
    """All moments, and how it ends."""

    given: Cut
    states: tuple[State, ...]
    both_s: float  # seconds with two primaries
    kept: str
    lost: float


_PRIMARY = ("primary", "hangs")


def divergent(rate: float, seconds: float) -> float:
    """Transactions that go apart while there are two primaries: one side's, to be thrown away."""
    require(rate >= 0, "rate={rate}: 0 or more", rate=rate)
    require(seconds >= 0, "seconds={seconds}: 0 or more", seconds=seconds)
    return rate * seconds


def both_s(given: Cut) -> float:
    """How long there are two primaries."""
    return max(0.0, min(given.stops_s, given.seconds) - given.starts_s)


def kept(given: Cut) -> str:
    """Whose history stays: that of the only primary at the end, or the only one with something in it.

    Where both are primary and both have committed, as chosen.
    """
    if given.starts_s >= given.seconds:
        return "A"
    if given.stops_s <= given.seconds or given.writes("B") > given.writes("A"):
        return "B"
    return given.keep


def lost(given: Cut) -> float:
    """Committed transactions thrown away: all of the other side since the histories parted."""
    if given.starts_s >= given.seconds:
        return 0.0  # B was never primary: its copy just catches up
    return _side(given, "B" if kept(given) == "A" else "A", given.seconds).written


def _side(given: Cut, name: str, t: float) -> Side:
    """A side `t` seconds after the cut."""
    served = _served(given, name, t)
    unsent = given.rate * given.lag_s if name == "A" and given.mode == "async" else 0.0
    done = given.rate * served if given.writes(name) else 0.0
    return Side(_role(given, name, t), done + unsent, given.rate * t - done)


def _served(given: Cut, name: str, t: float) -> float:
    """How many seconds of the first `t` a side has had a primary."""
    return min(given.stops_s, t) if name == "A" else max(0.0, t - given.starts_s)


def _role(given: Cut, name: str, t: float) -> str:
    primary = "primary" if given.writes(name) else "hangs"
    if name == "A":
        if t < given.stops_s:
            return primary
        return "off" if given.fence == "power" else "stopped"
    if given.shot and t >= given.takeover_s:
        return "off"
    return primary if t >= given.starts_s else "standby"


def tell(given: Cut) -> Story:
    """The whole story: before, the cut, what follows, the end of the cut, what is thrown away."""
    before = State(BEFORE_S, False, Side("primary"), Side("standby"), Message.of("All is well"), _before(given))  # fmt: skip
    states = [before, *(_at(given, t) for t in _times(given))]
    last = states[-1]
    states.append(State(last.t, False, last.a, last.b, Message.of("The network is whole again"), _met(given)))  # fmt: skip
    end = State(last.t, False, *_after(given, last), Message.of("One history is kept"), _end(given), kept(given), lost(given))  # fmt: skip
    return Story(given, (*states, end), both_s(given), kept(given), lost(given))


def _times(given: Cut) -> list[float]:
    """The cut, quarters of it, and the moments at which somebody starts or stops."""
    events = {given.stops_s, given.starts_s, given.takeover_s}
    quarters = {given.seconds * k / 4 for k in range(5)}
    return sorted({0.0, *quarters, *(each for each in events if each < given.seconds)})


def _at(given: Cut, t: float) -> State:
    label, why = _event(given, t)
    return State(t, True, _side(given, "A", t), _side(given, "B", t), label, why)


def _event(given: Cut, t: float) -> tuple[Message, Message]:
    """What happens at this second of the cut."""
    if t == 0:
        return Message.of("The network is cut"), Message.of("Neither side hears the other. Has it died, or only the network? From here both look alike.")  # fmt: skip
    if t == given.starts_s:
        return _started(given)
    if t == given.stops_s:
        return Message.of("A stops"), Message.of("A has no majority, so nobody has renewed its lease: at its end it stops taking writes, by itself.")  # fmt: skip
    if t == given.takeover_s:
        return _not_started(given)
    return Message.of("{t:g} s of the cut have passed", t=t), _meanwhile(given, t)


def _started(given: Cut) -> tuple[Message, Message]:
    if given.fence == "power":
        return Message.of("A is switched off, B is promoted"), Message.of("The side of B has the majority: it switches A off first, and then promotes B.")  # fmt: skip
    if given.fence == "lease":
        return Message.of("B is promoted"), Message.of("The side of B has the majority. It has waited until the lease of A has surely ended, and only now promotes B.")  # fmt: skip
    if given.voters == 2:
        return Message.of("B promotes itself"), Message.of("B hears nothing and takes A for dead. Nobody stops A: there are two primaries.")  # fmt: skip
    return Message.of("B is promoted"), Message.of("The side of B has the majority, so B may be promoted. But nobody stops A: there are two primaries all the same.")  # fmt: skip


def _not_started(given: Cut) -> tuple[Message, Message]:
    if given.shot:
        return Message.of("A switches B off"), Message.of("Both reach for the power switch. A is faster, as it was set: it stays, B is off.")  # fmt: skip
    if given.majority("B"):
        return Message.of("B waits"), Message.of("B has the majority, but the lease of A may still run. It waits for its end.")  # fmt: skip
    return Message.of("B is not promoted"), Message.of("B has no majority, so it stays a standby and refuses writes.")  # fmt: skip


def _meanwhile(given: Cut, t: float) -> Message:
    a, b = (_side(given, each, t) for each in SIDES)
    if a.role == b.role == "primary" and b.written:
        return Message.of("Both sides commit: {a:.0f} transactions on A and {b:.0f} on B that the other one does not know.", a=a.written, b=b.written)  # fmt: skip
    if "hangs" in (a.role, b.role) and not b.written:
        return Message.of("A commit waits for a copy that does not answer. Nobody is told that it is done, so nothing can be lost.")  # fmt: skip
    if b.role == "primary":
        return Message.of("Only the side of B commits: {b:.0f} transactions. {a:.0f} stand on A alone.", a=a.written, b=b.written)  # fmt: skip
    if a.role == "primary":
        return Message.of("Only A commits: {a:.0f} transactions that B does not know yet.", a=a.written)  # fmt: skip
    return Message.of("Neither side takes writes: none has a majority.")


def _before(given: Cut) -> Message:
    if given.mode == "on":
        return Message.of("A is the primary. A commit waits until another copy has it too.")
    return Message.of("A is the primary. A commit waits for no copy; the log follows as fast as it can.")  # fmt: skip


def _met(given: Cut) -> Message:
    a, b = (_side(given, each, given.seconds).written for each in SIDES)
    if both_s(given) > 0 and a and b:
        return Message.of("Two histories meet: {a:.0f} transactions on A, {b:.0f} on B since they parted. The same rows may have been changed in both; no program can tell what was meant.", a=a, b=b)  # fmt: skip
    if given.starts_s < given.seconds and a:
        return Message.of("B is primary and knows nothing of the last {a:.0f} transactions of A.", a=a)  # fmt: skip
    return Message.of("There is one history only.")


def _end(given: Cut) -> Message:
    gone, stays = lost(given), kept(given)
    other = "B" if stays == "A" else "A"
    if gone:
        return Message.of("The history of {kept} is kept. {other} is set back to where they parted and follows: {n:.0f} transactions that clients were told are committed are thrown away.", kept=stays, other=other, n=gone)  # fmt: skip
    if not any(_side(given, each, given.seconds).written for each in SIDES):
        return Message.of("Nothing was committed during the cut, and nothing is lost. That is the price of being consistent: nobody could write.")  # fmt: skip
    return Message.of("The other side catches up. Nothing that was committed is lost: during the cut only one side took writes, and the history of {kept} goes on.", kept=stays)  # fmt: skip


def _after(given: Cut, last: State) -> tuple[Side, Side]:
    """Who is what in the end: one primary, one standby."""
    roles = ("primary", "standby") if kept(given) == "A" else ("standby", "primary")
    a, b = (Side(role, side.written, side.refused) for role, side in zip(roles, (last.a, last.b), strict=True))  # fmt: skip
    return a, b
