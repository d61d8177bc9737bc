"""A FAT volume, deed by deed: the chains, the table, what was written where, and why.

Built on `fat`; nothing is decided here but the sentences. Deeds: write, append, read, delete, undelete.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal, get_args

from coursekit.sims.filesystems import fat
from coursekit.sims.filesystems.fat import Guess
from coursekit.sims.filesystems.fatgeometry import SECTOR, Fat, read_boot
from coursekit.sims.filesystems.fatnames import Stamp
from coursekit.sims.message import Message, require

__all__ = ["DEEDS", "Deed", "Kind", "State", "Told", "pieces", "tell"]

Kind = Literal["write", "append", "read", "delete", "undelete"]
DEEDS: tuple[Kind, ...] = get_args(Kind)
SMALL = Fat(sectors=64, root_entries=16, fat_sectors=1)
WHEN: Stamp = (2026, 3, 15, 14, 37, 50)


@dataclass(frozen=True)
class Deed:
    """What is done to a file; `size` in bytes counts for what is written: its first letter."""

    kind: Kind
    name: str
    size: int = 0


@dataclass(frozen=True)
class State:
    """After a deed: the volume, each file's clusters, sectors whose bytes changed, a guess."""

    image: bytes
    deed: Deed | None
    chains: dict[str, tuple[int, ...]]
    links: tuple[int, ...]  # the table
    changed: tuple[int, ...] = ()
    guess: Guess | None = None
    why: tuple[Message, ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    geometry: Fat
    states: tuple[State, ...]


def tell(deeds: Sequence[Deed] = (), geometry: Fat = SMALL) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    start = Message.of("An empty volume: every entry of the table is free but the first two, which are no cluster's.")  # fmt: skip
    states = [_seen(fat.make(geometry), None, (start,))]
    for deed in deeds:
        require(deed.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(DEEDS))  # fmt: skip
        before = states[-1]
        after = _DO[deed.kind](before, deed)
        states.append(replace(after, deed=deed, changed=_changed(before.image, after.image)))
    return Told(geometry, tuple(states))


def _write(before: State, deed: Deed) -> State:
    data = deed.name[:1].encode() * deed.size
    image = fat.write(before.image, deed.name, data, WHEN)
    after = _seen(image, deed, ())
    clusters = after.chains[deed.name]
    slots = fat.entry(image, deed.name).slots
    told = Message((_LONG if slots > 1 else _SHORT).text, {"slots": slots})
    return replace(after, why=(*_taken(deed.name, clusters, len(clusters)), told))


def _append(before: State, deed: Deed) -> State:
    name = fat.entry(before.image, deed.name).name
    image = fat.append(before.image, name, name[:1].encode() * deed.size, WHEN)
    after = _seen(image, deed, ())
    clusters, had = after.chains[name], before.chains[name]
    same = Message.of("In the directory only size, time and date change; the last entry of the chain now names the next cluster.")  # fmt: skip
    linked = (same,) if had and len(clusters) > len(had) else ()
    return replace(after, why=(*_taken(name, clusters, len(clusters) - len(had)), *linked))


def _taken(name: str, clusters: tuple[int, ...], fresh: int) -> tuple[Message, ...]:
    """Which clusters a write took, and in how many pieces the file is now."""
    why = Message.of("Clusters taken for {name}: {n}, the lowest free ones.", name=name, n=fresh)
    if pieces(clusters) < 2:
        return (why,)
    return (why, Message.of("They are not side by side: the file is in {n} pieces, and only the table knows.", n=pieces(clusters)))  # fmt: skip


def _read(before: State, deed: Deed) -> State:
    found = fat.entry(before.image, deed.name)
    clusters = before.chains[found.name]
    if not clusters:
        return replace(before, guess=None, why=(_EMPTY,))
    why = Message.of("The directory names cluster {first}; from there each entry of the table names the next. Clusters read: {n}.", first=clusters[0], n=len(clusters))  # fmt: skip
    return replace(before, guess=None, why=(why,))


def _delete(before: State, deed: Deed) -> State:
    freed = len(before.chains[fat.entry(before.image, deed.name).name])
    image = fat.delete(before.image, deed.name)
    return _seen(image, deed, (_GONE, Message.of("Entries of the table that are free again: {n}. Which cluster came after which is lost; the data are all still there.", n=freed)))  # fmt: skip


def _undelete(before: State, deed: Deed) -> State:
    names = {deed.name, f"?{deed.name[1:]}"}  # E5 stands where the first letter was
    gone = [each for each in fat.files(before.image) if each.deleted and names & {each.name, each.short}]  # fmt: skip
    require(bool(gone), "name={name}: no such deleted file", name=deed.name)
    guess = fat.undelete(before.image, gone[-1])
    if not guess.clusters:
        return replace(before, guess=guess, why=(_EMPTY,))
    why = Message.of("Left are the first cluster, {first}, and the size. The guess: its clusters lie side by side, {first} to {last}.", first=guess.clusters[0], last=guess.clusters[-1])  # fmt: skip
    reused = Message.of("Clusters of these that another file has now: {n}. There the guess is wrong for sure.", n=len(guess.reused))  # fmt: skip
    return replace(before, guess=guess, why=(why, _MAYBE if guess.whole else reused))


_DO: dict[Kind, Callable[[State, Deed], State]] = {
    "write": _write, "append": _append, "read": _read, "delete": _delete, "undelete": _undelete,
}  # fmt: skip
_SHORT = Message("The name fits 8.3: one entry in the directory.")
_LONG = Message(
    "The name does not fit 8.3: {slots} entries in the directory, the short name's last."
)
_EMPTY = Message.of("The file is empty: it has no cluster.")
_GONE = Message.of("The first byte of its directory entries becomes E5.")
_MAYBE = Message.of("No other file has them: if the file was in one piece and nothing was written since, the guess is right.")  # fmt: skip


def _seen(image: bytes, deed: Deed | None, why: tuple[Message, ...]) -> State:
    links, bits = fat.table(image), read_boot(image).bits
    chains = {
        each.name: fat.chain(links, each.cluster, bits) if each.cluster else ()
        for each in fat.files(image)
        if not each.deleted
    }
    return State(image, deed, chains, links, why=why)


def pieces(clusters: tuple[int, ...]) -> int:
    """Runs of neighbours in a chain."""
    return bool(clusters) + sum(two != one + 1 for one, two in pairwise(clusters))


def _changed(before: bytes, after: bytes) -> tuple[int, ...]:
    sectors = range(len(before) // SECTOR)
    return tuple(n for n in sectors if before[n * SECTOR : (n + 1) * SECTOR] != after[n * SECTOR : (n + 1) * SECTOR])  # fmt: skip
