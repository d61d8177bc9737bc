"""Damage done to a sound image on purpose, and fsck's passes over it, one after the other.

Each kind of damage changes single bytes as a crash, a faulty memory or a fault of a program would.
The passes are those of `fsck`; it tells all problems at once, here they stand under their pass.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from coursekit.sims.filesystems.labfs import entries, files
from coursekit.sims.filesystems.labfs.blocks import Volume, Work, block_of, with_blocks
from coursekit.sims.filesystems.labfs.blockstory import text
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.filesystems.labfs.layout import (
    BLOCK,
    BLOCK_BITMAP,
    BLOCKS,
    INODE_SIZE,
    SUPER,
    Inode,
    place,
)
from coursekit.sims.filesystems.labfs.repairtree import Problem
from coursekit.sims.filesystems.labfs.store import get_inode, mkfs
from coursekit.sims.filesystems.labfs.walk import tree
from coursekit.sims.message import Message, require

HOME, NOTES, MARKS, ALICE, LETTER = 11, 12, 13, 14, 15  # inodes of the sound image
LOST = 200  # a block that nobody has
FIRST_NAME = 24  # where the first name behind "." and ".." stands in a directory


@cache
def sound() -> bytes:
    """/home, /home/notes (14 blocks and one of pointers), /marks, /home/alice/letter."""
    volume = entries.mkdir(mkfs(now=1), "/home", now=2).volume
    for path, size in (("/home/notes", 14 * BLOCK), ("/marks", 2 * BLOCK - 48)):
        volume = files.create(volume, path, now=3).volume
        volume = files.append(volume, path, text(path, 3, size), now=3).volume
    volume = entries.mkdir(volume, "/home/alice", now=4).volume
    volume = files.create(volume, "/home/alice/letter", now=5).volume
    return files.append(volume, "/home/alice/letter", text("letter", 5, 900), now=5).volume.image


def _patched(image: bytes, block: int, at: int, data: bytes) -> bytes:
    old = block_of(image, block)
    return with_blocks(image, {block: old[:at] + data + old[at + len(data) :]})


def _inode(image: bytes, ino: int) -> Inode:
    return get_inode(Work(Volume(image, image)), ino)


def _with(image: bytes, ino: int, inode: Inode) -> bytes:
    block, at = place(ino)
    assert len(inode.pack()) == INODE_SIZE
    return _patched(image, block, at, inode.pack())


def _flipped(image: bytes, block: int) -> bytes:
    """The other mark in the bitmap of blocks."""
    byte = block_of(image, BLOCK_BITMAP)[block // 8] ^ 1 << block % 8
    return _patched(image, BLOCK_BITMAP, block // 8, bytes([byte]))


def _linkcount(image: bytes) -> bytes:
    return _with(image, MARKS, replace(_inode(image, MARKS), nlink=3))


def _dup(image: bytes) -> bytes:
    """The first pointer of /marks leads to the third block of /home/notes."""
    theirs, mine = _inode(image, NOTES).pointers, _inode(image, MARKS)
    return _with(image, MARKS, replace(mine, pointers=(theirs[2], *mine.pointers[1:])))


def _orphan(image: bytes) -> bytes:
    """The number behind the name notes becomes 0."""
    return _patched(image, _inode(image, HOME).pointers[0], FIRST_NAME, bytes(4))


def _leak(image: bytes) -> bytes:
    return _flipped(image, LOST)


def _unmarked(image: bytes) -> bytes:
    return _flipped(image, _inode(image, MARKS).pointers[0])


def _directory(image: bytes) -> bytes:
    """The length of the record of notes becomes one that cannot be."""
    return _patched(image, _inode(image, HOME).pointers[0], FIRST_NAME + 4, b"\xff")


def _superblock(image: bytes) -> bytes:
    return _patched(image, SUPER, 0, b"????")


def _several(image: bytes) -> bytes:
    for hurt in (_linkcount, _dup, _orphan, _leak):
        image = hurt(image)
    last = _inode(image, LETTER).pointers[0]
    return _flipped(image, last)


@dataclass(frozen=True)
class Damage:
    """A kind of damage: what happened, in one sentence."""

    do: Callable[[bytes], bytes]
    what: Message


DAMAGES = {
    "linkcount": Damage(_linkcount, Message.of("The inode of /marks says that it has three names. It has one.")),
    "dup": Damage(_dup, Message.of("A pointer of /marks leads to a block of /home/notes.")),
    "orphan": Damage(_orphan, Message.of("The name notes in /home has lost its inode number.")),
    "leak": Damage(_leak, Message.of("A block is marked used that no file has.")),
    "unmarked": Damage(_unmarked, Message.of("A block of /marks is marked free.")),
    "directory": Damage(_directory, Message.of("In the directory /home a record has a length that cannot be.")),
    "superblock": Damage(_superblock, Message.of("The first bytes of the superblock are others.")),
    "several": Damage(_several, Message.of("Five things at once: a wrong count, a block in two files, a lost name, a block marked used and one marked free.")),
}  # fmt: skip

PASSES = {  # what a pass is for -> the kinds of problems that it tells
    "superblock": ("SUPERBLOCK",),
    "tree": ("RESERVED", "TYPE", "SYMLINK", "POINTER", "SIZE", "ROOT", "ENTRY", "DIRECTORY"),
    "orphans": ("ORPHAN",),
    "duplicates": ("DUP",),
    "bitmaps": ("LEAK", "UNMARKED", "INODE LEAK", "INODE UNMARKED"),
    "counts": ("LINKCOUNT",),
}
_LOOKS = {
    "superblock": Message.of("Is the superblock one of LabFS, and its copy too?"),
    "tree": Message.of("From inode 2 down: does every pointer lead to a block that a file may have, every record to the next, every name to an inode in use?"),
    "orphans": Message.of("Which inodes are in use and no name leads to them?"),
    "duplicates": Message.of("Is there a block that two inodes claim?"),
    "bitmaps": Message.of("Do both bitmaps mark what the inodes claim, no more and no less?"),
    "counts": Message.of("Does each inode count the names that there are?"),
}  # fmt: skip


@dataclass(frozen=True)
class State:
    """After a pass: "damaged" before the first, "mended" after the last, then "again"."""

    name: str
    problems: tuple[Problem, ...]  # found in this pass
    found: int  # so far
    why: Message


@dataclass(frozen=True)
class Told:
    """The image before and after, the passes, and what people see: path -> bytes."""

    before: bytes
    after: bytes
    problems: tuple[Problem, ...]
    states: tuple[State, ...]
    lost: tuple[str, ...]  # paths that are no more
    gained: tuple[str, ...]  # paths that are new
    changed: tuple[str, ...]  # files that show other bytes, and nobody says so

    @property
    def hurt(self) -> tuple[int, ...]:
        """Blocks that the damage changed."""
        return differing(sound(), self.before)

    @property
    def mended(self) -> tuple[int, ...]:
        """Blocks that fsck changed."""
        return differing(self.before, self.after)


def concerned(image: bytes, problem: Problem) -> int:
    """The block in which a problem shows: itself, that of the inode, or that of the directory."""
    if problem.kind in {"SUPERBLOCK", "DUP", "LEAK", "UNMARKED"}:
        return problem.number
    if problem.kind in {"ENTRY", "DIRECTORY"}:
        return _inode(image, problem.number).pointers[0]
    return place(problem.number)[0]


def differing(one: bytes, other: bytes) -> tuple[int, ...]:
    """Blocks that are not the same in both images."""
    return tuple(b for b in range(BLOCKS) if block_of(one, b) != block_of(other, b))


@cache
def tell(damage: str) -> Told:
    """One kind of damage, and fsck over it."""
    require(damage in DAMAGES, "damage={damage}: choose one of {damages}", damage=damage, damages=", ".join(DAMAGES))  # fmt: skip
    before = DAMAGES[damage].do(sound())
    report = fsck(before)
    states = [State("damaged", (), 0, DAMAGES[damage].what)]
    for name, kinds in PASSES.items():
        mine = tuple(each for each in report.problems if each.kind in kinds)
        states.append(State(name, mine, states[-1].found + len(mine), _LOOKS[name]))
    total = states[-1].found
    assert total == len(report.problems), report.kinds
    states.append(State("mended", (), total, Message.of("The tables agree with each other again. Whether the bytes in the files are right, fsck does not know.")))  # fmt: skip
    again = fsck(report.image)
    states.append(State("again", again.problems, total, Message.of("A second run finds nothing.")))
    was, now = tree(sound()), tree(report.image)
    return Told(
        before=before,
        after=report.image,
        problems=report.problems,
        states=tuple(states),
        lost=tuple(path for path in was if path not in now),
        gained=tuple(path for path in now if path not in was),
        changed=tuple(p for p in was if p in now and was[p].content != now[p].content),
    )
