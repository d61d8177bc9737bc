"""The MBR, byte by byte: four entries in sector 0, and the chain of an extended partition.

Modelled: the disk signature, entries with CHS and LBA, the protective entry of a GPT disk, logical
partitions through EBRs. Left out: boot code, BIOS translations other than 255 heads of 63 sectors,
FreeBSD and other slices inside partitions. Source: UEFI specification 5.2; sfdisk(8), whose bytes
ours equal.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.sparse import Sparse

__all__ = ["ENTRIES_AT", "ENTRY", "MAX_SECTORS", "SECTOR", "SIGNATURE", "SIGNATURE_AT", "TYPES", "Chain", "Entry", "Logical", "Table", "chs", "chs_read", "entries_of", "lba_of", "make_sector", "pack", "protective", "read_chain", "read_table", "type_name", "unpack", "write_chain"]  # fmt: skip

SECTOR = 512
HEADS, TRACK, CYLINDERS = 255, 63, 1024  # heads, sectors of a track, cylinders that fit in 10 bits
BEYOND = b"\xfe\xff\xff"
DISK_SIGNATURE_AT, ENTRIES_AT, ENTRY, SIGNATURE_AT = 440, 446, 16, 510
SIGNATURE = b"\x55\xaa"
MAX_SECTORS = 2**32 - 1  # a start or a count has 32 bits
ACTIVE = 0x80
EXTENDED = (0x05, 0x0F, 0x85)
PROTECTIVE = 0xEE
GAP = 2048  # sectors from an EBR to its partition: 1 MiB keeps the partition aligned
TYPES = {
    0x05: "extended (CHS)", 0x07: "NTFS, exFAT", 0x0B: "FAT32 (CHS)", 0x0C: "FAT32 (LBA)",
    0x0F: "extended (LBA)", 0x82: "Linux swap", 0x83: "Linux", 0x8E: "Linux LVM",
    0xEE: "GPT protective", 0xEF: "EFI system (FAT)",
}  # fmt: skip
_FIELDS = struct.Struct("<B3sB3sII")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A partition: `count` sectors from `first`, both counted from the start of the table's frame."""

    first: int
    count: int
    type: int = 0x83
    active: bool = False

    def __post_init__(self) -> None:
        for name, least in (("first", 0), ("count", 1)):
            value = getattr(self, name)
            require(least <= value <= MAX_SECTORS, "{name}={value}: choose {least} to {most}, it has 32 bits", name=name, value=value, least=least, most=MAX_SECTORS)  # fmt: skip
        require(1 <= self.type <= 255, "type={type}: choose 1 to 255; 0 means an empty entry", type=self.type)  # fmt: skip

    @property
    def last(self) -> int:
        """The last sector, inclusive."""
        return self.first + self.count - 1


@dataclass(frozen=True)
class Table:
    """What sector 0 says: four places, some empty."""

    entries: tuple[Entry | None, ...]
    disk_signature: int = 0


@dataclass(frozen=True)
class Logical:
    """A logical partition, in sectors of the disk, and the sector of the EBR that names it."""

    ebr: int
    first: int
    count: int
    type: int = 0x83

    @property
    def last(self) -> int:
        """The last sector, inclusive."""
        return self.first + self.count - 1


@dataclass(frozen=True)
class Chain:
    """The logical partitions that a reader finds, from number 5; `broken` says where it stops."""

    logicals: tuple[Logical, ...]
    broken: Message | None = field(default=None)


def chs(lba: int) -> bytes:
    """Head, sector with two bits of the cylinder, cylinder; FE FF FF where it does not fit."""
    require(lba >= 0, "lba={lba}: choose 0 or more", lba=lba)
    cylinder, rest = divmod(lba, HEADS * TRACK)
    if cylinder >= CYLINDERS:
        return BEYOND
    head, sector = divmod(rest, TRACK)
    return bytes([head, (sector + 1) | (cylinder >> 2 & 0xC0), cylinder & 0xFF])


def chs_read(three: bytes) -> tuple[int, int, int]:
    """Cylinder, head and sector (from 1) of three bytes."""
    require(len(three) == 3, "bytes={n}: a CHS address has 3", n=len(three))
    return (three[1] & 0xC0) << 2 | three[2], three[0], three[1] & 0x3F


def lba_of(three: bytes) -> int | None:
    """The sector that three CHS bytes mean; None where they mean none: FE FF FF, or sector 0."""
    cylinder, head, sector = chs_read(three)
    if three == BEYOND or sector == 0:
        return None
    return (cylinder * HEADS + head) * TRACK + sector - 1


def type_name(code: int) -> str:
    """What a type byte stands for, as tools call it; its number where we know none."""
    return TYPES.get(code, f"{code:02X}")


def pack(entry: Entry, *, base: int = 0) -> bytes:
    """The 16 bytes of an entry; `base` is the sector its LBA counts from: CHS always counts from 0."""
    status = ACTIVE if entry.active else 0
    first, last = base + entry.first, base + entry.last
    return _FIELDS.pack(status, chs(first), entry.type, chs(last), entry.first, entry.count)


def unpack(raw: bytes) -> Entry | None:
    """The entry of 16 bytes; None where type or count is 0."""
    require(len(raw) == ENTRY, "bytes={n}: an entry has 16", n=len(raw))
    status, _first, kind, _last, first, count = _FIELDS.unpack(raw)
    if kind == 0 or count == 0:
        return None
    return Entry(first=first, count=count, type=kind, active=status == ACTIVE)


