"""The straws of one group, try by try: who draws how long, who wins, and why a try is in vain.

Built on `placement.place`, whose answer it takes apart, for maps with hosts as failure domains. A straw
is shown by its length u^(1/w), from 0 to 1, where u is the hash as a share and w the weight: its
logarithm is the draw, so that the longest is the same.
"""

from dataclasses import dataclass
from math import exp
from typing import Literal

from coursekit.sims.message import require
from coursekit.sims.netstorage.clustermap import HOST_ITEM, ClusterMap
from coursekit.sims.netstorage.placement import MORE_TRIES, draw, straw2

__all__ = ["End", "Try", "tries"]

End = Literal["kept", "again", "out"]


@dataclass(frozen=True)
class Try:
    """Number r: the straw of each host, who has the longest, the disk that it draws, and the end.

    `again`: the host has a copy already; `out`: the disk is refused.
    """

    r: int
    straws: tuple[float, ...]  # in the order of the hosts
    host: int
    osd: int
    end: End


def tries(cluster: ClusterMap, pg: int, size: int, most: int = 0) -> tuple[Try, ...]:
    """The tries for a group, to its last copy, or the first `most` of them (0: all)."""
    require(cluster.domain == "host", "domain={domain}: choose host", domain=cluster.domain)
    items = [(HOST_ITEM + host.id, host.weight) for host in cluster.hosts]
    used, kept, found = set[int](), 0, list[Try]()
    for r in range(min(most or size + MORE_TRIES, size + MORE_TRIES)):
        item = straw2(pg, items, r)
        if kept == size or item is None:
            break
        host = next(each for each in cluster.hosts if HOST_ITEM + each.id == item)
        osd = straw2(pg, [(each.id, each.weight) for each in host.osds], r)
        if osd is None:
            continue
        end: End = "again" if host.id in used else "out" if osd in cluster.out else "kept"
        if end == "kept":
            used.add(host.id)
            kept += 1
        straws = tuple(exp(draw(pg, each, r, weight)) for each, weight in items)
        found.append(Try(r, straws, host.id, osd, end))
    return tuple(found)
