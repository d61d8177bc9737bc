"""A primary dies, or is cut off: how the others notice, choose, fence, promote, and what is lost.

Modelled: a primary, a standby, a witness that votes and holds no data; heartbeats and how many may be
missed; an election that needs two of three; fencing by a power switch, or by waiting for the end of a
lease; log that was written and not sent (lost), received and not replayed (waited for); clients that
come back. With a synchronous standby the primary writes no faster than the link and loses nothing.
The clients stand with the majority; those beside an isolated primary are the subject of `cut`.
Left out: several candidates, a repaired primary that comes back, a failed promotion.
Source: PostgreSQL 15 manual, 27.3 "Failover"; Patroni documentation (ttl of the leader key).
"""

from dataclasses import dataclass, replace
from math import floor

from coursekit.sims.message import Message, require

FAULTS = ("crash", "primary alone", "standby alone")
FENCES = ("power", "lease")
MODES = ("async", "on")
PHASES = ("ok", "suspect", "election", "fence", "promote", "reconnect", "again", "alone")


@dataclass(frozen=True, kw_only=True)
class Failover:
    """The cluster, and what happens to it. Seconds, transactions a second, MB, MB/s."""

    fault: str = "crash"
    mode: str = "async"
    fence: str = "power"
    at_s: float = 20.0
    heartbeat_s: float = 2.0
    missed: int = 3
    election_s: float = 1.0
    lease_s: float = 10.0
    rate: float = 200.0
    kb: float = 8.0
    link_mb_s: float = 10.0
    pending_mb: float = 64.0  # received by the standby and not yet replayed
    replay_mb_s: float = 20.0
    reconnect_s: float = 30.0

    def __post_init__(self) -> None:
        for name, options in (("fault", FAULTS), ("mode", MODES), ("fence", FENCES)):
            value = getattr(self, name)
            require(value in options, "{name}={value}: choose one of {options}", name=name, value=value, options=", ".join(options))  # fmt: skip
        for name in ("heartbeat_s", "replay_mb_s", "link_mb_s", "missed", "kb"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: more than 0", name=name, value=value)
        for name in ("at_s", "election_s", "lease_s", "rate", "pending_mb", "reconnect_s"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: 0 or more", name=name, value=value)

    @property
    def written(self) -> float:
        """Transactions a second that are committed: a synchronous primary waits for the link."""
        link = self.link_mb_s * 1000 / self.kb
        return min(self.rate, link) if self.mode == "on" else self.rate

    @property
    def lag_growth(self) -> float:
        """Log that is written and not sent, MB more every second."""
        return max(0.0, self.written * self.kb / 1000 - self.link_mb_s)


@dataclass(frozen=True)
class Parts:
    """What the outage is made of, in seconds, in their order."""

    detect_s: float
    election_s: float
    fence_s: float
    replay_s: float
    reconnect_s: float

    @property
    def rto_s(self) -> float:
        """All of it."""
        return self.detect_s + self.election_s + self.fence_s + self.replay_s + self.reconnect_s


@dataclass(frozen=True)
class State:
    """The cluster at a moment."""

    t: float
    phase: str
    primary: str  # runs, dead, isolated, off, stopped, hangs
    standby: str  # follows, waits, asks, chosen, replays, primary
    beats: tuple[tuple[float, bool], ...]  # heartbeats at the standby: when, and whether one came
    acknowledged: float  # transactions that clients were told are committed
    unsent_mb: float
    pending_mb: float
    label: Message
    why: Message
    accepts: bool = True

    @property
    def missed(self) -> int:
        """Heartbeats missed in a row."""
        return sum(not came for _t, came in self.beats)


@dataclass(frozen=True)
class Story:
    """The whole film; `parts` is None where nobody is promoted."""

    given: Failover
    states: tuple[State, ...]
    parts: Parts | None
    lost: float  # transactions

    @property
    def end_s(self) -> float:
        """When the film ends."""
        return self.states[-1].t


def parts(given: Failover) -> Parts:
    """The seconds of each part of the outage, from the fault on."""
    detect = suspected_s(given) - given.at_s
    elected = given.at_s + detect + given.election_s
    fence = max(0.0, lease_end_s(given) - elected) if given.fence == "lease" else 0.0
    return Parts(detect, given.election_s, fence, given.pending_mb / given.replay_mb_s, given.reconnect_s)  # fmt: skip


def last_beat_s(given: Failover) -> float:
    """The last heartbeat that came: one at the very moment of the fault still does."""
    return floor(given.at_s / given.heartbeat_s + 1e-9) * given.heartbeat_s


def suspected_s(given: Failover) -> float:
    """When the last of the heartbeats that may be missed has not come."""
    return last_beat_s(given) + given.missed * given.heartbeat_s


def lease_end_s(given: Failover) -> float:
    """Until when the primary may go on by itself: its lease was renewed with the last heartbeat."""
    return last_beat_s(given) + given.lease_s


def lost(given: Failover) -> float:
    """Committed transactions that the promoted standby has never received."""
    return given.lag_growth * given.at_s * 1000 / given.kb


def tell(given: Failover) -> Story:
    """The whole story."""
    states = [_begin(given), *_beats_before(given)]
    states.append(_fault(given, states[-1]))
    states += _silence(given, states[-1])
    if given.fault == "standby alone":
        return Story(given, (*states, _alone(given, states[-1])), None, 0.0)
    return Story(given, (*states, *_takeover(given, states[-1])), parts(given), lost(given))


def _begin(given: Failover) -> State:
    why = Message.of("The primary takes the writes and sends its log to the standby. Every {s:g} s a heartbeat says: I am here.", s=given.heartbeat_s)  # fmt: skip
    return State(0.0, "ok", "runs", "follows", ((0.0, True),), 0.0, 0.0, given.pending_mb, Message.of("All is well"), why)  # fmt: skip


def _beats_before(given: Failover) -> list[State]:
    """The heartbeats that come, and how the log has piled up by the last of them."""
    first, last = _begin(given), last_beat_s(given)
    count = round(last / given.heartbeat_s)
    if not count:
        return []
    beats = tuple((k * given.heartbeat_s, True) for k in range(count + 1))
    if given.lag_growth:
        why = Message.of("More log is written than the link takes: {mb:.1f} MB wait to be sent, and every second there are more.", mb=given.lag_growth * last)  # fmt: skip
    elif given.written < given.rate:
        why = Message.of("The link is slower than the clients: every commit waits for the standby, so only {n:.0f} of {rate:.0f} a second are made, and none is ahead of it.", n=given.written, rate=given.rate)  # fmt: skip
    else:
        why = Message.of("The link takes all the log. Nothing waits to be sent.")
    return [_later(given, first, last, beats=beats, label=Message.of("Heartbeats come"), why=why)]


def _fault(given: Failover, before: State) -> State:
    """What breaks; nobody knows it yet."""
    says = {
        "crash": ("dead", Message.of("The primary dies"), Message.of("The primary is dead. Nobody knows it yet: a silence of a moment could be a slow network.")),
        "primary alone": ("isolated", Message.of("The primary is cut off"), Message.of("The network is cut. The primary runs, alone on its side; standby and witness are together on the other one. For them it looks just like a crash.")),
        "standby alone": ("runs", Message.of("The standby is cut off"), Message.of("The network is cut. The standby is alone on its side; for it that looks just like a crash of the primary.")),
    }  # fmt: skip
    primary, label, why = says[given.fault]
    serves = given.fault == "standby alone" and given.mode == "async"
    if given.fault == "standby alone" and given.mode == "on":
        primary = "hangs"
    return _later(given, before, given.at_s, primary=primary, label=label, why=why, accepts=serves)


def _silence(given: Failover, before: State) -> list[State]:
    """Each heartbeat that does not come."""
    states = []
    for k in range(1, given.missed + 1):
        t = last_beat_s(given) + k * given.heartbeat_s
        suspect = k == given.missed
        why = Message.of("{n} of {most} heartbeats have not come: now the primary is suspected.", n=k, most=given.missed) if suspect else Message.of("{n} of {most} heartbeats have not come. Fewer would be faster, and would take a short hitch for a death.", n=k, most=given.missed)  # fmt: skip
        before = _later(
            given, before, t, beats=(*before.beats, (t, False)), phase="suspect" if suspect else before.phase,
            standby="waits", label=Message.of("Heartbeat {n} is missed", n=k), why=why,
        )  # fmt: skip
        states.append(before)
    return states


def _alone(given: Failover, before: State) -> State:
    """A standby without a majority is not promoted."""
    t = before.t + given.election_s
    on = Message.of("It has one vote of three: no majority, so it is not promoted. The primary may go on, but its commits wait for this very standby: they hang.")  # fmt: skip
    off = Message.of("It has one vote of three: no majority, so it is not promoted. The primary keeps witness and clients and goes on.")  # fmt: skip
    why = on if given.mode == "on" else off
    return _later(given, before, t, phase="alone", standby="asks", label=Message.of("No majority"), why=why)  # fmt: skip


def _takeover(given: Failover, state: State) -> list[State]:
    """Election, fencing, replay, the clients: a state at the end of each."""
    took = parts(given)
    state = replace(state, phase="election", standby="asks", label=Message.of("Election"), why=Message.of("Standby and witness vote: two of three are a majority. On the other side there cannot be one too."))  # fmt: skip
    states = [state]
    state = _later(given, state, state.t + took.election_s, phase="fence", standby="chosen", label=Message.of("Fencing"), why=_fencing(given))  # fmt: skip
    states.append(state)
    stopped = "dead" if given.fault == "crash" else "off" if given.fence == "power" else "stopped"
    why = Message.of("The old primary writes no more. Now the standby replays the {mb:g} MB it has received, at {speed:g} MB/s.", mb=given.pending_mb, speed=given.replay_mb_s)  # fmt: skip
    state = _later(given, state, state.t + took.fence_s, phase="promote", primary=stopped, standby="replays", label=Message.of("Replay"), why=why)  # fmt: skip
    states.append(state)
    gone = lost(given)
    why = Message.of("It is primary now. {n:.0f} transactions had been reported as committed and had not been sent: they are lost. The clients must find the new address.", n=gone) if gone else Message.of("It is primary now, and nothing that was reported as committed is missing. The clients must find the new address.")  # fmt: skip
    state = _later(given, state, state.t + took.replay_s, phase="reconnect", standby="primary", pending_mb=0.0, unsent_mb=0.0, label=Message.of("Promoted"), why=why)  # fmt: skip
    states.append(state)
    why = Message.of("Writes are taken again, {s:.1f} s after the fault. The old primary may come back as a standby only.", s=took.rto_s)  # fmt: skip
    return [*states, _later(given, state, given.at_s + took.rto_s, phase="again", accepts=True, label=Message.of("The clients are back"), why=why)]  # fmt: skip


def _fencing(given: Failover) -> Message:
    if given.fence == "power":
        return Message.of("Before anything else the old primary is switched off, dead or not: nobody can tell from here.")  # fmt: skip
    wait = parts(given).fence_s
    if wait:
        return Message.of("Nobody can switch the old primary off. It stops by itself when its lease ends: {s:.1f} s more must be waited for, even if it is dead, for nobody can tell from here.", s=wait)  # fmt: skip
    return Message.of("The lease of the old primary has ended already: wherever it is, it has stopped by itself.")  # fmt: skip


def _later(given: Failover, state: State, t: float, **changes: object) -> State:
    """A later moment: what clients were told until then, and what piles up while the primary runs."""
    counted = state.acknowledged + (given.written * (t - state.t) if state.accepts else 0.0)
    unsent = state.unsent_mb
    if t <= given.at_s:
        unsent = given.lag_growth * t
    return replace(state, **{"t": t, "acknowledged": counted, "unsent_mb": unsent, **changes})  # type: ignore[arg-type]
