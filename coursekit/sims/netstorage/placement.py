"""Where the copies of a placement group go: every node computes it, nobody has to be asked.

Modelled: straw2, the bucket of CRUSH: each item draws a straw, scaled by its weight, and the
longest wins; hosts first, then the OSDs of the host; `out` OSDs are refused and drawn again.
Rivals: hash mod n and a lookup table. Left out: racks and deeper trees, the rjenkins1 hash and
the fixed-point logarithm of Ceph (same properties, other numbers). `place_many` is `place` for
many groups at once. Sources: Weil et al., CRUSH, SC'06; Ceph, CRUSH maps; splitmix64 for mix64.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.message import require

__all__ = [
    "NONE", "ClusterMap", "Host", "Osd", "copies", "draw", "grid", "h", "mix64", "modulo",
    "pg_count", "place", "place_many", "straw2", "table_after",
]  # fmt: skip

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

HOST_ITEM = 1000  # a host draws under another number than an OSD of the same number
MORE_TRIES = 50  # beyond one for each copy: Ceph's choose_total_tries
NONE = -1  # in arrays: no OSD was found
PER_OSD = 100  # copies of groups that an OSD should hold
PART = 1024  # groups worked on at a time: temporaries stay in the cache
_MASK = 2**64 - 1
_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


@dataclass(frozen=True)
class Osd:
    """One disk and its daemon; the weight is usually its size in TB."""

    id: int
    weight: float = 1.0

    def __post_init__(self) -> None:
        require(0 <= self.id < HOST_ITEM, "osd={id}: choose 0 to 999", id=self.id)
        require(0 <= self.weight < inf, "weight={x}: choose 0 or more", x=self.weight)


@dataclass(frozen=True)
class Host:
    """A failure domain: no two copies of a group on one host."""

    id: int
    osds: tuple[Osd, ...]

    def __post_init__(self) -> None:
        require(self.id >= 0, "host={id}: choose 0 or more", id=self.id)

    @property
    def weight(self) -> float:
        """The sum of its OSDs: what CRUSH writes at the bucket."""
        return sum(osd.weight for osd in self.osds)


@dataclass(frozen=True)
class ClusterMap:
    """What every node knows. `out` OSDs keep their place and weight, and get no copy."""

    hosts: tuple[Host, ...]
    out: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        ids = [host.id for host in self.hosts]
        require(ids == sorted(set(ids)), "hosts={ids}: give them in ascending order, each once", ids=ids)  # fmt: skip
        osds = [osd.id for host in self.hosts for osd in host.osds]
        twice = sorted({osd for osd in osds if osds.count(osd) > 1})
        require(not twice, "osd={ids}: each OSD has one host only", ids=twice)

    @property
    def osds(self) -> tuple[Osd, ...]:
        """Every OSD, host by host."""
        return tuple(osd for host in self.hosts for osd in host.osds)

    def host_of(self, osd: int) -> int:
        """The number of the host that carries an OSD."""
        found = [host.id for host in self.hosts if any(each.id == osd for each in host.osds)]
        require(bool(found), "osd={osd}: no host has it", osd=osd)
        return found[0]


def grid(hosts: int, per_host: int = 1, weight: float = 1.0) -> ClusterMap:
    """Hosts of equal OSDs, numbered through: host h has the OSDs per_host·h and on."""
    require(hosts >= 1, "hosts={n}: choose 1 or more", n=hosts)
    require(1 <= per_host <= HOST_ITEM // hosts, "per_host={n}: choose 1 to {most}, 1000 OSDs in all", n=per_host, most=HOST_ITEM // hosts)  # fmt: skip
    return ClusterMap(
        tuple(
            Host(host, tuple(Osd(host * per_host + each, weight) for each in range(per_host)))
            for host in range(hosts)
        )
    )


def mix64(z: int) -> int:
    """64 bits stirred so that every bit of the answer depends on every bit of `z`."""
    z = (z + _GOLDEN) & _MASK
    z = (z ^ z >> 30) * _FIRST & _MASK
    z = (z ^ z >> 27) * _SECOND & _MASK
    return z ^ z >> 31


def h(a: int, b: int, c: int) -> int:
    """One hash of three numbers."""
    return mix64(mix64(mix64(a) ^ b) ^ c)


def draw(pg: int, item: int, r: int, weight: float) -> float:
    """The straw of an item: 0 at the longest, and the heavier the closer to it."""
    if weight <= 0:
        return -inf
    return log(((h(pg, item, r) >> 11) + 1) / 2**53) / weight


def straw2(pg: int, items: Sequence[tuple[int, float]], r: int) -> int | None:
    """Which of the items (id, weight) draws the longest straw; None if all weigh nothing."""
    able = [(item, weight) for item, weight in items if weight > 0]
    if not able:
        return None
    return max(able, key=lambda each: draw(pg, each[0], r, each[1]))[0]


def place(pg: int, cluster: ClusterMap, size: int) -> tuple[int, ...]:
    """The OSDs of a group, the primary first; fewer than `size` when the tries end."""
    require(pg >= 0, "pg={n}: choose 0 or more", n=pg)
    require(size >= 1, "size={n}: choose 1 or more", n=size)
    hosts = {HOST_ITEM + host.id: host for host in cluster.hosts}
    weights = [(item, host.weight) for item, host in hosts.items()]
    used, found = set[int](), list[int]()
    for r in range(size + MORE_TRIES):
        item = straw2(pg, weights, r)
        if len(found) == size or item is None:
            break
        if item in used:
            continue
        osd = straw2(pg, [(each.id, each.weight) for each in hosts[item].osds], r)
        if osd is not None and osd not in cluster.out:
            used.add(item)
            found.append(osd)
    return tuple(found)


def place_many(pgs: int | Sequence[int] | Ints, cluster: ClusterMap, size: int) -> Ints:
    """`place` for many groups (a count stands for 0, 1, …): int64 (groups, size), `NONE` at the end."""
    require(size >= 1, "size={n}: choose 1 or more", n=size)
    groups = np.arange(pgs) if isinstance(pgs, int) else np.asarray(pgs, dtype=np.int64)
    found = np.full((len(groups), size), NONE, dtype=np.int64)
    tables = _tables(cluster)
    if cluster.hosts and tables.host_weights.max() > 0:
        for start in range(0, len(groups), PART):
            _fill(groups[start : start + PART].astype(np.uint64), tables, found[start : start + PART])  # fmt: skip
    return found


def copies(placed: Ints, cluster: ClusterMap) -> dict[int, int]:
    """How many copies each OSD of the map holds."""
    ids, counts = np.unique(placed[placed != NONE], return_counts=True)
    held = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    return {osd.id: held.get(osd.id, 0) for osd in cluster.osds}


def modulo(pgs: int, n: int) -> Ints:
    """The rival without a map: the hash of a group, modulo the number of nodes."""
    require(n >= 1, "n={n}: choose 1 node or more", n=n)
    return (_mix(np.arange(pgs, dtype=np.uint64)) % np.uint64(n)).astype(np.int64)


def table_after(table: Ints, n: int) -> Ints:
    """The rival with a table: one more node (number n) takes an equal part, nothing else moves.

    It moves least of all, and every group needs a line that somebody keeps and everybody reads.
    """
    require(n >= 1, "n={n}: choose 1 node or more", n=n)
    after, sizes = table.copy(), np.bincount(table, minlength=n)
    for _each in range(len(table) // (n + 1)):
        fullest = int(sizes[:n].argmax())
        after[np.flatnonzero(after == fullest)[-1]] = n
        sizes[fullest] -= 1
    return after


def pg_count(osds: int, size: int) -> int:
    """Groups of a pool: about 100 copies an OSD, a power of two."""
    require(osds >= 1, "osds={n}: choose 1 or more", n=osds)
    require(1 <= size <= osds, "size={n}: choose 1 to {most}, the OSDs", n=size, most=osds)
    x = osds * PER_OSD / size
    low = 1 << (int(x).bit_length() - 1)
    return low if low >= 0.75 * x else 2 * low


@dataclass(frozen=True)
class _Tables:
    """The map as arrays; OSDs of hosts with fewer than the others are filled with weight 0."""

    hosts: Words
    host_weights: Floats
    osds: Words  # (hosts, most OSDs of one)
    weights: Floats
    out: NDArray[np.bool_]


def _tables(cluster: ClusterMap) -> _Tables:
    most = max((len(host.osds) for host in cluster.hosts), default=0) or 1
    shape = (len(cluster.hosts), most)
    osds, weights = np.zeros(shape, dtype=np.uint64), np.zeros(shape)
    for row, host in enumerate(cluster.hosts):
        osds[row, : len(host.osds)] = [osd.id for osd in host.osds]
        weights[row, : len(host.osds)] = [osd.weight for osd in host.osds]
    items = np.array([HOST_ITEM + host.id for host in cluster.hosts], dtype=np.uint64)
    out = np.isin(osds, np.array(sorted(cluster.out), dtype=np.uint64))
    return _Tables(items, np.array([host.weight for host in cluster.hosts]), osds, weights, out)


def _fill(groups: Words, tables: _Tables, found: Ints) -> None:
    """All groups make try r together; those that have enough copies leave."""
    size = found.shape[1]
    stirred = _mix(groups)
    seeds = _mix(stirred[:, None] ^ tables.hosts[None, :])  # the same for every try
    used = np.zeros(seeds.shape, dtype=np.bool_)
    have = np.zeros(len(groups), dtype=np.int64)
    for r in range(size + MORE_TRIES):
        rows = np.flatnonzero(have < size)
        if not len(rows):
            return
        host = _longest(seeds[rows], tables.host_weights, r)
        new = ~used[rows, host]
        rows, host = rows[new], host[new]
        own = _mix(stirred[rows, None] ^ tables.osds[host])
        at = _longest(own, tables.weights[host], r)
        kept = ~tables.out[host, at]
        rows, host, at = rows[kept], host[kept], at[kept]
        used[rows, host] = True
        found[rows, have[rows]] = tables.osds[host, at]
        have[rows] += 1


def _longest(seeds: Words, weights: Floats, r: int) -> Ints:
    """Column of the longest straw in each row."""
    straws = ((_mix(seeds ^ np.uint64(r)) >> np.uint64(11)) + np.uint64(1)) / 2.0**53
    np.log(straws, out=straws)
    able = weights > 0
    if able.all():
        np.divide(straws, weights, out=straws)
    else:
        straws = np.divide(straws, weights, where=able, out=np.full(straws.shape, -inf))
    longest: Ints = straws.argmax(axis=1).astype(np.int64)
    return longest


def _mix(z: Words) -> Words:
    """`mix64` of every number; products wrap at 64 bits by themselves."""
    z = z + np.uint64(_GOLDEN)
    z ^= z >> np.uint64(30)
    z *= np.uint64(_FIRST)
    z ^= z >> np.uint64(27)
    z *= np.uint64(_SECOND)
    z ^= z >> np.uint64(31)
    return z
