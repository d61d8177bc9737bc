"""One local network, frame by frame: what each card sees, and what the device has learned.

Modelled: one station a port, a hub, a bridge or a virtual switch between them, promiscuous
cards. A frame takes no time. Left out: collisions, errors, ARP. Built on `bridge` and `nic`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.networks.addresses import BROADCAST, station_mac
from coursekit.sims.networks.bridge import AGEING_S, Bridge, Hub, Passed, VSwitch
from coursekit.sims.networks.nic import Class, Nic, receives

__all__ = ["captured", "conversation", "play", "trace"]

Device = Literal["hub", "bridge", "vswitch"]
EVERYBODY, ELSEWHERE, GROUP = -1, -2, -3  # destinations that are no station
FAR_MAC, GROUP_MAC = "02:00:00:00:ff:01", "01:00:5e:00:00:12"
LETTERS: dict[Class, str] = {"HOST": "H", "BROADCAST": "B", "MULTICAST": "M", "OTHERHOST": "O"}
DISCARDED = "x"  # it reached the card, and the card dropped it


@dataclass(frozen=True, kw_only=True)
class Lan:
    """The device and the stations on its ports 1, 2, …; `promiscuous` names stations from 0.

    `accept`: a virtual switch lets promiscuous cards have copies (default: reject).
    """

    device: Device = "bridge"
    stations: int = 4
    promiscuous: tuple[int, ...] = ()
    accept: bool = False
    ageing: float = AGEING_S
    fdb_max: int | None = None

    def __post_init__(self) -> None:
        kinds = ", ".join(get_args(Device))
        require(self.device in get_args(Device), "device={device}: choose one of {kinds}", device=self.device, kinds=kinds)  # fmt: skip
        require(2 <= self.stations <= 8, "stations={stations}: choose 2 to 8", stations=self.stations)  # fmt: skip
        for each in self.promiscuous:
            require(0 <= each < self.stations, "promiscuous={each}: there are stations 0 to {last}", each=each, last=self.stations - 1)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A frame: when, from which station, to which (or EVERYBODY, ELSEWHERE, GROUP)."""

    at_s: float
    src: int
    dst: int


@dataclass(frozen=True)
class Entry:
    """A line of the table: whose MAC, behind which port, for how long not heard."""

    station: int
    port: int
    age_s: float


@dataclass(frozen=True)
class State:
    """Just after a frame (None: before the first)."""

    t: float
    frame: Sent | None
    passed: Passed
    table: tuple[Entry, ...]
    seen: tuple[str, ...]  # for each station: H, B, M, O, x, or nothing reached it
    why: Message


@dataclass(frozen=True)
class Played:
    """The states in order, the first before any frame."""

    states: tuple[State, ...]


def play(lan: Lan, frames: Sequence[Sent]) -> Played:
    """Every state of the network; frames in order of time."""
    device = _device(lan)
    cards = [Nic(mac=station_mac(i), promisc=i in lan.promiscuous) for i in range(lan.stations)]
    quiet = Message.of("Nothing has been sent yet: the table is empty.")
    start = State(0.0, None, Passed("drop", ()), _table(device, 0.0), ("",) * lan.stations, quiet)
    states = [start]
    for frame in frames:
        _check(lan, frame, states[-1].t)
        dst = _mac(frame.dst)
        passed = device.receive(frame.at_s, frame.src + 1, station_mac(frame.src), dst)
        seen = tuple(_letter(card, dst, i + 1 in passed.out) for i, card in enumerate(cards))
        states.append(State(frame.at_s, frame, passed, _table(device, frame.at_s), seen, _why(lan, frame, passed)))  # fmt: skip
    return Played(tuple(states))


def conversation(one: int, other: int, count: int) -> tuple[Sent, ...]:
    """`count` frames between two stations, in turn, one a second."""
    return tuple(Sent(float(i), *((one, other) if i % 2 == 0 else (other, one))) for i in range(count))  # fmt: skip


def captured(played: Played, station: int) -> int:
    """How many frames the software above a station's card has seen."""
    return sum(state.seen[station] not in ("", DISCARDED) for state in played.states)


