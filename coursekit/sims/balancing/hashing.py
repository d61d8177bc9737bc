"""The same client or key to the same server: hashing, on a list and on a ring.

Modelled: nginx's `ip_hash`, `hash` and `hash … consistent`, plain modulo, and consistent
hashing with bounded loads. Left out: IPv6, HAProxy's own hash functions.
Sources: nginx `ngx_http_upstream_{ip_,}hash_module.c`; Karger et al., STOC 1997; Mirrokni,
Thorup, Zadimoghaddam, SODA 2018 for bounded loads.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from zlib import crc32

from coursekit.sims.balancing.turns import check_weights
from coursekit.sims.message import require

__all__ = [
    "RING_POINTS",
    "Moved",
    "Ring",
    "bounded",
    "cap",
    "ip_hash",
    "key_hash",
    "lookup",
    "modulo",
    "moved",
    "ring",
    "server_of_ip",
    "server_of_key",
]

RING_POINTS = 160  # for each unit of weight
TRIES = 20  # nginx hashes again so many times when the server found is down


@dataclass(frozen=True)
class Ring:
    """The points of a ring in order, and the server (by place in `servers`) of each."""

    servers: tuple[str, ...]
    points: tuple[int, ...]
    owners: tuple[int, ...]


@dataclass(frozen=True)
class Moved:
    """Of all keys, how many changed server; of those, how many concern the one changed."""

    moved: int
    changed: int


def ip_hash(address: str, before: int = 89) -> int:
    """The number that `ip_hash` makes of the first three octets: one for a whole /24."""
    octets = address.split(".")
    require(
        len(octets) == 4 and all(each.isdecimal() and int(each) <= 255 for each in octets),
        "address={address}: give an IPv4 address, such as 192.0.2.1", address=address,
    )  # fmt: skip
    for octet in octets[:3]:
        before = (before * 113 + int(octet)) % 6271
    return before


def server_of_ip(address: str, weights: Sequence[int], down: Collection[int] = ()) -> int | None:
    """The server of a client; while that is down, the hash goes on from where it was."""
    check_weights(weights)
    found, value = _not_down(weights, down), 89
    for _try in range(TRIES):
        value = ip_hash(address, value)
        server = _walk(value, weights)
        if server not in down:
            return server
    return found


def key_hash(key: str) -> int:
    """The number that `hash` makes of a key: 15 bits of its CRC-32."""
    return crc32(key.encode()) >> 16 & 0x7FFF


def server_of_key(key: str, weights: Sequence[int], down: Collection[int] = ()) -> int | None:
    """The server of a key; while that is down, the hash of "1key", "2key" … is added."""
    check_weights(weights)
    found, value = _not_down(weights, down), 0
    for turn in range(TRIES):
        value += key_hash(f"{turn or ''}{key}")
        server = _walk(value, weights)
        if server not in down:
            return server
    return found


def _walk(value: int, weights: Sequence[int]) -> int:
    rest = value % sum(weights)
    for server, weight in enumerate(weights):
        rest -= weight
        if rest < 0:
            return server
    raise AssertionError  # the rest is below the sum of the weights


def _not_down(weights: Sequence[int], down: Collection[int]) -> int | None:
    """Where nginx turns after too many tries; simplified: to the first that is up."""
    up = (i for i, weight in enumerate(weights) if weight and i not in down)
    return next(up, None)


def modulo(key: str, servers: int) -> int:
    """The simplest hash of all: CRC-32 modulo the number of servers."""
    return crc32(key.encode()) % servers


def ring(servers: Sequence[str], weights: Sequence[int] | None = None) -> Ring:
    """The ring of `host:port` servers; of two equal points the first in order is kept."""
    weights = [1] * len(servers) if weights is None else weights
    require(
        len(servers) == len(set(servers)) == len(weights) and all(weights),
        "servers={servers}: give each once, each with a weight above 0", servers=list(servers),
    )  # fmt: skip
    check_weights(weights)
    found: dict[int, int] = {}
    for owner, (server, weight) in enumerate(zip(servers, weights, strict=True)):
        for point in _points(server, RING_POINTS * weight):
            found.setdefault(point, owner)
    points = sorted(found)
    return Ring(tuple(servers), tuple(points), tuple(found[point] for point in points))


def _points(server: str, count: int) -> Iterator[int]:
    """Each point is the hash of the server and the point before."""
    host, _, port = server.rpartition(":")
    require(bool(host), "server={server}: give host:port", server=server)
    base, point = crc32(host.encode() + b"\0" + port.encode()), 0
    for _each in range(count):
        point = crc32(point.to_bytes(4, "little"), base)
        yield point


def _clockwise(of: Ring, key: str) -> Iterator[int]:
    """Owners from the key's place on, all around."""
    start = bisect_left(of.points, crc32(key.encode()))
    for place in range(len(of.points)):
        yield of.owners[(start + place) % len(of.points)]


def lookup(of: Ring, key: str, down: Collection[int] = ()) -> int | None:
    """The owner of the first point at or after the key's, of a server that is up."""
    return next((owner for owner in _clockwise(of, key) if owner not in down), None)


def cap(factor: float, active: int, servers: int) -> int:
    """How many requests a server may have when one more joins the `active`."""
    require(factor > 1, "factor={factor}: choose more than 1", factor=factor)
    exact = _exact(factor)
    return -(-exact.numerator * (active + 1) // (exact.denominator * servers))  # rounded up


@cache
def _exact(factor: float) -> Fraction:
    """1.1 as it is written: in binary it is a little more, and the cap one too high."""
    return Fraction(str(factor))


def bounded(of: Ring, key: str, active: Sequence[int], factor: float = 1.25) -> int:
    """The first server clockwise that has room."""
    most = cap(factor, sum(active), len(of.servers))
    return next(owner for owner in _clockwise(of, key) if active[owner] + 1 <= most)


def moved(
    before: Sequence[str], after: Sequence[str], keys: Sequence[str],
    owner: Callable[[Sequence[str]], Callable[[str], str]] | None = None,
) -> Moved:  # fmt: skip
    """The keys that change server; `owner` maps a list of servers to its rule (the ring)."""
    rule = owner or _by_ring
    old, new = rule(before), rule(after)
    changed = set(before) ^ set(after)
    pairs = [(a, b) for a, b in ((old(key), new(key)) for key in keys) if a != b]
    return Moved(len(pairs), sum(bool({a, b} & changed) for a, b in pairs))


def _by_ring(servers: Sequence[str]) -> Callable[[str], str]:
    made = ring(servers)

    def owner(key: str) -> str:
        found = lookup(made, key)
        return servers[found or 0]

    return owner
