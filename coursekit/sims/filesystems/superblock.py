"""The superblock of ext4, byte by byte: read, written, and made as mke2fs makes it.

Modelled: every field that mke2fs 1.47.0 sets, at its place, little endian, with the checksum over
the first 1020 bytes. Left out: fields that only a mounted or damaged file system uses (kept as they
are, unnamed). Source: Linux kernel documentation, "ext4 Data Structures and Algorithms".
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from coursekit.sims.filesystems import extents
from coursekit.sims.filesystems.checksums import crc32c
from coursekit.sims.filesystems.extents import Extent
from coursekit.sims.filesystems.geometry import (  # fmt: skip
    DESCRIPTOR_BYTES,
    FIRST_INODE,
    INODE_BYTES,
    JOURNAL_INODE,
    Geometry,
)
from coursekit.sims.message import Message, require

__all__ = ["AT", "BYTES", "FIELDS", "MAGIC", "Birth", "Field", "checksum", "decode", "encode", "features", "make", "values_of"]  # fmt: skip

AT, BYTES, MAGIC = 1024, 1024, 0xEF53
CHECKSUM_AT = 1020
COMPAT = {0x4: "has_journal", 0x8: "ext_attr", 0x10: "resize_inode", 0x20: "dir_index"}
INCOMPAT = {0x2: "filetype", 0x40: "extent", 0x80: "64bit", 0x200: "flex_bg"}
RO_COMPAT = {0x1: "sparse_super", 0x2: "large_file", 0x8: "huge_file", 0x20: "dir_nlink", 0x40: "extra_isize", 0x400: "metadata_csum"}  # fmt: skip
Value = int | bytes


@dataclass(frozen=True)
class Field:
    """A field: where, how long, what it says."""

    at: int
    size: int
    name: str
    value: Value
    raw: bytes
    why: Message


@dataclass(frozen=True, kw_only=True)
class Birth:
    """What is not the geometry's: identity, time, where the journal came to lie."""

    uuid: bytes = bytes(16)
    hash_seed: bytes = bytes(16)
    time: int = 0
    journal_at: int = 0  # block
    written_kib: int = 0

    def __post_init__(self) -> None:
        for name in ("uuid", "hash_seed"):
            n = len(getattr(self, name))
            require(n == 16, "{name}={n}: choose 16 bytes", name=name, n=n)


FIELDS: tuple[tuple[int, str, str, Message], ...] = (
    (0, "I", "inodes", Message.of("How many inodes there are, for ever.")),
    (4, "I", "blocks", Message.of("How many blocks there are.")),
    (8, "I", "reserved", Message.of("Blocks that only root may use: 5 %.")),
    (12, "I", "free_blocks", Message.of("Blocks that are free.")),
    (16, "I", "free_inodes", Message.of("Inodes that are free.")),
    (20, "I", "first_data_block", Message.of("The block with the superblock: 1 where blocks have 1 KiB, else 0.")),
    (24, "I", "log_block_size", Message.of("The block size is 1024 shifted left by this: 2 says 4096.")),
    (28, "I", "log_cluster_size", Message.of("The same for clusters; without bigalloc they are blocks.")),
    (32, "I", "blocks_per_group", Message.of("Blocks in a group: as many as one block of bitmap has bits.")),
    (36, "I", "clusters_per_group", Message.of("Clusters in a group; without bigalloc they are blocks.")),
    (40, "I", "inodes_per_group", Message.of("Inodes in a group.")),
    (44, "I", "mounted", Message.of("When it was last mounted: seconds since 1970.")),
    (48, "I", "written", Message.of("When it was last written to: seconds since 1970.")),
    (52, "H", "mounts", Message.of("Mounts since the last full check.")),
    (54, "H", "most_mounts", Message.of("Mounts after which a full check is due; 65535: never.")),
    (56, "H", "magic", Message.of("EF53: this is ext2, ext3 or ext4.")),
    (58, "H", "state", Message.of("1: unmounted in order. Without it, a check is due.")),
    (60, "H", "errors", Message.of("What to do about an error found: 1 goes on, 2 mounts read-only, 3 stops.")),
    (62, "H", "minor", Message.of("Minor version.")),
    (64, "I", "checked", Message.of("When it was last checked: seconds since 1970.")),
    (68, "I", "check_interval", Message.of("Seconds after which a check is due; 0: never.")),
    (72, "I", "creator", Message.of("The system it was made on: 0 is Linux.")),
    (76, "I", "revision", Message.of("1: inode size and features are given below.")),
    (80, "H", "uid", Message.of("The user who may use the reserved blocks.")),
    (82, "H", "gid", Message.of("The group that may use the reserved blocks.")),
    (84, "I", "first_inode", Message.of("The first inode that is not reserved.")),
    (88, "H", "inode_size", Message.of("Bytes of an inode.")),
    (90, "H", "group", Message.of("The group this copy stands in.")),
    (92, "I", "compat", Message.of("Features that a system may ignore.")),
    (96, "I", "incompat", Message.of("Features that a system must know, or it may not mount.")),
    (100, "I", "ro_compat", Message.of("Features that a system must know, or it may only read.")),
    (104, "16s", "uuid", Message.of("The name that no other file system has.")),
    (120, "16s", "label", Message.of("The name that people gave.")),
    (206, "H", "reserved_descriptors", Message.of("Blocks kept after the group descriptors, to grow.")),
    (224, "I", "journal_inode", Message.of("The inode of the journal: 8; 0: no journal.")),
    (236, "16s", "hash_seed", Message.of("The seed of the hashes in large directories.")),
    (252, "B", "hash_version", Message.of("The hash of large directories: 1 is half MD4.")),
    (253, "B", "journal_backup", Message.of("1: a copy of the journal's block map follows below.")),
    (254, "H", "descriptor_size", Message.of("Bytes of a group descriptor.")),
    (256, "I", "mount_options", Message.of("Options at every mount: 4 user_xattr, 8 acl.")),
    (264, "I", "made", Message.of("When it was made: seconds since 1970.")),
    (268, "60s", "journal_map", Message.of("The journal's block map, as in its inode.")),
    (328, "I", "journal_size_high", Message.of("The journal's size in bytes, the upper half.")),
    (332, "I", "journal_size", Message.of("The journal's size in bytes.")),
    (348, "H", "extra_least", Message.of("Bytes that every inode has beyond the first 128.")),
    (350, "H", "extra_wanted", Message.of("Bytes that new inodes should have beyond the first 128.")),
    (352, "I", "flags", Message.of("1: directory hashes take characters as signed numbers.")),
    (372, "B", "log_flex", Message.of("Groups whose tables lie together: 2 to this power.")),
    (373, "B", "checksum_type", Message.of("1: CRC-32C.")),
    (376, "Q", "written_kib", Message.of("KiB written in its whole life.")),
    (584, "I", "overhead", Message.of("Blocks that no file can have.")),
    (CHECKSUM_AT, "I", "checksum", Message.of("CRC-32C of all bytes before it.")),
)  # fmt: skip


