"""FAT's directory entries: short names, long names in entries of their own, dates and times.

Modelled: 32-byte entries, 8.3 names in upper case, tails ~1, ~2 …, 13 UTF-16 characters for each long
entry with the checksum of the short name, dates from 1980 in steps of 2 seconds. Windows NT's
lower-case bits are read, not written. Left out: code pages (short names are ASCII), the times of
creation and last access. Source: Microsoft's FAT specification (fatgen103).
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.sims.message import require

__all__ = ["DELETED", "ENTRY_BYTES", "Entry", "Stamp", "changed", "checksum", "clock", "encode", "entries_for", "pack_date", "pack_time", "read_entries", "short_name", "shown"]  # fmt: skip

ENTRY_BYTES, DELETED, LONG = 32, 0xE5, 0x0F
VOLUME, FOLDER = 0x08, 0x10
PER_ENTRY, LONGEST, LAST = 13, 255, 0x40
SHORT = struct.Struct("<11sBBBHHHHHHHI")
PARTS = ((1, 10), (14, 12), (28, 4))  # where a long entry keeps its characters
ALLOWED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'()-@^_`{}~")
FORBIDDEN = frozenset('\\/:*?"<>|')
Stamp = tuple[int, int, int, int, int, int]  # year, month, day, hour, minute, second


@dataclass(frozen=True)
class Entry:
    """A file's entries together: where the short one is, what the long ones say, and the rest."""

    slot: int  # of the short entry
    slots: int  # long entries and the short one
    name: str
    short: str
    cluster: int
    size: int
    when: Stamp
    deleted: bool = False
    attributes: int = 0x20


def pack_date(year: int, month: int, day: int) -> int:
    """7 bits of years since 1980, 4 of months, 5 of days."""
    require(1980 <= year <= 2107, "year={year}: choose 1980 to 2107", year=year)
    require(1 <= month <= 12 and 1 <= day <= 31, "date={month}-{day}: no such day", month=month, day=day)  # fmt: skip
    return (year - 1980) << 9 | month << 5 | day


def pack_time(hour: int, minute: int, second: int) -> int:
    """5 bits of hours, 6 of minutes, 5 of half the seconds: an odd second is lost."""
    require(
        0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59,
        "time={hour}:{minute}:{second}: no such time", hour=hour, minute=minute, second=second,
    )  # fmt: skip
    return hour << 11 | minute << 5 | second // 2


def clock(date: int, time: int) -> Stamp:
    """The moment that two packed numbers mean."""
    return (1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, (time & 31) * 2)  # fmt: skip


def checksum(short: bytes) -> int:
    """Of the 11 bytes of a short name: it ties the long entries to it."""
    require(len(short) == 11, "short={n}: a short name has 11 bytes", n=len(short))
    total = 0
    for each in short:
        total = ((total & 1) << 7) + (total >> 1) + each & 0xFF
    return total


def short_name(name: str, taken: Iterable[bytes] = ()) -> bytes:
    """The 11 bytes of a name: as it is where 8.3 holds it, else six letters and a number."""
    _checked(name)
    stem, dot, end = name.rpartition(".")
    if not dot or not stem:
        stem, end = name, ""
    body, tail = _kept(stem), _kept(end)
    used = set(taken)
    exact = (body == stem.upper() and tail == end.upper() and len(body) <= 8 and len(tail) <= 3 and body)  # fmt: skip
    plain = _padded(body, tail)
    if exact and plain not in used:
        return plain
    for number in range(1, 1_000_000):
        mark = f"~{number}"
        found = _padded((body or "_")[: 8 - len(mark)] + mark, tail)
        if found not in used:
            return found
    raise AssertionError(name)  # a million names cannot be in one directory


def shown(short: bytes) -> str:
    """The 11 bytes as people read them: `README.TXT`."""
    stem, end = (part.decode("ascii", "replace").rstrip() for part in (short[:8], short[8:]))
    return f"{stem}.{end}" if end else stem


