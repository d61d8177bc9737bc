"""A thin pool, deed by deed: what it gives out, what it shares, what happens when it is full.

Built on `thin`; nothing is decided here but the order and the sentences. A file that is deleted
frees nothing until the volume discards its chunks (fstrim). A full pool lets writes wait
(LVM's default, 60 s, then they fail) or fails them at once; full metadata needs a repair.
Left out: as in `thin`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.volumes import thin
from coursekit.sims.volumes.thin import Pool, Wrote

__all__ = ["DEEDS", "WAIT_S", "Deed", "State", "Told", "tell", "trace"]

WAIT_S = 60  # seconds that a write waits for space

Kind = Literal["create", "write", "write whole", "read", "snapshot", "delete", "fstrim", "remove", "extend", "wait"]  # fmt: skip
DEEDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Deed:
    """What is done to volume `volume`: from chunk `chunk` on, `count` chunks.

    For snapshot `origin` is what it is taken of; extend adds `count` chunks to the pool.
    """

    kind: Kind
    volume: str = ""
    chunk: int = 0
    count: int = 1
    origin: str = ""


@dataclass(frozen=True)
class Waiting:
    """A write that waits for space."""

    volume: str
    chunk: int
    value: int
    whole: bool


@dataclass(frozen=True)
class State:
    """After a deed: the pool, what each volume's files still use, what waits, what it took.

    `deleted` names (volume, chunk) that hold nothing the file system still needs.
    """

    pool: Pool
    deed: Deed | None
    took: Wrote
    total: Wrote
    deleted: tuple[tuple[str, int], ...] = ()
    waiting: tuple[Waiting, ...] = ()
    lost: int = 0  # writes that failed
    broken: bool = False  # metadata full: the pool needs a repair
    writes: int = 0
    value: int | None = None  # what a read found
    why: tuple[Message, ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def tell(pool: Pool, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    start = Message.of("Chunks of the pool: {chunks}; in use: {used}.", chunks=pool.chunks, used=pool.used)  # fmt: skip
    states = [State(pool, None, Wrote(), Wrote(), why=(start,))]
    for deed in deeds:
        require(deed.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(DEEDS))  # fmt: skip
        require(deed.count >= 1, "count={n}: choose 1 or more", n=deed.count)
        before = replace(states[-1], deed=deed, took=Wrote(), value=None, why=())
        after = _DO[deed.kind](before, deed)
        states.append(replace(after, total=_sum(after.total, after.took)))
    return Told(tuple(states))


def trace(told: Told) -> list[dict[str, Any]]:
    """The same as plain events."""
    return [
        {"kind": state.deed.kind, "volume": state.deed.volume, "used": state.pool.used, "waiting": len(state.waiting), "lost": state.lost}
        for state in told.states
        if state.deed
    ]  # fmt: skip


def _sum(a: Wrote, b: Wrote) -> Wrote:
    return Wrote(a.reads + b.reads, a.writes + b.writes, a.allocated + b.allocated)


def _create(state: State, deed: Deed) -> State:
    pool = thin.create(state.pool, deed.volume, deed.count)
    why = [Message.of("{volume} is promised {n} chunks and takes none yet.", volume=deed.volume, n=deed.count)]  # fmt: skip
    if pool.promised > 1:
        why.append(Message.of("In all, {promised:.2f} times the pool is promised: it works as long as the volumes are not full.", promised=pool.promised))  # fmt: skip
    return replace(state, pool=pool, why=tuple(why))


def _write(state: State, deed: Deed, *, whole: bool = False) -> State:
    thin.find(state.pool, deed.volume)
    if state.broken:
        why = Message.of("The metadata is full: the pool takes no writes until it is repaired.")
        return replace(state, lost=state.lost + deed.count, why=(why,))
    for chunk in range(deed.chunk, deed.chunk + deed.count):
        number = state.writes + 1
        state = _one(replace(state, writes=number), Waiting(deed.volume, chunk, number, whole))
    return _autoextended(state)


def _write_whole(state: State, deed: Deed) -> State:
    return _write(state, deed, whole=True)


def _one(state: State, what: Waiting) -> State:
    """One chunk's write, done, waiting or failed."""
    pool, wrote = thin.write(state.pool, what.volume, what.chunk, what.value, whole=what.whole)
    if wrote.full:
        return _full(state, what, wrote)
    deleted = tuple(each for each in state.deleted if each != (what.volume, what.chunk))
    return replace(
        state, pool=pool, took=_sum(state.took, wrote), deleted=deleted,
        why=(*state.why, _said(what, wrote)),
    )  # fmt: skip


def _said(what: Waiting, wrote: Wrote) -> Message:
    if wrote.reads:
        return Message.of("Chunk {chunk} of {volume} is shared: it is read and copied to a free chunk first, once, however many snapshots there are.", chunk=what.chunk, volume=what.volume)  # fmt: skip
    if wrote.copied:
        return Message.of("Chunk {chunk} of {volume} is shared, and the write covers all of it: it goes to a free chunk, nothing is copied.", chunk=what.chunk, volume=what.volume)  # fmt: skip
    if wrote.allocated:
        return Message.of("Chunk {chunk} of {volume} had no place: a free chunk of the pool is taken.", chunk=what.chunk, volume=what.volume)  # fmt: skip
    return Message.of("Chunk {chunk} of {volume} is its own: it is overwritten in place.", chunk=what.chunk, volume=what.volume)  # fmt: skip


