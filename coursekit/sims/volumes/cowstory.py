"""Classic snapshots of one origin, deed by deed: what is copied where, and when a store overflows.

Built on `cow`. Each snapshot has a store of its own, so that a first write copies the old chunk
once for every valid snapshot that lacks it. Merge writes the old chunks back, which the other
snapshots see as writes. Left out: as in `cow`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.volumes import cow
from coursekit.sims.volumes.cow import Store

__all__ = ["DEEDS", "Deed", "Snapshot", "State", "Told", "read", "tell", "trace"]

Kind = Literal["write", "snapshot", "read", "merge", "remove", "lose"]
DEEDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Deed:
    """What is done: to chunk `chunk`, to snapshot `name`; `store` is a new one's size in chunks."""

    kind: Kind
    chunk: int = 0
    name: str = ""
    store: int = 16


@dataclass(frozen=True)
class Snapshot:
    """Its store, and the old chunks in it: (chunk of the origin, what it held)."""

    name: str
    store: Store
    copies: tuple[tuple[int, int], ...] = ()
    valid: bool = True

    @property
    def capacity(self) -> int:
        """Old chunks that it can hold."""
        return cow.capacity(self.store)

    def holds(self, chunk: int) -> bool:
        """Whether the old chunk is in the store."""
        return any(at == chunk for at, _value in self.copies)


