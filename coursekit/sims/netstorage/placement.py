"""Where the copies of a placement group go: every node computes it, nobody has to be asked.

Modelled: straw2, the bucket of CRUSH: each item draws a straw, scaled by its weight, and the
longest wins; a host first, then one of its OSDs; `out` OSDs are refused and drawn again. With racks
as failure domain: a rack, a host in it, an OSD in that. Rivals: hash mod n and a lookup table. Left
out: deeper trees, the rjenkins1 hash and the fixed-point logarithm of Ceph (same properties, other
numbers). `place_many` is `place` for many groups at once. Sources: Weil et al., CRUSH, SC'06;
Ceph, CRUSH maps; Steele, Lea and Flood, splittable generators, OOPSLA'14, for mix64.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.message import require
from coursekit.sims.netstorage.clustermap import HOST_ITEM, ClusterMap, Domain, Host, Osd, grid

__all__ = [
    "NONE", "ClusterMap", "Domain", "Host", "Osd", "copies", "draw", "grid", "h", "mix64", "modulo",
    "pg_count", "place", "place_many", "straw2", "table_after",
]  # fmt: skip

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

MORE_TRIES = 50  # beyond one for each copy: Ceph's choose_total_tries
NONE = -1  # in arrays: no OSD was found
PER_OSD = 100  # copies of groups that an OSD should hold
PART = 1024  # groups worked on at a time: temporaries stay in the cache
_MASK = 2**64 - 1
_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


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
    domains = cluster.domains
    weights = [(item, sum(host.weight for host in hosts)) for item, hosts in domains.items()]
    used, found = set[int](), list[int]()
    for r in range(size + MORE_TRIES):
        item = straw2(pg, weights, r)
        if len(found) == size or item is None:
            break
        if item in used:
            continue
        host = _host(pg, domains[item], r)
        osd = straw2(pg, [(each.id, each.weight) for each in host.osds], r)
        if osd is not None and osd not in cluster.out:
            used.add(item)
            found.append(osd)
    return tuple(found)


def _host(pg: int, hosts: Sequence[Host], r: int) -> Host:
    """One of the hosts of a domain that weighs something."""
    item = straw2(pg, [(HOST_ITEM + host.id, host.weight) for host in hosts], r)
    return next(host for host in hosts if HOST_ITEM + host.id == item)


def place_many(pgs: int | Sequence[int] | Ints, cluster: ClusterMap, size: int) -> Ints:
    """`place` for many groups (a count stands for 0, 1, …): int64 (groups, size), `NONE` at the end."""
    require(size >= 1, "size={n}: choose 1 or more", n=size)
    groups = np.arange(pgs) if isinstance(pgs, int) else np.asarray(pgs, dtype=np.int64)
    found = np.full((len(groups), size), NONE, dtype=np.int64)
    tables = _tables(cluster)
    if cluster.hosts and tables.weights.max() > 0:
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
    """The map as arrays; a domain or host with fewer than the others is filled with weight 0.

    `domains`, `weights` (domains,); `hosts` (domains, most hosts of one) are rows of `osds` (hosts, most
    OSDs of one).
    """

    domains: Words
    weights: Floats
    hosts: Ints
    host_items: Words
    host_weights: Floats
    osds: Words
    osd_weights: Floats
    out: NDArray[np.bool_]


def _tables(cluster: ClusterMap) -> _Tables:
    domains, rows = cluster.domains, {host.id: row for row, host in enumerate(cluster.hosts)}
    hosts = _padded([[rows[host.id] for host in own] for own in domains.values()])
    items = _padded([[HOST_ITEM + host.id for host in own] for own in domains.values()])
    weights = _padded([[host.weight for host in own] for own in domains.values()])
    osds = _padded([[osd.id for osd in host.osds] for host in cluster.hosts]).astype(np.uint64)
    return _Tables(
        np.array(list(domains), dtype=np.uint64),
        np.array([sum(host.weight for host in own) for own in domains.values()]),
        hosts.astype(np.int64), items.astype(np.uint64), weights, osds,
        _padded([[osd.weight for osd in host.osds] for host in cluster.hosts]),
        np.isin(osds, np.array(sorted(cluster.out), dtype=np.uint64)),
    )  # fmt: skip


def _padded(rows: Sequence[Sequence[float]]) -> Floats:
    table = np.zeros((len(rows), max((len(row) for row in rows), default=0) or 1))
    for at, row in enumerate(rows):
        table[at, : len(row)] = row
    return table


def _fill(groups: Words, tables: _Tables, found: Ints) -> None:
    """All groups make try r together; those that have enough copies leave."""
    size = found.shape[1]
    stirred = _mix(groups)
    seeds = _mix(stirred[:, None] ^ tables.domains[None, :])  # the same for every try
    used = np.zeros(seeds.shape, dtype=np.bool_)
    have = np.zeros(len(groups), dtype=np.int64)
    for r in range(size + MORE_TRIES):
        rows = np.flatnonzero(have < size)
        if not len(rows):
            return
        domain = _longest(seeds[rows], tables.weights, r)
        new = ~used[rows, domain]
        rows, domain = rows[new], domain[new]
        host, at = _leaf(stirred[rows, None], tables, domain, r)
        kept = ~tables.out[host, at]
        rows, domain, host, at = rows[kept], domain[kept], host[kept], at[kept]
        used[rows, domain] = True
        found[rows, have[rows]] = tables.osds[host, at]
        have[rows] += 1


def _leaf(stirred: Words, tables: _Tables, domain: Ints, r: int) -> tuple[Ints, Ints]:
    """Row of the host and column of the OSD that each group draws in its domain."""
    one = np.zeros(len(domain), dtype=np.int64)
    if tables.hosts.shape[1] > 1:
        one = _longest(_mix(stirred ^ tables.host_items[domain]), tables.host_weights[domain], r)
    host = tables.hosts[domain, one]
    return host, _longest(_mix(stirred ^ tables.osds[host]), tables.osd_weights[host], r)


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
