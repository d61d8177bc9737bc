"""ext4's geometry: what mke2fs makes of a size: blocks, groups, inodes, backups, journal.

Modelled: the choices of mke2fs 1.47.0 with its own configuration file: block size and bytes per
inode by size, the multiple of 8 inodes that fills its blocks, a last group too small to be kept,
sparse_super backups, reserved descriptor blocks, the journal, what is free at birth. Left out:
bigalloc, meta_bg, 16 TiB and more, options but block size and bytes per inode. Source: mke2fs(8),
mke2fs.conf(5) and the source of e2fsprogs 1.47.0; other versions may choose otherwise.
"""

from dataclasses import dataclass
from functools import cached_property

from coursekit.sims.message import require

__all__ = ["DESCRIPTOR_BYTES", "FIRST_INODE", "INODE_BYTES", "JOURNAL_INODE", "ROOT_INODE", "Geometry", "Where", "has_backup"]  # fmt: skip

INODE_BYTES, DESCRIPTOR_BYTES = 256, 64
ROOT_INODE, JOURNAL_INODE, FIRST_INODE = 2, 8, 11
SMALLEST, LARGEST = 1 << 20, 1 << 44
PAGE = 4096  # a device counts in whole ones
SPARE_BLOCKS = 50  # that a last group must have beside its own tables
GROWTH = 1024  # times its size that the reserved descriptor blocks allow
RESERVED_PERCENT = 5
MIB, TIB = 1 << 20, 1 << 40
KINDS = (  # below this size -> block size, bytes per inode: floppy, small, default, big
    (3 * MIB, 1024, 8192),
    (512 * MIB, 1024, 4096),
    (4 * TIB, 4096, 16_384),
    (LARGEST, 4096, 32_768),
)
JOURNALS = (  # below so many blocks -> blocks of the journal
    (2048, 0),
    (32_768, 1024),
    (256 << 10, 4096),
    (512 << 10, 8192),
    (4096 << 10, 16_384),
    (8192 << 10, 32_768),
    (16_384 << 10, 65_536),
    (32_768 << 10, 131_072),
    (1 << 40, 262_144),
)


