"""Keys on servers before and after one joins or leaves: who keeps its place.

Modelled: the rules of `hashing` over equal servers, of which the last joins or leaves; bounded
loads where each key placed stays. Left out: weights. The expected shares of moved keys hold
for hashes that spread evenly. Source: Karger et al., STOC 1997.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, get_args
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.balancing.hashing import (
    Ring,
    bounded,
    cap,
    ip_hash,
    key_hash,
    ring,
)
from coursekit.sims.message import require

__all__ = ["METHODS", "RANGES", "Placed", "Plan", "place", "point_of", "ring_of", "value_of"]

Method = Literal["ring", "modulo", "hash", "ip_hash"]
Change = Literal["none", "add", "remove"]
METHODS: tuple[Method, ...] = get_args(Method)
RANGES = {"ring": 2**32, "modulo": 2**32, "hash": 2**15, "ip_hash": 6271}  # of the hash values


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`factor` 0: loads are not bounded; otherwise no server has more than that times the mean."""

    method: Method = "ring"
    servers: int = 3
    change: Change = "add"
    keys: int = 1000
    factor: float = 0.0

    def __post_init__(self) -> None:
        for name, known in (("method", METHODS), ("change", get_args(Change))):
            value = getattr(self, name)
            require(
                value in known, "{name}={value}: choose one of {known}",
                name=name, value=value, known=", ".join(known),
            )  # fmt: skip
        least = 2 if self.change == "remove" else 1
        require(
            self.servers >= least, "servers={servers}: choose {least} or more",
            servers=self.servers, least=least,
        )  # fmt: skip
        require(self.keys >= 1, "keys={keys}: choose 1 or more", keys=self.keys)
        require(
            self.factor == 0 or self.method == "ring",
            "factor={factor}: loads are bounded on a ring only", factor=self.factor,
        )  # fmt: skip

    @property
    def after(self) -> int:
        """How many servers there are in the end."""
        return self.servers + {"none": 0, "add": 1, "remove": -1}[self.change]

    @property
    def changed(self) -> int | None:
        """The server that joins or leaves."""
        return None if self.change == "none" else max(self.servers, self.after) - 1


@dataclass(frozen=True)
class Placed:
    """Where each key was and is; how many moved, and how many of these from or to the one changed."""

    plan: Plan
    names: tuple[str, ...]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    moved: int
    changed: int
    expected: float  # share of the keys that must move by this rule
    most: int | None  # keys a server may have in the end, where loads are bounded

    def counts(self, which: Literal["before", "after"]) -> list[int]:
        """Keys on each server there is at any time."""
        servers = max(self.plan.servers, self.plan.after)
        found: list[int] = np.bincount(getattr(self, which), minlength=servers).tolist()
        return found


def place(plan: Plan) -> Placed:
    """Place all keys twice."""
    names = _names(plan.method, plan.keys)
    before = _owners(plan, names, plan.servers)
    after = before if plan.change == "none" else _owners(plan, names, plan.after)
    moved = before != after
    concerned = (before == plan.changed) | (after == plan.changed) if moved.any() else moved
    most = cap(plan.factor, plan.keys - 1, plan.after) if plan.factor else None
    return Placed(
        plan, names, before, after, int(moved.sum()), int((moved & concerned).sum()),
        _expected(plan), most,
    )  # fmt: skip


def value_of(method: Method, name: str) -> int:
    """The hash value of a key, in `RANGES[method]`."""
    if method == "hash":
        return key_hash(name)
    return ip_hash(name) if method == "ip_hash" else crc32(name.encode())


def point_of(of: Ring, name: str) -> tuple[int, int]:
    """The first point at or after the key's value, all around, and its server."""
    found = bisect_left(of.points, crc32(name.encode())) % len(of.points)
    return of.points[found], of.owners[found]


@cache
def ring_of(servers: int) -> Ring:
    """The ring of this many servers, named by address."""
    return ring([f"10.0.0.{i + 1}:80" for i in range(servers)])


@lru_cache(16)
def _names(method: Method, count: int) -> tuple[str, ...]:
    """k0, k1 …; for `ip_hash` as many addresses, all over the Internet."""
    if method != "ip_hash":
        return tuple(f"k{i}" for i in range(count))
    found = (crc32(f"k{i}".encode()).to_bytes(4, "big") for i in range(count))
    return tuple(".".join(map(str, octets)) for octets in found)


@lru_cache(16)
def _values(method: Method, count: int) -> NDArray[np.int64]:
    """Never written to: kept for the next move of a control."""
    return np.array([value_of(method, name) for name in _names(method, count)], dtype=np.int64)


def _owners(plan: Plan, names: tuple[str, ...], servers: int) -> NDArray[np.int64]:
    if plan.factor:
        return _bounded(ring_of(servers), names, plan.factor)
    values = _values(plan.method, plan.keys)
    if plan.method != "ring":  # equal weights: the walk along them is the remainder
        return values % servers
    of = ring_of(servers)
    found = np.searchsorted(np.array(of.points), values) % len(of.points)
    return np.array(of.owners)[found]


def _bounded(of: Ring, names: tuple[str, ...], factor: float) -> NDArray[np.int64]:
    active, owners = [0] * len(of.servers), []
    for name in names:
        owner = bounded(of, name, active, factor)
        active[owner] += 1
        owners.append(owner)
    return np.array(owners)


def _expected(plan: Plan) -> float:
    """On a ring the share of the server that joins or leaves; by remainders all but that."""
    if plan.change == "none":
        return 0.0
    share = 1 / max(plan.servers, plan.after)
    return share if plan.method == "ring" else 1 - share
