"""A small thin pool at a learner's hand: two volumes, ten chunks, deeds by name.

Built on `thinstory`. Modelled: a file system that deletes all its files, fstrim, snapshots named in
their order. Left out: as in `thinstory`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.volumes import thin, thinstory
from coursekit.sims.volumes.thin import Pool, WhenFull
from coursekit.sims.volumes.thinstory import State, Told

__all__ = ["CHUNKS", "EACH", "MOST", "NAMES", "SNAPSHOTS", "SPARE", "Deed", "gone", "pool_of", "tell", "why_full"]  # fmt: skip

CHUNKS, SPARE = 10, 4  # chunks of the pool, and those the group could still add
EACH, MOST = 8, 16  # chunks of volumes a and b, and the most of a volume
NAMES = "abcd"
SNAPSHOTS = ("S1", "S2", "S3", "S4")

Kind = Literal["write", "snapshot", "delete_file", "trim", "new", "remove", "extend", "wait"]


@dataclass(frozen=True)
class Deed:
    """To a volume: a write to chunk `chunk`, whole or in part; a new volume has `chunk` chunks."""

    kind: Kind
    volume: str = ""
    chunk: int = 0
    whole: bool = False


def pool_of(policy: WhenFull = "queue", chunk: int = thin.CHUNK) -> Pool:
    """The pool with volumes a and b, all empty."""
    pool = Pool.empty(CHUNKS, chunk=chunk, when_full=policy, spare=SPARE)
    for name in NAMES[:2]:
        pool = thin.create(pool, name, EACH)
    return pool


def tell(pool: Pool, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    return _told(pool, tuple(deeds))


@lru_cache(maxsize=32)  # a lab asks again when only what is chosen has changed
def _told(pool: Pool, deeds: tuple[Deed, ...]) -> Told:
    sizes = {each.name: len(each.map) for each in pool.volumes}
    taken, done = 0, list[thinstory.Deed]()
    for deed in deeds:
        require(deed.kind in get_args(Kind), "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(get_args(Kind)))  # fmt: skip
        if deed.kind == "snapshot":
            require(taken < len(SNAPSHOTS), "snapshots={n}: choose {most} or fewer", n=taken + 1, most=len(SNAPSHOTS))  # fmt: skip
            sizes[SNAPSHOTS[taken]] = sizes.get(deed.volume, 0)
            done.append(thinstory.Deed("snapshot", SNAPSHOTS[taken], origin=deed.volume))
            taken += 1
        else:
            done.append(_done(deed, sizes))
    return thinstory.tell(pool, done)


def _done(deed: Deed, sizes: dict[str, int]) -> thinstory.Deed:
    if deed.kind == "new":
        require(deed.volume in tuple(NAMES), "name={name}: choose one of {names}", name=deed.volume, names=", ".join(NAMES))  # fmt: skip
        require(1 <= deed.chunk <= MOST, "chunks={n}: choose 1 to {most}", n=deed.chunk, most=MOST)
        sizes[deed.volume] = deed.chunk
        return thinstory.Deed("create", deed.volume, count=deed.chunk)
    if deed.kind == "write":
        return thinstory.Deed("write whole" if deed.whole else "write", deed.volume, deed.chunk)
    if deed.kind == "delete_file":
        return thinstory.Deed("delete", deed.volume, count=max(1, sizes.get(deed.volume, 1)))
    if deed.kind == "extend":
        return thinstory.Deed("extend")
    if deed.kind == "wait":
        return thinstory.Deed("wait")
    return thinstory.Deed("fstrim" if deed.kind == "trim" else "remove", deed.volume)


def gone(state: State) -> frozenset[int]:
    """Pool chunks that hold nothing any file system still needs, and are taken all the same."""
    needed, kept = set(), set()
    for volume in state.pool.volumes:
        for chunk, place in enumerate(volume.map):
            if place >= 0:
                kept.add(place)
                if (volume.name, chunk) not in state.deleted:
                    needed.add(place)
    return frozenset(kept - needed)


def why_full(state: State) -> Message:
    """What becomes of a write that needs a chunk now."""
    if state.broken:
        return Message.of("pool broken")
    if state.pool.free:
        return Message.of("chunks are free")
    if state.pool.when_full == "error" or state.pool.failed:
        return Message.of("full: writes fail")
    return Message.of("full: writes wait")
