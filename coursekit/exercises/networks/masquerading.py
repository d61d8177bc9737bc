"""E1.2: a NAPT engine, packet by packet."""

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.networks.napt import Entry, Forward, Napt, Packet, Verdict

Plain = dict[str, Any]
EIP = "203.0.113.1"
INSIDE = tuple(f"10.0.0.{i}" for i in (5, 6, 7))
REMOTE = (("192.0.2.53", 53), ("192.0.2.53", 443), ("192.0.2.7", 443))
SPORTS = (500, 511, 5000, 5001)


def napt_trace(eip: str, forwards: list[Plain], packets: list[Plain]) -> list[Plain]:
    """For each packet the action and the header as it leaves."""
    return _run(Napt, eip, forwards, packets)


def _run(
    engine: Callable[..., Napt], eip: str, forwards: list[Plain], packets: list[Plain]
) -> list[Plain]:
    nat = engine(eip, forwards=[Forward(f["proto"], f["eport"], f["ip"], f["port"]) for f in forwards])  # fmt: skip
    return [_answer(_pass(nat, packet)) for packet in packets]


def _pass(nat: Napt, plain: Plain) -> Verdict:
    names = ("proto", "src", "sport", "dst", "dport", "flags")
    packet = Packet(*(plain[name] for name in names))
    return nat.outbound(plain["t"], packet) if plain["dir"] == "out" else nat.inbound(plain["t"], packet)  # fmt: skip


def _answer(verdict: Verdict) -> Plain:
    one = verdict.packet
    return {"action": verdict.action, "src": one.src, "sport": one.sport, "dst": one.dst, "dport": one.dport}  # fmt: skip


def _cases(rng: np.random.Generator) -> Args:
    forwards: list[Plain] = [
        {"proto": "tcp", "eport": 2222, "ip": "10.0.0.9", "port": 22},
        {"proto": "udp", "eport": 5353, "ip": "10.0.0.9", "port": 53},
        {"proto": "tcp", "eport": 5000, "ip": "10.0.0.8", "port": 80},
    ][: int(rng.integers(4))]
    nat = Napt(EIP, forwards=[Forward(f["proto"], f["eport"], f["ip"], f["port"]) for f in forwards])  # fmt: skip
    packets: list[Plain] = []
    t = 0
    for number in range(int(rng.integers(5, 41))):
        # whole seconds and a thousandth a packet: nothing expires within 1e-6 of a packet
        t += int(rng.choice([0, 1, 8, 25, 35, 70, 125], p=[0.15, 0.35, 0.15, 0.15, 0.1, 0.05, 0.05]))  # fmt: skip
        packet = _packet(rng, nat, round(t + number / 1000, 3))
        _pass(nat, packet)
        packets.append(packet)
    return {"eip": EIP, "forwards": forwards, "packets": packets}


def _packet(rng: np.random.Generator, nat: Napt, t: float) -> Plain:
    nat.purge(t)
    return _out(rng, nat, t) if rng.random() < 0.55 or not nat.entries else _in(rng, nat, t)


def _out(rng: np.random.Generator, nat: Napt, t: float) -> Plain:
    proto = str(rng.choice(["tcp", "udp"]))
    dst, dport = REMOTE[int(rng.integers(len(REMOTE)))]
    src, sport = str(rng.choice(INSIDE)), int(rng.choice(SPORTS))
    live = (proto, src, sport, dst, dport) in nat.entries
    flags = str(rng.choice(["SYN", "ACK", "FIN", "RST"] if live else ["SYN", "SYN", "ACK"]))
    flags = flags if proto == "tcp" else ""
    return {"t": t, "dir": "out", "proto": proto, "src": src, "sport": sport, "dst": dst, "dport": dport, "flags": flags}  # fmt: skip


def _in(rng: np.random.Generator, nat: Napt, t: float) -> Plain:
    entries = list(nat.entries.values())
    proto, eport, src, sport = entries[int(rng.integers(len(entries)))].remote
    kind = rng.random()
    if kind < 0.2:
        src, sport = REMOTE[int(rng.integers(len(REMOTE)))]
    elif kind < 0.4:
        proto, eport = (("tcp", 2222), ("udp", 5353), ("tcp", 5000))[int(rng.integers(3))]
        src, sport = "192.0.2.99", 999
    flags = str(rng.choice(["SYN+ACK", "ACK", "FIN", "RST"])) if proto == "tcp" else ""
    flags = "SYN" if flags and sport == 999 else flags
    return {"t": t, "dir": "in", "proto": proto, "src": src, "sport": sport, "dst": EIP, "dport": eport, "flags": flags}  # fmt: skip


class _Forgetless(Napt):
    """Never forgets."""

    def purge(self, t: float) -> None:  # noqa: ARG002
        return


class _Greedy(Napt):
    """Takes a port as used whatever the destination."""

    def _choose(self, proto: str, sport: int, dst: str, dport: int) -> int | None:
        used = {(entry.original[0], entry.eport) for entry in self.entries.values()}
        port = super()._choose(proto, sport, dst, dport)
        while port is not None and (proto, port) in used:
            port = super()._choose(proto, port + 1 if port not in (511, 1023, 65535) else 1, dst, dport)  # fmt: skip
        return port


