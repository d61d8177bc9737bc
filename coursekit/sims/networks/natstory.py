"""A NAPT engine at work, packet by packet: the table after each, and a sentence why.

Built on `napt`; nothing is decided here. Traces: new, reuse, reply, forward, expire, drop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.networks.napt import (
    BUCKETS_MAX,
    Entry,
    Forward,
    Napt,
    Packet,
    Verdict,
    check_packet,
    timeout,
)

__all__ = ["play", "trace"]


@dataclass(frozen=True)
class Arrival:
    """A packet that reaches the engine: when, from which side."""

    t: float
    way: Literal["out", "in"]
    packet: Packet


@dataclass(frozen=True)
class Line:
    """A line of the connection table, its remaining time counted at the state's moment."""

    proto: str
    inside: str
    outside: str
    remote: str
    state: str
    left_s: float
    lives_s: float


@dataclass(frozen=True)
class State:
    """Just after a packet (None: before the first)."""

    t: float
    arrival: Arrival | None
    verdict: Verdict | None
    table: tuple[Line, ...]
    expired: tuple[str, ...]
    why: Message


@dataclass(frozen=True)
class Played:
    """The states in order."""

    states: tuple[State, ...]


def play(
    eip: str, arrivals: Sequence[Arrival], *, forwards: Sequence[Forward] = (),
    most: int = BUCKETS_MAX, ports: tuple[int, int] | None = None,
) -> Played:  # fmt: skip
    """Every state of the engine; packets in order of time."""
    engine = Napt(eip, forwards=forwards, most=most, ports=ports)
    states = [State(0.0, None, None, (), (), Message.of("The table is empty: whatever comes from outside has nobody to go to."))]  # fmt: skip
    for arrival in arrivals:
        require(arrival.t >= states[-1].t, "t={t}: packets come in order of time, {now} is past", t=arrival.t, now=states[-1].t)  # fmt: skip
        verdict = _pass(engine, arrival)
        gone = tuple(_name(entry) for entry in engine.expired)
        table = tuple(_line(engine.eip, each, arrival.t) for each in engine.entries.values())
        states.append(State(arrival.t, arrival, verdict, table, gone, _why(arrival, verdict, engine)))  # fmt: skip
    return Played(tuple(states))


def trace(eip: str, arrivals: Sequence[Arrival], **limits: Any) -> list[dict[str, Any]]:
    """The same as plain events."""
    events: list[dict[str, Any]] = []
    for state in play(eip, arrivals, **limits).states[1:]:
        events += [{"t": state.t, "kind": "expire", "entry": name} for name in state.expired]
        assert state.verdict is not None
        if state.verdict.action == "translate":
            events.append({"t": state.t, "kind": state.verdict.why, "as": list(state.verdict.packet)})  # fmt: skip
        else:
            events.append({"t": state.t, "kind": "drop", "why": state.verdict.why})
    return events


def _pass(engine: Napt, arrival: Arrival) -> Verdict:
    check_packet(arrival.packet)
    if arrival.way == "out":
        return engine.outbound(arrival.t, arrival.packet)
    if arrival.way == "in":
        return engine.inbound(arrival.t, arrival.packet)
    raise ParameterError("way={way}: choose out or in", way=arrival.way)


def _name(entry: Entry) -> str:
    proto, sip, sport, dip, dport = entry.original
    return f"{proto} {sip}:{sport} → {dip}:{dport}"


def _line(eip: str, entry: Entry, t: float) -> Line:
    proto, sip, sport, dip, dport = entry.original
    return Line(
        proto, f"{sip}:{sport}", f"{eip}:{entry.eport}", f"{dip}:{dport}", entry.state,
        entry.expires - t, timeout(proto, entry.state),
    )  # fmt: skip


def _why(arrival: Arrival, verdict: Verdict, engine: Napt) -> Message:
    was, now = arrival.packet, verdict.packet
    why = verdict.why
    if why == "new" and now.sport == was.sport:
        return Message.of("A new connection: {src}:{sport} leaves as {eip}:{eport}, the same port, which was free towards {dst}:{dport}.", src=was.src, sport=was.sport, eip=now.src, eport=now.sport, dst=was.dst, dport=was.dport)  # fmt: skip
    if why == "new":
        return Message.of("Port {sport} is taken towards {dst}:{dport}: {src} leaves as {eip}:{eport}, the next free one.", src=was.src, sport=was.sport, eip=now.src, eport=now.sport, dst=was.dst, dport=was.dport)  # fmt: skip
    if why == "reuse":
        return Message.of("Known: the same translation as before, and its time begins again.")
    if why == "reply":
        return Message.of("An answer: {src}:{sport} to port {dport} is in the table, so it goes to {dst}:{port}.", src=was.src, sport=was.sport, dport=was.dport, dst=now.dst, port=now.dport)  # fmt: skip
    if why == "forward":
        return Message.of("No connection waits for it, but port {dport} is forwarded to {dst}:{port}.", dport=was.dport, dst=now.dst, port=now.dport)  # fmt: skip
    if why == "to_host":
        return Message.of("Nobody inside waits for {src}:{sport} on port {dport}: it goes to the router itself, which refuses.", src=was.src, sport=was.sport, dport=was.dport)  # fmt: skip
    if why == "table_full":
        return Message.of("The table holds {most} connections and is full: the packet is dropped.", most=engine.most)  # fmt: skip
    if why == "ports_exhausted":
        return Message.of("No port is left towards {dst}:{dport}: the packet is dropped. To another destination the same ports would do.", dst=was.dst, dport=was.dport)  # fmt: skip
    return Message.of("A TCP packet that opens nothing and belongs to nothing: dropped as invalid.")
