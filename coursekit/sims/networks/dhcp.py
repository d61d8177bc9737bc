"""A DHCP server and what it remembers: leases, reservations, former addresses.

Modelled: the choice of an address (RFC 2131 §4.3.1; last resort: the lowest free one, a course
rule), reservations while an offer stands, ACK, NAK, DECLINE, RELEASE. Left out: relays,
persistent storage, options that do not change what happens. `dhcpstory` lets it talk.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from coursekit.sims.message import require
from coursekit.sims.networks.addresses import address

__all__ = ["pool_of"]

CLIENT_PORT, SERVER_PORT = 68, 67
LEASE_S, OFFER_HOLD_S, DELAY_S = 3600.0, 60.0, 0.001


class Lease(NamedTuple):
    """Who has an address, and until when."""

    client: str
    until: float


def pool_of(first: str, size: int) -> tuple[str, ...]:
    """`size` addresses upwards from `first`."""
    require(size >= 1, "size={size}: choose 1 or more", size=size)
    start = address(first, "first")
    return tuple(str(start + i) for i in range(size))


@dataclass
class Server:
    """One server; `ip` is also its identifier (option 54)."""

    ip: str
    pool: tuple[str, ...]
    lease: float = LEASE_S
    offer_hold: float = OFFER_HOLD_S
    bound: dict[str, Lease] = field(default_factory=dict)  # by address
    reserved: dict[str, Lease] = field(default_factory=dict)
    previous: dict[str, str] = field(default_factory=dict)  # client -> address
    declined: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        require(self.lease > 0, "lease={lease}: choose more than 0 s", lease=self.lease)
        require(self.offer_hold >= 0, "offer_hold={hold}: choose 0 or more", hold=self.offer_hold)

    def discover(self, t: float, client: str, wish: str = "") -> str | None:
        """The address to offer; None: nothing is free, and the server keeps silent."""
        ip = self._choose(t, client, wish)
        if ip is not None:
            self.reserved[ip] = Lease(client, t + self.offer_hold)
        return ip

    def request(self, t: float, client: str, ip: str, server_id: str = "") -> Literal["ACK", "NAK"] | None:  # fmt: skip
        """The answer to a REQUEST; None: it is for another server, or from a stranger.

        `server_id` is empty when a client renews or rebinds: then only a server that knows
        the client answers.
        """
        if server_id and server_id != self.ip:
            self._release_reservation(client)
            return None
        if not server_id and self._address_of(t, client) is None:
            return None
        held = self._address_of(t, client) in (None, ip)
        if ip in self.pool and held and self.free(t, ip, client):
            self._release_reservation(client)
            self.bound[ip] = Lease(client, t + self.lease)
            self.previous[client] = ip
            return "ACK"
        return "NAK"

    def release(self, client: str) -> None:
        """The client gives its address back; it is remembered as its former one."""
        self.bound = {ip: lease for ip, lease in self.bound.items() if lease.client != client}

    def decline(self, client: str, ip: str) -> None:
        """Somebody uses that address already: never offer it again."""
        self.declined.add(ip)
        self.release(client)
        self.previous.pop(client, None)

    def free(self, t: float, ip: str, client: str) -> bool:
        """Whether the address may be given to the client at `t`."""
        others = (book.get(ip) for book in (self.bound, self.reserved))
        taken = any(each and each.client != client and each.until > t for each in others)
        return ip not in self.declined and not taken

    def _choose(self, t: float, client: str, wish: str) -> str | None:
        if (current := self._address_of(t, client)) is not None:
            return current
        for ip in (self.previous.get(client, ""), wish, *self.pool):
            if ip in self.pool and self.free(t, ip, client):
                return ip
        return None

    def _address_of(self, t: float, client: str) -> str | None:
        mine = (ip for ip, lease in self.bound.items() if lease.client == client and lease.until > t)  # fmt: skip
        return next(mine, None)

    def _release_reservation(self, client: str) -> None:
        self.reserved = {ip: r for ip, r in self.reserved.items() if r.client != client}
