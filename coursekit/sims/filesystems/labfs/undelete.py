"""What a deletion leaves, and how to get it back from the freed inode.

LabFS keeps the pointers of a freed inode until it is used again (as old ext2), so a file comes back
if none of its blocks was given away and the SSD was not told to forget them (TRIM). ext4 clears the
extents, FAT clears the chain: nothing there to follow.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from coursekit.sims.filesystems.labfs import dirs, maps
from coursekit.sims.filesystems.labfs.blocks import Done, LabError, Volume, Work
from coursekit.sims.filesystems.labfs.layout import (
    BACKUP,
    BLOCK_BITMAP,
    BLOCKS,
    DATA,
    FILE,
    INODE_BITMAP,
    INODES,
    Inode,
)
from coursekit.sims.filesystems.labfs.names import absent
from coursekit.sims.filesystems.labfs.store import bits, get_inode, marked, put_inode
from coursekit.sims.message import Message, require

Fate = Literal["whole", "zeros", "reused", "map lost"]


@dataclass(frozen=True)
class Deleted:
    """A freed inode that still says something; `taken` are its blocks that others use now."""

    ino: int
    inode: Inode
    blocks: tuple[int, ...]
    taken: tuple[int, ...]
    fate: Fate
    why: Message


def deleted(image: bytes) -> tuple[Deleted, ...]:
    """Deleted files whose inode nobody has used since."""
    work = Work(Volume(image, image))
    used = marked(work.read(BLOCK_BITMAP, "block bitmap"), BLOCKS)
    found = []
    for ino in range(1, INODES + 1):
        inode = get_inode(work, ino)
        if inode.type == FILE and not inode.nlink and inode.dtime:
            found.append(_judge(work, ino, inode, used))
    return tuple(found)


def _judge(work: Work, ino: int, inode: Inode, used: set[int]) -> Deleted:
    data = [(index, b) for index, b in maps.claims(work, inode).data if DATA <= b < BACKUP]
    blocks = tuple(sorted({*(b for _, b in data), *maps.claims(work, inode).maps}))
    taken = tuple(b for b in blocks if b in used)
    zeros = bool(data) and not any(any(work.read(b, "data")) for _, b in data)
    if taken:
        return Deleted(ino, inode, blocks, taken, "reused", Message.of("Of its {count} blocks other files have {taken} now: those bytes are gone.", taken=len(taken), count=len(blocks)))  # fmt: skip
    if any(inode.pointers[12:]) and not _maps_speak(work, inode):
        return Deleted(ino, inode, blocks, taken, "map lost", Message.of("A block of pointers holds nothing any more: what lay behind it cannot be found."))  # fmt: skip
    if zeros:
        return Deleted(ino, inode, blocks, taken, "zeros", Message.of("Its blocks ({count}) read as zeros: the SSD was told to forget them.", count=len(blocks)))  # fmt: skip
    return Deleted(ino, inode, blocks, taken, "whole", Message.of("The inode still points to all its blocks ({count}) and nobody has taken one.", count=len(blocks)))  # fmt: skip


def _maps_speak(work: Work, inode: Inode) -> bool:
    return all(any(work.read(block, "map")) for block in maps.claims(work, inode).maps)


def undelete(volume: Volume, ino: int, path: str, *, now: int = 0) -> Done:
    """Mark the inode and its blocks used again and give it a name; the value is its fate.

    What TRIM zeroed comes back as zeros: the size is right and the bytes are not. Blocks that
    others use now are left to them, their places in the file become holes.
    """
    work = Work(volume, now)
    found = next((each for each in deleted(volume.image) if each.ino == ino), None)
    if found is None:
        raise LabError(
            "ENOENT", Message.of("inode={ino}: ENOENT, no deleted file is in it", ino=ino)
        )
    target = absent(work, path)
    inode = replace(found.inode, nlink=1, dtime=0, ctime=now)
    inode = replace(
        inode, pointers=maps.mapped(work, inode, lambda b, _: 0 if b in found.taken else b)
    )
    _mark(work, ino, set(maps.claims(work, inode).blocks))
    put_inode(work, ino, inode)
    dirs.add(work, target.parent, target.name, ino, FILE)
    work.say(found.why)
    return work.done(found.fate)


def _mark(work: Work, ino: int, blocks: set[int]) -> None:
    inodes = marked(work.read(INODE_BITMAP, "inode bitmap"), INODES) | {ino - 1}
    work.write(INODE_BITMAP, bits(inodes), "inode bitmap")
    used = marked(work.read(BLOCK_BITMAP, "block bitmap"), BLOCKS) | blocks
    work.write(BLOCK_BITMAP, bits(used), "block bitmap")


def chance(k: int, f: int, m: int) -> float:
    """(1 - k/f)^m: none of a file's k blocks is among m random ones of f free blocks."""
    require(1 <= k <= f, "k={k}: a deleted file has 1 to {f} of the free blocks", k=k, f=f)
    require(0 <= m <= f, "m={m}: at most all {f} free blocks can be taken", m=m, f=f)
    return (1 - k / f) ** m


def exact(k: int, f: int, m: int) -> float:
    """The same without putting back: C(f-k, m) / C(f, m); the formula is close while m << f."""
    chance(k, f, m)
    return float(np.prod([(f - k - i) / (f - i) for i in range(m)])) if m <= f - k else 0.0


def run(k: int, f: int, m: int, *, times: int, rng: np.random.Generator) -> float:
    """The share of runs in which the file survived m allocations of random free blocks."""
    chance(k, f, m)
    require(1 <= times <= 100_000, "times={times}: choose 1 to {most}", times=times, most=100_000)
    survived = sum(not m or int(rng.permutation(f)[:m].min()) >= k for _ in range(times))
    return survived / times
