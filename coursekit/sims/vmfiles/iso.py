"""ISO 9660 images: a small one written byte by byte, and a reader of any.

Modelled: the system area, volume descriptors, path tables, one root directory with level 1
names (8.3, upper case), and Joliet's second tree. The reader opens images of other writers too,
with folders. Left out: Rock Ridge, El Torito's boot catalogue, multi-extent files, UDF. Source:
ECMA-119 (= ISO 9660); Joliet Specification.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import ParameterError, require

__all__ = ["FIRST_DESCRIPTOR", "MAGIC", "SECTOR", "Entry", "Volume", "boot_record", "entries", "extract", "image_of", "make_iso", "parse_pvd", "primary", "supplementary", "terminator"]  # fmt: skip

SECTOR = 2048
FIRST_DESCRIPTOR = 16  # sectors 0 to 15 are the system area
MAGIC = b"CD001"
BOOT, PRIMARY, SUPPLEMENTARY, TERMINATOR = 0, 1, 2, 255
ROOT_AT, ROOT_BYTES = 156, 34
DATES_AT, DATE = 813, b"2024010100000000\0"  # four of them; the year the course began
SHORT_DATE = bytes([124, 1, 1, 0, 0, 0, 0])
FOLDER = 2  # flag of a directory record
VOLUME = re.compile(r"[A-Z0-9_ ]{0,32}")  # the standard has no space, makers of discs do
LEVEL_1 = re.compile(r"[A-Z0-9_]{1,8}(\.[A-Z0-9_]{1,3})?")

Error = Literal["too_short", "bad_magic", "no_primary", "endian_mismatch"]


@dataclass(frozen=True)
class Volume:
    """What the primary descriptor says."""

    volume: str
    sectors: int
    block: int

    @property
    def bytes(self) -> int:
        """Length of the volume."""
        return self.sectors * self.block


@dataclass(frozen=True)
class Entry:
    """A file or folder: where its data begin, their length, where its record lies."""

    path: str
    folder: bool
    extent: int
    size: int
    record_at: int


def both(value: int, width: int) -> bytes:
    """A number twice: little-endian, then big-endian."""
    return value.to_bytes(width, "little") + value.to_bytes(width, "big")


def parse_pvd(image: bytes) -> Volume | Error:
    """The primary volume descriptor, or why there is none."""
    at = FIRST_DESCRIPTOR * SECTOR
    while True:
        sector = image[at : at + SECTOR]
        if len(sector) < SECTOR:
            return "too_short"
        if sector[1:6] != MAGIC:
            return "bad_magic"
        if sector[0] == TERMINATOR:
            return "no_primary"
        if sector[0] == PRIMARY:
            return _volume(sector)
        at += SECTOR


def _volume(sector: bytes) -> Volume | Error:
    sectors, block = _both(sector[80:88]), _both(sector[128:132])
    if sectors is None or block is None:
        return "endian_mismatch"
    return Volume(sector[40:72].rstrip(b" ").decode("latin-1"), sectors, block)


def _both(field: bytes) -> int | None:
    """The number of a field that holds it in both orders; None when they disagree."""
    half = len(field) // 2
    little = int.from_bytes(field[:half], "little")
    return little if little == int.from_bytes(field[half:], "big") else None


def entries(image: bytes, *, joliet: bool = False) -> tuple[Entry, ...]:
    """All files and folders, folder by folder; with Joliet's names where it has them."""
    wanted = SUPPLEMENTARY if joliet else PRIMARY
    sector = _descriptor(image, wanted)
    coding = "utf-16-be" if joliet else "latin-1"
    extent, size = _place(sector[ROOT_AT:])
    found, seen, waiting = [], set[int](), [("", extent, size)]
    while waiting:
        path, extent, size = waiting.pop(0)
        if extent in seen:
            raise ParameterError("extent={extent}: a folder that holds itself", extent=extent)
        seen.add(extent)
        for entry in _folder(image, path, extent, size, coding):
            found.append(entry)
            if entry.folder:
                waiting.append((entry.path + "/", entry.extent, entry.size))
    return tuple(found)


def extract(image: bytes, path: str) -> bytes:
    """The contents of a file by its path, without the version: `DOCS/README.TXT`."""
    for entry in entries(image):
        if entry.path == path and not entry.folder:
            return _slice(image, entry.extent, entry.size)
    raise ParameterError("path={path}: no such file in the image", path=path)


def _descriptor(image: bytes, wanted: int) -> bytes:
    for at in range(FIRST_DESCRIPTOR * SECTOR, len(image), SECTOR):
        sector = image[at : at + SECTOR]
        if sector[1:6] != MAGIC or sector[0] == TERMINATOR:
            break
        if sector[0] == wanted and len(sector) == SECTOR:
            return sector
    raise ParameterError("type={type}: the image has no such volume descriptor", type=wanted)


def _place(record: bytes) -> tuple[int, int]:
    extent, size = _both(record[2:10]), _both(record[10:18])
    if extent is None or size is None:
        raise ParameterError("record={record}: its two byte orders disagree", record=record[:18].hex())  # fmt: skip
    return extent, size


def _slice(image: bytes, extent: int, size: int) -> bytes:
    data = image[extent * SECTOR : extent * SECTOR + size]
    require(len(data) == size, "extent={extent}: it ends after the image", extent=extent)
    return data


