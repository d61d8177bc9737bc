"""Directories: blocks of records {inode, rec_len, name_len, type, name}.

A new record takes the slack behind another one; a deletion gives its bytes to the record before
it (the first record of a block gets inode 0 instead). A directory never shrinks, as in ext2.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from coursekit.sims.filesystems.labfs.blocks import Work
from coursekit.sims.filesystems.labfs.layout import (
    BLOCK,
    RECORD_FIELDS,
    Inode,
    Record,
    need,
    packing,
)
from coursekit.sims.filesystems.labfs.maps import assign, claims
from coursekit.sims.filesystems.labfs.store import get_inode, put_inode, take_block


@dataclass(frozen=True)
class Entry:
    """A name of a directory and where it leads."""

    name: str
    ino: int
    type: int
    block: int


def records(data: bytes) -> tuple[Record, ...]:
    """The records of a block, up to the first that is not one."""
    found, at = [], 0
    head = packing(RECORD_FIELDS)
    while at + head.size <= BLOCK:
        ino, rec_len, name_len, kind = head.unpack_from(data, at)
        if rec_len % 4 or not 8 + name_len <= rec_len <= BLOCK - at:
            break
        name = data[at + 8 : at + 8 + name_len].decode(errors="replace")
        found.append(Record(ino, name, kind, rec_len, at))
        at += rec_len
    return tuple(found)


def whole(data: bytes) -> bool:
    """Do the records fill the block, each with a possible length?"""
    return sum(each.rec_len for each in records(data)) == BLOCK


def packed(found: tuple[Record, ...]) -> bytes:
    return b"".join(each.pack() for each in found)


def inserted(data: bytes, ino: int, name: str, kind: int) -> bytes | None:
    """The block with one more name, None if no record has the slack."""
    for each in records(data):
        if each.rec_len - each.need >= need(name):
            new = Record(ino, name, kind, each.rec_len - each.need)
            kept = replace(each, rec_len=each.need).pack() if each.need else b""
            return data[: each.at] + kept + new.pack() + data[each.at + each.rec_len :]
    return None


def removed(data: bytes, name: str) -> bytes:
    """The block without this name: the record's bytes stay, only rec_len or inode changes."""
    before: Record | None = None
    for each in records(data):
        if each.inode and each.name == name:
            if before is None:
                return data[: each.at] + bytes(4) + data[each.at + 4 :]
            length = (before.rec_len + each.rec_len).to_bytes(2, "little")
            return data[: before.at + 4] + length + data[before.at + 6 :]
        before = each
    raise KeyError(name)


def scan(work: Work, ino: int, inode: Inode) -> Iterator[tuple[int, bytes]]:
    """Blocks of a directory, each read as it is needed."""
    for _, block in claims(work, inode).data:
        yield block, work.read(block, "directory", ino)


def entries(work: Work, ino: int) -> tuple[Entry, ...]:
    inode = get_inode(work, ino)
    return tuple(
        Entry(each.name, each.inode, each.type, block)
        for block, data in scan(work, ino, inode)
        for each in records(data)
        if each.inode
    )


def lookup(work: Work, ino: int, name: str) -> int:
    """The inode behind a name, 0 if the directory has not got it; stops at the block that has it."""
    for _, data in scan(work, ino, get_inode(work, ino)):
        for each in records(data):
            if each.inode and each.name == name:
                return each.inode
    return 0


def add(work: Work, ino: int, name: str, child: int, kind: int) -> None:
    inode = get_inode(work, ino)
    for block, data in scan(work, ino, inode):
        new = inserted(data, child, name, kind)
        if new is not None:
            work.write(block, new, "directory")
            break
    else:
        block = take_block(work)
        work.write(block, Record(child, name, kind, BLOCK).pack(), "directory")
        inode = assign(work, inode, inode.size // BLOCK, block)
        inode = replace(inode, size=inode.size + BLOCK)
    put_inode(work, ino, replace(inode, mtime=work.now, ctime=work.now))


def drop(work: Work, ino: int, name: str) -> None:
    inode = get_inode(work, ino)
    for block, data in scan(work, ino, inode):
        if any(each.inode and each.name == name for each in records(data)):
            work.write(block, removed(data, name), "directory")
            break
    put_inode(work, ino, replace(inode, mtime=work.now, ctime=work.now))


def point(work: Work, ino: int, name: str, child: int, kind: int) -> None:
    """Lead a name that is there to another inode: six bytes change, in one block."""
    inode = get_inode(work, ino)
    for block, data in scan(work, ino, inode):
        found = records(data)
        if any(each.inode and each.name == name for each in found):
            new = tuple(
                replace(each, inode=child, type=kind) if each.inode and each.name == name else each
                for each in found
            )
            work.write(block, _keeping_slack(data, found, new), "directory")
            break
    put_inode(work, ino, replace(inode, mtime=work.now, ctime=work.now))


def _keeping_slack(data: bytes, old: tuple[Record, ...], new: tuple[Record, ...]) -> bytes:
    """Only heads are written: what deleted names left behind stays."""
    changed = bytearray(data)
    for before, after in zip(old, new, strict=True):
        if before != after:
            changed[after.at : after.at + 8] = after.pack()[:8]
    return bytes(changed)
