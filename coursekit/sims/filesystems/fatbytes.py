"""A directory entry of FAT, field by field: 32 bytes of a short name, or of a part of a long one.

Modelled: where each field stands, its bytes, what they say. Left out: what Windows keeps in the bytes
for lower case. Source: Microsoft's FAT specification (fatgen103).
"""

from dataclasses import dataclass
from typing import Literal

from coursekit.sims.filesystems.fatnames import DELETED, ENTRY_BYTES, LAST, LONG, clock
from coursekit.sims.message import Message, require

__all__ = ["EntryField", "Kind", "Row", "fields", "rows"]

Kind = Literal["short", "long", "deleted", "deleted long", "free"]


@dataclass(frozen=True)
class EntryField:
    """Bytes from `at` on, what they are for, what they say."""

    at: int
    raw: bytes
    name: Message
    value: str


@dataclass(frozen=True)
class Row:
    """One entry of a directory: its number, its kind, its bytes."""

    slot: int
    kind: Kind
    raw: bytes


SHORT = (
    (0, 8, Message.of("name")), (8, 3, Message.of("ending")), (11, 1, Message.of("attributes")),
    (12, 8, Message.of("case, made, read")), (20, 2, Message.of("cluster, high")), (22, 2, Message.of("time of day")),
    (24, 2, Message.of("date")), (26, 2, Message.of("first cluster")), (28, 4, Message.of("size")),
)  # fmt: skip
PART = (
    (0, 1, Message.of("order")), (1, 10, Message.of("letters 1–5")), (11, 1, Message.of("attributes")),
    (12, 1, Message.of("type")), (13, 1, Message.of("checksum")), (14, 12, Message.of("letters 6–11")),
    (26, 2, Message.of("zero")), (28, 4, Message.of("letters 12–13")),
)  # fmt: skip


def rows(directory: bytes) -> tuple[Row, ...]:
    """Every entry of a directory; those behind its end are free."""
    found, ended = list[Row](), False
    for slot in range(len(directory) // ENTRY_BYTES):
        raw = directory[slot * ENTRY_BYTES : (slot + 1) * ENTRY_BYTES]
        ended = ended or raw[0] == 0
        found.append(Row(slot, "free" if ended else _kind(raw), raw))
    return tuple(found)


def fields(raw: bytes) -> tuple[EntryField, ...]:
    """The fields of one entry."""
    require(len(raw) == ENTRY_BYTES, "entry={n}: an entry has 32 bytes", n=len(raw))
    long = raw[11] == LONG
    return tuple(
        EntryField(at, raw[at : at + size], name, (_part if long else _short)(at, raw[at : at + size], raw))
        for at, size, name in (PART if long else SHORT)
    )  # fmt: skip


def _kind(raw: bytes) -> Kind:
    if raw[0] == DELETED:
        return "deleted long" if raw[11] == LONG else "deleted"
    return "long" if raw[11] == LONG else "short"


def _short(at: int, piece: bytes, raw: bytes) -> str:
    if at < 11:
        return _letters(piece, deleted=at == 0 and piece[0] == DELETED)
    if at in (22, 24):
        year, month, day, hour, minute, second = clock(_number(raw[24:26]), _number(raw[22:24]))
        return f"{hour}:{minute:02}:{second:02}" if at == 22 else f"{year}-{month:02}-{day:02}"
    return "" if at == 12 else str(_number(piece))


def _part(at: int, piece: bytes, _raw: bytes) -> str:
    if at in (1, 14, 28):
        return piece.decode("utf-16-le", "replace").split("\0")[0].replace("\uffff", "")
    if at == 0:  # the last part comes first, marked with 40
        return "" if piece[0] == DELETED else str(piece[0] & ~LAST)
    return str(_number(piece))


def _letters(piece: bytes, *, deleted: bool) -> str:
    return ("?" if deleted else "") + piece[deleted:].decode("ascii", "replace").rstrip()


def _number(piece: bytes) -> int:
    return int.from_bytes(piece, "little")