def _folder(image: bytes, path: str, extent: int, size: int, coding: str) -> Iterator[Entry]:
    """The entries of a folder but `.` and `..`; a record never crosses a sector's end."""
    data, at = _slice(image, extent, size), 0
    while at < size:
        length = data[at]
        if not length:  # the rest of this sector is empty
            at = (at // SECTOR + 1) * SECTOR
            continue
        record = data[at : at + length]
        require(33 < length == len(record), "record={record}: too short", record=record.hex())
        raw = record[33 : 33 + record[32]]
        if raw not in (b"\0", b"\1"):
            name = raw.decode(coding, "replace").partition(";")[0].removesuffix(".")
            folder = bool(record[25] & FOLDER)
            yield Entry(path + name, folder, *_place(record), extent * SECTOR + at)
        at += length


def make_iso(volume: str, files: Mapping[str, bytes], *, joliet: bool = False) -> bytes:
    """An image with these files in its root directory: the same bytes for the same input."""
    for name in files:
        require(LEVEL_1.fullmatch(name) is not None, "name={name}: level 1 has 8.3, upper case, digits and _", name=name)  # fmt: skip
    trees = 2 if joliet else 1
    tables = FIRST_DESCRIPTOR + trees + 1  # two sectors of path tables a tree, then the folders
    folders = tables + 2 * trees
    first = folders + trees
    places, end = _placed(files, first)
    require(len(_directory(places, folders, "utf-16-be")) <= SECTOR, "files={n}: more than one sector of a folder holds", n=len(files))  # fmt: skip
    made = [primary(volume, end, root=folders, tables=tables)]
    made += [supplementary(volume, end, root=folders + 1, tables=tables + 2)] * joliet
    made.append(terminator())
    for tree in range(trees):
        made += [_path_table(folders + tree, "little"), _path_table(folders + tree, "big")]
    made += [_directory(places, folders + tree, ("latin-1", "utf-16-be")[tree]) for tree in range(trees)]  # fmt: skip
    return image_of([*made, *(data for data in files.values() if data)])


def image_of(parts: Sequence[bytes]) -> bytes:
    """Parts behind the system area, each filled up to whole sectors."""
    return bytes(FIRST_DESCRIPTOR * SECTOR) + b"".join(map(_padded, parts))


def primary(volume: str, sectors: int, *, root: int = 0, tables: int = 0) -> bytes:
    """A primary volume descriptor."""
    require(VOLUME.fullmatch(volume) is not None, "volume={volume}: up to 32 of A to Z, 0 to 9, _ and space", volume=volume)  # fmt: skip
    return _described(PRIMARY, volume, sectors, root, tables, "latin-1")


def supplementary(volume: str, sectors: int, *, root: int = 0, tables: int = 0) -> bytes:
    """A supplementary descriptor with Joliet's mark: names in UTF-16."""
    return _described(SUPPLEMENTARY, volume[:16], sectors, root, tables, "utf-16-be")


def boot_record(catalogue: int = 0) -> bytes:
    """El Torito's boot record; `catalogue` is the sector it points to."""
    text = b"EL TORITO SPECIFICATION".ljust(64, b"\0") + catalogue.to_bytes(4, "little")
    return _padded(bytes([BOOT]) + MAGIC + b"\1" + text)


def terminator() -> bytes:
    """The end of the descriptors."""
    return _padded(bytes([TERMINATOR]) + MAGIC + b"\1")


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % SECTOR)


def _described(kind: int, volume: str, sectors: int, root: int, tables: int, coding: str) -> bytes:
    blank = " ".encode(coding)
    sector = bytearray(SECTOR)
    sector[:8] = bytes([kind]) + MAGIC + b"\1\0"
    sector[8:72] = (blank * 64)[:32] + (volume.encode(coding) + blank * 32)[:32]
    sector[80:88] = both(sectors, 4)
    if kind == SUPPLEMENTARY:
        sector[88:91] = b"%/E"  # Joliet, level 3
    sector[120:132] = both(1, 2) + both(1, 2) + both(SECTOR, 2)
    sector[132:140] = both(len(_path_table(root, "little")), 4)
    sector[140:156] = tables.to_bytes(4, "little") + bytes(4) + (tables + 1).to_bytes(4, "big") + bytes(4)  # fmt: skip
    sector[ROOT_AT : ROOT_AT + ROOT_BYTES] = _record(b"\0", root, SECTOR, FOLDER)
    sector[190:DATES_AT] = (blank * 623)[:623]
    sector[DATES_AT:882] = 2 * DATE + b"0" * 16 + b"\0" + DATE + b"\1"
    return bytes(sector)


def _path_table(root: int, order: Literal["little", "big"]) -> bytes:
    """One record, the root's: it is its own parent."""
    return b"\1\0" + root.to_bytes(4, order) + (1).to_bytes(2, order) + b"\0\0"


def _record(name: bytes, extent: int, size: int, flags: int = 0) -> bytes:
    length = 33 + len(name) + (len(name) + 1) % 2  # even: an even name gets a byte more
    body = both(extent, 4) + both(size, 4) + SHORT_DATE + bytes([flags, 0, 0]) + both(1, 2)
    return (bytes([length, 0]) + body + bytes([len(name)]) + name).ljust(length, b"\0")


def _placed(files: Mapping[str, bytes], first: int) -> tuple[dict[str, tuple[int, int]], int]:
    """Name -> (sector, bytes), and the sector after the last; an empty file has none."""
    places, at = {}, first
    for name, data in files.items():
        places[name] = (at if data else 0, len(data))
        at += -(-len(data) // SECTOR)
    return places, at


def _directory(places: Mapping[str, tuple[int, int]], own: int, coding: str) -> bytes:
    dots = _record(b"\0", own, SECTOR, FOLDER) + _record(b"\1", own, SECTOR, FOLDER)
    names = sorted(places, key=lambda name: f"{name}{'' if '.' in name else '.'}")
    return dots + b"".join(
        _record(f"{name}{'' if '.' in name else '.'};1".encode(coding), *places[name])
        for name in names
    )
