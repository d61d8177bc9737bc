"""NBD byte by byte: a disk over TCP, from the greeting to the last block.

Modelled: the fixed newstyle handshake (NBDMAGIC, IHAVEOPT, options GO, INFO, EXPORT_NAME, LIST,
ABORT and their replies), requests of 28 bytes, simple replies, errors. Left out: TLS, structured
replies, metadata: a server refuses them as unsupported. Source: the NBD protocol document
(doc/proto.md). `nbdpeer` is a server and a client that speak it.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.netstorage.wire import Cursor, Field, Row, Value, hexed, number, text

__all__ = ["COMMANDS", "ERRORS", "OPTIONS", "PORT", "REPLY_TYPES", "Command", "Kind", "Option", "OptionReply", "Reply", "Request", "client_flags", "export_data", "fields", "greeting", "option", "option_go", "option_reply"]  # fmt: skip

PORT = 10_809
NBDMAGIC, IHAVEOPT = b"NBDMAGIC", b"IHAVEOPT"
REPLY_MAGIC = 0x0003E889045565A9
REQUEST_MAGIC, SIMPLE_MAGIC = 0x25609513, 0x67446698
FIXED_NEWSTYLE, NO_ZEROES = 1, 2
EXPORT_NAME, ABORT, LIST, INFO, GO = 1, 2, 3, 6, 7
OPTIONS = {EXPORT_NAME: "EXPORT_NAME", ABORT: "ABORT", LIST: "LIST", 5: "STARTTLS", INFO: "INFO", GO: "GO", 8: "STRUCTURED_REPLY", 9: "LIST_META_CONTEXT", 10: "SET_META_CONTEXT", 11: "EXTENDED_HEADERS"}  # fmt: skip
REP_ACK, REP_SERVER, REP_INFO = 1, 2, 3
ERR_UNSUP, ERR_INVALID, ERR_UNKNOWN = (2**31 + n for n in (1, 3, 6))
REPLY_TYPES = {REP_ACK: "ACK", REP_SERVER: "SERVER", REP_INFO: "INFO", ERR_UNSUP: "ERR_UNSUP", 2**31 + 2: "ERR_POLICY", ERR_INVALID: "ERR_INVALID", ERR_UNKNOWN: "ERR_UNKNOWN"}  # fmt: skip
HAS_FLAGS, READ_ONLY, SEND_FLUSH, SEND_FUA, SEND_TRIM = 1, 2, 4, 8, 32
Command = Literal["read", "write", "disc", "flush", "trim"]
COMMANDS: dict[int, Command] = {0: "read", 1: "write", 2: "disc", 3: "flush", 4: "trim"}
TYPES = {command: code for code, command in COMMANDS.items()}
ERRORS = {0: "OK", 1: "EPERM", 5: "EIO", 12: "ENOMEM", 22: "EINVAL", 28: "ENOSPC", 75: "EOVERFLOW", 95: "ENOTSUP", 108: "ESHUTDOWN"}  # fmt: skip
EPERM, EINVAL, ENOSPC = 1, 22, 28
Kind = Literal["greeting", "client flags", "option", "option reply", "export", "request", "reply"]
_REQUEST = struct.Struct(">IHHQQI")
_SIMPLE = struct.Struct(">IIQ")
_OPTION = struct.Struct(">8sII")
_OPTION_REPLY = struct.Struct(">QIII")
REQUEST, SIMPLE, OPTION, OPTION_REPLY = (each.size for each in (_REQUEST, _SIMPLE, _OPTION, _OPTION_REPLY))  # fmt: skip
GREETING = 18
LONGEST = 4096  # bytes of an export's name, as the protocol allows


def greeting(flags: int = FIXED_NEWSTYLE | NO_ZEROES) -> bytes:
    """The server speaks first."""
    return NBDMAGIC + IHAVEOPT + flags.to_bytes(2, "big")


def client_flags(flags: int = FIXED_NEWSTYLE | NO_ZEROES) -> bytes:
    """The client's answer: what it has understood of the greeting."""
    return flags.to_bytes(4, "big")


@dataclass(frozen=True)
class Option:
    """What a client asks before the first block."""

    code: int
    data: bytes


@dataclass(frozen=True)
class OptionReply:
    """What the server says to it; types from 2^31 on are errors."""

    option: int
    type: int
    data: bytes

    @property
    def failed(self) -> bool:
        return self.type >= 2**31


def option(code: int, data: bytes = b"") -> bytes:
    """An option with its magic and length."""
    return _OPTION.pack(IHAVEOPT, code, len(data)) + data


def _named(name: str) -> bytes:
    raw = name.encode()
    require(len(raw) <= LONGEST, "name={name}: choose up to 4096 bytes", name=name[:40])
    return raw


def option_go(name: str, code: int = GO) -> bytes:
    """The export by name, and no further questions; INFO has the same form."""
    raw = _named(name)
    return option(code, len(raw).to_bytes(4, "big") + raw + b"\0\0")


def option_reply(code: int, kind: int, data: bytes = b"") -> bytes:
    """One of the answers to an option; an ACK or an error is the last."""
    return _OPTION_REPLY.pack(REPLY_MAGIC, code, kind, len(data)) + data


