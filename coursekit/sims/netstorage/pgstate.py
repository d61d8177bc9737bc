"""What a placement group can still do with the copies that are left.

Modelled: how many OSDs of a group are up, against `size` and `min_size`: clean, degraded, inactive
(I/O waits) or down; with an erasure code fewer than k pieces say nothing, so that it is down then.
Left out: peering, scrubs, groups that are stale or remapped (see `rebalance`). Source: Ceph
documentation, placement group states and pool settings.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["STATES", "Health", "Pool", "State", "health", "of_count", "pg_state"]

State = Literal["active+clean", "active+degraded", "inactive", "down"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Copies asked for, copies below which I/O stops, and pieces without which nothing is read."""

    size: int = 3
    min_size: int = 2
    k: int = 1

    def __post_init__(self) -> None:
        require(1 <= self.size <= 64, "size={n}: choose 1 to 64", n=self.size)
        require(1 <= self.k <= self.size, "k={k}: choose 1 to the size, {most}", k=self.k, most=self.size)  # fmt: skip
        require(self.k <= self.min_size <= self.size, "min_size={n}: choose {k} to the size, {most}", n=self.min_size, k=self.k, most=self.size)  # fmt: skip


@dataclass(frozen=True)
class Health:
    """A group now: its state, the OSDs of it that are up, and why."""

    state: State
    up: tuple[int, ...]
    why: Message

    @property
    def io(self) -> bool:
        """Whether reads and writes go on."""
        return self.state.startswith("active")


def of_count(up: int, pool: Pool) -> State:
    """The state of a group with so many copies up."""
    require(0 <= up <= pool.size, "up={n}: choose 0 to the size, {most}", n=up, most=pool.size)
    if up == pool.size:
        return "active+clean"
    if up >= pool.min_size:
        return "active+degraded"
    return "inactive" if up >= pool.k else "down"


def pg_state(acting: Sequence[int], alive: Collection[int], pool: Pool) -> Health:
    """What a group on these OSDs can do while only `alive` answer."""
    require(len(set(acting)) == len(acting) <= pool.size, "acting={osds}: choose {most} OSDs or fewer, each once", osds=list(acting), most=pool.size)  # fmt: skip
    up = tuple(osd for osd in acting if osd in alive)
    state = of_count(len(up), pool)
    return Health(state, up, _why(state, len(up), pool))


def _why(state: State, up: int, pool: Pool) -> Message:
    match state:
        case "active+clean":
            return Message.of("All {size} copies answer: reads and writes go on.", size=pool.size)
        case "active+degraded":
            return Message.of("Copies that answer: {up} of {size}, min_size {least}: I/O goes on, with less between you and a loss.", up=up, size=pool.size, least=pool.min_size)  # fmt: skip
        case "inactive":
            return Message.of("Copies that answer: {up}, less than min_size {least}: I/O waits, so that no write has too few copies. Nothing is lost.", up=up, least=pool.min_size)  # fmt: skip
    if pool.k > 1:
        return Message.of("Pieces that answer: {up}, less than k = {k}: nothing can be read. Lost if the disks are destroyed, back if they only wait for power.", up=up, k=pool.k)  # fmt: skip
    return Message.of("No copy answers. Lost if the disks are destroyed, back if they only wait for power.")  # fmt: skip


def health(groups: Sequence[Sequence[int]], alive: Collection[int], pool: Pool) -> Counter[State]:
    """How many groups are in which state."""
    return Counter(pg_state(each, alive, pool).state for each in groups)
