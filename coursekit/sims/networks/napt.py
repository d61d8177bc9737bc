"""NAPT (masquerade): many inside addresses share one outside address by their ports.

Modelled: the connection table of Linux with its timeouts, port choice inside classes, port
forwards, a full table, no free port, answers nobody waits for. Course rule: the next free port
is looked for upwards, cyclically. A TCP packet that opens with neither SYN nor ACK is invalid.
Left out: ICMP errors, helpers, fragments, simultaneous open, a closing connection reopened.
Sources: RFC 3022, RFC 4787, RFC 5382, iptables-extensions(8), Linux nf_conntrack sysctls.
"""

import heapq
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from coursekit.sims.message import ParameterError, require
from coursekit.sims.networks.addresses import address

__all__ = ["buckets", "ceiling", "free_ports"]

Proto = Literal["tcp", "udp", "icmp"]
TCP_S = {
    "syn_sent": 120.0,
    "syn_recv": 60.0,
    "established": 432_000.0,
    "fin_wait": 120.0,
    "close_wait": 60.0,
    "last_ack": 30.0,
    "time_wait": 120.0,
    "close": 10.0,
}
UDP_S, UDP_STREAM_S, ICMP_S = 30.0, 120.0, 30.0
CLASSES = ((1, 511), (512, 1023), (1024, 65535))
BUCKETS_MIN, BUCKETS_MAX, RAM_PER_BUCKET = 1024, 262_144, 16_384
FLAGS = ("", "SYN", "SYN+ACK", "ACK", "FIN", "RST")

Five = tuple[str, str, int, str, int]


class Packet(NamedTuple):
    """Protocol, addresses and ports; `flags` for TCP."""

    proto: str
    src: str
    sport: int
    dst: str
    dport: int
    flags: str = ""


class Forward(NamedTuple):
    """A port forward: what arrives for `eport` goes to a machine inside."""

    proto: str
    eport: int
    ip: str
    port: int


class Verdict(NamedTuple):
    """What became of a packet; `why`: new, reuse, reply, forward, or the reason of a drop."""

    action: Literal["translate", "to_host", "drop"]
    packet: Packet
    why: str


class Entry:
    """One connection: as it was, as it leaves, its state and when it is forgotten."""

    __slots__ = ("eport", "expires", "finisher", "lives", "original", "queued", "said", "state")

    def __init__(self, original: Five, eport: int, state: str) -> None:
        self.original, self.eport, self.state = original, eport, state
        self.finisher = ""  # which side sent the first FIN
        self.expires = self.queued = 0.0
        self.lives = timeout(original[0], state)  # how long it may be silent in this state
        self.said: Verdict | None = None  # the last translation outwards, to be said again

    @property
    def remote(self) -> tuple[str, int, str, int]:
        """What an answer carries: protocol, outside port, remote address and port."""
        proto, _sip, _sport, dip, dport = self.original
        return proto, self.eport, dip, dport


