"""Every byte of an MBR and of a GPT by its name: what it says, why it is there, which CRC covers it.

For a view of bytes beside their meaning: the fields of an area cover it without a gap and without
an overlap, whatever the bytes are. Sources: UEFI specification 5.2 and 5.3.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import gpt, gptread, mbr

__all__ = ["Area", "Crc", "Field", "Group", "Place", "areas", "array_fields", "field_at", "gpt_areas", "header_fields", "mbr_areas", "mbr_fields"]  # fmt: skip

Crc = Literal["", "header", "array"]
Group = Literal["code", "mark", "state", "chs", "type", "lba", "count", "guid", "crc", "name", "reserved", "empty"]  # fmt: skip
_EMPTY = bytes(gpt.ENTRY)
Place = Literal["mbr", "ebr", "primary header", "primary array", "backup array", "backup header"]


@dataclass(frozen=True)
class Field:
    """Bytes `at` to `at + length` of the disk; `group` is for their colour.

    `crc` names the checksum that notices a change of them; none notices those of sector 0.
    """

    at: int
    length: int
    name: Message
    value: Message | str
    why: Message
    group: Group
    crc: Crc = field(default="")

    @property
    def end(self) -> int:
        """The byte after its last."""
        return self.at + self.length


@dataclass(frozen=True)
class Area:
    """A part of the tables: where it lies, in bytes, and its fields in order."""

    place: Place
    at: int
    length: int
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class _Known:
    """A field of a structure: its place in it, how it is read."""

    at: int
    length: int
    group: Group
    name: Message
    why: Message


def areas(disk: Sparse, sector: int = 512) -> tuple[Area, ...]:
    """The areas of a GPT disk; of any other one, sector 0 and the EBRs of its chain."""
    first, last = (gptread.judge(disk, lba, sector) for lba in (1, disk.length // sector - 1))
    if first.ok or last.ok or _named(first) or _named(last):
        return gpt_areas(disk, sector)
    return mbr_areas(disk)


def _named(copy: gptread.Copy) -> bool:
    return copy.header is not None and copy.header.signature == gpt.SIGNATURE


def mbr_areas(disk: Sparse) -> tuple[Area, ...]:
    """Sector 0, and each EBR that a reader finds."""
    raw = disk.read(0, mbr.SECTOR)
    found = [Area("mbr", 0, mbr.SECTOR, mbr_fields(raw))]
    for entry in mbr.entries_of(raw):
        if entry is not None and entry.type in mbr.EXTENDED:
            for each in mbr.read_chain(disk, entry).logicals:
                at = each.ebr * mbr.SECTOR
                fields = mbr_fields(disk.read(at, mbr.SECTOR), at, chained=True)
                found.append(Area("ebr", at, mbr.SECTOR, fields))
    return tuple(found)


def gpt_areas(disk: Sparse, sector: int = 512) -> tuple[Area, ...]:
    """Protective MBR, header and array, and their copy; a bad header is looked for where it belongs."""
    reading = gptread.read(disk, sector)
    good = reading.believed.header if reading.believed else None
    slots = good.slots if good else gpt.SLOTS
    geometry = gpt.Geometry(sectors=disk.length // sector, sector=sector, slots=slots)
    last = geometry.backup_lba
    if reading.backup.header and reading.backup.lba > 2 * geometry.table_sectors + 2:
        last = reading.backup.lba  # the disk may have grown since
    places: Sequence[tuple[Place, int, int]] = (
        ("mbr", 0, 1), ("primary header", 1, 1), ("primary array", 2, geometry.table_sectors),
        ("backup array", last - geometry.table_sectors, geometry.table_sectors),
        ("backup header", last, 1),
    )  # fmt: skip
    return tuple(_area(disk, place, lba * sector, count * sector, slots) for place, lba, count in places)  # fmt: skip


def _area(disk: Sparse, place: Place, at: int, length: int, slots: int) -> Area:
    raw = disk.read(at, length)
    if place == "mbr":
        return Area(place, at, length, mbr_fields(raw, at))
    if place in ("primary header", "backup header"):
        return Area(place, at, length, header_fields(raw, at))
    return Area(place, at, length, array_fields(raw, at, slots))


def field_at(fields: Sequence[Field], at: int) -> Field:
    """The field that a byte belongs to."""
    for each in fields:
        if each.at <= at < each.end:
            return each
    raise ParameterError("at={at}: no field has this byte", at=at)


def mbr_fields(raw: bytes, at: int = 0, *, chained: bool = False) -> tuple[Field, ...]:
    """Sector 0, or an EBR (`chained`): its addresses count from other places."""
    require(len(raw) >= mbr.SECTOR, "bytes={n}: an MBR has 512", n=len(raw))
    found = [_field(known, raw, at) for known in _MBR]
    for number in range(1, 5):
        start = mbr.ENTRIES_AT + (number - 1) * mbr.ENTRY
        found += _entry(raw[start : start + mbr.ENTRY], at + start, number, chained=chained)
    found += [_field(known, raw, at) for known in _MBR_END]
    if rest := raw[mbr.SECTOR :]:
        found.append(_rest(rest, at + mbr.SECTOR))
    return tuple(found)


def _entry(raw: bytes, at: int, number: int, *, chained: bool) -> Iterator[Field]:
    for known in _MBR_ENTRY:
        name = Message.of("Entry {n}: {part}", n=number, part=known.name)
        why = known.why
        if chained and known.group == "lba":
            why = _OWN if number == 1 else _NEXT
        elif known.group == "type" and raw[4] == mbr.PROTECTIVE:
            why = _PROTECTS
        value = _VALUES[known.group](raw[known.at : known.at + known.length])
        yield Field(at + known.at, known.length, name, value, why, known.group)


def header_fields(raw: bytes, at: int = 0) -> tuple[Field, ...]:
    """A header's sector: 92 bytes that its CRC covers, and the rest, which must be zeros."""
    require(len(raw) >= gpt.HEADER, "bytes={n}: a header has 92", n=len(raw))
    found = [_field(known, raw, at, "header") for known in _HEADER]
    if rest := raw[gpt.HEADER :]:
        found.append(_rest(rest, at + gpt.HEADER))
    return tuple(found)


