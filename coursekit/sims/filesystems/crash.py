"""What a crash can leave of an append: writes, flushes, subsets, journal recovery.

A drive may write what is pending in any order: after a crash at any moment it holds all writes
before the last completed flush and any subset of those issued since. An append of one block is
three writes: D (data), B (block bitmap), I (inode); a journal adds Jd (descriptor), a copy J* of
each block it carries, Jc (commit). Recovery replays a transaction whose commit is there; with a
checksum only if every block of it is.

Left out: several transactions at once, the journal's own superblock. A block is written whole unless
it is torn in `pieces`. Sources: Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 42;
kernel documentation, "Journal (jbd2)". The same on real bytes: `labfs.crashes`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

from coursekit.sims.message import Message, require

FLUSH = "F"
DESCRIPTOR, COMMIT = "Jd", "Jc"
Sequence = tuple[str, ...]
State = frozenset[str]  # labels that are on the disk; of a torn block "D.0", "D.1", ...
Mode = Literal["none", "ordered", "writeback", "journal", "no barriers", "async commit"]
MODES: tuple[Mode, ...] = get_args(Mode)
Class = Literal["old", "new", "garbage", "inconsistent", "corrupt"]
CLASSES: tuple[Class, ...] = get_args(Class)
Home = Literal["old", "new", "corrupt"]
MOST = 18  # pending pieces: two to that power are all looked at


def sequence(mode: Mode, data: Sequence = ("D",), metadata: Sequence = ("I", "B")) -> Sequence:
    """Writes and flushes of one operation, in the order of issue."""
    require(mode in MODES, "mode={mode}: choose one of {modes}", mode=mode, modes=", ".join(MODES))
    copies = tuple(f"J{each}" for each in metadata)
    head, commit, flush = (DESCRIPTOR,), (COMMIT,), (FLUSH,)
    if mode == "none":
        return (*data, *reversed(metadata))
    if mode == "ordered":
        return (*data, *flush, *head, *copies, *flush, *commit, *flush, *metadata)
    if mode == "writeback":
        return (*head, *copies, *flush, *commit, *flush, *metadata, *data)
    if mode == "journal":
        more = tuple(f"J{each}" for each in data)
        return (*head, *copies, *more, *flush, *commit, *flush, *metadata, *data)
    if mode == "no barriers":
        return (*data, *head, *copies, *commit, *metadata)
    return (*data, *flush, *head, *copies, *commit, *flush, *metadata)


def writes(issued: Sequence) -> Sequence:
    """The blocks written, flushes left out."""
    return tuple(each for each in issued if each != FLUSH)


def crash_states(issued: Sequence, *, pieces: int = 1) -> frozenset[State]:
    """Every distinct set of writes that a crash at some moment can leave."""
    found: set[State] = set()
    for at in range(len(issued), -1, -1):  # from the end: what is too much is refused at once
        sure, pending = split(issued[:at])
        found |= _subsets(_torn(sure, pieces), _torn(pending, pieces))
    return frozenset(found)


def split(issued: Sequence) -> tuple[Sequence, Sequence]:
    """Writes before the last flush, which are sure, and those after it, which are pending."""
    last = max((at for at, each in enumerate(issued) if each == FLUSH), default=-1)
    return writes(issued[: last + 1]), issued[last + 1 :]


def _torn(labels: Sequence, pieces: int) -> Sequence:
    require(1 <= pieces <= 8, "pieces={pieces}: choose 1 to 8", pieces=pieces)
    if pieces == 1:
        return labels
    return tuple(f"{label}.{piece}" for label in labels for piece in range(pieces))


def _subsets(sure: Sequence, pending: Sequence) -> set[State]:
    require(len(pending) <= MOST, "pending={count}: at most {most}, every subset is looked at", count=len(pending), most=MOST)  # fmt: skip
    every = (each for size in range(len(pending) + 1) for each in combinations(pending, size))
    return {frozenset((*sure, *each)) for each in every}


def amount(state: State, label: str, pieces: int = 1) -> Literal["none", "part", "all"]:
    """How much of a write is on the disk."""
    there = sum(each in state for each in _torn((label,), pieces))
    return "all" if there == pieces else "part" if there else "none"


def recover(state: State, issued: Sequence, *, checksum: bool = False, pieces: int = 1) -> dict[str, Home]:  # fmt: skip
    """What each home block holds after the journal was replayed; D torn counts as old."""
    there = {label: amount(state, label, pieces) for label in writes(issued)}
    homes = [label for label in there if not label.startswith("J")]
    result = {label: _home(there[label], label) for label in homes}
    if replays(state, issued, checksum=checksum, pieces=pieces):
        for label in homes:
            if f"J{label}" in there:
                result[label] = "new" if there[f"J{label}"] == "all" else "corrupt"
    return result


def _home(there: str, label: str) -> Home:
    if there == "part":
        return "old" if label.startswith("D") else "corrupt"
    return "new" if there == "all" else "old"


def replays(state: State, issued: Sequence, *, checksum: bool, pieces: int = 1) -> bool:
    """Is there a transaction that recovery believes?"""
    journal = [label for label in writes(issued) if label.startswith("J")]
    needed = journal if checksum else [DESCRIPTOR, COMMIT]
    return bool(journal) and all(amount(state, label, pieces) == "all" for label in needed)


def classify(home: Mapping[str, Home]) -> Class:
    """The class of an append: did I, B and D come through together?"""
    if "corrupt" in home.values():
        return "corrupt"
    if home["I"] != home["B"]:
        return "inconsistent"
    if home["I"] == "old":
        return "old"
    return "new" if home["D"] == "new" else "garbage"


@dataclass(frozen=True)
class Left:
    """One state that a crash can leave, what recovery makes of it and its class."""

    state: State
    home: Mapping[str, Home]
    kind: Class
    replayed: bool


def append(issued: Sequence, *, checksum: bool = False, pieces: int = 1) -> tuple[Left, ...]:
    """All crashes of an append, fewest writes first."""
    _require_append(issued)
    states = sorted(crash_states(issued, pieces=pieces), key=lambda each: (len(each), sorted(each)))
    found = []
    for state in states:
        home = recover(state, issued, checksum=checksum, pieces=pieces)
        replayed = replays(state, issued, checksum=checksum, pieces=pieces)
        found.append(Left(state, home, classify(home), replayed))
    return tuple(found)


def counts(kinds: Iterable[Class]) -> dict[Class, int]:
    """How many of each class, those that do not occur left out."""
    number = Counter(kinds)
    return {kind: number[kind] for kind in CLASSES if number[kind]}


def _require_append(issued: Sequence) -> None:
    written = writes(issued)
    require({"D", "I", "B"} <= set(written), "sequence={sequence}: an append writes D, I and B", sequence=" ".join(issued))  # fmt: skip
    require(len(set(written)) == len(written), "sequence={sequence}: every block is written once", sequence=" ".join(issued))  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """After `at` items of the sequence: what is safe, what waits, how many states are possible."""

    at: int
    item: str | None  # what was issued last
    sure: Sequence
    pending: Sequence
    possible: int  # states that a crash right now can leave
    so_far: int  # distinct states of a crash now or before
    why: tuple[Message, ...]


def story(issued: Sequence, *, pieces: int = 1) -> tuple[Moment, ...]:
    """The sequence item by item; the first moment is before anything was issued."""
    seen: set[State] = set()
    moments = []
    for at in range(len(issued) + 1):
        sure, pending = split(issued[:at])
        now = _subsets(_torn(sure, pieces), _torn(pending, pieces))
        seen |= now
        item = issued[at - 1] if at else None
        moments.append(
            Moment(
                at, item, sure, pending, len(now), len(seen), _why(item, sure, pending, len(now))
            )
        )
    return tuple(moments)


def _why(item: str | None, sure: Sequence, pending: Sequence, possible: int) -> tuple[Message, ...]:  # fmt: skip
    if item is None:
        return (Message.of("Nothing is issued yet: a crash leaves the old state."),)
    if item == FLUSH:
        said = [Message.of("The flush is done. Writes that are on the disk whatever comes: {count}.", count=len(sure))]  # fmt: skip
    else:
        said = [Message.of("{label} is issued: {what}. It may reach the disk before or after the others that wait.", label=item, what=meaning(item))]  # fmt: skip
    if pending:
        said.append(Message.of("Writes that wait: {count}. A crash now keeps any of their {states} subsets.", count=len(pending), states=possible))  # fmt: skip
    if item == COMMIT:
        said.append(Message.of("Once this block is on the disk, recovery replays the transaction."))
    return tuple(said)


_MEANINGS = {
    "D": Message.of("the data"),
    "I": Message.of("the block of the inode table"),
    "B": Message.of("the block bitmap"),
    "U": Message.of("the inode bitmap"),
    "N": Message.of("a block of names"),
    "P": Message.of("a block of pointers"),
    DESCRIPTOR: Message.of("the descriptor of the transaction"),
    COMMIT: Message.of("the commit of the transaction"),
}


def meaning(label: str) -> Message:
    """What a label stands for."""
    if label in _MEANINGS:
        return _MEANINGS[label]
    if label.startswith("J"):
        return Message.of("a copy in the journal of {what}", what=meaning(label[1:]))
    return _MEANINGS[label[0]]