@dataclass(frozen=True)
class Where:
    """Where an inode is found: group, place in it, and the block of the group's table."""

    group: int
    index: int
    table_block: int
    byte: int  # in that block


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """A device of `size` bytes; block size and bytes per inode as mke2fs chooses, or given (0: chosen)."""

    size: int
    block_size: int = 0
    inode_ratio: int = 0

    def __post_init__(self) -> None:
        require(
            SMALLEST <= self.size < LARGEST,
            "size={size}: choose 1 MiB to less than 16 TiB, in bytes", size=self.size,
        )  # fmt: skip
        require(self.block_size in (0, 1024, 2048, 4096), "block_size={block}: choose 1024, 2048 or 4096", block=self.block_size)  # fmt: skip
        require(
            not self.inode_ratio or max(1024, self.bs) <= self.inode_ratio <= 64 * MIB,
            "inode_ratio={ratio}: choose {least} to 67108864 bytes per inode",
            ratio=self.inode_ratio, least=max(1024, self.bs),
        )  # fmt: skip

    @property
    def _kind(self) -> tuple[int, int]:
        return next((block, ratio) for below, block, ratio in KINDS if self.size < below)

    @property
    def bs(self) -> int:
        """Bytes of a block."""
        return self.block_size or self._kind[0]

    @property
    def ratio(self) -> int:
        """Bytes of the device for each inode."""
        return self.inode_ratio or self._kind[1]

    @property
    def first_data_block(self) -> int:
        """1 where blocks have 1 KiB: block 0 is the boot sector; else 0, the superblock is inside it."""
        return int(self.bs == 1024)

    @property
    def blocks_per_group(self) -> int:
        """Blocks that one block of bitmap counts."""
        return 8 * self.bs

    @cached_property
    def _rounds(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """(groups, blocks, inodes per group): first as counted, then without a last group too small."""
        blocks = self.size // PAGE * (PAGE // self.bs)
        asked = blocks * self.bs // self.ratio
        first = self._round(blocks, asked)
        rest = self._rest(first)
        if first[0] > 1 and rest and rest < self._head(first) + SPARE_BLOCKS:
            return first, self._round(blocks - rest, asked)
        return first, first

    def _round(self, blocks: int, asked: int) -> tuple[int, int, int]:
        groups = _over(blocks - self.first_data_block, self.blocks_per_group)
        each = min(_over(asked, groups), 8 * self.bs)  # one block of bitmap
        full = _over(each * INODE_BYTES, self.bs) * self.bs // INODE_BYTES  # no half block wasted
        return groups, blocks, max(8, full) // 8 * 8

    def _rest(self, counted: tuple[int, int, int]) -> int:
        """Blocks of a last group that is not whole; 0 where it is."""
        return (counted[1] - self.first_data_block) % self.blocks_per_group

    def _head(self, counted: tuple[int, int, int]) -> int:
        """Blocks that the last group's own tables take."""
        groups, blocks, inodes = counted
        own = 2 + _over(inodes * INODE_BYTES, self.bs)
        return own + (self._copy_of(groups, blocks) if has_backup(groups - 1) else 0)

    def _copy_of(self, groups: int, blocks: int) -> int:
        """Blocks of a superblock with its descriptors, reserved ones too."""
        return 1 + self._descriptors(groups) + self._reserved_descriptors(groups, blocks)

    def _descriptors(self, groups: int) -> int:
        return _over(groups * DESCRIPTOR_BYTES, self.bs)

    def _reserved_descriptors(self, groups: int, blocks: int) -> int:
        most = 0xFFFF_FFFF if blocks >= 0xFFFF_FFFF // GROWTH else blocks * GROWTH
        wide = self._descriptors(_over(most - self.first_data_block, self.blocks_per_group))
        return min(wide - self._descriptors(groups), self.bs // 4)

    @property
    def groups(self) -> int:
        """Block groups."""
        return self._rounds[1][0]

    @property
    def blocks(self) -> int:
        """Blocks in use: less than the device has, where a last group was too small."""
        return self._rounds[1][1]

    @property
    def inodes_per_group(self) -> int:
        """Inodes of a group: they fill their blocks and are a multiple of 8."""
        return self._rounds[1][2]

    @property
    def inodes(self) -> int:
        """Inodes of all groups; fixed from now on."""
        return self.groups * self.inodes_per_group

    @property
    def inode_blocks(self) -> int:
        """Blocks of a group's inode table."""
        return _over(self.inodes_per_group * INODE_BYTES, self.bs)

    @property
    def reserved(self) -> int:
        """Blocks that only root may use: 5 %."""
        return self.blocks * RESERVED_PERCENT // 100

    @property
    def reserved_descriptors(self) -> int:
        """Blocks kept after the group descriptors so that the file system can grow."""
        return self._reserved_descriptors(self.groups, self.blocks)

    @property
    def backup_groups(self) -> tuple[int, ...]:
        """Groups that begin with a copy of the superblock, the first one included."""
        return tuple(group for group in range(self.groups) if has_backup(group))

    @property
    def backups(self) -> tuple[int, ...]:
        """Blocks where copies of the superblock are, without the superblock itself."""
        start, each = self.first_data_block, self.blocks_per_group
        return tuple(start + group * each for group in self.backup_groups if group)

    @property
    def journal(self) -> int:
        """Blocks of the journal; 0 where the file system is too small for one."""
        return next(journal for below, journal in JOURNALS if self.blocks < below)

    @property
    def overhead(self) -> int:
        """Blocks that no file can ever have: tables, copies, journal."""
        copies = len(self.backup_groups) * self._copy_of(self.groups, self.blocks)
        tables = self.groups * (2 + self.inode_blocks)
        return self.first_data_block + tables + copies + self.journal

    @property
    def free_blocks(self) -> int:
        """Free at birth: without root, lost+found, the map blocks of the resize and journal inodes."""
        lost_and_found = min(16_384 // self.bs, 12)
        maps = 1 + (_over(self.journal, 32_768) > 4)
        return self.blocks - self.overhead - 1 - lost_and_found - maps

    @property
    def free_inodes(self) -> int:
        """Free at birth: 10 are reserved, lost+found has the first other one."""
        return self.inodes - FIRST_INODE

    def where(self, inode: int) -> Where:
        """Group, place in it and block of the table; inodes are counted from 1."""
        require(1 <= inode <= self.inodes, "inode={inode}: choose 1 to {last}", inode=inode, last=self.inodes)  # fmt: skip
        group, index = divmod(inode - 1, self.inodes_per_group)
        return Where(group, index, *divmod(index * INODE_BYTES, self.bs))


def has_backup(group: int) -> bool:
    """sparse_super: groups 0, 1 and the powers of 3, 5 and 7."""
    return group <= 1 or any(_power_of(group, base) for base in (3, 5, 7))


def _power_of(number: int, base: int) -> bool:
    while number % base == 0:
        number //= base
    return number == 1


def _over(size: int, part: int) -> int:
    return -(-size // part)
