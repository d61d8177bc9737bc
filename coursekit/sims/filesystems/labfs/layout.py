"""LabFS on 256 blocks of 1 KiB: what stands where, every field packed and unpacked.

A small file system after ext2 (kernel documentation, "The Second Extended Filesystem"): superblock,
two bitmaps, inode table, journal, data. The last block is a copy of the superblock. Little endian.
Left out: block groups, free counts in the superblock (the bitmaps tell), access control lists.
One table for each structure gives both the packing and the words of a block view (`decode`).
"""

import struct
from dataclasses import astuple, dataclass, replace
from functools import cache, lru_cache

from coursekit.sims.message import Message

BLOCK, BLOCKS = 1024, 256
SUPER, INODE_BITMAP, BLOCK_BITMAP, TABLE = 0, 1, 2, 3
INODES, INODE_SIZE = 64, 128
PER_TABLE_BLOCK = BLOCK // INODE_SIZE
JOURNAL, JOURNAL_BLOCKS = 11, 32
DATA, BACKUP = 43, 255
ROOT, FIRST_INODE = 2, 11
DIRECT, PER_MAP = 12, BLOCK // 4
MAX_BLOCKS = DIRECT + PER_MAP + PER_MAP**2
INLINE = 56  # bytes of a symbolic link's text that fit in the 14 pointers
NAME_MAX, LINK_MAX = 255, 100  # few links, so that EMLINK can be met
FREE, FILE, DIRECTORY, SYMLINK = 0, 1, 2, 7  # the type codes of ext2's directory records
TYPES = {FREE: "free", FILE: "file", DIRECTORY: "directory", SYMLINK: "symlink"}
MAGIC, JOURNAL_MAGIC = b"LabF", 0xC03B3998  # the second is jbd2's

Table = tuple[tuple[str, str, Message], ...]  # name, struct code, why

SUPER_FIELDS: Table = (
    ("magic", "4s", Message.of("Says that this is LabFS.")),
    ("block_size", "I", Message.of("Bytes in a block: the unit of everything.")),
    ("blocks", "I", Message.of("Blocks of the volume.")),
    ("inodes", "I", Message.of("Inodes of the table: no more files than that, whatever room is left.")),
    ("journal", "I", Message.of("First block of the journal.")),
    ("journal_blocks", "I", Message.of("Blocks of the journal.")),
    ("first_data", "I", Message.of("First block that files may have.")),
    ("first_inode", "I", Message.of("First inode that files may have; those before are reserved.")),
    ("made", "I", Message.of("When the file system was made.")),
)  # fmt: skip
INODE_FIELDS: Table = (
    ("type", "H", Message.of("1 file, 2 directory, 7 symbolic link, 0 never used.")),
    ("mode", "H", Message.of("Rights: read, write, execute for owner, group, others.")),
    ("uid", "H", Message.of("Owner, by number.")),
    ("gid", "H", Message.of("Group, by number.")),
    ("size", "I", Message.of("Length in bytes; the last block is seldom full.")),
    ("nlink", "I", Message.of("Number of names; at 0 the inode is free.")),
    ("atime", "I", Message.of("Last read; LabFS leaves it alone, as a mount with noatime.")),
    ("mtime", "I", Message.of("Last change of the contents.")),
    ("ctime", "I", Message.of("Last change of the inode.")),
    ("dtime", "I", Message.of("When it was deleted, 0 if it was not.")),
)
RECORD_FIELDS: Table = (
    ("inode", "I", Message.of("The inode that this name leads to; 0 for a record without a name.")),
    ("rec_len", "H", Message.of("Bytes to the next record: what a deleted neighbour left is counted in.")),
    ("name_len", "B", Message.of("Bytes of the name.")),
    ("type", "B", Message.of("Type of the inode, repeated so that a listing need not open it.")),
)  # fmt: skip
HEAD_FIELDS: Table = (
    ("magic", "I", Message.of("Says that this block belongs to the journal's own.")),
    ("kind", "I", Message.of("1 descriptor, 2 commit.")),
    ("sequence", "I", Message.of("Number of the transaction; a commit counts only with its descriptor.")),
    ("count", "I", Message.of("Blocks that the transaction carries.")),
    ("checksum", "I", Message.of("In a commit: CRC-32 of the descriptor and the copies, 0 if none is kept.")),
)  # fmt: skip
DESCRIPTOR, COMMIT = 1, 2