def make_sector(table: Table, *, base: int = 0) -> bytes:
    """Sector 0, or an EBR, with no boot code."""
    require(len(table.entries) <= 4, "entries={n}: an MBR has 4 places", n=len(table.entries))
    require(0 <= table.disk_signature <= MAX_SECTORS, "disk_signature={value}: it has 32 bits", value=table.disk_signature)  # fmt: skip
    sector = bytearray(SECTOR)
    sector[DISK_SIGNATURE_AT : DISK_SIGNATURE_AT + 4] = table.disk_signature.to_bytes(4, "little")
    for place, entry in enumerate(table.entries):
        if entry is not None:
            at = ENTRIES_AT + place * ENTRY
            sector[at : at + ENTRY] = pack(entry, base=base)
    sector[SIGNATURE_AT:] = SIGNATURE
    return bytes(sector)


def read_table(sector: bytes) -> Table:
    """What sector 0 or an EBR says; ParameterError where it does not end in 55 AA."""
    require(len(sector) >= SECTOR, "bytes={n}: an MBR has 512", n=len(sector))
    found = sector[SIGNATURE_AT:SECTOR]
    require(found == SIGNATURE, "signature={found}: an MBR ends in 55 AA", found=found.hex(" ").upper())  # fmt: skip
    raw = sector[DISK_SIGNATURE_AT : DISK_SIGNATURE_AT + 4]
    return Table(entries_of(sector), int.from_bytes(raw, "little"))


def entries_of(sector: bytes) -> tuple[Entry | None, ...]:
    """The four entries, whatever the signature says."""
    starts = range(ENTRIES_AT, SIGNATURE_AT, ENTRY)
    return tuple(unpack(sector[at : at + ENTRY]) for at in starts)


def protective(sectors: int) -> bytes:
    """Sector 0 of a GPT disk: one entry that covers all, so that old tools see no free room."""
    require(sectors >= 2, "sectors={n}: choose 2 or more", n=sectors)
    count = min(sectors - 1, MAX_SECTORS)
    return make_sector(Table((Entry(first=1, count=count, type=PROTECTIVE),)))


def write_chain(disk: Sparse, extended: Entry, logicals: Sequence[Entry], gap: int = GAP) -> Sparse:
    """The disk with an EBR before each logical partition; theirs are sectors of the disk.

    The first EBR is the first sector of the extended partition, each other one stands `gap`
    sectors before its partition. An EBR names its partition, relative to itself, and the next
    EBR, relative to the extended partition.
    """
    places = _places(extended, logicals, gap)
    for number, (ebr, entry) in enumerate(zip(places, logicals, strict=True)):
        own = Entry(first=entry.first - ebr, count=entry.count, type=entry.type)
        link = None
        if number + 1 < len(places):
            following, after = logicals[number + 1], places[number + 1]
            link = Entry(first=after - extended.first, count=following.last - after + 1, type=0x05)
        disk = disk.write(ebr * SECTOR, _ebr(own, link, ebr, extended.first))
    return disk


def _places(extended: Entry, logicals: Sequence[Entry], gap: int) -> list[int]:
    """The sectors of the EBRs; ParameterError where partitions leave no room for them."""
    require(gap >= 1, "gap={gap}: choose 1 or more", gap=gap)
    places, free = list[int](), extended.first
    for number, entry in enumerate(logicals, start=5):
        ebr = extended.first if number == 5 else entry.first - gap
        require(free <= ebr < entry.first and entry.last <= extended.last, "partition={n}: it and its EBR need free sectors inside the extended partition", n=number)  # fmt: skip
        places.append(ebr)
        free = entry.last + 1
    return places


def _ebr(own: Entry, link: Entry | None, at: int, extended: int) -> bytes:
    sector = bytearray(make_sector(Table((own,)), base=at))
    if link is not None:
        sector[ENTRIES_AT + ENTRY : ENTRIES_AT + 2 * ENTRY] = pack(link, base=extended)
    return bytes(sector)


def read_chain(disk: Sparse, extended: Entry) -> Chain:
    """Follow the EBRs; a chain that leaves the partition, returns or has no 55 AA breaks there."""
    found, seen, ebr = list[Logical](), set[int](), extended.first
    while True:
        if broken := _amiss(ebr, extended, seen):
            return Chain(tuple(found), broken)
        seen.add(ebr)
        try:
            own, link, *_rest = read_table(disk.read(ebr * SECTOR, SECTOR)).entries
        except ParameterError as why:
            return Chain(tuple(found), Message.of("The EBR in sector {ebr} cannot be read: {why}.", ebr=ebr, why=why.message))  # fmt: skip
        if own is not None:
            found.append(Logical(ebr, ebr + own.first, own.count, own.type))
        if link is None or link.type not in EXTENDED:
            return Chain(tuple(found))
        ebr = extended.first + link.first


def _amiss(ebr: int, extended: Entry, seen: set[int]) -> Message | None:
    if ebr in seen:
        return Message.of("The chain returns to sector {ebr}: it would go on for ever.", ebr=ebr)
    if not extended.first <= ebr <= extended.last:
        return Message.of("The chain points to sector {ebr}, outside the extended partition.", ebr=ebr)  # fmt: skip
    return None
