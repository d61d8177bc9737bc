"""A thin pool: chunks given out at the first write, shared with snapshots, counted by references.

Modelled: a map from the chunks of each thin volume to chunks of the pool; copy of a shared
chunk, discard, more promised than there is, what a full pool does with writes, growth by
itself, the metadata as a number of map entries. Left out: the B-tree of the metadata (only its
size), the time that zeroing takes. How the chunk size is chosen: `chunk_size`.
Sources: lvmthin(7), lvcreate(8); Linux, Documentation device-mapper/thin-provisioning.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import expm1, log1p
from typing import Literal, get_args

from coursekit.sims.message import require

__all__ = ["CHUNK", "Full", "Pool", "Thin", "Wrote", "amplification", "chunk_size", "consumed", "create", "discard", "extend", "metadata_bytes", "read", "references", "remove", "snapshot", "write"]  # fmt: skip

CHUNK = 64 << 10  # bytes; the smallest
MOST_CHUNK = 1 << 30
ENTRY = 64  # bytes of metadata a chunk
MOST_METADATA = 128 << 20  # bytes aimed at when the chunk size is chosen

WhenFull = Literal["queue", "error"]
Full = Literal["data", "metadata"]


@dataclass(frozen=True)
class Thin:
    """A thin volume: for each of its chunks the pool chunk, or -1."""

    name: str
    map: tuple[int, ...]

    @property
    def mapped(self) -> int:
        """Chunks that have a place in the pool."""
        return sum(place >= 0 for place in self.map)


@dataclass(frozen=True, kw_only=True)
class Pool:
    """`data` holds what lies in each pool chunk (0: nothing); `entries` is what the metadata holds.

    `threshold` (percent; 100: never) and `step` are those of growth by itself, which takes
    from `spare` chunks of the volume group.
    """

    data: tuple[int, ...]
    volumes: tuple[Thin, ...] = ()
    chunk: int = CHUNK
    entries: int = 1 << 20
    when_full: WhenFull = "queue"
    threshold: int = 100
    step: int = 20
    spare: int = 0
    grown: int = field(default=0)  # chunks added by itself so far
    failed: bool = False  # the queue has waited too long: writes fail at once

    def __post_init__(self) -> None:
        require(len(self.data) >= 1, "chunks={n}: choose 1 or more", n=len(self.data))
        require(
            CHUNK <= self.chunk <= MOST_CHUNK and self.chunk % CHUNK == 0,
            "chunk={n}: choose a multiple of 65536 bytes, at most 1073741824", n=self.chunk,
        )  # fmt: skip
        require(self.when_full in get_args(WhenFull), "when_full={how}: choose queue or error", how=self.when_full)  # fmt: skip
        require(50 <= self.threshold <= 100, "threshold={n}: choose 50 to 100 %; 100 is never", n=self.threshold)  # fmt: skip
        require(1 <= self.step <= 100, "step={n}: choose 1 to 100 %", n=self.step)
        require(self.spare >= 0, "spare={n}: choose 0 or more", n=self.spare)
        require(self.entries >= 1, "entries={n}: choose 1 or more", n=self.entries)

    @classmethod
    def empty(cls, chunks: int, **more: object) -> "Pool":
        """A pool of empty chunks."""
        require(chunks >= 1, "chunks={n}: choose 1 or more", n=chunks)
        return cls(data=(0,) * chunks, **more)  # type: ignore[arg-type]

    @property
    def chunks(self) -> int:
        """Chunks there are."""
        return len(self.data)

    @property
    def used(self) -> int:
        """Chunks that some volume maps."""
        return len(references(self))

    @property
    def free(self) -> int:
        """Chunks that none maps."""
        return self.chunks - self.used

    @property
    def mapped(self) -> int:
        """Map entries in use: what the metadata holds."""
        return sum(volume.mapped for volume in self.volumes)

    @property
    def promised(self) -> float:
        """Virtual sizes over the pool's: more than 1 is a promise on credit."""
        return sum(len(volume.map) for volume in self.volumes) / self.chunks


@dataclass(frozen=True)
class Wrote:
    """What a write took, or what was full; `copied` if a shared chunk was parted."""

    reads: int = 0
    writes: int = 0
    allocated: int = 0
    copied: bool = False
    full: Full | None = None


def references(pool: Pool) -> dict[int, int]:
    """Pool chunk -> how many volumes map it; free chunks are left out."""
    return dict(Counter(place for volume in pool.volumes for place in volume.map if place >= 0))


def find(pool: Pool, name: str) -> Thin:
    """The volume of a name."""
    names = ", ".join(volume.name for volume in pool.volumes)
    found = [volume for volume in pool.volumes if volume.name == name]
    require(bool(found), "volume={name}: choose one of {names}", name=name, names=names or "–")
    return found[0]


def _chunk_of(volume: Thin, chunk: int) -> int:
    last = len(volume.map) - 1
    require(0 <= chunk <= last, "chunk={chunk}: choose 0 to {last}", chunk=chunk, last=last)
    return volume.map[chunk]


