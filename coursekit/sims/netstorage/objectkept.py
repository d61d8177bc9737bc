"""One object in copies or pieces on nodes of which some are dead: what can be read, and what must be computed.

Built on `erasure`, `redundancy` and `pgstate`. Modelled: an object that fills exactly the nodes of its
scheme; dead nodes by number, and those a learner chose; the pieces that are read, and how each lost
one follows from them. Left out: repair (see `recovery`), nodes that hold no piece of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.erasure import Rebuilt, rebuild
from coursekit.sims.netstorage.pgstate import Health, Pool, pg_state
from coursekit.sims.netstorage.redundancy import Scheme, Write, erasure, loss, replicas, small_write

__all__ = ["COMPARED", "OBJECT", "Kept", "chosen_dead", "kept"]

OBJECT = b"DATA FOREVER"
COMPARED = (replicas(2), replicas(3), replicas(4), erasure(4, 2), erasure(8, 3), erasure(10, 4))


@dataclass(frozen=True)
class Kept:
    """The object, its pieces on the nodes, what is left of it and what it costs.

    `compared`: chance of loss of each of `COMPARED`, `loss` that of this scheme. `writes`: disk
    operations of a small write, in each way the scheme knows.
    """

    scheme: Scheme
    dead: tuple[int, ...]
    rebuilt: Rebuilt
    health: Health
    loss: float
    compared: tuple[float, ...]
    writes: tuple[Write, ...]

    @property
    def computed(self) -> tuple[int, ...]:
        """Lost pieces without which the object cannot be read as it lies."""
        return tuple(piece for piece in self.dead if piece < self.scheme.k and not self.scheme.copied)  # fmt: skip


def chosen_dead(size: int, count: int, first: int = 0) -> tuple[int, ...]:
    """`count` nodes of `size`: those named by the bits of `first`, then from number 0 on."""
    require(count >= 0, "dead={n}: choose 0 or more", n=count)
    named = [node for node in range(size) if first >> node & 1]
    others = [node for node in range(size) if not first >> node & 1]
    return tuple(sorted([*named, *others][:count]))


@lru_cache(maxsize=64)  # a lab asks again when only its width has changed
def kept(scheme: Scheme, dead: tuple[int, ...], p: float, data: bytes = OBJECT) -> Kept:
    """What becomes of the object when these nodes are dead; each is dead with chance `p`."""
    pool = Pool(size=scheme.size, min_size=scheme.min_size, k=scheme.k)
    alive = [node for node in range(scheme.size) if node not in dead]
    ways = (small_write(scheme),) if scheme.copied else (small_write(scheme), small_write(scheme, "delta"))  # fmt: skip
    return Kept(
        scheme, tuple(dead), _rebuilt(scheme, dead, data), pg_state(range(scheme.size), alive, pool),
        loss(scheme, p), tuple(loss(each, p) for each in COMPARED), ways,
    )  # fmt: skip


def _rebuilt(scheme: Scheme, dead: Collection[int], data: bytes) -> Rebuilt:
    if scheme.m:
        return rebuild(data, scheme.k, scheme.m, dead)
    gone = tuple(sorted(set(dead)))
    why = Message.of("The only copy is gone: the object is lost.") if gone else Message.of("The only copy is there.")  # fmt: skip
    return Rebuilt((data,), gone, () if gone else (0,), ((),) * len(gone), None if gone else data, why)  # fmt: skip
