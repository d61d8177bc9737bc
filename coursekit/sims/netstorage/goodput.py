"""What a link carries of the data themselves: headers, gaps, and the toll of lost segments.

Modelled: full Ethernet frames without a VLAN tag, TCP over IPv4 with or without timestamps; for a
share of lost segments, the bound 1.22 · MSS / (RTT · √p) of one stream. Left out: how TCP starts,
acknowledgements (they travel the other way), several streams. Sources: IEEE 802.3, RFC 7323, Mathis
et al., "The macroscopic behavior of the TCP congestion avoidance algorithm" (1997).
"""

import math
from dataclasses import dataclass

from coursekit.sims.message import Message, require

__all__ = ["GIGABIT", "RATES", "Link", "Part", "bound_mb_s", "frame", "goodput_mb_s", "wire_mb_s"]

RATES = (1.0, 2.5, 10.0, 25.0, 100.0)  # Gb/s, as links are sold
RTT_S = 0.0002  # a switch and both stacks
PREAMBLE, HEADER, CHECK, GAP = 8, 14, 4, 12  # bytes on the wire around an IP packet
IP, TCP, TIMESTAMPS = 20, 20, 12
MATHIS = 1.22


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link at full duplex; `loss` is the share of segments that never arrive."""

    gbps: float = 1.0
    rtt_s: float = RTT_S
    mtu: int = 1500
    timestamps: bool = True
    loss: float = 0.0

    def __post_init__(self) -> None:
        require(0.01 <= self.gbps <= 1000, "gbps={gbps}: choose 0.01 to 1000 Gb/s", gbps=self.gbps)
        require(0 < self.rtt_s <= 10, "rtt_s={rtt}: choose more than 0 s, at most 10 s", rtt=self.rtt_s)  # fmt: skip
        require(68 <= self.mtu <= 65_535, "mtu={mtu}: choose 68 to 65535 bytes", mtu=self.mtu)
        require(0 <= self.loss < 1, "loss={loss}: choose 0 or more, less than 1", loss=self.loss)

    @property
    def mss(self) -> int:
        """Bytes of data in a full segment."""
        return self.mtu - IP - TCP - TIMESTAMPS * self.timestamps


GIGABIT = Link()


@dataclass(frozen=True)
class Part:
    """Some bytes of a frame on the wire; `data` is what the two programs asked for."""

    name: Message
    bytes: int
    data: bool = False


def frame(link: Link) -> tuple[Part, ...]:
    """A full frame from its first byte on the wire to the gap behind it."""
    parts = (
        Part(Message.of("Preamble"), PREAMBLE),
        Part(Message.of("Ethernet header"), HEADER),
        Part(Message.of("IP header"), IP),
        Part(Message.of("TCP header"), TCP),
        Part(Message.of("TCP timestamps"), TIMESTAMPS * link.timestamps),
        Part(Message.of("Data"), link.mss, data=True),
        Part(Message.of("Ethernet check sequence"), CHECK),
        Part(Message.of("Gap between frames"), GAP),
    )
    return tuple(each for each in parts if each.bytes)


def wire_mb_s(link: Link) -> float:
    """Data per second on a link that loses nothing, in MB/s: rate · MSS / bytes on the wire."""
    return link.gbps * 125 * link.mss / (link.mtu + PREAMBLE + HEADER + CHECK + GAP)


def bound_mb_s(link: Link) -> float:
    """What one stream can reach at this loss, however fast the link: infinite without loss."""
    if not link.loss:
        return math.inf
    return MATHIS * link.mss / (link.rtt_s * math.sqrt(link.loss)) / 1e6


def goodput_mb_s(link: Link) -> float:
    """The lower of both, in MB/s."""
    return min(wire_mb_s(link), bound_mb_s(link))
