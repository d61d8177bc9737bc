"""The GPT, byte by byte: protective MBR, header, entries, both CRCs, and the copy at the end.

Modelled: sectors of 512 to 4096 bytes, any number of slots, images that cost only what they hold.
`gptread` judges, lists and repairs what is written here. Left out: headers longer than 92 bytes,
entries other than 128, type-specific attributes. Source: UEFI specification 5.3; the bytes equal
those of sgdisk.
"""

import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from coursekit.sims.message import require
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import mbr

__all__ = ["ENTRY", "HEADER", "HEADER_CRC_AT", "REVISION", "SIGNATURE", "SLOTS", "TYPES", "UNUSED", "Geometry", "Header", "Partition", "array_of", "crc32", "guid_bytes", "guid_text", "header_bytes", "header_crc", "header_of", "headers", "pack_entry", "type_name", "write"]  # fmt: skip

SIGNATURE, REVISION = b"EFI PART", b"\0\0\1\0"  # revision 1.0
HEADER, HEADER_CRC_AT = 92, 16  # bytes of a header that count, and where its own CRC stands
ENTRY, SLOTS = 128, 128  # bytes of an entry, entries of a usual array
NAME = 36  # units of UTF-16
LEAST_ARRAY = 16_384  # bytes that the standard keeps for the array at least
MAX_LBA = 2**64 - 1
UNUSED = bytes(16)  # type of an empty slot
ESP = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
LVM = "E6D6D379-F507-44C2-A23C-238F2A3DF928"
TYPES = {
    ESP: "EFI system", LINUX: "Linux", LVM: "Linux LVM",
    "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F": "Linux swap",
    "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7": "Microsoft basic data",
}  # fmt: skip
_GUID = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}", re.IGNORECASE)
_HEADER = struct.Struct("<8s4sIIIQQQQ16sQIII")
_ENTRY = struct.Struct("<16s16sQQQ72s")


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """A disk of `sectors` of `sector` bytes, and the room of its tables; LBA count from 0."""

    sectors: int
    sector: int = 512
    slots: int = SLOTS

    def __post_init__(self) -> None:
        require(self.sector in (512, 1024, 2048, 4096), "sector={sector}: choose 512, 1024, 2048 or 4096", sector=self.sector)  # fmt: skip
        require(1 <= self.slots <= 1024, "slots={slots}: choose 1 to 1024", slots=self.slots)
        least = 2 * self.table_sectors + 4
        require(least <= self.sectors <= MAX_LBA + 1, "sectors={n}: choose {least} or more, up to 2^64", n=self.sectors, least=least)  # fmt: skip

    @property
    def bytes(self) -> int:
        """Length of the disk."""
        return self.sectors * self.sector

    @property
    def table_sectors(self) -> int:
        """Sectors of an array: 32 of 512 bytes, 4 of 4096."""
        return -(-max(self.slots * ENTRY, LEAST_ARRAY) // self.sector)

    @property
    def first_usable(self) -> int:
        """The sector after the first array."""
        return 2 + self.table_sectors

    @property
    def last_usable(self) -> int:
        """The sector before the second array, inclusive."""
        return self.sectors - 2 - self.table_sectors

    @property
    def backup_lba(self) -> int:
        """The last sector: the second header."""
        return self.sectors - 1

    @property
    def backup_table(self) -> int:
        """Where the second array begins."""
        return self.backup_lba - self.table_sectors


@dataclass(frozen=True, kw_only=True)
class Partition:
    """What an entry says; `last` is inclusive."""

    type: str
    guid: str
    first: int
    last: int
    name: str = ""
    attributes: int = 0

    def __post_init__(self) -> None:
        guid_bytes(self.type)
        guid_bytes(self.guid)
        require(guid_bytes(self.type) != UNUSED, "type={type}: all zeros means an empty slot", type=self.type)  # fmt: skip
        require(0 <= self.first <= self.last <= MAX_LBA, "first={first}, last={last}: the last sector is inclusive and not before the first", first=self.first, last=self.last)  # fmt: skip
        units = len(self.name.encode("utf-16-le")) // 2
        require(units <= NAME and "\0" not in self.name, "name={name}: up to 36 units of UTF-16, none of them 0", name=self.name)  # fmt: skip
        require(0 <= self.attributes <= MAX_LBA, "attributes={bits}: they are 64 bits", bits=self.attributes)  # fmt: skip

    @property
    def count(self) -> int:
        """Its sectors."""
        return self.last - self.first + 1


@dataclass(frozen=True, kw_only=True)
class Header:
    """The 92 bytes of a header; `crc` is the one it carries, right or wrong."""

    my_lba: int
    alternate_lba: int
    first_usable: int
    last_usable: int
    disk_guid: str
    entry_lba: int
    slots: int
    array_crc: int
    entry_size: int = ENTRY
    crc: int = field(default=0)
    signature: bytes = SIGNATURE
    revision: bytes = REVISION
    size: int = HEADER
    reserved: int = 0


def crc32(data: bytes) -> int:
    """CRC-32 of IEEE 802.3, as zlib and the UEFI specification compute it."""
    return zlib.crc32(data)


def guid_bytes(text: str) -> bytes:
    """The 16 bytes of a GUID: its first three fields are turned round, the last two are not."""
    require(_GUID.fullmatch(text) is not None, "guid={text}: write 8-4-4-4-12 digits to base 16", text=text)  # fmt: skip
    raw = bytes.fromhex(text.replace("-", ""))
    return raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]


