"""Which bytes of a file mean what: the fields of an OVA's first header, a descriptor, a qcow2.

For a viewer of bytes beside their meaning. Only fields that the chapter talks about are named;
values are read from the bytes themselves. Sources: POSIX ustar; ECMA-119; QEMU's qcow2 format.
"""

from collections.abc import Callable
from dataclasses import dataclass

from coursekit.sims.message import Message
from coursekit.sims.vmfiles.iso import FIRST_DESCRIPTOR, SECTOR
from coursekit.sims.vmfiles.sniff import Kind, sniff

__all__ = ["Field", "fields"]


@dataclass(frozen=True)
class Field:
    """Bytes `start` to `start + length`, what they are, and their value as text."""

    start: int
    length: int
    name: Message
    value: str


@dataclass(frozen=True)
class _Known:
    start: int
    length: int
    name: Message
    read: Callable[[bytes], str]


def fields(file: bytes, kind: Kind | None = None) -> tuple[Field, ...]:
    """The fields of a file by its kind, or of the kind it should be; none where it is unknown."""
    kind = kind or sniff(file[:65_536])
    return tuple(
        Field(each.start, each.length, each.name, each.read(file[each.start : each.start + each.length]))
        for each in _KNOWN.get(kind, ())
    )  # fmt: skip


def _big(data: bytes) -> str:
    return str(int.from_bytes(data, "big"))


def _both(data: bytes) -> str:
    """A number in both orders; both are told when they differ."""
    half = len(data) // 2
    little, big = int.from_bytes(data[:half], "little"), int.from_bytes(data[half:], "big")
    return str(little) if little == big else f"{little} ≠ {big}"


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("latin-1").rstrip(" ")


def _octal(data: bytes) -> str:
    """A number as tar writes it: digits to base 8; the bytes as they are where they are none."""
    text = _text(data)
    digits = text.strip() or "0"
    return str(int(digits, 8)) if set(digits) <= set("01234567") else text


_ISO = FIRST_DESCRIPTOR * SECTOR
_KNOWN = {
    "iso9660": (
        _Known(_ISO, 1, Message.of("Type of the descriptor"), _big),
        _Known(_ISO + 1, 5, Message.of("Mark of ISO 9660"), _text),
        _Known(_ISO + 8, 32, Message.of("Name of the system"), _text),
        _Known(_ISO + 40, 32, Message.of("Name of the volume"), _text),
        _Known(_ISO + 80, 8, Message.of("Sectors, in both byte orders"), _both),
        _Known(_ISO + 128, 4, Message.of("Block size, in both byte orders"), _both),
        _Known(_ISO + 158, 8, Message.of("Sector of the root directory"), _both),
    ),
    "ova": (
        _Known(0, 100, Message.of("Name of the first member"), _text),
        _Known(124, 12, Message.of("Its size in bytes, written to base 8"), _octal),
        _Known(148, 8, Message.of("Sum of the header's bytes, to base 8"), _octal),
        _Known(257, 6, Message.of("Mark of a ustar header"), _text),
    ),
    "qcow2": (
        _Known(0, 4, Message.of("Mark of qcow2"), _text),
        _Known(4, 4, Message.of("Version of the format"), _big),
        _Known(8, 8, Message.of("Where the backing file's name begins"), _big),
        _Known(16, 4, Message.of("Length of that name"), _big),
        _Known(20, 4, Message.of("Cluster size, as a power of 2"), _big),
        _Known(24, 8, Message.of("Size that the guest sees, in bytes"), _big),
        _Known(36, 4, Message.of("Entries of the L1 table"), _big),
        _Known(40, 8, Message.of("Where the L1 table begins"), _big),
        _Known(48, 8, Message.of("Where the refcount table begins"), _big),
        _Known(60, 4, Message.of("Internal snapshots"), _big),
    ),
}