def entries_for(name: str) -> int:
    """Entries that a long name takes, the short one included."""
    return 1 + -(-len(_checked(name)) // (2 * PER_ENTRY))


def encode(name: str, short: bytes, cluster: int, size: int, when: Stamp, attributes: int = 0x20) -> bytes:  # fmt: skip
    """The entries of a file: long ones last part first, then the short one."""
    require(0 <= size < 1 << 32, "size={size}: a file has up to 4294967295 bytes", size=size)
    date, time = pack_date(*when[:3]), pack_time(*when[3:])
    own = SHORT.pack(short, attributes, 0, 0, time, date, date, cluster >> 16, time, date, cluster & 0xFFFF, size)  # fmt: skip
    if name == shown(short):
        return own
    text = _checked(name)
    count, total = entries_for(name) - 1, checksum(short)
    if len(text) < count * 2 * PER_ENTRY:
        text = (text + b"\0\0").ljust(count * 2 * PER_ENTRY, b"\xff")
    longs = [
        _long(number | (LAST if number == count else 0), total, text[(number - 1) * 26 : number * 26])
        for number in range(count, 0, -1)
    ]  # fmt: skip
    return b"".join(longs) + own


def changed(raw: bytes, cluster: int, size: int, when: Stamp) -> bytes:
    """A short entry with another first cluster, size and time of change."""
    require(0 <= size < 1 << 32, "size={size}: a file has up to 4294967295 bytes", size=size)
    old, stamp = SHORT.unpack(raw), (pack_time(*when[3:]), pack_date(*when[:3]))
    return SHORT.pack(*old[:7], cluster >> 16, *stamp, cluster & 0xFFFF, size)


def read_entries(directory: bytes) -> tuple[Entry, ...]:
    """Every file and every deleted one; a zero byte ends the directory."""
    found, longs = [], list[bytes]()
    for slot in range(len(directory) // ENTRY_BYTES):
        raw = directory[slot * ENTRY_BYTES : (slot + 1) * ENTRY_BYTES]
        if raw[0] == 0:
            break
        if raw[11] == LONG:
            longs.append(raw)
            continue
        if not raw[11] & VOLUME:
            found.append(_entry(slot, raw, longs))
        longs = []
    return tuple(found)


def _entry(slot: int, raw: bytes, longs: list[bytes]) -> Entry:
    short, attributes, case, _tenth, _t, _d, _a, high, time, date, low, size = SHORT.unpack(raw)
    deleted = raw[0] == DELETED
    name = _long_name(short, longs, deleted=deleted)
    said = shown(b"?" + short[1:] if deleted else short)
    low_case = shown(_lowered(short, case)) if not deleted else said
    return Entry(
        slot, 1 + len(longs) if name else 1, name or low_case, said, high << 16 | low, size,
        clock(date, time), deleted, attributes,
    )  # fmt: skip


def _lowered(short: bytes, case: int) -> bytes:
    """Two bits of Windows NT show the name or its ending in lower case."""
    stem = short[:8].lower() if case & 0x08 else short[:8]
    return stem + (short[8:].lower() if case & 0x10 else short[8:])


def _long_name(short: bytes, longs: list[bytes], *, deleted: bool) -> str:
    """What the long entries say together; nothing where they are not of this short name."""
    total = checksum(short)
    if not longs or (not deleted and any(each[13] != total for each in longs)):
        return ""
    raw = b"".join(each[at : at + n] for each in reversed(longs) for at, n in PARTS)
    return raw.decode("utf-16-le", "replace").split("\0")[0]


def _long(order: int, total: int, text: bytes) -> bytes:
    return struct.pack("<B10sBBB12sH4s", order, text[:10], LONG, 0, total, text[10:22], 0, text[22:])  # fmt: skip


def _kept(part: str) -> str:
    """Upper case, without spaces and dots; what a short name may not have becomes _."""
    letters = (letter for letter in part.upper() if letter not in " .")
    return "".join(letter if letter in ALLOWED else "_" for letter in letters)


def _padded(stem: str, end: str) -> bytes:
    return stem[:8].ljust(8).encode("ascii") + end[:3].ljust(3).encode("ascii")


def _checked(name: str) -> bytes:
    """The name as UTF-16."""
    raw = name.encode("utf-16-le")
    require(2 <= len(raw) <= 2 * LONGEST, "name={n}: a name has 1 to 255 characters", n=len(raw) // 2)  # fmt: skip
    bad = "".join(sorted({each for each in name if each in FORBIDDEN or each < " "}))
    require(not bad, "name={name}: {bad} may not be in a name", name=name, bad=bad)
    require(name[-1] not in " .", "name={name}: it may not end with a dot or a space", name=name)
    return raw
