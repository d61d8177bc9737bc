"""Silent corruption: what a disk, a mirror and a checksum make of bytes that are wrong.

Modelled: copies of blocks as real bytes with their CRC-32C, three faults (a bit that flips, a write
that never arrives, a write that lands elsewhere), and where the checksum stands: nowhere, beside the
data, beside it with the block's address, in the parent block. Reads and scrubs answer from the
stored bytes alone; the chances of each answer for a share of bad copies. Left out: errors that the
disk itself reports, damage to the parent. Sources: OpenZFS and btrfs documentation; T10 Protection
Information (reference tag); Bairavasundaram and others, "An Analysis of Data Corruption in the
Storage Stack" (2008).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar, get_args

from coursekit.sims.filesystems.checksums import crc32c
from coursekit.sims.message import Message, require

__all__ = ["FAULTS", "PLACES", "Block", "Chances", "Fault", "Place", "Read", "Scrubbed", "Store", "chances", "harm", "passes", "read", "scrub", "store", "verdicts", "write"]  # fmt: skip

Fault = Literal["bit", "phantom", "misdirected"]
FAULTS: tuple[Fault, ...] = get_args(Fault)
Place = Literal["none", "beside", "address", "parent"]
PLACES: tuple[Place, ...] = get_args(Place)
Answer = Literal["right", "wrong", "repaired", "error"]
BLOCK_BYTES = 16
T = TypeVar("T")


@dataclass(frozen=True)
class Block:
    """A copy on a disk: the data, and what was written beside it."""

    data: bytes
    crc: int
    address: int


@dataclass(frozen=True)
class Store:
    """Copies of the same blocks; `parents` are the checksums kept away from the data.

    `truth` is what programs wrote: only we know it, no disk does.
    """

    place: Place
    copies: tuple[tuple[Block, ...], ...]
    parents: tuple[int, ...]
    truth: tuple[bytes, ...]


@dataclass(frozen=True)
class Read:
    """What a program got, how that compares with what was written, and the store afterwards."""

    answer: Answer
    data: bytes | None
    store: Store
    why: tuple[Message, ...] = field(default=())


@dataclass(frozen=True)
class Scrubbed:
    """Blocks whose copies differ, that a checksum refused, that were repaired, that cannot be."""

    store: Store
    differ: tuple[int, ...]
    refused: tuple[int, ...]
    repaired: tuple[int, ...]
    hopeless: tuple[int, ...]


@dataclass(frozen=True)
class Chances:
    """Of each answer to one read."""

    right: float
    wrong: float
    repaired: float
    error: float


def store(place: Place, blocks: Sequence[bytes], copies: int = 2) -> Store:
    """Blocks of 16 bytes on one disk or two."""
    require(place in PLACES, "place={place}: choose one of {places}", place=place, places=", ".join(PLACES))  # fmt: skip
    require(1 <= copies <= 2, "copies={n}: choose 1 or 2", n=copies)
    require(len(blocks) >= 2, "blocks={n}: choose 2 or more", n=len(blocks))
    whole = tuple(_sized(each) for each in blocks)
    own = tuple(Block(data, crc32c(data), at) for at, data in enumerate(whole))
    return Store(place, (own,) * copies, tuple(each.crc for each in own), whole)


def write(kept: Store, at: int, data: bytes, fault: Fault | None = None, *, copy: int = 0) -> Store:
    """A block written anew; a fault befalls one copy: the disk says "done" all the same."""
    _checked(kept, at, copy)
    require(fault != "bit", "fault={fault}: a bit flips later: use harm", fault=fault)
    data = _sized(data)
    new = Block(data, crc32c(data), at)
    copies = list(kept.copies)
    for disk in range(len(copies)):
        if fault and disk == copy:
            if fault == "misdirected":
                copies[disk] = _with(copies[disk], (at + 1) % len(kept.truth), new)
            continue
        copies[disk] = _with(copies[disk], at, new)
    parents = (*kept.parents[:at], new.crc, *kept.parents[at + 1 :])
    return replace(kept, copies=tuple(copies), parents=parents, truth=_with(kept.truth, at, data))


def harm(kept: Store, at: int, bit: int = 0, *, copy: int = 0) -> Store:
    """One bit of one copy flips."""
    _checked(kept, at, copy)
    require(0 <= bit < 8 * BLOCK_BYTES, "bit={bit}: choose 0 to 127", bit=bit)
    old = kept.copies[copy][at]
    data = bytearray(old.data)
    data[bit // 8] ^= 1 << bit % 8
    disk = _with(kept.copies[copy], at, replace(old, data=bytes(data)))
    return replace(kept, copies=_with(kept.copies, copy, disk))


def read(kept: Store, at: int, copy: int = 0) -> Read:
    """A read that asks one copy first; what a checksum refuses is sought on the other one."""
    _checked(kept, at, copy)
    others = [disk for disk in range(len(kept.copies)) if disk != copy]
    for disk in (copy, *others):
        found = kept.copies[disk][at]
        if not passes(kept, at, found):
            continue
        right = found.data == kept.truth[at]
        if disk == copy:
            return Read(
                "right" if right else "wrong", found.data, kept, (_said(kept, right=right),)
            )
        mended = _mend(kept, at, found)
        why = Message.of("The copy asked first does not match its checksum; the other one does: it is given out and written over the bad one.")  # fmt: skip
        return Read("repaired" if right else "wrong", found.data, mended, (why,))
    return Read("error", None, kept, (Message.of("No copy matches its checksum: the program gets an error, not wrong bytes."),))  # fmt: skip


def scrub(kept: Store) -> Scrubbed:
    """Every copy of every block read and compared; what can be repaired is."""
    differ, refused, repaired, hopeless = list[int](), list[int](), list[int](), list[int]()
    for at in range(len(kept.truth)):
        mine = [disk[at] for disk in kept.copies]
        good = [each for each in mine if passes(kept, at, each)]
        if len({each.data for each in mine}) > 1:
            differ.append(at)
        if len(good) < len(mine):
            refused.append(at)
            (repaired if good else hopeless).append(at)
            kept = _mend(kept, at, good[0]) if good else kept
        elif len({each.data for each in mine}) > 1:
            hopeless.append(at)  # they differ, and nothing tells which one is right
    return Scrubbed(kept, tuple(differ), tuple(refused), tuple(repaired), tuple(hopeless))


def verdicts(copies: int = 2) -> dict[tuple[Fault, Place], tuple[Answer, ...]]:
    """Each fault on the first copy, each place: the answer at every block that the fault touched."""
    found = dict[tuple[Fault, Place], tuple[Answer, ...]]()
    for fault in FAULTS:
        for place in PLACES:
            kept = store(place, [b"old 0", b"old 1", b"old 2"], copies)
            kept = harm(kept, 0) if fault == "bit" else write(kept, 0, b"new 0", fault)
            touched = (0, 1) if fault == "misdirected" else (0,)
            found[fault, place] = tuple(read(kept, at).answer for at in touched)
    return found


def chances(place: Place, copies: int, q: float) -> Chances:
    """Of one read, where each copy is bad with chance q and every checksum sees it.

    Without a checksum a read asks one copy, and gives out what it finds.
    """
    require(place in PLACES, "place={place}: choose one of {places}", place=place, places=", ".join(PLACES))  # fmt: skip
    require(1 <= copies <= 2, "copies={n}: choose 1 or 2", n=copies)
    require(0 <= q <= 1, "q={q}: choose 0 to 1", q=q)
    if place == "none":
        return Chances(1 - q, q, 0.0, 0.0)
    if copies == 1:
        return Chances(1 - q, 0.0, 0.0, q)
    return Chances(1 - q, 0.0, q * (1 - q), q * q)


def passes(kept: Store, at: int, found: Block) -> bool:
    """Whether what the system knows lets this copy pass."""
    if kept.place == "none":
        return True
    if kept.place == "parent":
        return crc32c(found.data) == kept.parents[at]
    own = crc32c(found.data) == found.crc
    return own and (kept.place == "beside" or found.address == at)


def _said(kept: Store, *, right: bool) -> Message:
    if kept.place == "none":
        return _NO_SUM if right else _NO_SUM_WRONG
    return _MATCHES if right else _STALE


_NO_SUM = Message.of(
    "There is no checksum: what the disk gives is given out. It is right this time."
)
_NO_SUM_WRONG = Message.of("There is no checksum: what the disk gives is given out. It is wrong, and nobody notices.")  # fmt: skip
_MATCHES = Message.of("The data match their checksum: they are given out.")
_STALE = Message.of("The data match the checksum beside them: both are of another write, and nobody notices.")  # fmt: skip


def _mend(kept: Store, at: int, good: Block) -> Store:
    mended = Block(good.data, crc32c(good.data), at)
    return replace(kept, copies=tuple(_with(disk, at, mended) for disk in kept.copies))


def _with(items: tuple[T, ...], at: int, new: T) -> tuple[T, ...]:
    return (*items[:at], new, *items[at + 1 :])


def _sized(data: bytes) -> bytes:
    require(len(data) <= BLOCK_BYTES, "data={n}: choose up to 16 bytes", n=len(data))
    return data.ljust(BLOCK_BYTES, b"\0")


def _checked(kept: Store, at: int, copy: int) -> None:
    require(0 <= at < len(kept.truth), "block={n}: choose 0 to {last}", n=at, last=len(kept.truth) - 1)  # fmt: skip
    require(0 <= copy < len(kept.copies), "copy={n}: choose 0 to {last}", n=copy, last=len(kept.copies) - 1)  # fmt: skip
