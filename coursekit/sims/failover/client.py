"""A client of the address: who answers each of its requests, if anybody.

Modelled: one request every `every_s`; the client's ARP entry, changed by gratuitous ARP and
asked for again when old. With a virtual MAC the entry stands for the port that the switch
has learned, and every advertisement teaches it again. While two nodes own the address the
last in the list wins, as the last ARP reply does. Left out: retries, open connections
(`sessions`). Source: RFC 826, RFC 9568 sections 7.3 and 8.1.2.
"""

from dataclasses import dataclass

from coursekit.sims.failover.vrrp import Record
from coursekit.sims.message import require

__all__ = ["Client", "Request", "Seen", "requests"]


@dataclass(frozen=True, kw_only=True)
class Client:
    """How often it asks, and how long it trusts its ARP entry."""

    every_s: float = 0.1
    arp_timeout: float = 60.0

    def __post_init__(self) -> None:
        for name in ("every_s", "arp_timeout"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)


@dataclass(frozen=True)
class Request:
    """One request: whom the entry named, and who served it (None: lost)."""

    t: float
    entry: str | None
    by: str | None
    owners: int


@dataclass(frozen=True)
class Seen:
    """All requests in order."""

    requests: tuple[Request, ...]

    def lost(self, since: float = 0.0) -> int:
        """Requests nobody served."""
        return sum(each.by is None for each in self.requests if each.t >= since)

    @property
    def doubtful(self) -> int:
        """Requests served while two nodes owned the address."""
        return sum(each.by is not None and each.owners > 1 for each in self.requests)


def requests(record: Record, client: Client | None = None) -> Seen:
    """What becomes of each request up to the end of the record."""
    client = client or Client()
    world = _World(record)
    entry, learned, found = None, 0.0, []
    for i in range(int(record.until / client.every_s + 1e-9) + 1):
        t = i * client.every_s
        for when, name in world.advance(t):
            if entry is not None:  # an announcement changes an entry, it makes none
                entry, learned = name, when
        if entry is None or t - learned >= client.arp_timeout:
            entry, learned = (world.owners[-1] if world.owners else None), t
        found.append(Request(t, entry, entry if world.serves(entry) else None, len(world.owners)))
    return Seen(tuple(found))


class _World:
    """Who owns the address and whose service works, brought forward with the record."""

    def __init__(self, record: Record) -> None:
        self.trace, self.place = record.trace, 0
        self.vmac = {node.id for node in record.cluster.nodes if node.vmac}
        self.owners: list[str] = []
        self.ill: set[str] = set()

    def advance(self, t: float) -> list[tuple[float, str]]:
        """What the entry was taught up to `t`."""
        taught = []
        while self.place < len(self.trace) and self.trace[self.place]["t"] <= t:
            one = self.trace[self.place]
            self.place += 1
            if one["kind"] == "owner":
                self.owners = one["ids"]
            elif (one["kind"] == "garp" and not one["lost"]) or (
                one["kind"] == "advert" and one["from"] in self.vmac and one["prio"]
            ):
                taught.append((one["t"], one["from"]))
            elif one["kind"] == "event" and one["what"][1] == "check":
                _t, _kind, name, health = one["what"]
                (self.ill.discard if health == "ok" else self.ill.add)(name)
        return taught

    def serves(self, entry: str | None) -> bool:
        return entry in self.owners and entry not in self.ill