def decode(data: bytes) -> tuple[Field, ...]:
    """Every named field; ParameterError where it is no superblock."""
    require(len(data) == BYTES, "superblock={n}: choose 1024 bytes", n=len(data))
    magic = struct.unpack_from("<H", data, 56)[0]
    require(magic == MAGIC, "magic={magic:04x}: a superblock of ext has ef53 at byte 56", magic=magic)  # fmt: skip
    found = []
    for at, kind, name, why in FIELDS:
        size = struct.calcsize("<" + kind)
        found.append(Field(at, size, name, struct.unpack_from("<" + kind, data, at)[0], data[at : at + size], why))  # fmt: skip
    return tuple(found)


def values_of(data: bytes) -> dict[str, Value]:
    """Name -> value of every named field."""
    return {each.name: each.value for each in decode(data)}


def encode(values: Mapping[str, Value]) -> bytes:
    """1024 bytes with these fields; the checksum is computed."""
    data = bytearray(BYTES)
    known = {name for _at, _kind, name, _why in FIELDS}
    for name in values:
        require(name in known, "field={name}: no such field", name=name)
    for at, kind, name, _why in FIELDS:
        if name in values:
            struct.pack_into("<" + kind, data, at, values[name])
    struct.pack_into("<I", data, CHECKSUM_AT, checksum(bytes(data)))
    return bytes(data)


def checksum(data: bytes) -> int:
    """As ext4 stores it: CRC-32C begun with ones and not inverted at the end."""
    return crc32c(data[:CHECKSUM_AT]) ^ 0xFFFF_FFFF


def features(data: bytes) -> tuple[str, ...]:
    """Names of the features, in the order of the three words."""
    values, found = values_of(data), []
    for word, names in (("compat", COMPAT), ("incompat", INCOMPAT), ("ro_compat", RO_COMPAT)):
        bits = values[word]
        found += [name for bit, name in names.items() if isinstance(bits, int) and bits & bit]
    return tuple(found)


def make(geometry: Geometry, birth: Birth | None = None) -> bytes:
    """The superblock of a new file system; the journal lies in one piece from `journal_at`."""
    birth = birth or Birth()
    require(
        geometry.journal <= extents.LONGEST,
        "journal={blocks}: more than one extent; choose less than 32 GiB", blocks=geometry.journal,
    )  # fmt: skip
    return encode({**_counts(geometry), **_always(birth), **_journal(geometry, birth)})


def _counts(geometry: Geometry) -> dict[str, Value]:
    shift = geometry.bs.bit_length() - 11
    return {
        "inodes": geometry.inodes, "blocks": geometry.blocks, "reserved": geometry.reserved,
        "free_blocks": geometry.free_blocks, "free_inodes": geometry.free_inodes,
        "first_data_block": geometry.first_data_block, "log_block_size": shift,
        "log_cluster_size": shift, "blocks_per_group": geometry.blocks_per_group,
        "clusters_per_group": geometry.blocks_per_group,
        "inodes_per_group": geometry.inodes_per_group, "overhead": geometry.overhead,
        "reserved_descriptors": geometry.reserved_descriptors,
    }  # fmt: skip


def _always(birth: Birth) -> dict[str, Value]:
    return {
        "written": birth.time, "checked": birth.time, "made": birth.time, "uuid": birth.uuid,
        "hash_seed": birth.hash_seed, "written_kib": birth.written_kib, "most_mounts": 0xFFFF,
        "magic": MAGIC, "state": 1, "errors": 1, "revision": 1, "first_inode": FIRST_INODE,
        "inode_size": INODE_BYTES, "incompat": sum(INCOMPAT), "ro_compat": sum(RO_COMPAT),
        "hash_version": 1, "descriptor_size": DESCRIPTOR_BYTES, "mount_options": 0xC,
        "extra_least": 32, "extra_wanted": 32, "flags": 1, "log_flex": 4, "checksum_type": 1,
    }  # fmt: skip


def _journal(geometry: Geometry, birth: Birth) -> dict[str, Value]:
    if not geometry.journal:
        return {"compat": sum(COMPAT) - 0x4}
    root = extents.pack_root((Extent(0, geometry.journal, birth.journal_at),))
    return {
        "compat": sum(COMPAT), "journal_inode": JOURNAL_INODE, "journal_backup": 1,
        "journal_map": root, "journal_size": geometry.journal * geometry.bs,
    }  # fmt: skip
