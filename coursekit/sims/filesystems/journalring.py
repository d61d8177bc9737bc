"""The journal as a ring: appends, transactions, commits, checkpoints, a crash and the recovery.

A program appends one block every `EVERY` seconds. What it did since the last commit is one
transaction: `commit` seconds after its first append it goes out in the order of the mode
(`crash.sequence`), inode table and bitmap once however many appends they carry. A checkpoint waits
for the home blocks (a flush, unless there are no barriers) and gives the room in the ring back.
After a crash recovery begins at the tail and replays transaction after transaction, until one is
not complete.

Left out: several writers, revoked blocks, the journal's own superblock (the tail moves at once),
appends that come while a commit goes out. Sources: kernel documentation, "Journal (jbd2)"; ext4(5),
`commit=`. What a crash can leave in all: `crash`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal, get_args

from coursekit.sims.filesystems import crash
from coursekit.sims.filesystems.crash import COMMIT, DESCRIPTOR, FLUSH, MODES, Class, Home, Mode
from coursekit.sims.message import Message, require

SLOTS = 16  # blocks of the ring
APPENDS, EVERY = 6, 2.0  # blocks that the program appends, and the seconds between them
COMMITS = (1, 3, 5, 15)
Arrived = Literal["all", "none", "gap"]
ARRIVED: tuple[Arrived, ...] = get_args(Arrived)
METADATA = ("I", "B")
Place = Literal["safe", "waits", "lost", "old", "corrupt"]
AFTER = ("crash", "replay", "end")  # steps after the power failed


@dataclass(frozen=True)
class Write:
    """A block on its way: of transaction `tx`, for label `what`; `version` counts appends."""

    tx: int
    what: str
    version: int


@dataclass(frozen=True)
class State:
    """A moment. `ring` has what was last sent to each slot; `home` likewise, by label."""

    t: float
    step: str  # what was done: a label, "F", "append", "checkpoint", "crash", "replay", "end"
    appended: int = 0  # in the program's eyes
    ring: tuple[Write | None, ...] = (None,) * SLOTS
    head: int = 0  # the next slot, counted on and on
    tail: int = 0  # the first that recovery reads
    homes: tuple[Write, ...] = ()  # sent to their homes, in order
    pending: tuple[Write, ...] = ()  # sent and not surely on the disk
    lost: tuple[Write, ...] = ()  # pending when the power failed, and not there
    tx: int = 0
    number: int = 0  # of writes and flushes so far: where a crash can be
    repaired: Mapping[str, tuple[int, bool]] | None = None  # homes after recovery: version, whole
    result: Class | None = None
    kept: int = 0  # appends that are there after recovery
    why: tuple[Message, ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """The whole record; `steps` is how many places for a crash there are."""

    states: tuple[State, ...]
    steps: int


def transactions(commit: float) -> tuple[tuple[float, int, int], ...]:
    """(time of the commit, first append, last append), appends counted from 1."""
    found, first = [], 1
    while first <= APPENDS:
        due = (first - 1) * EVERY + commit
        last = min(APPENDS, 1 + int(due / EVERY))
        found.append((due, first, last))
        first = last + 1
    return tuple(found)


@cache
def tell(mode: Mode, *, crash_at: int = 0, commit: float = 5, arrived: Arrived = "all") -> Told:
    """The record up to the end, or (crash_at > 0) to a crash after that step and its recovery."""
    require(mode in MODES and mode != "none", "mode={mode}: choose one of {modes}", mode=mode, modes=", ".join(MODES[1:]))  # fmt: skip
    require(commit in COMMITS, "commit={commit}: choose one of {values}", commit=commit, values=", ".join(map(str, COMMITS)))  # fmt: skip
    require(arrived in ARRIVED, "arrived={arrived}: choose one of {values}", arrived=arrived, values=", ".join(ARRIVED))  # fmt: skip
    states = _run(mode, commit)
    steps = states[-1].number
    require(0 <= crash_at <= steps, "crash={crash}: there are {steps} steps; 0 is never", crash=crash_at, steps=steps)  # fmt: skip
    if crash_at:
        upto = next(k for k, each in enumerate(states) if each.number == crash_at)
        states = [*states[: upto + 1], *_recovery(states[upto], mode, arrived)]
    return Told(tuple(states), steps)


# Before the crash


def _run(mode: Mode, commit: float) -> list[State]:
    states = [
        State(0.0, "start", why=(Message.of("The journal is empty; the file is as it was."),))
    ]
    for tx, (due, first, last) in enumerate(transactions(commit), 1):
        for each in range(first, last + 1):
            states.append(_append(states[-1], each))
        states += _commit(states[-1], mode, tx, due, first)
    return states


def _append(before: State, number: int) -> State:
    why = Message.of("The program appends block {number}. Inode and bitmap change in memory, nothing is on its way to the disk.", number=number)  # fmt: skip
    return replace(before, t=(number - 1) * EVERY, step="append", appended=number, why=(why,))


def _commit(before: State, mode: Mode, tx: int, due: float, first: int) -> list[State]:
    """A transaction goes out: one state for each item (the data as one), then the checkpoint."""
    now, states = replace(before, t=due, tx=tx), []
    for item in crash.sequence(mode, ("D",), METADATA):
        now = _flushed(now) if item == FLUSH else _sent(now, item, first)
        states.append(now)
    states.append(_checkpoint(now, flush=mode != "no barriers"))
    return states


def _sent(before: State, item: str, first: int) -> State:
    made = _writes(before, item, first)
    ring, head = list(before.ring), before.head
    for each in made if item.startswith("J") else ():
        ring[head % SLOTS], head = each, head + 1
    homes = before.homes if item.startswith("J") else (*before.homes, *made)
    return replace(
        before, step=item, number=before.number + 1, ring=tuple(ring), head=head, homes=homes,
        pending=(*before.pending, *made), why=_said(item, made, before.tx),
    )  # fmt: skip


def _writes(now: State, item: str, first: int) -> tuple[Write, ...]:
    """The blocks of an item: data one for each append, the rest one in all."""
    if item in ("D", "JD"):
        return tuple(Write(now.tx, item, number) for number in range(first, now.appended + 1))
    return (Write(now.tx, item, now.appended),)


def _said(item: str, made: Sequence[Write], tx: int) -> tuple[Message, ...]:
    what = crash.meaning(item)
    said = [Message.of("Transaction {tx} sends {label}: {what}. Blocks: {count}.", tx=tx, label=item, what=what, count=len(made))]  # fmt: skip
    if item == COMMIT:
        said.append(Message.of("Once this block is on the disk, recovery replays the transaction."))
    elif not item.startswith("J") and item != "D":
        said.append(Message.of("It is written in place, over the old one: from now on the journal must be able to repeat it."))  # fmt: skip
    return tuple(said)


def _flushed(before: State) -> State:
    why = Message.of("Flush: the drive empties its cache and says so. Nothing waits any more.")
    return replace(before, step=FLUSH, number=before.number + 1, pending=(), why=(why,))


def _checkpoint(before: State, *, flush: bool) -> State:
    said = Message.of("Checkpoint: the home blocks are on the disk, the tail moves up to the head and the room is free.") if flush else Message.of("Checkpoint without a flush: the tail moves although nobody knows whether the home blocks are on the disk.")  # fmt: skip
    pending = () if flush else before.pending
    return replace(before, step="checkpoint", number=before.number + 1, tail=before.head, pending=pending, why=(said,))  # fmt: skip


# After the crash


def _recovery(at: State, mode: Mode, arrived: Arrived) -> list[State]:
    crashed = _crash(at, arrived)
    states, repeated = [crashed], dict[str, tuple[int, bool]]()
    slot = at.tail
    while slot < at.head:
        tx, length = _whose(at, slot), _length(at, slot)
        complete, why = _complete(crashed, slot, length, checksum=mode == "async commit")
        states.append(replace(crashed, step="replay", tx=tx, why=(why,)))
        if not complete:
            break
        repeated |= _repeat(crashed, slot, length)
        slot += length
    if at.tail == at.head:
        states.append(replace(crashed, step="replay", why=(Message.of("Between tail and head there is nothing: nothing to replay."),)))  # fmt: skip
    return [*states, _end(crashed, repeated)]


def _crash(at: State, arrived: Arrived) -> State:
    lost = _lost(at.pending, arrived)
    said = [Message.of("The power fails. Blocks that waited in the drive: {count}; of these lost: {lost}.", count=len(at.pending), lost=len(lost))]  # fmt: skip
    return replace(at, step="crash", lost=lost, why=tuple(said))


def _lost(pending: tuple[Write, ...], arrived: Arrived) -> tuple[Write, ...]:
    if arrived == "none":
        return pending
    return pending[-2:-1] if arrived == "gap" else ()


def _whose(at: State, slot: int) -> int:
    write = at.ring[slot % SLOTS]
    return write.tx if write else 0


def _length(at: State, slot: int) -> int:
    """Slots of the transaction that begins here, as far as it was sent."""
    tx = _whose(at, slot)
    return sum(_whose(at, each) == tx for each in range(slot, at.head))


def _blocks(at: State, slot: int, length: int) -> list[tuple[Write, bool]]:
    """The blocks of a transaction, and whether each arrived."""
    found = (at.ring[each % SLOTS] for each in range(slot, slot + length))
    return [(each, each not in at.lost) for each in found if each]


def _complete(at: State, slot: int, length: int, *, checksum: bool) -> tuple[bool, Message]:
    blocks = _blocks(at, slot, length)
    there = {each.what for each, arrived in blocks if arrived}
    tx = _whose(at, slot)
    if DESCRIPTOR not in there:
        return False, Message.of("At the tail there is no descriptor: recovery ends here.")
    if COMMIT not in there:
        return False, Message.of("Transaction {tx} has no commit: it never happened, recovery ends here.", tx=tx)  # fmt: skip
    missing = sum(not arrived for _, arrived in blocks)
    if missing and checksum:
        return False, Message.of("Transaction {tx} has a commit, but its checksum says that blocks are missing: it never happened.", tx=tx)  # fmt: skip
    if missing:
        return True, Message.of("Transaction {tx} has a commit and is replayed, though blocks of it never arrived ({count}): what lay in their slots before is written home.", tx=tx, count=missing)  # fmt: skip
    return True, Message.of("Transaction {tx} is complete: its blocks are written home again.", tx=tx)  # fmt: skip


def _repeat(at: State, slot: int, length: int) -> dict[str, tuple[int, bool]]:
    """Home label -> (version, whether it is whole) that a replay writes; data by number."""
    found = {}
    for each, arrived in _blocks(at, slot, length):
        if each.what not in (DESCRIPTOR, COMMIT):
            what = each.what[1:]
            found[f"{what}{each.version}" if what == "D" else what] = (each.version, arrived)
    return found


def _end(at: State, repeated: dict[str, tuple[int, bool]]) -> State:
    home = _homes(at) | repeated
    kind, kept = _judge(home)
    lost = at.appended - kept
    said = [_MEANS[kind]]
    if lost > 0 and kind in ("old", "new", "garbage"):
        said.append(Message.of("Appends that the program made: {made}; there are {kept}. The rest was in memory or without a commit.", made=at.appended, kept=kept))  # fmt: skip
    return replace(at, step="end", repaired=home, result=kind, kept=kept, why=tuple(said))


def _homes(at: State) -> dict[str, tuple[int, bool]]:
    """What the homes hold without the journal: the newest version that arrived."""
    found = {"I": (0, True), "B": (0, True)}
    for each in at.homes:
        if each not in at.lost:
            found[f"D{each.version}" if each.what == "D" else each.what] = (each.version, True)
    return found


def _judge(home: dict[str, tuple[int, bool]]) -> tuple[Class, int]:
    """The class, as `crash.classify` has it for one append, and the appends that are there."""
    length = home["I"][0]
    state: Home = "new" if length else "old"
    whole = all(f"D{number}" in home for number in range(1, length + 1))
    if not all(sound for _, sound in home.values()):
        return "corrupt", 0
    if home["B"][0] != length:
        return "inconsistent", length
    return crash.classify({"I": state, "B": state, "D": "new" if whole else "old"}), length


def home(state: State) -> dict[str, tuple[int, Place]]:
    """Label ("I", "B", "D1" …) -> the version that is seen there, and how sure it is."""
    if state.repaired is not None:
        return {k: (version, "safe" if whole else "corrupt") for k, (version, whole) in state.repaired.items()}  # fmt: skip
    found: dict[str, tuple[int, Place]] = {"I": (0, "safe"), "B": (0, "safe")}
    crashed = state.step in AFTER
    for each in state.homes:
        if each not in state.lost:
            label = f"D{each.version}" if each.what == "D" else each.what
            found[label] = (each.version, "waits" if each in state.pending and not crashed else "safe")  # fmt: skip
    return found


def slot(state: State, number: int) -> Place | None:
    """How sure the block in a slot of the ring is; "old" where its room is free again."""
    write = state.ring[number]
    if write is None:
        return None
    if write in state.lost:
        return "lost"
    used = any(each % SLOTS == number for each in range(state.tail, state.head))
    if not used:
        return "old"
    return "waits" if write in state.pending and state.step not in AFTER else "safe"


_MEANS: dict[Class, Message] = {
    "old": Message.of("The file is as it was before the first append, and nothing is wrong."),
    "new": Message.of("Inode, bitmap and data agree: the file is whole."),
    "garbage": Message.of("Inode and bitmap agree, but blocks of the file were never written: it shows old bytes of others."),
    "inconsistent": Message.of("Inode and bitmap contradict each other: only fsck can mend it."),
    "corrupt": Message.of("Blocks were written home that are none: the file system is damaged by its own recovery."),
}  # fmt: skip
