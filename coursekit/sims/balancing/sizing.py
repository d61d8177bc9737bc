"""How many servers a promise needs: numbers around the smallest that keeps it.

Modelled: one common queue (M/M/c) and a promise on waiting. Left out: other laws, lines at
each server. Source: Kleinrock 1975; the formulas are in `formulas`.
"""

from dataclasses import dataclass

from coursekit.sims.balancing.formulas import servers_needed, wait_exceeds
from coursekit.sims.message import require

__all__ = ["Promise", "Sized", "size"]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """At most a share `tail` of `rate` requests a second waits longer than `limit` seconds."""

    rate: float = 100.0
    service: float = 12.0  # requests a second that one server can do
    limit: float = 0.05
    tail: float = 0.05


@dataclass(frozen=True)
class Sized:
    """The smallest number that keeps the promise, and the share that waits too long for each."""

    promise: Promise
    needed: int
    counts: tuple[int, ...]
    late: tuple[float, ...]

    @property
    def work(self) -> float:
        """Servers that would be busy all the time: below this none keeps up."""
        return self.promise.rate / self.promise.service

    def busy(self, servers: int) -> float:
        """How busy each of so many is; 1 or more: they do not keep up."""
        return self.work / servers


def size(promise: Promise, span: int = 9) -> Sized:
    """The chance of waiting too long with `span` numbers of servers around the one needed."""
    require(span >= 1, "span={span}: choose 1 or more", span=span)
    p = promise
    needed = servers_needed(p.rate, p.service, p.limit, p.tail)
    first = max(1, needed - span // 2 - 1)
    counts = tuple(range(first, first + span))
    return Sized(
        p, needed, counts, tuple(wait_exceeds(c, p.rate, p.service, p.limit) for c in counts)
    )
