"""Who overwrote what whom had read: the dependencies that make SI serialisable.

An edge reader → writer joins two concurrent transactions when the reader saw the row as it was
before the writer's change. A transaction P with an edge U → P and an edge P → V is a pivot. When V
is the first of the three to commit, no serial order may exist, and P is doomed; when P has
committed already, U. A U that only read, and ended, is safe unless V committed before its snapshot.
Left out: prepared transactions, transactions declared READ ONLY, coarser locks when memory is short.
Sources: Cahill, Röhm, Fekete, SIGMOD 2008; Ports, Grittner, VLDB 2012 (PostgreSQL).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Known:
    """What the test must know of a transaction."""

    tx: int
    snapshot: int | None = None
    commit: int | None = None
    gone: bool = False  # aborted
    wrote: bool = False

    def before(self, other: "Known") -> bool:
        """Whether it had committed when the other took its snapshot."""
        return self.commit is not None and other.snapshot is not None and self.commit <= other.snapshot  # fmt: skip


@dataclass
class Dependencies:
    """The edges, and who is doomed by them."""

    edges: dict[tuple[int, int], None] = field(default_factory=dict)
    doomed: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # tx -> U, P, V

    def add(self, reader: Known, writer: Known) -> None:
        """Note that `writer` changed what `reader` read, if they were concurrent."""
        if reader.tx == writer.tx or reader.gone or writer.gone:
            return
        if not reader.before(writer) and not writer.before(reader):
            self.edges[reader.tx, writer.tx] = None

    def forget(self, tx: int) -> None:
        """An aborted transaction depends on nobody."""
        self.edges = {edge: None for edge in self.edges if tx not in edge}

    def judge(self, known: Callable[[int], Known]) -> None:
        """Doom the victims of all dangerous structures there are now."""
        for u, p, v in self._structures():
            if _dangerous(known(u), known(p), known(v)):
                for victim in (p, u):
                    if known(victim).commit is None:
                        self.doomed.setdefault(victim, (u, p, v))
                        break

    def _structures(self) -> Iterator[tuple[int, int, int]]:
        for u, p in self.edges:
            for other, v in self.edges:
                if other == p and u not in self.doomed and p not in self.doomed:
                    yield u, p, v


def _dangerous(u: Known, p: Known, v: Known) -> bool:
    """Whether V is the first of the three to commit, and U is no harmless reader."""
    if v.commit is None:
        return False
    if any(each.commit is not None and each.commit < v.commit for each in (u, p)):
        return False
    harmless = u.commit is not None and not u.wrote and not v.before(u)
    return not harmless