def create(pool: Pool, name: str, chunks: int) -> Pool:
    """A new thin volume: it takes nothing yet."""
    require(bool(name) and all(name != each.name for each in pool.volumes), "volume={name}: choose a name not used here", name=name)  # fmt: skip
    require(chunks >= 1, "chunks={n}: choose 1 or more", n=chunks)
    return replace(pool, volumes=(*pool.volumes, Thin(name, (-1,) * chunks)))


def snapshot(pool: Pool, origin: str, name: str) -> Pool:
    """A volume with the same map: nothing is copied but the map."""
    source = find(pool, origin)
    require(pool.mapped + source.mapped <= pool.entries, "volume={name}: the metadata is full", name=name)  # fmt: skip
    taken = create(pool, name, len(source.map))
    return replace(taken, volumes=(*taken.volumes[:-1], Thin(name, source.map)))


def read(pool: Pool, name: str, chunk: int) -> int:
    """What a volume sees in a chunk; 0 where nothing was written."""
    place = _chunk_of(find(pool, name), chunk)
    return pool.data[place] if place >= 0 else 0


def write(pool: Pool, name: str, chunk: int, value: int, *, whole: bool = False) -> tuple[Pool, Wrote]:  # fmt: skip
    """Write to a chunk of a volume; `whole` if the write covers all of it."""
    place = _chunk_of(find(pool, name), chunk)
    counts = references(pool)
    if place >= 0 and counts[place] == 1:
        return _put(pool, place, value), Wrote(writes=1)
    if place < 0 and pool.mapped >= pool.entries:
        return pool, Wrote(full="metadata")
    new = next((at for at in range(pool.chunks) if at not in counts), None)
    if new is None:
        return pool, Wrote(full="data")
    after = _put(_mapped(pool, name, chunk, new), new, value)
    if place < 0:
        return after, Wrote(writes=1, allocated=1)
    copy = int(not whole)  # read the old chunk, write its copy, then the write itself
    return after, Wrote(reads=copy, writes=1 + copy, allocated=1, copied=True)


def _put(pool: Pool, place: int, value: int) -> Pool:
    return replace(pool, data=(*pool.data[:place], value, *pool.data[place + 1 :]))


def _mapped(pool: Pool, name: str, chunk: int, place: int) -> Pool:
    volumes = tuple(
        replace(each, map=(*each.map[:chunk], place, *each.map[chunk + 1 :]))
        if each.name == name
        else each
        for each in pool.volumes
    )
    return replace(pool, volumes=volumes)


def discard(pool: Pool, name: str, chunks: Iterable[int]) -> tuple[Pool, int]:
    """A volume gives chunks back (fstrim); how many become free: those no other volume maps."""
    volume = find(pool, name)
    gone = set(chunks)
    for chunk in sorted(gone):
        _chunk_of(volume, chunk)
    kept = tuple(-1 if at in gone else place for at, place in enumerate(volume.map))
    volumes = tuple(replace(each, map=kept) if each is volume else each for each in pool.volumes)
    return _freed(pool, replace(pool, volumes=volumes))


def remove(pool: Pool, name: str) -> tuple[Pool, int]:
    """A volume or snapshot is deleted; how many chunks become free."""
    gone = find(pool, name)
    volumes = tuple(each for each in pool.volumes if each is not gone)
    return _freed(pool, replace(pool, volumes=volumes))


def _freed(before: Pool, after: Pool) -> tuple[Pool, int]:
    freed = before.used - after.used
    return replace(after, failed=after.failed and not freed), freed


def extend(pool: Pool, chunks: int) -> Pool:
    """More chunks, from the free extents of the volume group."""
    require(1 <= chunks <= pool.spare, "chunks={n}: the group has {spare} free", n=chunks, spare=pool.spare)  # fmt: skip
    return replace(pool, data=(*pool.data, *(0,) * chunks), spare=pool.spare - chunks, failed=False)


def chunk_size(data: int) -> int:
    """The chunk LVM chooses for a pool of `data` bytes: doubled until the metadata is small."""
    require(data >= CHUNK, "data={n}: a pool has 65536 bytes or more", n=data)
    chunk = CHUNK
    while metadata_bytes(data, chunk) > MOST_METADATA and chunk < MOST_CHUNK:
        chunk *= 2
    return chunk


def metadata_bytes(data: int, chunk: int) -> int:
    """Metadata of a pool: 64 bytes a chunk."""
    return ENTRY * -(-data // chunk)


def amplification(chunk: int, size: int = 4096) -> float:
    """Space taken by a small write to an empty place, in its own size."""
    require(1 <= size <= chunk, "size={n}: choose 1 to {chunk}, the chunk", n=size, chunk=chunk)
    return chunk / size


def consumed(writes: int, volume: int, chunk: int) -> float:
    """Bytes of pool expected after small writes to random places of a volume of `volume` bytes."""
    require(writes >= 0, "writes={n}: choose 0 or more", n=writes)
    chunks = -(-volume // chunk)
    if chunks == 1:
        return float(chunk * (writes > 0))
    return -chunks * expm1(writes * log1p(-1 / chunks)) * chunk