def trace(lan: Lan, frames: Sequence[Sent]) -> list[dict[str, Any]]:
    """The same as plain events: rx, learn, forward, flood, filter, drop, deliver."""
    events: list[dict[str, Any]] = []
    for state in play(lan, frames).states[1:]:
        frame, t = state.frame, state.t
        assert frame is not None
        events.append({"t": t, "kind": "rx", "port": frame.src + 1, "src": station_mac(frame.src), "dst": _mac(frame.dst)})  # fmt: skip
        if state.passed.learned in ("new", "moved"):
            events.append({"t": t, "kind": "learn", "mac": station_mac(frame.src), "port": frame.src + 1, "moved": state.passed.learned == "moved"})  # fmt: skip
        events.append(_passing(t, state.passed))
        for station, letter in enumerate(state.seen):
            names = {v: k for k, v in LETTERS.items()}
            if letter in names:
                events.append({"t": t, "kind": "deliver", "nic": station, "class": names[letter]})
    return events


def _passing(t: float, passed: Passed) -> dict[str, Any]:
    if passed.kind in ("forward", "flood"):
        return {"t": t, "kind": passed.kind, "out": list(passed.out)}
    if passed.kind == "filter":
        return {"t": t, "kind": "filter"}
    return {"t": t, "kind": "drop", "why": "not forwarded"}


def _device(lan: Lan) -> Hub | Bridge | VSwitch:
    if lan.device == "hub":
        return Hub(lan.stations)
    if lan.device == "bridge":
        return Bridge(lan.stations, ageing=lan.ageing, fdb_max=lan.fdb_max)
    copies = [i + 1 for i in lan.promiscuous] if lan.accept else []
    return VSwitch({station_mac(i): i + 1 for i in range(lan.stations)}, copies)


def _check(lan: Lan, frame: Sent, now: float) -> None:
    last = lan.stations - 1
    require(0 <= frame.src <= last, "src={src}: there are stations 0 to {last}", src=frame.src, last=last)  # fmt: skip
    require(GROUP <= frame.dst <= last, "dst={dst}: choose a station up to {last}, or -1, -2, -3", dst=frame.dst, last=last)  # fmt: skip
    require(frame.at_s >= now, "at_s={at}: frames come in order of time, {now} is past", at=frame.at_s, now=now)  # fmt: skip


def _mac(dst: int) -> str:
    return {EVERYBODY: BROADCAST, ELSEWHERE: FAR_MAC, GROUP: GROUP_MAC}.get(dst) or station_mac(dst)


def _letter(card: Nic, dst: str, reached: bool) -> str:
    if not reached:
        return ""
    as_what = receives(card, dst)
    return LETTERS[as_what] if as_what else DISCARDED


def _table(device: Hub | Bridge | VSwitch, t: float) -> tuple[Entry, ...]:
    if isinstance(device, VSwitch):
        return tuple(Entry(port - 1, port, 0.0) for port in device.macs.values())
    if isinstance(device, Hub):
        return ()
    rows = [(int(mac[-2:], 16) - 10, port, t - seen) for mac, (port, seen) in device.fdb.items()]
    return tuple(Entry(*row) for row in sorted(rows) if row[2] < device.ageing)


def station_name(number: int) -> str:
    """A, B, C, …"""
    return chr(ord("A") + number)


def _why(lan: Lan, frame: Sent, passed: Passed) -> Message:
    who = station_name(frame.src)
    if lan.device == "hub":
        return Message.of("The hub repeats the frame on every other port.")
    if frame.dst in (EVERYBODY, GROUP):
        return Message.of("A group address: the frame goes to every other port.")
    if passed.learned == "full":
        return Message.of("The table is full: {who} is not learned, so answers to {who} will be flooded.", who=who)  # fmt: skip
    to = Message.of("somebody elsewhere") if frame.dst == ELSEWHERE else station_name(frame.dst)
    if lan.device == "vswitch":
        if frame.dst == ELSEWHERE:
            return Message.of("The virtual switch knows all its machines; {to} is none of them, so the frame goes to the uplink only.", to=to)  # fmt: skip
        if len(passed.out) > 1:
            return Message.of("The virtual switch sends it to {to}, and a copy to each promiscuous port that its policy accepts.", to=to)  # fmt: skip
        return Message.of("The virtual switch was told where {to} is: one port, from the first frame on.", to=to)  # fmt: skip
    if passed.kind == "forward":
        return Message.of("{who} is behind port {port}, as its sender address says; {to} is known, so the frame leaves by one port.", who=who, port=frame.src + 1, to=to)  # fmt: skip
    if passed.kind == "filter":
        return Message.of("The destination is behind the port it came from: the frame stays there.")
    return Message.of("{who} is behind port {port}, as its sender address says; {to} is not in the table, so the frame is flooded.", who=who, port=frame.src + 1, to=to)  # fmt: skip