class Napt:
    """The engine; `entries` by original five, `replies` by what an answer carries."""

    def __init__(
        self, eip: str, *, forwards: Sequence[Forward] = (), most: int = BUCKETS_MAX,
        ports: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        """`ports` narrows the range a port is chosen from, to make it run out in a lesson."""
        require(most >= 1, "max={most}: choose 1 or more", most=most)
        address(eip, "eip")
        self.eip, self.most, self.ports = eip, most, ports
        self.forwards = {(each.proto, each.eport): each for each in forwards}
        self.entries: dict[Five, Entry] = {}
        self.replies: dict[tuple[str, int, str, int], Entry] = {}
        self.expired: list[Entry] = []  # since the last packet, for the trace
        self._heap: list[tuple[float, int, Entry]] = []
        self._count = 0

    def outbound(self, t: float, packet: Packet) -> Verdict:
        """A packet from inside at time `t`."""
        if self.expired or (self._heap and self._heap[0][0] <= t):
            self.purge(t)
        entry = self.entries.get(packet[:5])
        if entry is not None:
            self._touch(t, entry, packet[5], "o")
            return self._again(entry, packet)
        proto, src, sport, dst, dport, flags = packet
        state = _opening(proto, flags)
        if not state:
            return Verdict("drop", packet, "invalid")
        if len(self.entries) >= self.most:
            return Verdict("drop", packet, "table_full")
        eport = self._choose(proto, sport, dst, dport)
        if eport is None:
            return Verdict("drop", packet, "ports_exhausted")
        entry = Entry((proto, src, sport, dst, dport), eport, state)
        self.entries[entry.original] = self.replies[proto, eport, dst, dport] = entry
        entry.expires = t + entry.lives
        self._queue(entry)
        return Verdict("translate", Packet(proto, self.eip, eport, dst, dport, flags), "new")

    def inbound(self, t: float, packet: Packet) -> Verdict:
        """A packet from outside at time `t`, for the outside address."""
        self.purge(t)
        proto, src, sport, dst, dport, flags = packet
        entry = self.replies.get((proto, dport, src, sport)) if dst == self.eip else None
        if entry is not None:
            self._touch(t, entry, flags, "r")
            _proto, inside, port, _dip, _dport = entry.original
            return Verdict("translate", Packet(proto, src, sport, inside, port, flags), "reply")
        forward = self.forwards.get((proto, dport)) if dst == self.eip else None
        if forward is not None:
            return Verdict("translate", Packet(proto, src, sport, forward.ip, forward.port, flags), "forward")  # fmt: skip
        return Verdict("to_host", packet, "to_host")

    def purge(self, t: float) -> None:
        """Forget every connection whose time is up at `t`; `expired` says which."""
        if self.expired:
            self.expired = []
        heap = self._heap
        while heap and heap[0][0] <= t:
            due, _number, entry = heapq.heappop(heap)
            if due != entry.queued:
                continue  # queued again meanwhile, earlier
            if entry.expires > t:
                self._queue(entry)
                continue
            del self.entries[entry.original], self.replies[entry.remote]
            entry.queued = -1.0
            self.expired.append(entry)

    def _again(self, entry: Entry, packet: Packet) -> Verdict:
        said = entry.said
        if said is None or said[1][5] != packet[5]:
            proto, _src, _sport, dst, dport, flags = packet
            out = Packet(proto, self.eip, entry.eport, dst, dport, flags)
            said = entry.said = Verdict("translate", out, "reuse")
        return said

    def _touch(self, t: float, entry: Entry, flags: str, side: str) -> None:
        if entry.original[0] == "tcp":
            _advance(entry, flags, side)
            entry.lives = TCP_S[entry.state]
        elif side == "r" and entry.state != "replied":
            entry.state = "replied"
            entry.lives = timeout(entry.original[0], "replied")
        entry.expires = t + entry.lives
        if entry.expires < entry.queued:
            self._queue(entry)

    def _queue(self, entry: Entry) -> None:
        self._count += 1
        entry.queued = entry.expires
        heapq.heappush(self._heap, (entry.expires, self._count, entry))

    def _choose(self, proto: str, sport: int, dst: str, dport: int) -> int | None:
        """The source port itself, or the next free one upwards in its class."""
        low, high = self.ports or port_class(sport)
        size = high - low + 1
        for step in range(size):
            port = low + (sport - low + step) % size
            if (proto, port, dst, dport) not in self.replies:
                return port
        return None


def port_class(port: int) -> tuple[int, int]:
    """The range a port is replaced within: low ports stay low."""
    for low, high in CLASSES:
        if low <= port <= high:
            return low, high
    raise ParameterError("sport={port}: choose 1 to 65535", port=port)


def timeout(proto: str, state: str) -> float:
    """Seconds until a silent connection in this state is forgotten."""
    if proto == "tcp":
        return TCP_S[state]
    if proto == "udp":
        return UDP_STREAM_S if state == "replied" else UDP_S
    return ICMP_S


def buckets(ram_bytes: int) -> int:
    """How many connections Linux makes room for in a machine with this memory."""
    require(ram_bytes > 0, "ram_bytes={ram}: choose more than 0", ram=ram_bytes)
    return max(BUCKETS_MIN, min(BUCKETS_MAX, ram_bytes // RAM_PER_BUCKET))


def free_ports(sport: int) -> int:
    """How many connections with source ports of this class can go to one destination."""
    low, high = port_class(sport)
    return high - low + 1


def ceiling(destinations: int, table: int) -> tuple[int, str]:
    """Most connections behind one outside address, and what ends them: ports or table."""
    require(destinations >= 1, "destinations={n}: choose 1 or more", n=destinations)
    require(table >= 1, "table={table}: choose 1 or more", table=table)
    ports = free_ports(CLASSES[-1][0]) * destinations
    return (ports, "ports") if ports < table else (table, "table")


def check_packet(packet: Packet) -> None:
    """ParameterError for a packet that cannot be."""
    kinds = get_args(Proto)
    require(packet.proto in kinds, "proto={proto}: choose one of {kinds}", proto=packet.proto, kinds=", ".join(kinds))  # fmt: skip
    require(packet.flags in FLAGS, "flags={flags}: choose one of {known}", flags=packet.flags, known=", ".join(FLAGS[1:]))  # fmt: skip
    for name, ip in (("src", packet.src), ("dst", packet.dst)):
        address(ip, name)
    for name, port in (("sport", packet.sport), ("dport", packet.dport)):
        require(1 <= port <= 65535, "{name}={port}: choose 1 to 65535", name=name, port=port)


def _opening(proto: str, flags: str) -> str:
    """The first state; empty: a packet that cannot open a connection."""
    if proto != "tcp":
        return "unreplied"
    return {"SYN": "syn_sent", "ACK": "established"}.get(flags, "")  # ACK: the loose pick-up


def _advance(entry: Entry, flags: str, side: str) -> None:
    """The next TCP state; packets the table does not name keep the state."""
    state, other = entry.state, side != entry.finisher
    if flags == "RST":
        entry.state = "close"
    elif state == "syn_sent" and flags == "SYN+ACK" and side == "r":
        entry.state = "syn_recv"
    elif state == "syn_recv" and flags == "ACK" and side == "o":
        entry.state = "established"
    elif state == "established" and flags == "FIN":
        entry.state, entry.finisher = "fin_wait", side
    elif state == "fin_wait" and flags == "ACK" and other:
        entry.state = "close_wait"
    elif state == "close_wait" and flags == "FIN" and other:
        entry.state = "last_ack"
    elif state == "last_ack" and flags == "ACK":
        entry.state = "time_wait"
