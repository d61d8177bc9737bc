"""The devices that join network cards: hub, learning bridge, ESX-style virtual switch.

Modelled: the bridge's rules in the order of Linux (learn, link-local, group, own address,
known, unknown), ageing, a table of limited size, ports that spanning tree keeps closed. A
virtual switch does not learn: it is told who is connected. Left out: VLANs, the learning
state of spanning tree (a closed port drops), aggregation. Sources: IEEE 802.1D, Linux bridge.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from coursekit.sims.message import ParameterError, require
from coursekit.sims.networks.addresses import GROUP_DIGITS, is_group, is_link_local

__all__ = ["bridge_outputs"]

AGEING_S = 300.0  # IEEE 802.1D, Linux
FORWARD_DELAY_S = 15.0  # spent twice, listening and learning, before a port forwards
HELLO_S, MAX_AGE_S = 2.0, 20.0

Passage = Literal["forward", "flood", "filter", "stack", "drop"]


class Passed(NamedTuple):
    """What became of one frame: out of which ports; "moved", "new", "again", "full" or ""."""

    kind: Passage
    out: tuple[int, ...]
    learned: str = ""
    stack: bool = False  # the host under the bridge gets it too


class Hub:
    """Repeats a frame on every other port."""

    def __init__(self, ports: int) -> None:
        self.others = _others(ports)

    def receive(self, _t: float, port: int, _src: str, _dst: str) -> Passed:
        return Passed("flood", self.others[port])


class Bridge:
    """A learning bridge with ports 1 to `ports`; `fdb` maps a MAC to (port, last seen).

    `opens`: port -> when it begins to forward (spanning tree); absent: always.
    """

    def __init__(
        self, ports: int, *, ageing: float = AGEING_S, fdb_max: int | None = None,
        mac: str = "", opens: Mapping[int, float] | None = None,
    ) -> None:  # fmt: skip
        require(ports >= 2, "ports={ports}: choose 2 or more", ports=ports)
        require(ageing > 0, "ageing={ageing}: choose more than 0 s", ageing=ageing)
        require(fdb_max is None or fdb_max >= 1, "fdb_max={fdb_max}: choose 1 or more", fdb_max=fdb_max)  # fmt: skip
        self.ageing, self.fdb_max, self.mac = ageing, fdb_max, mac
        self.fdb: dict[str, tuple[int, float]] = {}
        self.others = _others(ports)
        self.opens = dict(opens or {})
        self._said: dict[tuple[int, str], Passed] = {}

    def receive(self, t: float, port: int, src: str, dst: str) -> Passed:
        """Pass one frame on, in the order of the rules; `t` never goes back."""
        if port not in self.others:
            raise ParameterError(
                "port={port}: choose 1 to {last}", port=port, last=len(self.others)
            )
        if self.opens and t < self.opens.get(port, t):
            return Passed("drop", ())
        seen = self.fdb.get(src)
        if seen is not None and seen[0] == port and t - seen[1] < self.ageing:  # the usual frame
            self.fdb[src] = (port, t)
            learned = "again"
        else:
            learned = "" if src[1] in GROUP_DIGITS else self._learn(t, port, src)
        if dst[1] in GROUP_DIGITS:
            if is_link_local(dst):
                return Passed("drop", (), learned)
            return Passed("flood", self._open(t, port), learned, stack=True)
        if dst == self.mac:
            return Passed("stack", (), learned, stack=True)
        known = self.fdb.get(dst)
        if known is None or t - known[1] >= self.ageing:
            return Passed("flood", self._open(t, port), learned)
        if known[0] == port:
            return Passed("filter", (), learned)
        return self._forward(known[0], learned)

    def _forward(self, port: int, learned: str) -> Passed:
        """The commonest answer, made once for each port."""
        if (said := self._said.get((port, learned))) is None:
            said = self._said[port, learned] = Passed("forward", (port,), learned)
        return said

    def _learn(self, t: float, port: int, src: str) -> str:
        known = self.fdb.get(src)
        if known is not None and t - known[1] >= self.ageing:
            known = None
        if known is None and self.fdb_max is not None:
            self._forget(t)
            if len(self.fdb) >= self.fdb_max:
                return "full"
        self.fdb[src] = (port, t)
        return "new" if known is None else "moved"

    def _forget(self, t: float) -> None:
        """Take expired entries out: only a full table needs the room."""
        self.fdb = {mac: seen for mac, seen in self.fdb.items() if t - seen[1] < self.ageing}

    def _open(self, t: float, port: int) -> tuple[int, ...]:
        if not self.opens:
            return self.others[port]
        return tuple(p for p in self.others[port] if t >= self.opens.get(p, t))


class VSwitch:
    """A virtual switch that knows its ports: `macs` maps each connected MAC to its port.

    Port 0 is the uplink. `copies`: ports whose policy "promiscuous: accept" gives them a copy
    of every frame of the port group.
    """

    def __init__(self, macs: Mapping[str, int], copies: Sequence[int] = ()) -> None:
        self.macs, self.copies = dict(macs), tuple(copies)
        self.ports = (0, *sorted(self.macs.values()))

    def receive(self, _t: float, port: int, _src: str, dst: str) -> Passed:
        if is_group(dst):
            return Passed("flood", tuple(p for p in self.ports if p != port))
        to = self.macs.get(dst, 0)
        out = sorted({to, *self.copies} - {port})
        return Passed("forward" if to != port else "filter", tuple(out))


def bridge_outputs(
    n_ports: int, ageing: float, frames: Sequence[tuple[float, int, str, str]]
) -> list[list[int]]:
    """For each frame (t, port, src, dst) the sorted ports it leaves a fresh bridge by."""
    bridge = Bridge(n_ports, ageing=ageing)
    return [list(bridge.receive(*frame).out) for frame in frames]


def _others(ports: int) -> dict[int, tuple[int, ...]]:
    every = range(1, ports + 1)
    return {port: tuple(p for p in every if p != port) for port in every}
