"""TFTP, the small protocol that firmware knows: its packets byte by byte, and how long a file takes.

Modelled: RRQ, DATA, ACK, ERROR, OACK; block size and window as options; time = ⌈blocks / window⌉ ·
RTT + blocks · (block + 70) / rate, 70 being preamble, Ethernet, IP, UDP, TFTP header, check sequence
and gap. Block numbers have 16 bits. Left out: the round trip that an OACK costs, writing, netascii,
the shorter last block. Sources: RFC 1350, 2347, 2348, 2349, 7440. `tftpstory` plays an exchange.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.netstorage.wire import Cursor, Field, hexed, number

__all__ = ["ERRORS", "OPS", "OVERHEAD", "PORT", "Op", "Packet", "Transfer", "ack", "data", "error", "fields", "number_of", "oack", "rrq", "unpack"]  # fmt: skip

PORT = 69
OVERHEAD = 70
NUMBERS = 65_536  # block numbers that 16 bits tell apart
Op = Literal["RRQ", "WRQ", "DATA", "ACK", "ERROR", "OACK"]
OPS: dict[int, Op] = {1: "RRQ", 2: "WRQ", 3: "DATA", 4: "ACK", 5: "ERROR", 6: "OACK"}
_CODES = {op: code for code, op in OPS.items()}
ERRORS = {
    0: "Not defined, see error message", 1: "File not found", 2: "Access violation",
    3: "Disk full or allocation exceeded", 4: "Illegal TFTP operation",
    5: "Unknown transfer ID", 6: "File already exists", 7: "No such user",
    8: "Option negotiation failed",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """One file to fetch; `mb_s` is the raw rate of the link (1 Gb/s: 125)."""

    size: int
    blk: int = 512
    rtt_s: float = 0.0003
    mb_s: float = 125.0
    window: int = 1

    def __post_init__(self) -> None:
        require(0 <= self.size <= 2**40, "size={size}: choose 0 to 2^40 bytes", size=self.size)
        require(8 <= self.blk <= 65_464, "blk={blk}: choose 8 to 65464 bytes", blk=self.blk)
        require(self.rtt_s >= 0, "rtt_s={rtt}: choose 0 s or more", rtt=self.rtt_s)
        require(self.mb_s > 0, "mb_s={rate}: choose more than 0 MB/s", rate=self.mb_s)
        require(1 <= self.window <= 65_535, "window={n}: choose 1 to 65535 blocks", n=self.window)

    @property
    def blocks(self) -> int:
        """A block shorter than the others ends the file, so a file of whole blocks has an empty one."""
        return self.size // self.blk + 1

    @property
    def waits(self) -> int:
        """Round trips that somebody spends waiting."""
        return ceil(self.blocks / self.window)

    @property
    def wraps(self) -> bool:
        """Whether a block number comes twice: some old firmware fails there."""
        return self.blocks >= NUMBERS

    @property
    def seconds(self) -> float:
        """From the request to the last block."""
        return self.waits * self.rtt_s + self.blocks * (self.blk + OVERHEAD) / (self.mb_s * 1e6)


def number_of(block: int) -> int:
    """The number on the wire of the block-th block, counted from 1: 65536 blocks on it is 0 again."""
    require(block >= 0, "block={n}: choose 0 or more", n=block)
    return block % NUMBERS


@dataclass(frozen=True)
class Packet:
    """A packet that was read; only what its operation has is filled."""

    op: Op
    name: str = ""
    mode: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    block: int = 0
    data: bytes = b""
    code: int = 0
    text: str = ""


def rrq(name: str, *, mode: str = "octet", options: Mapping[str, int | str] | None = None) -> bytes:
    """A read request; it goes to UDP port 69, everything after it to a port of its own."""
    require(bool(name) and name.isascii() and "\0" not in name, "name={name}: give the file’s name in ASCII", name=name)  # fmt: skip
    return _op("RRQ") + _strings(name, mode) + _options(options or {})


def oack(options: Mapping[str, int | str]) -> bytes:
    """The options that the server accepts: it may lower a value and must leave out what it ignores."""
    require(bool(options), "options={n}: an OACK answers one or more", n=len(options))
    return _op("OACK") + _options(options)


def data(block: int, raw: bytes) -> bytes:
    """A block of the file; it is the last when it is shorter than the block size."""
    require(len(raw) <= 65_464, "bytes={n}: a block has 65464 at most", n=len(raw))
    return _op("DATA") + number_of(block).to_bytes(2, "big") + raw


def ack(block: int) -> bytes:
    """All blocks up to this one have come; 0 answers an OACK."""
    return _op("ACK") + number_of(block).to_bytes(2, "big")


def error(code: int, text: str = "") -> bytes:
    """The end of a transfer that failed."""
    require(code in ERRORS, "code={code}: choose 0 to 8", code=code)
    return _op("ERROR") + code.to_bytes(2, "big") + _strings(text or ERRORS[code])


def _op(op: Op) -> bytes:
    return _CODES[op].to_bytes(2, "big")


def _strings(*texts: str) -> bytes:
    return b"".join(each.encode() + b"\0" for each in texts)


def _options(options: Mapping[str, int | str]) -> bytes:
    return b"".join(_strings(name, str(value)) for name, value in options.items())


def unpack(raw: bytes) -> Packet:
    """What a packet says; ParameterError where it is none."""
    op = OPS.get(int.from_bytes(raw[:2], "big")) if len(raw) >= 2 else None
    if op is None:
        raise ParameterError("packet={start}: TFTP begins with a code of 1 to 6", start=raw[:2].hex(" ") or "–")  # fmt: skip
    if op in ("DATA", "ACK", "ERROR"):
        require(len(raw) >= 4, "bytes={n}: a packet {op} has 4 or more", n=len(raw), op=op)
        code = int.from_bytes(raw[2:4], "big")
        if op == "ERROR":
            return Packet(op, code=code, text=raw[4:].rstrip(b"\0").decode("utf-8", "replace"))
        return Packet(op, block=code, data=raw[4:])
    words = [each.decode("utf-8", "replace") for each in raw[2:].split(b"\0")]
    require(words.pop() == "", "bytes={n}: each text of a packet {op} ends with a zero", n=len(raw), op=op)  # fmt: skip
    name, mode = "", ""
    if op != "OACK":
        require(len(words) >= 2, "bytes={n}: a packet {op} names a file and a mode", n=len(raw), op=op)  # fmt: skip
        name, mode, *words = words
    require(len(words) % 2 == 0, "options={words}: each option has a value", words=", ".join(words))
    options = dict(zip(words[::2], words[1::2], strict=True))
    return Packet(op, name, mode, options)


def fields(raw: bytes) -> tuple[Field, ...]:
    """Every byte of a packet by its name."""
    cursor = Cursor(raw)
    op = OPS.get(int.from_bytes(raw[:2], "big"), "")
    cursor.take(2, Message.of("Operation"), _OP_WHY, "kind", lambda each: f"{number(each)} {op}".strip())  # fmt: skip
    if op in ("RRQ", "WRQ", "OACK"):
        if op != "OACK":
            cursor.string(Message.of("File name"), Message.of("A path on the server, under its TFTP folder; it ends with a zero."))  # fmt: skip
            cursor.string(Message.of("Mode"), Message.of("octet: the bytes as they are; netascii would change line ends."), "kind")  # fmt: skip
        _option_fields(cursor)
    elif op in ("DATA", "ACK"):
        cursor.take(2, Message.of("Block number"), _BLOCK_WHY, "number")
    elif op == "ERROR":
        cursor.take(2, Message.of("Error code"), Message.of("1 is a missing file, 2 a forbidden one, 8 a refused option."), "number")  # fmt: skip
        cursor.string(Message.of("Error text"), Message.of("For people; the code is for programs."))
    if op == "DATA":
        cursor.take(cursor.left, Message.of("Data"), Message.of("Bytes of the file; fewer than the block size end it."), "data", hexed)  # fmt: skip
    return cursor.done()


def _option_fields(cursor: Cursor) -> None:
    while cursor.left:
        name = cursor.string(Message.of("Option"), Message.of("What is asked for beyond RFC 1350; a server that does not know it leaves it out of its OACK."), "option")  # fmt: skip
        why = _OPTION_WHY.get(name.rstrip(b"\0").decode("latin-1").lower(), _UNKNOWN_OPTION)
        cursor.string(Message.of("Its value"), why, "option")


# fmt: off
_OP_WHY = Message.of("1 read, 2 write, 3 data, 4 acknowledgement, 5 error, 6 options accepted.")
_BLOCK_WHY = Message.of("From 1 on, 16 bits: after 65535 comes 0 again, where the firmware can do it.")
_UNKNOWN_OPTION = Message.of("A number or a word, as letters.")
_OPTION_WHY = {
    "blksize": Message.of("Bytes of a block: 512 without this option; 1468 fills an Ethernet frame."),
    "tsize": Message.of("0 asks for the size of the file; the server’s answer tells it."),
    "windowsize": Message.of("Blocks that the server sends before it waits for an acknowledgement."),
    "timeout": Message.of("Seconds until a packet is sent again."),
}
# fmt: on
