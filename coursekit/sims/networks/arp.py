"""Who has this address? The cache a machine keeps of MACs behind IPv4 addresses.

Modelled: request by broadcast, reply by unicast, a lifetime, gratuitous announcements that
rewrite what is known. Left out: the states of a Linux neighbour (its real lifetime is drawn
between 15 and 45 s, then checked again). Source: RFC 826, RFC 5227.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from coursekit.sims.message import require
from coursekit.sims.networks.addresses import BROADCAST

__all__ = ["resolve"]

TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Arp:
    """One ARP frame. A gratuitous one asks for its own sender address."""

    op: int  # 1 request, 2 reply
    src_mac: str
    dst_mac: str
    sender_ip: str
    target_ip: str

    @property
    def gratuitous(self) -> bool:
        return self.op == 1 and self.sender_ip == self.target_ip


@dataclass
class Cache:
    """What one machine knows; `entries` maps an address to (MAC, learned at)."""

    mac: str
    ip: str
    timeout: float = TIMEOUT_S
    entries: dict[str, tuple[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(self.timeout > 0, "timeout={timeout}: choose more than 0 s", timeout=self.timeout)

    def find(self, t: float, ip: str) -> str | None:
        """The MAC, while it is younger than the lifetime."""
        known = self.entries.get(ip)
        return known[0] if known and t - known[1] < self.timeout else None

    def hear(self, t: float, frame: Arp) -> Arp | None:
        """Take in a frame; the reply, when this machine is asked.

        A gratuitous frame only changes what is there already (RFC 826's merge flag).
        """
        asked = frame.target_ip == self.ip and not frame.gratuitous
        if asked or frame.op == 2 or frame.sender_ip in self.entries:
            self.entries[frame.sender_ip] = (frame.src_mac, t)
        if asked and frame.op == 1:
            return Arp(2, self.mac, frame.src_mac, self.ip, frame.sender_ip)
        return None


def resolve(t: float, asking: Cache, ip: str, link: Mapping[str, Cache]) -> tuple[Arp, ...]:
    """The frames it takes to know the MAC of `ip`: none, request and reply, or no reply.

    `link`: every machine on the link by address. All hear the request.
    """
    if asking.find(t, ip):
        return ()
    request = Arp(1, asking.mac, BROADCAST, asking.ip, ip)
    replies = [cache.hear(t, request) for cache in link.values() if cache is not asking]
    reply = next((each for each in replies if each), None)
    if reply is None:
        return (request,)
    asking.hear(t, reply)
    return (request, reply)