def array_fields(raw: bytes, at: int = 0, slots: int = gpt.SLOTS) -> tuple[Field, ...]:
    """The entries of an array: six fields a used slot, one an empty slot."""
    found = list[Field]()
    for number in range(1, slots + 1):
        start = (number - 1) * gpt.ENTRY
        found += _slot(raw[start : start + gpt.ENTRY], at + start, number)
    if rest := raw[slots * gpt.ENTRY :]:
        found.append(_rest(rest, at + slots * gpt.ENTRY))
    return tuple(found)


def _slot(raw: bytes, at: int, number: int) -> Iterator[Field]:
    if raw == _EMPTY:
        name = Message.of("Slot {n}", n=number)
        yield Field(at, len(raw), name, Message.of("empty"), _EMPTY_SLOT, "empty", "array")
        return
    for known in _SLOT:
        name = Message.of("Slot {n}: {part}", n=number, part=known.name)
        value = _VALUES[known.group](raw[known.at : known.at + known.length])
        yield Field(at + known.at, known.length, name, value, known.why, known.group, "array")


def _field(known: _Known, raw: bytes, at: int, crc: Crc = "") -> Field:
    value = _VALUES[known.group](raw[known.at : known.at + known.length])
    return Field(at + known.at, known.length, known.name, value, known.why, known.group, crc)


def _rest(raw: bytes, at: int) -> Field:
    return Field(at, len(raw), Message.of("Rest of the sector"), _filled(raw), _UNUSED, "reserved")


def _number(raw: bytes) -> str:
    return str(int.from_bytes(raw, "little"))


def _hex(raw: bytes) -> str:
    """A number of several bytes, the highest digit first, as tools print checksums."""
    return raw[::-1].hex()


def _filled(raw: bytes) -> Message | str:
    used = sum(map(bool, raw))
    if not used:
        return Message.of("zeros")
    return raw[::-1].hex() if len(raw) <= 8 else Message.of("bytes that are not zero: {n}", n=used)


def _chs(raw: bytes) -> Message | str:
    cylinder, head, sector = mbr.chs_read(raw)
    if raw == mbr.BEYOND:
        return Message.of("too far for CHS")
    return f"{cylinder}/{head}/{sector}"


def _mark(raw: bytes) -> str:
    """Letters where all bytes are letters, else digits to base 16."""
    text = raw.decode("latin-1")
    return text if text.isascii() and text.isprintable() else raw.hex(" ").upper()


def _state(raw: bytes) -> Message | str:
    known = {0: Message.of("not active"), mbr.ACTIVE: Message.of("active")}
    return known.get(raw[0], raw.hex().upper())


def _kind(raw: bytes) -> Message | str:
    if len(raw) == 16:
        return gpt.type_name(gpt.guid_text(raw))
    return mbr.type_name(raw[0]) if raw[0] else Message.of("empty")


def _guid(raw: bytes) -> str:
    return gpt.guid_text(raw)


def _name(raw: bytes) -> str:
    return raw.decode("utf-16-le", "replace").partition("\0")[0]


_VALUES = {
    "code": _filled, "mark": _mark, "state": _state, "chs": _chs, "type": _kind, "lba": _number,
    "count": _number, "guid": _guid, "crc": _hex, "name": _name, "reserved": _filled,
}  # fmt: skip

