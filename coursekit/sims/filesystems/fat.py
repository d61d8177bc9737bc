"""A FAT volume as bytes: files written to its root directory, read, deleted, and guessed back.

Modelled: FAT12 and FAT16, both copies of the table, chains, long names, deletion as Windows and
Linux do it (first byte E5, chain zeroed), undelete by the guess that the file was in one piece.
Left out: subdirectories, FAT32's root chain, the order in which a crash would leave these writes.
Source: Microsoft's FAT specification (fatgen103). fsck.vfat and mtools accept the images.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from coursekit.sims.filesystems import fatnames
from coursekit.sims.filesystems.fatgeometry import SECTOR, Bits, Fat, boot_sector, read_boot
from coursekit.sims.filesystems.fatnames import DELETED, ENTRY_BYTES, Entry, Stamp
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["Guess", "append", "chain", "contents", "delete", "end_of_chain", "entry", "files", "free_clusters", "get", "link_text", "make", "pack_table", "read", "table", "undelete", "write"]  # fmt: skip

FREE = 0
FIRST = 2


@dataclass(frozen=True)
class Guess:
    """What undelete finds: the clusters it tries, the bytes, and those that other files use now."""

    clusters: tuple[int, ...]
    data: bytes
    reused: tuple[int, ...]

    @property
    def whole(self) -> bool:
        """No cluster has another owner now: it may be right, nothing proves it."""
        return not self.reused


def end_of_chain(bits: Bits) -> int:
    """The mark of a last cluster as written; every value from …8 on is read as one."""
    return {12: 0xFFF, 16: 0xFFFF, 32: 0x0FFF_FFFF}[bits]


def make(fat: Fat, volume_id: int = 0) -> bytes:
    """An empty volume."""
    boot = boot_sector(fat, volume_id)
    image = bytearray(fat.sectors * SECTOR)
    image[:SECTOR] = boot
    end = end_of_chain(fat.bits)
    entries = [end & ~0xFF | fat.media, end] + [FREE] * fat.clusters
    return _with_table(bytes(image), fat, entries)


def pack_table(entries: list[int], bits: Bits) -> bytes:
    """Entries as bytes; two entries of 12 bits share three."""
    if bits != 12:
        return b"".join(each.to_bytes(bits // 8, "little") for each in entries)
    pairs = zip(entries[::2], [*entries[1::2], 0], strict=False)
    packed = b"".join((low | high << 12).to_bytes(3, "little") for low, high in pairs)
    return packed[: -(-len(entries) * 3 // 2)]


def get(raw: bytes, number: int, bits: Bits) -> int:
    """One entry of a table."""
    if bits != 12:
        found = int.from_bytes(raw[number * bits // 8 : (number + 1) * bits // 8], "little")
        return found & 0x0FFF_FFFF
    pair = int.from_bytes(raw[number * 3 // 2 : number * 3 // 2 + 2], "little")
    return pair >> 4 if number % 2 else pair & 0xFFF


def table(image: bytes) -> tuple[int, ...]:
    """Every entry of the first table, from entry 0."""
    fat = read_boot(image)
    at = fat.reserved * SECTOR
    raw = image[at : at + fat.fat_sectors * SECTOR]
    return tuple(get(raw, number, fat.bits) for number in range(fat.clusters + FIRST))


def link_text(value: int, bits: Bits) -> Message:
    """An entry in words: free, bad, the end, or the next cluster."""
    end = end_of_chain(bits)
    if value == FREE:
        return Message.of("free")
    if value >= end - 7:
        return Message.of("end of the file")
    return Message.of("bad") if value == end - 8 else Message.of("next: {n}", n=value)


def chain(entries: tuple[int, ...] | list[int], first: int, bits: Bits) -> tuple[int, ...]:
    """The clusters from a first one to the end of its chain; ParameterError where it is broken."""
    found, last = list[int](), end_of_chain(bits) - 7
    while first < last:
        require(FIRST <= first < len(entries) and first not in found, "cluster={n}: the chain is broken or a loop", n=first)  # fmt: skip
        found.append(first)
        first = entries[first]
    return tuple(found)


def free_clusters(image: bytes) -> tuple[int, ...]:
    """Clusters that no chain has."""
    return tuple(number for number, each in enumerate(table(image)) if each == FREE)


def files(image: bytes) -> tuple[Entry, ...]:
    """Entries of the root directory, deleted ones too."""
    return fatnames.read_entries(_root(image, read_boot(image)))


def entry(image: bytes, name: str) -> Entry:
    """The entry of a file, by its long or short name; upper and lower case are the same."""
    for each in files(image):
        if not each.deleted and name.casefold() in (each.name.casefold(), each.short.casefold()):
            return each
    raise ParameterError("name={name}: no such file in the root directory", name=name)


def read(image: bytes, name: str) -> bytes:
    """The bytes of a file."""
    found, fat = entry(image, name), read_boot(image)
    clusters = chain(table(image), found.cluster, fat.bits) if found.cluster else ()
    return _joined(image, fat, clusters)[: found.size]


def write(image: bytes, name: str, data: bytes, when: Stamp) -> bytes:
    """The volume with one file more, in the lowest free clusters."""
    fat, entries = read_boot(image), list(table(image))
    names = {each for one in files(image) if not one.deleted for each in (one.name.casefold(), one.short.casefold())}  # fmt: skip
    require(name.casefold() not in names, "name={name}: it is there already", name=name)
    needs, free = -(-len(data) // fat.cluster_bytes), free_clusters(image)
    require(needs <= len(free), "size={size}: {needs} clusters are needed, {free} are free", size=len(data), needs=needs, free=len(free))  # fmt: skip
    taken = free[:needs]
    for one, two in pairwise((*taken, end_of_chain(fat.bits))):
        entries[one] = two
    raw = _root(image, fat)
    short = fatnames.short_name(name, _shorts(raw))
    own = fatnames.encode(name, short, taken[0] if taken else 0, len(data), when)
    at = fat.first_root * SECTOR + _room(raw, len(own) // ENTRY_BYTES) * ENTRY_BYTES
    return _filled(_put(_with_table(image, fat, entries), at, own), fat, taken, data)


def append(image: bytes, name: str, data: bytes, when: Stamp) -> bytes:
    """The volume with more at the end of a file: the lowest free clusters follow its last one."""
    found, fat, entries = entry(image, name), read_boot(image), list(table(image))
    has = chain(entries, found.cluster, fat.bits) if found.cluster else ()
    whole = read(image, name) + data
    needs, free = -(-len(whole) // fat.cluster_bytes) - len(has), free_clusters(image)
    require(needs <= len(free), "size={size}: {needs} clusters are needed, {free} are free", size=len(data), needs=needs, free=len(free))  # fmt: skip
    clusters = (*has, *free[:needs])
    for one, two in pairwise((*clusters, end_of_chain(fat.bits))):
        entries[one] = two
    own = fatnames.changed(_slot(image, fat, found.slot), clusters[0] if clusters else 0, len(whole), when)  # fmt: skip
    image = _put(_with_table(image, fat, entries), fat.first_root * SECTOR + found.slot * ENTRY_BYTES, own)  # fmt: skip
    return _filled(image, fat, clusters, whole)


def contents(image: bytes) -> dict[int, bytes]:
    """What stands in each cluster, whoever has it."""
    fat = read_boot(image)
    return {each: _joined(image, fat, (each,)) for each in range(FIRST, fat.clusters + FIRST)}


def delete(image: bytes, name: str) -> bytes:
    """The volume without a file: E5 in its entries, its chain free; every byte of it stays."""
    found, fat, entries = entry(image, name), read_boot(image), list(table(image))
    for cluster in chain(entries, found.cluster, fat.bits) if found.cluster else ():
        entries[cluster] = FREE
    image = _with_table(image, fat, entries)
    for slot in range(found.slot - found.slots + 1, found.slot + 1):
        image = _put(image, fat.first_root * SECTOR + slot * ENTRY_BYTES, bytes([DELETED]))
    return image


def undelete(image: bytes, deleted: Entry) -> Guess:
    """The file that began at the entry's cluster, if it was in one piece: the links are gone."""
    require(deleted.deleted, "name={name}: it is not deleted", name=deleted.name)
    fat, entries = read_boot(image), table(image)
    count = -(-deleted.size // fat.cluster_bytes)
    last = min(deleted.cluster + count, len(entries))
    clusters = tuple(range(deleted.cluster, last)) if count else ()
    reused = tuple(each for each in clusters if entries[each] != FREE)
    return Guess(clusters, _joined(image, fat, clusters)[: deleted.size], reused)


def _shorts(raw: bytes) -> Iterator[bytes]:
    """The 11 bytes of every short name in use."""
    for at in range(0, len(raw), ENTRY_BYTES):
        if raw[at] == 0:
            return
        if raw[at] != DELETED and raw[at + 11] != fatnames.LONG:
            yield raw[at : at + 11]


def _room(raw: bytes, count: int) -> int:
    """The first slot of so many free ones in a row."""
    run = 0
    for slot in range(len(raw) // ENTRY_BYTES):
        run = run + 1 if raw[slot * ENTRY_BYTES] in (0, DELETED) else 0
        if run == count:
            return slot - count + 1
    raise ParameterError("entries={count}: the root directory has no room for them", count=count)


def _root(image: bytes, fat: Fat) -> bytes:
    at = fat.first_root * SECTOR
    return image[at : at + fat.root_sectors * SECTOR]


def _joined(image: bytes, fat: Fat, clusters: tuple[int, ...]) -> bytes:
    starts = (fat.sector(each) * SECTOR for each in clusters)
    return b"".join(image[at : at + fat.cluster_bytes] for at in starts)


def _slot(image: bytes, fat: Fat, slot: int) -> bytes:
    """One entry of the root directory."""
    return _root(image, fat)[slot * ENTRY_BYTES : (slot + 1) * ENTRY_BYTES]


def _filled(image: bytes, fat: Fat, clusters: tuple[int, ...], data: bytes) -> bytes:
    """The data in these clusters, zeros behind their end."""
    for place, cluster in enumerate(clusters):
        piece = data[place * fat.cluster_bytes : (place + 1) * fat.cluster_bytes]
        image = _put(image, fat.sector(cluster) * SECTOR, piece.ljust(fat.cluster_bytes, b"\0"))
    return image


def _with_table(image: bytes, fat: Fat, entries: list[int]) -> bytes:
    """Both copies of the table."""
    raw = pack_table(entries, fat.bits).ljust(fat.fat_sectors * SECTOR, b"\0")
    return _put(image, fat.reserved * SECTOR, raw * fat.fats)


def _put(image: bytes, at: int, piece: bytes) -> bytes:
    return image[:at] + piece + image[at + len(piece) :]