def guid_text(raw: bytes) -> str:
    """A GUID as people write it, in capitals."""
    require(len(raw) == 16, "bytes={n}: a GUID has 16", n=len(raw))
    digits = (raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]).hex().upper()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def type_name(guid: str) -> str:
    """What a type GUID stands for, as tools call it; the GUID where we know none."""
    return TYPES.get(guid.upper(), guid)


def header_bytes(header: Header, crc: int | None = None) -> bytes:
    """The 92 bytes, with the right CRC in them, or a given one."""
    made = _HEADER.pack(
        header.signature, header.revision, header.size, 0, header.reserved, header.my_lba,
        header.alternate_lba, header.first_usable, header.last_usable,
        guid_bytes(header.disk_guid), header.entry_lba, header.slots, header.entry_size,
        header.array_crc,
    )  # fmt: skip
    said = (crc32(made) if crc is None else crc).to_bytes(4, "little")
    return made[:HEADER_CRC_AT] + said + made[HEADER_CRC_AT + 4 :]


def header_crc(raw: bytes) -> int:
    """The CRC that 92 bytes should carry: their own CRC counts as four zeros."""
    return crc32(raw[:HEADER_CRC_AT] + bytes(4) + raw[HEADER_CRC_AT + 4 : HEADER])


def header_of(raw: bytes) -> Header:
    """The fields of a header's first 92 bytes, whatever they are worth."""
    require(len(raw) >= HEADER, "bytes={n}: a header has 92", n=len(raw))
    (
        signature, revision, size, crc, reserved, my_lba, alternate, first, last, guid,
        entry_lba, slots, entry_size, array_crc,
    ) = _HEADER.unpack(raw[:HEADER])  # fmt: skip
    return Header(
        my_lba=my_lba, alternate_lba=alternate, first_usable=first, last_usable=last,
        disk_guid=guid_text(guid), entry_lba=entry_lba, slots=slots, array_crc=array_crc,
        entry_size=entry_size, crc=crc, signature=signature, revision=revision, size=size,
        reserved=reserved,
    )  # fmt: skip


def pack_entry(partition: Partition) -> bytes:
    """The 128 bytes of an entry."""
    name = partition.name.encode("utf-16-le").ljust(2 * NAME, b"\0")
    kind, own = guid_bytes(partition.type), guid_bytes(partition.guid)
    return _ENTRY.pack(kind, own, partition.first, partition.last, partition.attributes, name)


def array_of(geometry: Geometry, partitions: Mapping[int, Partition]) -> bytes:
    """All slots one after the other; slot numbers count from 1."""
    _check(geometry, partitions)
    slots = (partitions.get(number) for number in range(1, geometry.slots + 1))
    return b"".join(bytes(ENTRY) if each is None else pack_entry(each) for each in slots)


def _check(geometry: Geometry, partitions: Mapping[int, Partition]) -> None:
    for number, each in partitions.items():
        require(1 <= number <= geometry.slots, "slot={n}: choose 1 to {slots}", n=number, slots=geometry.slots)  # fmt: skip
        require(
            geometry.first_usable <= each.first and each.last <= geometry.last_usable,
            "partition={n}: its sectors must lie between {first} and {last}",
            n=number, first=geometry.first_usable, last=geometry.last_usable,
        )  # fmt: skip
    placed = sorted(partitions.items(), key=lambda item: item[1].first)
    for (number, one), (other, following) in pairwise(placed):
        require(one.last < following.first, "partition={n}: it overlaps partition {other}", n=number, other=other)  # fmt: skip


def headers(geometry: Geometry, disk_guid: str, array_crc: int) -> tuple[Header, Header]:
    """The primary header and its twin: MyLBA and AlternateLBA exchanged, the other array."""
    primary = Header(
        my_lba=1, alternate_lba=geometry.backup_lba, first_usable=geometry.first_usable,
        last_usable=geometry.last_usable, disk_guid=disk_guid, entry_lba=2, slots=geometry.slots,
        array_crc=array_crc,
    )  # fmt: skip
    return primary, replace(primary, my_lba=geometry.backup_lba, alternate_lba=1, entry_lba=geometry.backup_table)  # fmt: skip


def write(
    geometry: Geometry, disk_guid: str, partitions: Sequence[Partition] | Mapping[int, Partition] = ()
) -> Sparse:  # fmt: skip
    """A whole disk: protective MBR, both headers, both arrays, and no data."""
    slots = partitions if isinstance(partitions, Mapping) else dict(enumerate(partitions, start=1))
    array = array_of(geometry, slots)
    parts = [(0, mbr.protective(geometry.sectors))]
    for header in headers(geometry, disk_guid, crc32(array)):
        parts.append((header.my_lba * geometry.sector, header_bytes(header)))
        parts.append((header.entry_lba * geometry.sector, array))
    return Sparse.made(geometry.bytes, parts)