@cache
def _struct(codes: str) -> struct.Struct:
    return struct.Struct("<" + codes)


def packing(table: Table) -> struct.Struct:
    """The struct of a table of fields."""
    return _struct("".join(code for _, code, _ in table))


@dataclass(frozen=True)
class Superblock:
    """Where everything stands."""

    magic: bytes = MAGIC
    block_size: int = BLOCK
    blocks: int = BLOCKS
    inodes: int = INODES
    journal: int = JOURNAL
    journal_blocks: int = JOURNAL_BLOCKS
    first_data: int = DATA
    first_inode: int = FIRST_INODE
    made: int = 0

    def pack(self) -> bytes:
        return packing(SUPER_FIELDS).pack(*astuple(self)).ljust(BLOCK, b"\0")

    @classmethod
    def unpack(cls, data: bytes) -> "Superblock":
        return cls(*packing(SUPER_FIELDS).unpack_from(data))

    @property
    def sound(self) -> bool:
        """Is this LabFS's superblock, whenever it was made?"""
        return replace(self, made=0) == Superblock()


@dataclass(frozen=True)
class Inode:
    """All about a file but its names and its bytes."""

    type: int = FREE
    mode: int = 0o644
    uid: int = 1000
    gid: int = 1000
    size: int = 0
    nlink: int = 0
    atime: int = 0
    mtime: int = 0
    ctime: int = 0
    dtime: int = 0
    pointers: tuple[int, ...] = (0,) * 14  # 12 direct, single, double
    text: bytes = b""  # of a short symbolic link, in the place of the pointers

    def pack(self) -> bytes:
        head = packing(INODE_FIELDS).pack(*astuple(self)[:10])
        tail = (
            self.text.ljust(INLINE, b"\0") if self.inline else struct.pack("<14I", *self.pointers)
        )
        return (head + tail).ljust(INODE_SIZE, b"\0")

    @classmethod
    @lru_cache(maxsize=4096)  # a check of the whole volume unpacks the same bytes again and again
    def unpack(cls, data: bytes) -> "Inode":
        table = packing(INODE_FIELDS)
        bare = cls(*table.unpack_from(data))
        tail = data[table.size : table.size + INLINE]
        if bare.inline:
            return replace(bare, text=tail[: bare.size])
        return replace(bare, pointers=struct.unpack("<14I", tail))

    @property
    def inline(self) -> bool:
        """Does the inode hold the target of the link itself?"""
        return self.type == SYMLINK and self.size <= INLINE

    @property
    def used(self) -> bool:
        return self.type in (FILE, DIRECTORY, SYMLINK) and self.nlink > 0


@dataclass(frozen=True)
class Record:
    """A name of a directory, `at` bytes into its block."""

    inode: int
    name: str
    type: int
    rec_len: int
    at: int = 0

    def pack(self) -> bytes:
        name = self.name.encode()
        head = packing(RECORD_FIELDS).pack(self.inode, self.rec_len, len(name), self.type)
        return (head + name).ljust(self.rec_len, b"\0")

    @property
    def need(self) -> int:
        """Bytes that the record itself takes: 8 and the name, rounded up to 4."""
        return need(self.name) if self.inode else 0


def need(name: str) -> int:
    """Bytes of a record with this name."""
    return 8 + (len(name.encode()) + 3) // 4 * 4


def place(ino: int) -> tuple[int, int]:
    """Block of the inode table and byte in it where an inode stands."""
    return TABLE + (ino - 1) // PER_TABLE_BLOCK, (ino - 1) % PER_TABLE_BLOCK * INODE_SIZE


def head(kind: int, sequence: int, count: int, checksum: int = 0) -> bytes:
    """First bytes of a descriptor or a commit block."""
    return packing(HEAD_FIELDS).pack(JOURNAL_MAGIC, kind, sequence, count, checksum)
