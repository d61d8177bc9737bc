"""Informed choices: who gets the next request when the balancer counts those in progress.

Modelled: nginx's least connections with its ties, IPVS's wlc, sed and nq, two random choices,
random by weight, and choosing by reported use of the CPU. Left out: rates of connections.
A choice looks at the servers that are up and returns one, or None when there is none.
Sources: nginx `ngx_http_upstream_least_conn_module.c`, Linux `ip_vs_{wlc,sed,nq}.c`,
Mitzenmacher, IEEE TPDS 2001.
"""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

import numpy as np

from coursekit.sims.balancing.turns import Smooth, smooth_turn
from coursekit.sims.message import require

__all__ = ["Server", "least_conn", "least_cpu", "nq", "p2c", "sed", "tied_least_conn", "weighted_random", "wlc"]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Server:
    """One server as the balancer sees it: `inactive` counts connections just closed."""

    weight: int = 1
    active: int = 0
    inactive: int = 0
    up: bool = True

    def __post_init__(self) -> None:
        require(self.weight >= 1, "weight={weight}: choose 1 or more", weight=self.weight)
        require(
            self.active >= 0 and self.inactive >= 0,
            "active={active}: choose 0 or more", active=min(self.active, self.inactive),
        )  # fmt: skip


Pool = Sequence[Server]


def _up(pool: Pool) -> list[int]:
    return [place for place, server in enumerate(pool) if server.up]


def _least(pool: Pool, costs: Sequence[Fraction]) -> int | None:
    return min(_up(pool), key=costs.__getitem__, default=None)


def least_conn(pool: Pool) -> int | None:
    """Fewest in progress for its weight; of equals the first."""
    return _least(pool, [Fraction(each.active, each.weight) for each in pool])


def tied_least_conn(pool: Pool, state: Smooth) -> tuple[int | None, Smooth]:
    """As nginx does it: equals share by smooth turns among themselves."""
    best = least_conn(pool)
    if best is None:
        return None, state
    least = pool[best]
    tied: Collection[int] = [
        i for i in _up(pool) if pool[i].active * least.weight == least.active * pool[i].weight
    ]
    if len(tied) == 1:
        return best, state
    step = smooth_turn(state, tied)
    return step.pick, step.after


def wlc(pool: Pool) -> int | None:
    """IPVS weighted least connections: an active one counts as 256 just closed."""
    return _least(pool, [Fraction(256 * s.active + s.inactive, s.weight) for s in pool])


def sed(pool: Pool) -> int | None:
    """Shortest expected delay: as if the request had already joined."""
    return _least(pool, [Fraction(each.active + 1, each.weight) for each in pool])


def nq(pool: Pool) -> int | None:
    """Never queue: an idle server if there is one, else the shortest expected delay."""
    return next((place for place in _up(pool) if not pool[place].active), sed(pool))


def p2c(pool: Pool, rng: np.random.Generator) -> int | None:
    """The less busy of two different servers drawn; of equals the first drawn."""
    up = _up(pool)
    if len(up) < 2:
        return up[0] if up else None
    first, second = (up[int(i)] for i in rng.choice(len(up), 2, replace=False))
    return second if pool[second].active < pool[first].active else first


def weighted_random(pool: Pool, rng: np.random.Generator) -> int | None:
    """Any server that is up, by weight."""
    up = _up(pool)
    ends = list(accumulate(pool[place].weight for place in up))
    return up[bisect_right(ends, rng.random() * ends[-1])] if up else None


def least_cpu(pool: Pool, reported: Sequence[int]) -> int | None:
    """The least busy by the last report, however old; `weight` is the capacity."""
    known = [replace(s, active=old) for s, old in zip(pool, reported, strict=True)]
    return least_conn(known)