@dataclass(frozen=True)
class State:
    """After a deed: what the origin holds, the snapshots, I/Os of this deed and of all."""

    origin: tuple[int, ...]
    snapshots: tuple[Snapshot, ...]
    deed: Deed | None
    ios: int
    total: int
    writes: int
    lost: bool = False  # the disk of the origin is dead
    value: int | None = None  # what a read found; None: not readable
    why: tuple[Message, ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def tell(chunks: int, deeds: Sequence[Deed] = ()) -> Told:
    """The record of an origin of `chunks` chunks; ParameterError names a deed that cannot be done."""
    require(chunks >= 1, "chunks={n}: choose 1 or more", n=chunks)
    start = Message.of("The origin has {n} chunks and no snapshot.", n=chunks)
    states = [State(tuple(range(1, chunks + 1)), (), None, 0, 0, chunks, why=(start,))]
    for deed in deeds:
        require(deed.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(DEEDS))  # fmt: skip
        require(0 <= deed.chunk < chunks, "chunk={chunk}: choose 0 to {last}", chunk=deed.chunk, last=chunks - 1)  # fmt: skip
        before = states[-1]
        require(not before.lost or deed.kind == "read", "deed={kind}: the disk of the origin is dead", kind=deed.kind)  # fmt: skip
        after = _DO[deed.kind](replace(before, deed=deed, ios=0, value=None, why=()), deed)
        states.append(replace(after, total=before.total + after.ios))
    return Told(tuple(states))


def trace(told: Told) -> list[dict[str, Any]]:
    """The same as plain events."""
    return [
        {"kind": state.deed.kind, "ios": state.ios, "used": {s.name: len(s.copies) for s in state.snapshots}, "invalid": [s.name for s in state.snapshots if not s.valid]}
        for state in told.states
        if state.deed
    ]  # fmt: skip


def find(state: State, name: str) -> Snapshot:
    """The snapshot of a name."""
    found = [each for each in state.snapshots if each.name == name]
    names = ", ".join(each.name for each in state.snapshots) or "–"
    require(bool(found), "snapshot={name}: choose one of {names}", name=name, names=names)
    return found[0]


def read(state: State, chunk: int, name: str = "") -> int | None:
    """What the origin or a snapshot holds; None where it cannot be read."""
    if not name:
        return None if state.lost else state.origin[chunk]
    snapshot = find(state, name)
    if not snapshot.valid:
        return None
    old = dict(snapshot.copies)
    return old[chunk] if chunk in old else read(state, chunk)


def _saved(state: State, chunk: int) -> State:
    """The old chunk is copied to every valid store that lacks it; a full one becomes invalid."""
    snapshots, why, ios = [], list(state.why), state.ios
    for each in state.snapshots:
        if not each.valid or each.holds(chunk):
            snapshots.append(each)
        elif len(each.copies) == each.capacity:
            snapshots.append(replace(each, valid=False))
            why.append(Message.of("The store of {snapshot} is full: the snapshot becomes invalid. The origin is not stopped.", snapshot=each.name))  # fmt: skip
        else:
            snapshots.append(replace(each, copies=(*each.copies, (chunk, state.origin[chunk]))))
            ios += 2
            why.append(Message.of("The old chunk {chunk} is read and written to the store of {snapshot} first.", chunk=chunk, snapshot=each.name))  # fmt: skip
    return replace(state, snapshots=tuple(snapshots), ios=ios, why=tuple(why))


def _put(state: State, chunk: int, value: int) -> State:
    state = _saved(state, chunk)
    origin = (*state.origin[:chunk], value, *state.origin[chunk + 1 :])
    return replace(state, origin=origin, ios=state.ios + 1)


def _write(state: State, deed: Deed) -> State:
    after = replace(_put(state, deed.chunk, state.writes + 1), writes=state.writes + 1)
    why = Message.of("Chunk {chunk} of the origin is written. I/Os: {ios}.", chunk=deed.chunk, ios=after.ios)  # fmt: skip
    return replace(after, why=(*after.why, why))


def _snapshot(state: State, deed: Deed) -> State:
    taken = all(each.name != deed.name for each in state.snapshots)
    require(bool(deed.name) and taken, "snapshot={name}: choose a name not used here", name=deed.name)  # fmt: skip
    new = Snapshot(deed.name, Store(chunks=deed.store))
    why = Message.of("{snapshot} is taken at once, nothing is copied; room for old chunks in its store: {n}.", snapshot=deed.name, n=new.capacity)  # fmt: skip
    return replace(state, snapshots=(*state.snapshots, new), why=(why,))


def _read(state: State, deed: Deed) -> State:
    value = read(state, deed.chunk, deed.name)
    return replace(state, value=value, ios=int(value is not None), why=(_answer(state, deed),))


def _answer(state: State, deed: Deed) -> Message:
    if not deed.name:
        return Message.of("The disk of the origin is dead.") if state.lost else Message.of("The origin answers: snapshots cost its reads nothing.")  # fmt: skip
    snapshot = find(state, deed.name)
    if not snapshot.valid:
        return Message.of("{snapshot} is invalid: nothing of it can be read.", snapshot=deed.name)
    if snapshot.holds(deed.chunk):
        return Message.of("Chunk {chunk} has changed since: {snapshot} reads it from its store.", chunk=deed.chunk, snapshot=deed.name)  # fmt: skip
    if state.lost:
        return Message.of("Chunk {chunk} has not changed since, so that it lies only in the origin, and that is dead: a snapshot is no backup.", chunk=deed.chunk)  # fmt: skip
    return Message.of("Chunk {chunk} has not changed since: {snapshot} reads it from the origin.", chunk=deed.chunk, snapshot=deed.name)  # fmt: skip


def _merge(state: State, deed: Deed) -> State:
    snapshot = find(state, deed.name)
    require(snapshot.valid, "snapshot={name}: it is invalid and cannot be merged", name=deed.name)
    state = _without(state, snapshot)
    for chunk, value in snapshot.copies:
        state = _put(replace(state, ios=state.ios + 1), chunk, value)  # 1 read from the store
    why = Message.of("The chunks in the store of {snapshot} are written back: {n}. The origin is as it was, the snapshot is used up.", snapshot=deed.name, n=len(snapshot.copies))  # fmt: skip
    return replace(state, why=(*state.why, why))


def _without(state: State, snapshot: Snapshot) -> State:
    return replace(state, snapshots=tuple(each for each in state.snapshots if each != snapshot))


def _remove(state: State, deed: Deed) -> State:
    snapshot = find(state, deed.name)
    why = Message.of("{snapshot} and its store are gone; the origin stays as it is.", snapshot=deed.name)  # fmt: skip
    return replace(_without(state, snapshot), why=(why,))


def _lose(state: State, _deed: Deed) -> State:
    why = Message.of("The disk of the origin dies. The stores hold only the chunks that had changed: no snapshot is whole.")  # fmt: skip
    return replace(state, lost=True, why=(why,))


_DO: dict[Kind, Callable[[State, Deed], State]] = {
    "write": _write, "snapshot": _snapshot, "read": _read, "merge": _merge, "remove": _remove, "lose": _lose,
}  # fmt: skip