def _full(state: State, what: Waiting, wrote: Wrote) -> State:
    if wrote.full == "metadata":
        why = Message.of("The metadata has no room for another entry: the write fails and the pool needs a repair.")  # fmt: skip
        return replace(state, lost=state.lost + 1, broken=True, why=(*state.why, why))
    if state.pool.when_full == "error" or state.pool.failed:
        why = Message.of("No chunk is free: the write to chunk {chunk} of {volume} fails at once.", chunk=what.chunk, volume=what.volume)  # fmt: skip
        return replace(state, lost=state.lost + 1, why=(*state.why, why))
    why = Message.of("No chunk is free: the write to chunk {chunk} of {volume} waits, 60 s at most.", chunk=what.chunk, volume=what.volume)  # fmt: skip
    return replace(state, waiting=(*state.waiting, what), why=(*state.why, why))


def _autoextended(state: State) -> State:
    """Growth by itself, when more than the threshold is used."""
    pool = state.pool
    if pool.threshold >= 100 or pool.used * 100 <= pool.threshold * pool.chunks:
        return state
    more = min(-(-pool.chunks * pool.step // 100), pool.spare)
    if not more:
        why = Message.of("More than {threshold} % are used and the pool should grow, but the group has nothing left.", threshold=pool.threshold)  # fmt: skip
        return replace(state, why=(*state.why, why))
    grown = replace(thin.extend(pool, more), grown=pool.grown + more)
    why = Message.of("More than {threshold} % are used: the pool grows by itself. Chunks added: {n}.", threshold=pool.threshold, n=more)  # fmt: skip
    return _drained(replace(state, pool=grown, why=(*state.why, why)))


def _drained(state: State) -> State:
    """Waiting writes are tried again, in their order."""
    waiting = state.waiting
    state = replace(state, waiting=())
    for what in waiting:
        state = _one(state, what)
    return state


def _read(state: State, deed: Deed) -> State:
    value = thin.read(state.pool, deed.volume, deed.chunk)
    place = thin.find(state.pool, deed.volume).map[deed.chunk]
    if place < 0:
        why = Message.of("Chunk {chunk} of {volume} has no place in the pool: it reads as zeros.", chunk=deed.chunk, volume=deed.volume)  # fmt: skip
    else:
        why = Message.of("Chunk {chunk} of {volume} is pool chunk {place}; volumes that map it: {n}.", chunk=deed.chunk, volume=deed.volume, place=place, n=thin.references(state.pool)[place])  # fmt: skip
    return replace(state, value=value, why=(why,))


def _snapshot(state: State, deed: Deed) -> State:
    pool = thin.snapshot(state.pool, deed.origin, deed.volume)
    gone = tuple((deed.volume, chunk) for name, chunk in state.deleted if name == deed.origin)
    why = Message.of("{volume} gets a copy of the map of {origin}: no chunk is copied; shared: {n}.", volume=deed.volume, origin=deed.origin, n=thin.find(pool, deed.volume).mapped)  # fmt: skip
    return replace(state, pool=pool, deleted=(*state.deleted, *gone), why=(why,))


def _delete(state: State, deed: Deed) -> State:
    chunks = range(deed.chunk, deed.chunk + deed.count)
    for chunk in chunks:
        thin.read(state.pool, deed.volume, chunk)  # says which chunks there are
    new = [(deed.volume, chunk) for chunk in chunks if (deed.volume, chunk) not in state.deleted]
    why = Message.of("The file is gone, the pool does not know. Chunks in use, as before: {used}.", used=state.pool.used)  # fmt: skip
    return replace(state, deleted=(*state.deleted, *new), why=(why,))


def _fstrim(state: State, deed: Deed) -> State:
    chunks = [chunk for name, chunk in state.deleted if name == deed.volume]
    mapped = [chunk for chunk in chunks if thin.find(state.pool, deed.volume).map[chunk] >= 0]
    pool, freed = thin.discard(state.pool, deed.volume, chunks)
    why = [Message.of("{volume} gives back the chunks of deleted files: {n}; freed: {freed}.", volume=deed.volume, n=len(mapped), freed=freed)]  # fmt: skip
    if freed < len(mapped):
        why.append(Message.of("The others are still mapped by snapshots."))
    left = tuple(each for each in state.deleted if each[0] != deed.volume)
    return _drained(replace(state, pool=pool, deleted=left, why=tuple(why)))


def _remove(state: State, deed: Deed) -> State:
    pool, freed = thin.remove(state.pool, deed.volume)
    why = Message.of("{volume} is deleted. Chunks freed, as no other volume maps them: {freed}.", volume=deed.volume, freed=freed)  # fmt: skip
    left = tuple(each for each in state.deleted if each[0] != deed.volume)
    waiting = tuple(each for each in state.waiting if each.volume != deed.volume)
    return _drained(replace(state, pool=pool, deleted=left, waiting=waiting, why=(why,)))


def _extend(state: State, deed: Deed) -> State:
    pool = thin.extend(state.pool, deed.count)
    why = Message.of("Chunks added to the pool: {n}; writes that waited and go on: {waiting}.", n=deed.count, waiting=len(state.waiting))  # fmt: skip
    return _drained(replace(state, pool=pool, why=(why,)))


def _wait(state: State, _deed: Deed) -> State:
    if not state.waiting:
        return replace(state, why=(Message.of("A minute goes by; no write waits."),))
    why = Message.of("A minute has gone by. Writes that waited and fail: {n}; from now on a write that needs a chunk fails at once.", n=len(state.waiting))  # fmt: skip
    pool = replace(state.pool, failed=True)
    return replace(state, pool=pool, lost=state.lost + len(state.waiting), waiting=(), why=(why,))


_DO: dict[Kind, Callable[[State, Deed], State]] = {
    "create": _create, "write": _write, "write whole": _write_whole, "read": _read,
    "snapshot": _snapshot, "delete": _delete, "fstrim": _fstrim, "remove": _remove,
    "extend": _extend, "wait": _wait,
}  # fmt: skip