class _Open(Napt):
    """Lets anybody answer on a port that is in use."""

    def inbound(self, t: float, packet: Packet) -> Verdict:
        self.purge(t)
        for entry in list(self.entries.values()):
            if (entry.original[0], entry.eport) == (packet.proto, packet.dport):
                _proto, inside, port, dip, dport = entry.original
                super().inbound(t, packet._replace(src=dip, sport=dport))
                return Verdict("translate", packet._replace(dst=inside, dport=port), "reply")
        return super().inbound(t, packet)


class _Once(Napt):
    """Sets the time of a connection once, when it begins."""

    def _touch(self, t: float, entry: Entry, flags: str, side: str) -> None:
        was = entry.expires
        super()._touch(t, entry, flags, side)
        entry.expires = was
        entry.queued = was
        self._queue(entry)


class _NoForward(Napt):
    """Ignores the port forwards."""

    def inbound(self, t: float, packet: Packet) -> Verdict:
        self.forwards = {}
        return super().inbound(t, packet)


def _packet_row(row: tuple[Any, ...]) -> Plain:
    t, way, proto, src, sport, dst, dport, flags = row
    return {"t": t, "dir": way, "proto": proto, "src": src, "sport": sport, "dst": dst, "dport": dport, "flags": flags}  # fmt: skip


def _said(*rows: tuple[Any, ...]) -> list[Plain]:
    names = ("action", "src", "sport", "dst", "dport")
    return [dict(zip(names, row, strict=True)) for row in rows]


_S, _V = "192.0.2.53", "192.0.2.7"

MASQUERADING = Exercise(
    id="E1.2",
    chapter="networks",
    title=mark("Write a NAPT engine"),
    reference=napt_trace,
    cases=_cases,
    samples=(
        Sample(
            {
                "eip": EIP,
                "forwards": [{"proto": "tcp", "eport": 2222, "ip": "10.0.0.9", "port": 22}],
                "packets": [
                    _packet_row((0, "out", "udp", "10.0.0.5", 5000, _S, 53, "")),
                    _packet_row((1, "out", "udp", "10.0.0.6", 5000, _S, 53, "")),
                    _packet_row((30, "in", "udp", _S, 53, EIP, 5000, "")),
                    _packet_row((30.5, "in", "udp", _S, 53, EIP, 5001, "")),
                    _packet_row((31, "in", "tcp", _V, 999, EIP, 2222, "SYN")),
                ],
            },
            _said(
                ("translate", EIP, 5000, _S, 53),
                ("translate", EIP, 5001, _S, 53),
                ("to_host", _S, 53, EIP, 5000),
                ("translate", _S, 53, "10.0.0.6", 5000),
                ("translate", _V, 999, "10.0.0.9", 22),
            ),
        ),
        Sample(
            {
                "eip": EIP,
                "forwards": [],
                "packets": [
                    _packet_row((0, "out", "tcp", "10.0.0.5", 511, _S, 443, "SYN")),
                    _packet_row((1, "out", "tcp", "10.0.0.6", 511, _S, 443, "SYN")),
                    _packet_row((2, "out", "tcp", "10.0.0.6", 511, _V, 443, "SYN")),
                    _packet_row((3, "in", "tcp", _V, 443, EIP, 1, "SYN+ACK")),
                ],
            },
            _said(
                ("translate", EIP, 511, _S, 443),
                ("translate", EIP, 1, _S, 443),
                ("translate", EIP, 511, _V, 443),
                ("to_host", _V, 443, EIP, 1),
            ),
        ),
        Sample(
            {
                "eip": EIP,
                "forwards": [],
                "packets": [
                    _packet_row((0, "out", "tcp", "10.0.0.5", 5000, _S, 443, "ACK")),
                    _packet_row((400, "in", "tcp", _S, 443, EIP, 5000, "RST")),
                    _packet_row((409.5, "out", "tcp", "10.0.0.5", 5000, _S, 443, "ACK")),
                    _packet_row((420, "in", "tcp", _S, 443, EIP, 5000, "ACK")),
                ],
            },
            _said(
                ("translate", EIP, 5000, _S, 443),
                ("translate", _S, 443, "10.0.0.5", 5000),
                ("translate", EIP, 5000, _S, 443),
                ("to_host", _S, 443, EIP, 5000),
            ),
        ),
    ),
    wrong=(
        Wrong(
            "never forgets",
            lambda eip, forwards, packets: _run(_Forgetless, eip, forwards, packets),
            mark(
                "Your entries never expire: before every packet, take out those whose time is up (expires ≤ t)."
            ),
        ),
        Wrong(
            "one port for all",
            lambda eip, forwards, packets: _run(_Greedy, eip, forwards, packets),
            mark(
                "You give up a port that is in use towards another destination: the same outside port may serve many destinations, only protocol, port and destination together must be unique."
            ),
        ),
        Wrong(
            "anybody may answer",
            lambda eip, forwards, packets: _run(_Open, eip, forwards, packets),
            mark(
                "You let in whoever sends to a port in use: an answer must come from exactly the address and port that the entry names."
            ),
        ),
        Wrong(
            "time set once",
            lambda eip, forwards, packets: _run(_Once, eip, forwards, packets),
            mark(
                "You set the time of an entry only when it begins: every accepted packet, in or out, arms it again with the timeout of the state it leads to."
            ),
        ),
        Wrong(
            "no forwards",
            lambda eip, forwards, packets: _run(_NoForward, eip, forwards, packets),
            mark(
                "You ignore the port forwards: a packet that no entry waits for still goes in when its protocol and port have a forward."
            ),
        ),
    ),
)
