"""Inodes and bitmaps of LabFS: find them, change them, take the lowest free one, give it back.

Bit 1 means used; bit i stands in byte i // 8 at 1 << (i % 8). Allocation is first fit.
"""

from collections.abc import Iterable
from dataclasses import replace

from coursekit.sims.filesystems.labfs.blocks import LabError, Volume, What, Work
from coursekit.sims.filesystems.labfs.layout import (
    BACKUP,
    BLOCK,
    BLOCK_BITMAP,
    BLOCKS,
    DATA,
    DIRECTORY,
    FIRST_INODE,
    INODE_BITMAP,
    INODE_SIZE,
    INODES,
    ROOT,
    SUPER,
    Inode,
    Record,
    Superblock,
    need,
    place,
)
from coursekit.sims.message import Message

RESERVED = frozenset({*range(DATA), BACKUP})  # blocks that no file may have


def get_inode(work: Work, ino: int) -> Inode:
    block, at = place(ino)
    return Inode.unpack(work.read(block, "inode", ino)[at : at + INODE_SIZE])


def put_inode(work: Work, ino: int, inode: Inode) -> None:
    block, at = place(ino)
    data = work.read(block, "inode", ino)
    work.write(block, data[:at] + inode.pack() + data[at + INODE_SIZE :], "inode")


def is_set(bitmap: bytes, number: int) -> bool:
    return bool(bitmap[number // 8] >> number % 8 & 1)


def bits(numbers: Iterable[int]) -> bytes:
    """A bitmap block with these numbers marked."""
    data = bytearray(BLOCK)
    for number in numbers:
        data[number // 8] |= 1 << number % 8
    return bytes(data)


def marked(bitmap: bytes, count: int) -> set[int]:
    """The numbers below `count` that a bitmap block marks."""
    return {number for number in range(count) if is_set(bitmap, number)}


def _flip(work: Work, block: int, what: What, numbers: Iterable[int], *, used: bool) -> None:
    data = bytearray(work.read(block, what))
    for number in numbers:
        mask = 1 << number % 8
        data[number // 8] = data[number // 8] | mask if used else data[number // 8] & ~mask
    work.write(block, bytes(data), what)


def free_blocks(work: Work) -> list[int]:
    data = work.read(BLOCK_BITMAP, "block bitmap")
    return [b for b in range(DATA, BLOCKS) if not is_set(data, b)]


def take_block(work: Work) -> int:
    """The lowest free block, marked used; its old bytes stay until it is written."""
    free = free_blocks(work)
    if not free:
        raise LabError("ENOSPC", Message.of("blocks=0: ENOSPC, no block is free any more"))
    _flip(work, BLOCK_BITMAP, "block bitmap", free[:1], used=True)
    return free[0]


def give_blocks(work: Work, blocks: Iterable[int]) -> None:
    """Mark them free; not one byte of them changes."""
    _flip(work, BLOCK_BITMAP, "block bitmap", blocks, used=False)


def take_inode(work: Work) -> int:
    data = work.read(INODE_BITMAP, "inode bitmap")
    free = [i for i in range(FIRST_INODE, INODES + 1) if not is_set(data, i - 1)]
    if not free:
        raise LabError("ENOSPC", Message.of("inodes=0: ENOSPC, no inode is free any more, whatever room the blocks have"))  # fmt: skip
    _flip(work, INODE_BITMAP, "inode bitmap", [free[0] - 1], used=True)
    return free[0]


def give_inode(work: Work, ino: int) -> None:
    """Free an inode: only its bit, its count and the time change, the pointers stay (old ext2)."""
    inode = get_inode(work, ino)
    put_inode(work, ino, replace(inode, nlink=0, dtime=work.now, ctime=work.now))
    _flip(work, INODE_BITMAP, "inode bitmap", [ino - 1], used=False)


def first_block(ino: int, parent: int) -> bytes:
    """The block of an empty directory: itself and its parent."""
    own = Record(ino, ".", DIRECTORY, need("."))
    return own.pack() + Record(parent, "..", DIRECTORY, BLOCK - need(".")).pack()


def mkfs(*, now: int = 0, mounts: frozenset[int] = frozenset()) -> Volume:
    """An empty file system: the root, inode 2, in the first data block."""
    work = Work(Volume(bytes(BLOCK * BLOCKS), bytes(BLOCK * BLOCKS), (), ROOT, mounts), now)
    work.write(SUPER, Superblock(made=now).pack(), "superblock")
    work.write(BACKUP, Superblock(made=now).pack(), "superblock")
    work.write(INODE_BITMAP, bits(range(FIRST_INODE - 1)), "inode bitmap")
    work.write(BLOCK_BITMAP, bits({*RESERVED, DATA}), "block bitmap")
    work.write(DATA, first_block(ROOT, ROOT), "directory")
    root = Inode(DIRECTORY, 0o755, 0, 0, BLOCK, 2, now, now, now, 0, (DATA,) + (0,) * 13)
    put_inode(work, ROOT, root)
    return work.done(disk=bytes(work.image)).volume
