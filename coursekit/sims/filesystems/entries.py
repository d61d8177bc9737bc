"""Records of an ext directory block: names, inodes, and lengths that reach to the next record.

Modelled: records {inode u32, rec_len u16, name_len u8, type u8, name}; a new name takes the slack
of a record that has enough of it; a deleted one is merged into the record before it, its bytes stay;
the checksum's record at the end. Left out: hashed directories, the checksum itself (zero here).
Source: Linux kernel documentation, "ext4 Data Structures and Algorithms", linear directories.
"""

import struct
from dataclasses import dataclass

from coursekit.sims.message import ParameterError, require

__all__ = ["DIRECTORY", "FILE", "SYMLINK", "TAIL_BYTES", "Record", "add", "empty", "fit", "ghosts", "names", "rec_len", "records", "remove"]  # fmt: skip

HEAD = struct.Struct("<IHBB")
FILE, DIRECTORY, SYMLINK, TAIL = 1, 2, 7, 0xDE
TAIL_BYTES, LONGEST = 12, 255


@dataclass(frozen=True)
class Record:
    """One record: it reaches from `at` to at + rec_len; inode 0 says unused."""

    at: int
    inode: int
    rec_len: int
    kind: int
    name: bytes

    @property
    def needs(self) -> int:
        """Bytes that it could not do without."""
        return rec_len(len(self.name)) if self.inode else 0

    @property
    def slack(self) -> int:
        """Bytes after its name that a new record may take."""
        return self.rec_len - self.needs


def rec_len(name_len: int) -> int:
    """8 bytes and the name, rounded up to a multiple of 4."""
    require(1 <= name_len <= LONGEST, "name_len={n}: a name has 1 to 255 bytes", n=name_len)
    return 8 + -(-name_len // 4) * 4


def fit(name_len: int, block: int, *, first: bool = False, tail: bool = True) -> int:
    """Names of this length in one block; the first block has "." and ".." too."""
    _block(block)
    dots = rec_len(1) + rec_len(2) if first else 0
    return (block - dots - TAIL_BYTES * tail) // rec_len(name_len)


def empty(block: int, inode: int = 0, parent: int = 0, *, tail: bool = True) -> bytes:
    """A block without names; with an inode, the first block of a directory: "." and ".."."""
    _block(block)
    room = block - TAIL_BYTES * tail
    end = HEAD.pack(0, TAIL_BYTES, 0, TAIL) + bytes(4) if tail else b""
    if not inode:
        return HEAD.pack(0, room, 0, 0).ljust(room, b"\0") + end
    dots = _packed(inode, 12, DIRECTORY, b".") + _packed(parent, room - 12, DIRECTORY, b"..")
    return dots.ljust(room, b"\0") + end


def records(block: bytes) -> tuple[Record, ...]:
    """Every record, unused ones and the checksum's too; ParameterError where lengths are wrong."""
    found, at = [], 0
    while at < len(block):
        require(at + HEAD.size <= len(block), "at={at}: no room for a record's 8 bytes", at=at)
        inode, length, name_len, kind = HEAD.unpack_from(block, at)
        require(
            length >= 8 and length % 4 == 0 and at + length <= len(block) and HEAD.size + name_len <= length,
            "rec_len={n}: the record at byte {at} does not fit", n=length, at=at,
        )  # fmt: skip
        name = block[at + HEAD.size : at + HEAD.size + name_len]
        found.append(Record(at, inode, length, kind, name))
        at += length
    return tuple(found)


def names(block: bytes) -> dict[str, int]:
    """Name -> inode."""
    return {each.name.decode("utf-8", "replace"): each.inode for each in records(block) if each.inode}  # fmt: skip


def add(block: bytes, name: str, inode: int, kind: int = FILE) -> bytes | None:
    """The block with one name more, in the first slack that is large enough; None: it is full."""
    raw = name.encode()
    require(1 <= inode < 1 << 32, "inode={inode}: choose 1 to 2^32 - 1", inode=inode)
    require(name not in names(block), "name={name}: it is there already", name=name)
    require(
        not any(each in (0, 47) for each in raw), "name={name}: no / and no zero byte", name=name
    )
    need = rec_len(len(raw))
    for each in records(block):
        if each.kind != TAIL and each.slack >= need:
            shorter = struct.pack("<H", each.needs) if each.inode else b""
            at = each.at + each.needs
            changed = _put(block, each.at + 4, shorter) if shorter else block
            return _put(changed, at, _packed(inode, each.rec_len - each.needs, kind, raw))
    return None


def remove(block: bytes, name: str) -> bytes:
    """The block without a name: the record before it grows over it, or its inode becomes 0."""
    raw, before = name.encode(), None
    for each in records(block):
        if each.inode and each.name == raw:
            if before is None:
                return _put(block, each.at, bytes(4))
            return _put(block, before.at + 4, struct.pack("<H", before.rec_len + each.rec_len))
        before = each
    raise ParameterError("name={name}: no such name in the block", name=name)


def ghosts(block: bytes) -> tuple[Record, ...]:
    """Deleted records whose bytes are still there, in the slack of others: names and inodes."""
    found = []
    for each in records(block):
        at, end = each.at + each.needs, each.at + each.rec_len
        if each.kind == TAIL:
            continue
        while at + HEAD.size < end:
            inode, length, name_len, kind = HEAD.unpack_from(block, at)
            if not name_len or at + rec_len(name_len) > end:
                break
            name = block[at + HEAD.size : at + HEAD.size + name_len]
            found.append(Record(at, inode, length, kind, name))
            at += rec_len(name_len)
    return tuple(found)


def _packed(inode: int, length: int, kind: int, name: bytes) -> bytes:
    whole = HEAD.pack(inode, length, len(name), kind) + name
    return whole.ljust(rec_len(len(name)), b"\0")


def _put(block: bytes, at: int, piece: bytes) -> bytes:
    return block[:at] + piece + block[at + len(piece) :]


def _block(block: int) -> None:
    require(block in (1024, 2048, 4096), "block={block}: choose 1024, 2048 or 4096 bytes", block=block)  # fmt: skip