def export_data(size: int, flags: int) -> bytes:
    """Size and transmission flags: what EXPORT_NAME answers and INFO carries."""
    return struct.pack(">QH", size, flags)


def option_of(raw: bytes) -> Option | None:
    """The option at the start of `raw`, None while bytes are missing; ParameterError if it is none."""
    if len(raw) < OPTION:
        return None
    magic, code, length = _OPTION.unpack_from(raw)
    require(magic == IHAVEOPT, "magic={magic}: an option begins with IHAVEOPT", magic=hexed(magic))
    require(length <= 2 * LONGEST, "length={length}: an option has 8192 bytes at most", length=length)  # fmt: skip
    return Option(code, raw[OPTION : OPTION + length]) if len(raw) >= OPTION + length else None


def option_reply_of(raw: bytes) -> OptionReply | None:
    """The same for a reply to an option."""
    if len(raw) < OPTION_REPLY:
        return None
    magic, code, kind, length = _OPTION_REPLY.unpack_from(raw)
    require(magic == REPLY_MAGIC, "magic={magic}: an option reply begins with 0003e889045565a9", magic=f"{magic:016x}")  # fmt: skip
    require(length <= 2**20, "length={length}: an option reply has 1 MiB at most", length=length)
    whole = len(raw) >= OPTION_REPLY + length
    return OptionReply(code, kind, raw[OPTION_REPLY : OPTION_REPLY + length]) if whole else None


def name_in_go(data: bytes) -> str | None:
    """The export that GO or INFO asks for; None where the data are no such thing."""
    if len(data) < 6:
        return None
    length = int.from_bytes(data[:4], "big")
    asked = data[4 + length : 6 + length]
    if len(asked) < 2 or len(data) != 6 + length + 2 * int.from_bytes(asked, "big"):
        return None
    return data[4 : 4 + length].decode("utf-8", "replace")


@dataclass(frozen=True)
class Request:
    """28 bytes from the client; a write's data follow them and are not in here."""

    type: int
    cookie: int
    offset: int = 0
    length: int = 0
    flags: int = 0

    def __post_init__(self) -> None:
        for name, bits in (("type", 16), ("flags", 16), ("cookie", 64), ("offset", 64), ("length", 32)):  # fmt: skip
            value = getattr(self, name)
            require(0 <= value < 2**bits, "{name}={value}: it has {bits} bits", name=name, value=value, bits=bits)  # fmt: skip

    @property
    def command(self) -> str:
        return COMMANDS.get(self.type, "")

    def pack(self) -> bytes:
        return _REQUEST.pack(REQUEST_MAGIC, self.flags, self.type, self.cookie, self.offset, self.length)  # fmt: skip

    @classmethod
    def unpack(cls, raw: bytes) -> "Request":
        """ParameterError where it is none."""
        if len(raw) < REQUEST:
            raise ParameterError("bytes={n}: a request has 28", n=len(raw))
        magic, flags, kind, cookie, offset, length = _REQUEST.unpack_from(raw)
        require(magic == REQUEST_MAGIC, "magic={magic}: a request begins with 25609513", magic=f"{magic:08x}")  # fmt: skip
        return cls(kind, cookie, offset, length, flags)


@dataclass(frozen=True)
class Reply:
    """16 bytes from the server; a read's data follow them where `error` is 0."""

    cookie: int
    error: int = 0

    def pack(self) -> bytes:
        return _SIMPLE.pack(SIMPLE_MAGIC, self.error, self.cookie)

    @classmethod
    def unpack(cls, raw: bytes) -> "Reply":
        """ParameterError where it is none."""
        if len(raw) < SIMPLE:
            raise ParameterError("bytes={n}: a simple reply has 16", n=len(raw))
        magic, error, cookie = _SIMPLE.unpack_from(raw)
        require(magic == SIMPLE_MAGIC, "magic={magic}: a simple reply begins with 67446698", magic=f"{magic:08x}")  # fmt: skip
        return cls(cookie, error)


def fields(kind: Kind, raw: bytes) -> tuple[Field, ...]:
    """Every byte of a message by its name."""
    cursor = Cursor(raw)
    cursor.rows(_ROWS[kind])
    if kind == "option":
        _option_fields(cursor, int.from_bytes(raw[8:12], "big"))
    elif kind == "option reply":
        _reply_fields(cursor, int.from_bytes(raw[12:16], "big"))
    elif kind in ("request", "reply"):
        cursor.take(cursor.left, Message.of("Data"), Message.of("Bytes of the disk, as they are."), "data", hexed)  # fmt: skip
    return cursor.done()


def _option_fields(cursor: Cursor, code: int) -> None:
    if code in (GO, INFO):
        length = int.from_bytes(cursor.raw[cursor.at : cursor.at + 4], "big")
        cursor.take(4, Message.of("Name length"), Message.of("Bytes of the name; 0 asks for the default export."), "length")  # fmt: skip
        cursor.take(length, *_EXPORT_NAME, "name", text)
        cursor.take(2, Message.of("Questions"), Message.of("How many further facts are asked for, two bytes each."), "number")  # fmt: skip
    elif code == EXPORT_NAME:
        cursor.take(cursor.left, *_EXPORT_NAME, "name", text)
    cursor.take(
        cursor.left, Message.of("Data"), Message.of("What the option needs."), "data", hexed
    )


