"""The classic snapshot (dm-snapshot): old chunks are copied to a store before they are changed.

Modelled: the store's layout, chunk 0 a header, then areas of one chunk of records (16 bytes
each) and the chunks they describe; a first write to a chunk costs one copy for each snapshot
that lacks it; a full store makes its snapshot invalid and leaves the origin alone; merge.
Left out: writes to the snapshot itself, the order in which copies are flushed. How long a
store lasts: `lifetime`. Sources: lvcreate(8); Linux, Documentation device-mapper/snapshot,
drivers/md/dm-snap-persistent.c.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import require

__all__ = [
    "CHUNK",
    "RECORD",
    "Copied",
    "Store",
    "capacity",
    "full_rewrite",
    "layout",
    "run",
    "write_ios",
]

CHUNK = 4096  # bytes; LVM's default
RECORD = 16  # bytes that describe one copied chunk
LEAST, MOST = 4 << 10, 512 << 10

Role = Literal["header", "records", "data"]


@dataclass(frozen=True, kw_only=True)
class Store:
    """A store of so many whole chunks of `chunk` bytes."""

    chunks: int
    chunk: int = CHUNK

    def __post_init__(self) -> None:
        require(
            LEAST <= self.chunk <= MOST and self.chunk & (self.chunk - 1) == 0,
            "chunk={n}: choose a power of 2, 4096 to 524288 bytes", n=self.chunk,
        )  # fmt: skip
        require(self.chunks >= 1, "chunks={n}: the header alone takes 1", n=self.chunks)

    @classmethod
    def of(cls, size: int, chunk: int = CHUNK) -> "Store":
        """The store in a volume of `size` bytes."""
        return cls(chunks=size // max(1, chunk), chunk=chunk)

    @property
    def records(self) -> int:
        """Records in one chunk of them: the data chunks of an area."""
        return self.chunk // RECORD


def capacity(store: Store) -> int:
    """Different chunks of the origin that may change before the store is full."""
    areas, rest = divmod(store.chunks - 1, store.records + 1)
    return areas * store.records + max(0, rest - 1)


def layout(store: Store) -> tuple[Role, ...]:
    """What each chunk of the store is for."""
    area = store.records + 1
    return tuple(
        "header" if at == 0 else "records" if (at - 1) % area == 0 else "data"
        for at in range(store.chunks)
    )


def full_rewrite(chunks: int, chunk: int = CHUNK) -> int:
    """Chunks of store that survive the change of `chunks` different chunks."""
    require(chunks >= 0, "chunks={n}: choose 0 or more", n=chunks)
    return 1 + -(-chunks // Store(chunks=1, chunk=chunk).records) + chunks


def write_ios(lacking: int) -> int:
    """I/Os of one write when `lacking` snapshots have not got the old chunk: 2 each, and itself."""
    require(lacking >= 0, "lacking={n}: choose 0 or more", n=lacking)
    return 2 * lacking + 1


@dataclass(frozen=True)
class Copied:
    """After a list of writes; `overflow_at` is the number of the write that found the store full."""

    valid: bool
    overflow_at: int | None
    used: int
    capacity: int
    ios: int


def run(store: Store, writes: Iterable[int]) -> Copied:
    """Writes to chunks of an origin with one snapshot; ends at the write that overflows."""
    most, copied, ios = capacity(store), set[int](), 0
    for at, chunk in enumerate(writes):
        if chunk not in copied:
            if len(copied) == most:
                return Copied(False, at, most, most, ios)
            copied.add(chunk)
            ios += write_ios(1)
        else:
            ios += write_ios(0)
    return Copied(True, None, len(copied), most, ios)
