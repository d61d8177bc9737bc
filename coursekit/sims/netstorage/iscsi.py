"""iSCSI byte by byte: the 48-byte header of a login, of a SCSI command and of its answer.

Modelled: login request and response, SCSI command (READ(10), WRITE(10)), Data-In with status, each
with its data segment, padded to four bytes. Left out: digests, sequences of several PDUs, task
management, authentication. Sources: RFC 7143, SBC-3 for the commands. `login` tells a session.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.netstorage.wire import Cursor, Field, Row, Value, hexed, number

__all__ = ["HEADER", "OPCODES", "PORT", "Pdu", "State", "Told", "fields", "login", "opening", "read10", "tell", "unpack", "write10"]  # fmt: skip

PORT, HEADER, BLOCK = 3260, 48, 512
Kind = Literal["Login Request", "Login Response", "SCSI Command", "SCSI Response", "SCSI Data-In"]
OPCODES: dict[int, Kind] = {0x03: "Login Request", 0x23: "Login Response", 0x01: "SCSI Command", 0x21: "SCSI Response", 0x25: "SCSI Data-In"}  # fmt: skip
STAGES = {0: "security negotiation", 1: "operational negotiation", 3: "full feature"}
ISID = bytes.fromhex("00023d000001")
INITIATOR, TARGET = "iqn.2024-01.lab:client", "iqn.2024-01.lab:disk0"
IMMEDIATE, FINAL, READ, WRITE, TRANSIT, STATUS = 0x40, 0x80, 0x40, 0x20, 0x80, 0x01


@dataclass(frozen=True)
class Pdu:
    """One protocol data unit: 48 bytes, of which `specific` depends on the kind, then data."""

    opcode: int
    flags: int
    words: bytes  # bytes 2 and 3
    lun: bytes  # bytes 8 to 15; in a login ISID and TSIH
    tag: int  # initiator task tag, bytes 16 to 19
    specific: bytes  # bytes 20 to 47
    data: bytes = field(default=b"")

    def __post_init__(self) -> None:
        require(len(self.specific) == 28 and len(self.lun) == 8 and len(self.words) == 2, "header={n}: 28 bytes follow the task tag", n=len(self.specific))  # fmt: skip
        require(len(self.data) < 2**24, "data={n}: 24 bits tell the length", n=len(self.data))

    @property
    def kind(self) -> str:
        return OPCODES.get(self.opcode & 0x3F, "")

    def pack(self) -> bytes:
        """Header and data, with zeros up to a multiple of four."""
        length = len(self.data).to_bytes(4, "big")  # its first byte: no additional header
        head = bytes([self.opcode, self.flags]) + self.words + length + self.lun
        padding = bytes(-len(self.data) % 4)
        return head + self.tag.to_bytes(4, "big") + self.specific + self.data + padding


def unpack(raw: bytes) -> Pdu:
    """A PDU again; ParameterError where bytes are missing."""
    require(len(raw) >= HEADER, "bytes={n}: a header has 48", n=len(raw))
    length = int.from_bytes(raw[5:8], "big")
    require(len(raw) >= HEADER + length, "bytes={n}: the header says {length} of data behind it", n=len(raw), length=length)  # fmt: skip
    tag = int.from_bytes(raw[16:20], "big")
    return Pdu(raw[0], raw[1], raw[2:4], raw[8:16], tag, raw[20:48], raw[48 : 48 + length])


def _login(opcode: int, stage: int, to: int, tsih: int, keys: Mapping[str, str], numbers: tuple[int, int, int], status: int = 0) -> Pdu:  # fmt: skip
    """Both directions: T, current and next stage in one byte; text keys, each ended by a zero."""
    flags = (TRANSIT if to != stage else 0) | stage << 2 | to
    data = b"".join(f"{key}={value}".encode() + b"\0" for key, value in keys.items())
    if opcode & 0x3F == 0x03:
        specific = struct.pack(">HHII16x", 1, 0, *numbers[:2])
    else:
        specific = struct.pack(">IIIIH10x", 0, *numbers, status)
    return Pdu(opcode, flags, b"\0\0", ISID + tsih.to_bytes(2, "big"), 1, specific, data)


def opening() -> Pdu:
    """The first PDU of a session: who I am, what I want, and how I would prove it."""
    keys = {"InitiatorName": INITIATOR, "SessionType": "Normal", "TargetName": TARGET, "AuthMethod": "None"}  # fmt: skip
    return _login(IMMEDIATE | 0x03, 0, 1, 0, keys, (1, 0, 0))


def read10(lba: int, blocks: int, *, tag: int = 2, lun: int = 0, cmd_sn: int = 1, stat_sn: int = 3) -> Pdu:  # fmt: skip
    """A read of some blocks of 512 bytes."""
    return _command(0x28, READ, lba, blocks, tag, lun, (cmd_sn, stat_sn))


def write10(lba: int, data: bytes, *, tag: int = 3, lun: int = 0, cmd_sn: int = 2, stat_sn: int = 4) -> Pdu:  # fmt: skip
    """A write with its data in the same PDU."""
    require(len(data) % BLOCK == 0 and bool(data), "data={n}: write whole blocks of 512 bytes", n=len(data))  # fmt: skip
    return _command(0x2A, WRITE, lba, len(data) // BLOCK, tag, lun, (cmd_sn, stat_sn), data)


def _command(code: int, way: int, lba: int, blocks: int, tag: int, lun: int, numbers: tuple[int, int], data: bytes = b"") -> Pdu:  # fmt: skip
    require(0 <= lba < 2**32, "lba={lba}: READ(10) and WRITE(10) have 32 bits", lba=lba)
    require(1 <= blocks < 2**16, "blocks={n}: choose 1 to 65535", n=blocks)
    require(0 <= lun < 256, "lun={lun}: choose 0 to 255", lun=lun)
    cdb = struct.pack(">BBIBHB6x", code, 0, lba, 0, blocks, 0)
    specific = struct.pack(">III", blocks * BLOCK, *numbers) + cdb
    return Pdu(0x01, FINAL | way | 1, b"\0\0", bytes([0, lun]) + bytes(6), tag, specific, data)


def data_in(request: Pdu, data: bytes, stat_sn: int = 3) -> Pdu:
    """The answer to a read: data and, in the same PDU, the status GOOD."""
    if request.kind != "SCSI Command":
        raise ParameterError("opcode={code}: only a SCSI command is answered with data", code=request.opcode)  # fmt: skip
    specific = struct.pack(">IIIIIII", 0xFFFFFFFF, stat_sn, 2, 64, 0, 0, 0)
    return Pdu(0x25, FINAL | STATUS, b"\0\0", bytes(8), request.tag, specific, data)


@dataclass(frozen=True)
class State:
    """One PDU of a session and the stage it belongs to."""

    sender: Literal["initiator", "target"]
    stage: str
    pdu: Pdu
    why: Message


@dataclass(frozen=True)
class Told:
    """A session, one state for each PDU."""

    states: tuple[State, ...]


def tell() -> Told:
    """The session as a record to step through."""
    return Told(login())


def login() -> tuple[State, ...]:
    """From the first login to a block that was read."""
    security = _login(0x23, 0, 1, 0, {"AuthMethod": "None", "TargetPortalGroupTag": "1"}, (1, 1, 64))  # fmt: skip
    keys = {"HeaderDigest": "None", "MaxRecvDataSegmentLength": "262144", "ImmediateData": "Yes"}
    asks = _login(IMMEDIATE | 0x03, 1, 3, 0, keys, (1, 2, 0))
    grants = _login(0x23, 1, 3, 1, keys, (2, 1, 64))
    command = read10(8, 1)
    answer = data_in(command, bytes(range(256)) * 2)
    return (
        State("initiator", STAGES[0], opening(), Message.of("The initiator names itself and the target it wants, and offers ways to prove who it is.")),
        State("target", STAGES[0], security, Message.of("The target asks for no proof and lets the initiator go on. A real one asks for CHAP.")),
        State("initiator", STAGES[1], asks, Message.of("Both agree on sizes and checksums, one key=value after the other.")),
        State("target", STAGES[1], grants, Message.of("Agreed: the session has a number now, and commands may follow.")),
        State("initiator", STAGES[3], command, Message.of("A SCSI command as a disk in the machine would get it: READ(10), its 16 bytes stand in the header.")),
        State("target", STAGES[3], answer, Message.of("The data and the status GOOD in one PDU. The target knows blocks only: no files, no locks.")),
    )  # fmt: skip


def fields(raw: bytes) -> tuple[Field, ...]:
    """Every byte of a PDU by its name."""
    cursor = Cursor(raw)
    kind = OPCODES.get(raw[0] & 0x3F, "") if raw else ""
    cursor.take(1, Message.of("Opcode"), Message.of("The lowest six bits are the kind; 40 on top: immediate, outside the order of commands."), "kind", lambda each: kind or hexed(each))  # fmt: skip
    cursor.take(1, Message.of("Flags"), _FLAGS.get(kind, _FLAGS[""]), "flags", lambda each: _flags(kind, each[0]))  # fmt: skip
    cursor.take(2, Message.of("Versions, or reserved"), Message.of("In a login the highest and the lowest version spoken: 0, the only one; else reserved, or response and status."), "reserved", hexed)  # fmt: skip
    cursor.take(1, Message.of("Additional header length"), Message.of("In units of four bytes; 0: the 48 bytes are all."), "length")  # fmt: skip
    length = int.from_bytes(raw[5:8], "big") if len(raw) >= 8 else 0
    cursor.take(3, Message.of("Data segment length"), Message.of("Bytes behind the header, padding not counted."), "length")  # fmt: skip
    cursor.rows((*_MIDDLE.get(kind, _MIDDLE[""]), _TAG, *_LAST.get(kind, _LAST[""])))
    if kind.startswith("Login"):
        end = min(len(raw), HEADER + length)
        while cursor.at < end:
            cursor.string(Message.of("Text key"), Message.of("key=value, ended by a zero: both sides propose until they agree."), "option")  # fmt: skip
    else:
        cursor.take(length, Message.of("Data"), Message.of("Blocks of the disk, as they are."), "data", hexed)  # fmt: skip
    cursor.take(-length % 4, Message.of("Padding"), Message.of("Zeros up to a multiple of four bytes."), "reserved", hexed)  # fmt: skip
    return cursor.done()


def _flags(kind: str, flags: int) -> str:
    if kind.startswith("Login"):
        now, then = (STAGES.get(flags >> at & 3, "?") for at in (2, 0))
        return f"T={flags >> 7}, {now} → {then}"
    if kind == "SCSI Command":
        return f"F={flags >> 7}, R={flags >> 6 & 1}, W={flags >> 5 & 1}"
    return f"F={flags >> 7}, S={flags & 1}" if kind == "SCSI Data-In" else f"{flags:02x}"


def _cdb(raw: bytes) -> Value:
    name = {0x28: "READ(10)", 0x2A: "WRITE(10)"}.get(raw[0], "")
    if not name or len(raw) < 9:
        return hexed(raw)
    lba, blocks = int.from_bytes(raw[2:6], "big"), int.from_bytes(raw[7:9], "big")
    return f"{name} LBA {lba}, {blocks}"


# fmt: off
_FLAGS = {
    "Login Request": Message.of("T: ready for the next stage; then the stage now and the next one."),
    "Login Response": Message.of("T: ready for the next stage; then the stage now and the next one."),
    "SCSI Command": Message.of("F: the last of its command; R: data will come; W: data will go; then how commands are ordered."),
    "SCSI Data-In": Message.of("F: the last data; S: the status is in here too, no response follows."),
    "": Message.of("Their meaning depends on the kind."),
}
_TAG: Row = (4, "number", Message.of("Initiator task tag"), Message.of("A number of the initiator: the answer carries it, so many commands can be under way."), number)
_LUN: Row = (8, "address", Message.of("LUN"), Message.of("Which logical unit of the target: its disk number."), hexed)
_ID: tuple[Row, ...] = ((6, "number", Message.of("ISID"), Message.of("The initiator’s part of the session’s name."), hexed), (2, "number", Message.of("TSIH"), Message.of("The target’s part; 0 asks for a new session."), number))
_SN: Row = (4, "number", Message.of("CmdSN"), Message.of("Commands are counted, so the target keeps their order."), number)
_EXP_STAT: Row = (4, "number", Message.of("ExpStatSN"), Message.of("The next answer that the initiator waits for: it has all before."), number)
_STAT: tuple[Row, ...] = ((4, "number", Message.of("StatSN"), Message.of("Answers are counted too."), number), (4, "number", Message.of("ExpCmdSN"), Message.of("The next command that the target waits for."), number), (4, "number", Message.of("MaxCmdSN"), Message.of("Up to here the initiator may send: the target’s queue has that much room."), number))
_MIDDLE: dict[str, tuple[Row, ...]] = {"Login Request": _ID, "Login Response": _ID, "": (_LUN,)}
_LAST: dict[str, tuple[Row, ...]] = {
    "Login Request": ((2, "number", Message.of("CID"), Message.of("Which connection of the session."), number), (2, "reserved", Message.of("Reserved"), Message.of("Zeros."), hexed), _SN, _EXP_STAT, (16, "reserved", Message.of("Reserved"), Message.of("Zeros."), hexed)),
    "Login Response": ((4, "reserved", Message.of("Reserved"), Message.of("Zeros."), hexed), *_STAT, (2, "kind", Message.of("Status"), Message.of("0000: success; 02xx: the initiator is at fault, 0201 is a failed proof."), hexed), (10, "reserved", Message.of("Reserved"), Message.of("Zeros."), hexed)),
    "SCSI Command": ((4, "length", Message.of("Expected length"), Message.of("Bytes that the command moves."), number), _SN, _EXP_STAT, (16, "kind", Message.of("CDB"), Message.of("The SCSI command itself: code, first block, number of blocks."), _cdb)),
    "SCSI Data-In": ((4, "number", Message.of("Target transfer tag"), Message.of("All ones: none is needed."), hexed), *_STAT, (4, "number", Message.of("DataSN"), Message.of("Data PDUs of one command are counted."), number), (4, "number", Message.of("Buffer offset"), Message.of("Where in the command’s data these belong."), number), (4, "number", Message.of("Residual count"), Message.of("Bytes too few or too many; 0 as a rule."), number)),
    "": ((28, "reserved", Message.of("Rest of the header"), Message.of("Its meaning depends on the kind."), hexed),),
}
# fmt: on