# fmt: off
_UNUSED = Message.of("The standard keeps these bytes for later: writers put zeros, no checksum looks at them.")
_EMPTY_SLOT = Message.of("A type of zeros: no partition. The CRC of the array covers empty slots too.")
_PROTECTS = Message.of("EE: a tool that knows only MBR sees one unknown partition over the whole disk, and leaves it alone.")
_OWN = Message.of("In an EBR this counts from the EBR itself: it is the logical partition.")
_NEXT = Message.of("In an EBR this counts from the start of the extended partition: it is where the next EBR lies.")
_MBR = (
    _Known(0, 440, "code", Message.of("Boot code"), Message.of("A BIOS loads sector 0 and jumps to its first byte. UEFI firmware never runs it.")),
    _Known(440, 4, "crc", Message.of("Disk signature"), Message.of("A number by which Windows and Linux know this disk again. It is no checksum.")),
    _Known(444, 2, "reserved", Message.of("Reserved"), Message.of("Zeros; 5A5A once meant that the disk must not be written.")),
)
_MBR_END = (
    _Known(510, 2, "mark", Message.of("Signature"), Message.of("55 AA at the end of the sector: without it nobody reads the table.")),
)
_MBR_ENTRY = (
    _Known(0, 1, "state", Message.of("status"), Message.of("80: the partition whose boot sector a BIOS starts; 00: any other.")),
    _Known(1, 3, "chs", Message.of("first sector as CHS"), Message.of("Cylinder, head, sector: 10, 8 and 6 bits reach only the first 8 GB of a disk. Tools of today read the LBA.")),
    _Known(4, 1, "type", Message.of("type"), Message.of("What the partition is meant for; 00 means that the entry is empty.")),
    _Known(5, 3, "chs", Message.of("last sector as CHS"), Message.of("The last sector, inclusive; FE FF FF where the cylinder does not fit in 10 bits.")),
    _Known(8, 4, "lba", Message.of("first sector"), Message.of("32 bits, lowest byte first: sectors of 512 bytes end at 2 TiB.")),
    _Known(12, 4, "count", Message.of("number of sectors"), Message.of("A length, where a GPT writes the last sector.")),
)
_HEADER = (
    _Known(0, 8, "mark", Message.of("Signature"), Message.of("EFI PART: a reader looks for it first.")),
    _Known(8, 4, "reserved", Message.of("Revision"), Message.of("00 00 01 00 is version 1.0, the only one there is.")),
    _Known(12, 4, "count", Message.of("Header size"), Message.of("92: so many bytes the header's CRC covers.")),
    _Known(16, 4, "crc", Message.of("CRC of the header"), Message.of("Over the 92 bytes; while it is computed, these four count as zeros.")),
    _Known(20, 4, "reserved", Message.of("Reserved"), Message.of("Must be zeros; the CRC covers them.")),
    _Known(24, 8, "lba", Message.of("MyLBA"), Message.of("The sector of this header: a copy that lies elsewhere by mistake is noticed.")),
    _Known(32, 8, "lba", Message.of("AlternateLBA"), Message.of("The sector of the other header: the last one of the disk, or 1.")),
    _Known(40, 8, "lba", Message.of("FirstUsableLBA"), Message.of("Partitions may begin here: behind the first array.")),
    _Known(48, 8, "lba", Message.of("LastUsableLBA"), Message.of("Partitions may end here, inclusive: before the second array.")),
    _Known(56, 16, "guid", Message.of("Disk GUID"), Message.of("The name of the disk, the same in both copies. Its first three parts are written lowest byte first.")),
    _Known(72, 8, "lba", Message.of("PartitionEntryLBA"), Message.of("Where the array begins: 2 in the first copy, before the header in the second.")),
    _Known(80, 4, "count", Message.of("Number of entries"), Message.of("Slots of the array, used or not: 128 as a rule.")),
    _Known(84, 4, "count", Message.of("Size of an entry"), Message.of("128 bytes as a rule.")),
    _Known(88, 4, "crc", Message.of("CRC of the array"), Message.of("Over all entries. It lies in the header, so the header's CRC covers it: whoever changes an entry must write both anew.")),
)
_SLOT = (
    _Known(0, 16, "type", Message.of("type GUID"), Message.of("What the partition is meant for. Zeros would mean an empty slot.")),
    _Known(16, 16, "guid", Message.of("its own GUID"), Message.of("PARTUUID: the name of this very partition, which stays when others come and go.")),
    _Known(32, 8, "lba", Message.of("first sector"), Message.of("64 bits, lowest byte first.")),
    _Known(40, 8, "lba", Message.of("last sector"), Message.of("Inclusive: the size is last − first + 1 sectors.")),
    _Known(48, 8, "reserved", Message.of("attributes"), Message.of("64 flags: bit 0, the firmware needs it; bit 2, a BIOS may start it; the highest belong to the type.")),
    _Known(56, 72, "name", Message.of("name"), Message.of("36 units of UTF-16, up to the first zero; tools show it, nothing depends on it.")),
)
# fmt: on