def _reply_fields(cursor: Cursor, kind: int) -> None:
    if kind == REP_INFO:
        cursor.take(2, Message.of("Fact"), Message.of("0: size and flags of the export."), "kind")
        cursor.rows(_ROWS["export"])
    elif kind == REP_SERVER:
        length = int.from_bytes(cursor.raw[cursor.at : cursor.at + 4], "big")
        cursor.take(
            4, Message.of("Name length"), Message.of("Bytes of the export’s name."), "length"
        )
        cursor.take(length, *_EXPORT_NAME, "name", text)
    cursor.take(cursor.left, Message.of("Text"), Message.of("For people."), "name", text)


def _of(names: Mapping[int, str]) -> Callable[[bytes], Value]:
    """A number with its name behind it, where it has one."""

    def value(raw: bytes) -> Value:
        code = int.from_bytes(raw, "big")
        return f"{code} {names.get(code, '')}".strip()

    return value


def _flags(*names: tuple[int, str]) -> Callable[[bytes], Value]:
    """The names of the bits that are set."""

    def value(raw: bytes) -> Value:
        bits = int.from_bytes(raw, "big")
        return ", ".join(name for bit, name in names if bits & bit) or str(bits)

    return value


_HANDSHAKE = _flags((FIXED_NEWSTYLE, "FIXED_NEWSTYLE"), (NO_ZEROES, "NO_ZEROES"))
_EXPORT = _flags((HAS_FLAGS, "HAS_FLAGS"), (READ_ONLY, "READ_ONLY"), (SEND_FLUSH, "SEND_FLUSH"), (SEND_FUA, "SEND_FUA"), (SEND_TRIM, "SEND_TRIM"))  # fmt: skip
# fmt: off
_EXPORT_NAME = (Message.of("Export"), Message.of("A server may have many disks, by name."))
_MAGIC = Message.of("Always the same: both sides see that they speak of the same thing.")
_ROWS: dict[Kind, tuple[Row, ...]] = {
    "greeting": (
        (8, "magic", Message.of("NBDMAGIC"), Message.of("The server speaks first: this is NBD."), text),
        (8, "magic", Message.of("IHAVEOPT"), Message.of("The new style of the handshake: options follow."), text),
        (2, "flags", Message.of("Handshake flags"), Message.of("1: an unknown option is answered, not fatal; 2: no 124 zeros behind EXPORT_NAME."), _HANDSHAKE),
    ),
    "client flags": ((4, "flags", Message.of("Client flags"), Message.of("The same bits: what the client has understood."), _HANDSHAKE),),
    "option": (
        (8, "magic", Message.of("IHAVEOPT"), _MAGIC, text),
        (4, "kind", Message.of("Option"), Message.of("1 this export, old form; 2 goodbye; 3 which are there; 7 this export, and begin."), _of(OPTIONS)),
        (4, "length", Message.of("Length"), Message.of("Bytes of data behind it."), number),
    ),
    "option reply": (
        (8, "magic", Message.of("Magic of option replies"), _MAGIC, hexed),
        (4, "kind", Message.of("Option"), Message.of("The option that is answered."), _of(OPTIONS)),
        (4, "kind", Message.of("Type"), Message.of("1 done, 2 an export’s name, 3 a fact; with the highest bit an error."), _of(REPLY_TYPES)),
        (4, "length", Message.of("Length"), Message.of("Bytes of data behind it."), number),
    ),
    "export": (
        (8, "length", Message.of("Size of the disk"), Message.of("In bytes."), number),
        (2, "flags", Message.of("Transmission flags"), Message.of("What the server can do: flush, write through, forget blocks; whether it refuses writes."), _EXPORT),
    ),
    "request": (
        (4, "magic", Message.of("Magic of requests"), _MAGIC, hexed),
        (2, "flags", Message.of("Command flags"), Message.of("1 (FUA): answer a write only when it is on the medium."), number),
        (2, "kind", Message.of("Command"), Message.of("0 read, 1 write, 2 goodbye, 3 flush, 4 trim."), _of(COMMANDS)),
        (8, "number", Message.of("Cookie"), Message.of("A number of the client’s: the reply carries it, so replies may come in any order."), hexed),
        (8, "address", Message.of("Offset"), Message.of("Where on the disk, in bytes. There are no files and no locks here."), number),
        (4, "length", Message.of("Length"), Message.of("How many bytes; a write’s data follow at once."), number),
    ),
    "reply": (
        (4, "magic", Message.of("Magic of replies"), _MAGIC, hexed),
        (4, "kind", Message.of("Error"), Message.of("0: done; else the number of a system error: 22 wrong request, 28 behind the end, 1 not allowed."), _of(ERRORS)),
        (8, "number", Message.of("Cookie"), Message.of("That of the request; a read’s data follow."), hexed),
    ),
}
# fmt: on
