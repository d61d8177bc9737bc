"""What a reader of a GPT sees: each copy judged, one of them believed, the other repaired.

Modelled: the reading rule of the UEFI specification (5.3.2): signature, CRC of the header, MyLBA,
CRC of the array; the primary first, else the copy at the end; repair of one from the other, and
the move of the second copy to the end of a disk that has grown. Tools are careful in their own
ways: sfdisk and Linux read no GPT where sector 0 has no protective entry, and Linux takes the copy
at the end only with its boot option `gpt` (block/partitions/efi.c); `remarks` says so. Left out:
as in `gpt`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import gpt, mbr
from coursekit.sims.volumes.gpt import ENTRY, Geometry, Header

__all__ = ["Copy", "Fault", "Kind", "Listed", "Reading", "Source", "backup_place", "judge", "listed", "read", "relocate", "remarks", "repair", "verify"]  # fmt: skip

Kind = Literal["outside", "signature", "header crc", "my lba", "array", "array crc"]
Source = Literal["primary", "backup"]


@dataclass(frozen=True)
class Fault:
    """Why a copy is not believed."""

    kind: Kind
    why: Message


@dataclass(frozen=True)
class Listed:
    """An entry that a reader lists; `n` is its slot, from 1; `last` is inclusive."""

    n: int
    type: str
    guid: str
    first: int
    last: int
    name: str
    attributes: int = 0

    @property
    def count(self) -> int:
        """Its sectors."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Copy:
    """One of the two copies: the sector of its header, what that says, what is wrong."""

    lba: int
    header: Header | None
    faults: tuple[Fault, ...]
    array: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether a reader believes it."""
        return not self.faults

    @property
    def header_ok(self) -> bool:
        """Whether signature and header CRC are right, whatever the rest."""
        return self.header is not None and not {each.kind for each in self.faults} & {
            "outside", "signature", "header crc",
        }  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """Both copies, and what a reader believes."""

    primary: Copy
    backup: Copy

    @property
    def source(self) -> Source | None:
        """The copy that is read: the first if it is good, else the other; None: neither is."""
        return "primary" if self.primary.ok else "backup" if self.backup.ok else None

    @property
    def believed(self) -> Copy | None:
        """The copy that is read."""
        if self.source is None:
            return None
        return self.primary if self.source == "primary" else self.backup

    @property
    def disk_guid(self) -> str | None:
        """The GUID of the disk in the copy that is read."""
        copy = self.believed
        return copy.header.disk_guid if copy and copy.header else None

    @cached_property
    def partitions(self) -> tuple[Listed, ...]:
        """What is listed."""
        return listed(self.believed.array if self.believed else b"")


def read(disk: Sparse, sector: int = 512) -> Reading:
    """Judge both copies."""
    primary = judge(disk, 1, sector)
    return Reading(primary, judge(disk, backup_place(disk, primary, sector), sector))


def backup_place(disk: Sparse, primary: Copy, sector: int) -> int:
    """Where the second header is looked for: as the first says, else in the last sector."""
    if primary.header is not None and primary.header_ok:
        return primary.header.alternate_lba
    return disk.length // sector - 1


def judge(disk: Sparse, lba: int, sector: int = 512) -> Copy:
    """The copy whose header lies in this sector, with all that is wrong about it."""
    if not 0 <= lba < disk.length // sector:
        why = Message.of("Sector {lba} is not on the disk.", lba=lba)
        return Copy(lba, None, (Fault("outside", why),))
    raw = disk.read(lba * sector, gpt.HEADER)
    header = gpt.header_of(raw)
    faults, array = _of_the_header(header, raw, lba), b""
    if not {each.kind for each in faults} & {"signature", "header crc"}:
        more, array = _of_the_array(disk, header, sector)
        faults += more
    return Copy(lba, header, tuple(faults), array)


def _of_the_header(header: Header, raw: bytes, lba: int) -> list[Fault]:
    faults, right = list[Fault](), gpt.header_crc(raw)
    if header.signature != gpt.SIGNATURE:
        faults.append(Fault("signature", Message.of("Sector {lba} does not begin with EFI PART.", lba=lba)))  # fmt: skip
    if header.crc != right:
        faults.append(Fault("header crc", Message.of("The header's CRC says {said}, its bytes give {right}.", said=f"{header.crc:08x}", right=f"{right:08x}")))  # fmt: skip
    if header.my_lba != lba:
        faults.append(Fault("my lba", Message.of("The header says that it is sector {said}, but it lies in sector {lba}.", said=header.my_lba, lba=lba)))  # fmt: skip
    return faults


def _of_the_array(disk: Sparse, header: Header, sector: int) -> tuple[list[Fault], bytes]:
    at, length = header.entry_lba * sector, header.slots * header.entry_size
    if header.entry_size != ENTRY or at + length > disk.length:
        return [Fault("array", Message.of("The array at sector {lba}, {slots} entries of {size} bytes, cannot be read.", lba=header.entry_lba, slots=header.slots, size=header.entry_size))], b""  # fmt: skip
    array = disk.read(at, length)
    right = gpt.crc32(array)
    if right != header.array_crc:
        return [Fault("array crc", Message.of("The header's CRC of the array says {said}, the entries give {right}.", said=f"{header.array_crc:08x}", right=f"{right:08x}"))], array  # fmt: skip
    return [], array


def listed(array: bytes) -> tuple[Listed, ...]:
    """The entries of an array whose type is not all zeros, in the order of their slots."""
    entries = (array[at : at + ENTRY] for at in range(0, len(array), ENTRY))
    return tuple(_listed(n, each) for n, each in enumerate(entries, start=1) if each[:16] != gpt.UNUSED)  # fmt: skip


def _listed(number: int, raw: bytes) -> Listed:
    first, last, attributes = (int.from_bytes(raw[at : at + 8], "little") for at in (32, 40, 48))
    name = raw[56:ENTRY].decode("utf-16-le", "replace").partition("\0")[0]
    return Listed(number, gpt.guid_text(raw[:16]), gpt.guid_text(raw[16:32]), first, last, name, attributes)  # fmt: skip


def repair(disk: Sparse, sector: int = 512) -> Sparse:
    """The disk with its bad copy written anew from the good one; ParameterError where none is.

    A sector 0 without any entry gets its protective one back.
    """
    reading = read(disk, sector)
    good = reading.believed
    if good is None or good.header is None:
        raise ParameterError("copies=0: neither copy is good, there is nothing to repair from")
    if _unused(disk):
        disk = disk.write(0, mbr.protective(disk.length // sector))
    if reading.primary.ok and reading.backup.ok:
        return disk
    other = reading.backup.lba if reading.source == "primary" else 1
    room = -(-len(good.array) // sector)
    entry_lba = 2 if other == 1 else other - room
    end = max(other + 1, entry_lba + room) * sector
    require(entry_lba > 0 and end <= disk.length, "lba={lba}: the second copy would lie outside the disk; move it to the end", lba=other)  # fmt: skip
    header = replace(good.header, my_lba=other, alternate_lba=good.lba, entry_lba=entry_lba)
    return _laid(disk, header, good.array, sector)


def _unused(disk: Sparse) -> bool:
    """Whether sector 0 has no 55 AA, or no entry."""
    raw = disk.read(0, mbr.SECTOR)
    return raw[mbr.SIGNATURE_AT :] != mbr.SIGNATURE or not any(mbr.entries_of(raw))


def _laid(disk: Sparse, header: Header, array: bytes, sector: int) -> Sparse:
    disk = disk.write(header.my_lba * sector, gpt.header_bytes(header))
    return disk.write(header.entry_lba * sector, array)


def relocate(disk: Sparse, sector: int = 512) -> Sparse:
    """After the disk has grown: the second copy at its new end, and the room between usable.

    What the old place held stays there. As `sgdisk -e` does it.
    """
    good = read(disk, sector).believed
    if good is None or good.header is None:
        raise ParameterError("copies=0: neither copy is good, there is nothing to repair from")
    geometry = Geometry(sectors=disk.length // sector, sector=sector, slots=good.header.slots)
    furthest = max((each.last for each in listed(good.array)), default=0)
    require(furthest <= geometry.last_usable, "last={last}: a partition ends after the last usable sector, {usable}", last=furthest, usable=geometry.last_usable)  # fmt: skip
    for header in gpt.headers(geometry, good.header.disk_guid, good.header.array_crc):
        disk = _laid(disk, header, good.array, sector)
    return _covered(disk, geometry.sectors)


def _covered(disk: Sparse, sectors: int) -> Sparse:
    """Its protective entry, where it has one, as long as the disk."""
    for at in range(mbr.ENTRIES_AT, mbr.SIGNATURE_AT, mbr.ENTRY):
        if disk.read(at + 4, 1)[0] == mbr.PROTECTIVE:
            return disk.write(at, mbr.protective(sectors)[mbr.ENTRIES_AT :][: mbr.ENTRY])
    return disk


def verify(disk: Sparse, sector: int = 512) -> tuple[Message, ...]:
    """All that a careful tool would report; none for a disk in order."""
    reading = read(disk, sector)
    told = [Message.of("The first copy is bad: {why}", why=each.why) for each in reading.primary.faults]  # fmt: skip
    told += [Message.of("The second copy is bad: {why}", why=each.why) for each in reading.backup.faults]  # fmt: skip
    return (*told, *remarks(disk, reading, sector))


def remarks(disk: Sparse, reading: Reading, sector: int = 512) -> tuple[Message, ...]:
    """What is odd although a copy may be good."""
    told = []
    if not _protected(disk):
        told.append(Message.of("Sector 0 has no protective entry: Linux and sfdisk look for no GPT then, and a tool that knows only MBR sees an empty disk."))  # fmt: skip
    if reading.source == "backup":
        told.append(Message.of("Linux itself looks at the last sector only with the boot option gpt: repair the first copy before you start it again."))  # fmt: skip
    if reading.backup.ok and reading.backup.lba != disk.length // sector - 1:
        told.append(Message.of("The second copy lies in sector {lba}, not in the last one: the disk has grown.", lba=reading.backup.lba))  # fmt: skip
    if reading.primary.ok and reading.backup.ok and reading.primary.array != reading.backup.array:
        told.append(Message.of("Both copies are good, and they list different partitions."))
    return (*told, *_misplaced(reading))


def _protected(disk: Sparse) -> bool:
    try:
        entries = mbr.read_table(disk.read(0, mbr.SECTOR)).entries
    except ParameterError:
        return False
    return any(each is not None and each.type == mbr.PROTECTIVE for each in entries)


def _misplaced(reading: Reading) -> Sequence[Message]:
    header = reading.believed.header if reading.believed else None
    if header is None:
        return ()
    told, placed = [], sorted(reading.partitions, key=lambda each: (each.first, each.n))
    for one, following in pairwise(placed):
        if following.first <= one.last:
            told.append(Message.of("Partitions {one} and {other} overlap.", one=one.n, other=following.n))  # fmt: skip
    told += [
        Message.of("Partition {n} leaves the usable sectors, {first} to {last}.", n=each.n, first=header.first_usable, last=header.last_usable)
        for each in placed if not header.first_usable <= each.first <= each.last <= header.last_usable
    ]  # fmt: skip
    return told
