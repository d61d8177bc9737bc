"""A DHCP message byte by byte, with the options that tell a machine how to boot from the network.

Modelled: the fixed part of BOOTP, the magic cookie, options in the order given, each byte named; the
messages of a PXE client and of its servers. Left out: options that run over 255 bytes, options in
the file and server name fields. Sources: RFC 2131, RFC 2132, RFC 4578 with erratum 4624, IANA's list
of processor architectures. The server that chooses addresses is in the chapter on networks.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.wire import Cursor, Field, Row, Value, hexed, number, text
from coursekit.sims.networks.addresses import address, check_mac

__all__ = ["ARCHITECTURES", "COOKIE", "KINDS", "Architecture", "Dhcp", "client_options", "fields", "unpack"]  # fmt: skip

COOKIE = bytes.fromhex("63825363")
KINDS = {1: "DISCOVER", 2: "OFFER", 3: "REQUEST", 4: "DECLINE", 5: "ACK", 6: "NAK", 7: "RELEASE", 8: "INFORM"}  # fmt: skip
BROADCAST = 0x8000
NOBODY = "0.0.0.0"  # noqa: S104  (an empty address field; nothing binds to it)
_HEAD = struct.Struct(">BBBBIHH4s4s4s4s16s64s128s")
END, PAD = 255, 0
ASKED = (1, 3, 6, 12, 15, 43, 54, 60, 66, 67)  # what a PXE client wants to know


@dataclass(frozen=True)
class Architecture:
    """A kind of client by its value in option 93, and the boot file that it can run."""

    value: int
    name: str
    loader: str
    http: bool = False

    @property
    def class_id(self) -> str:
        """Option 60."""
        kind = "HTTPClient" if self.http else "PXEClient"
        return f"{kind}:Arch:{self.value:05d}:UNDI:002001"


ARCHITECTURES: Mapping[int, Architecture] = {
    each.value: each
    for each in (
        Architecture(0, "x86 BIOS", "pxelinux.0"),
        Architecture(7, "x64 UEFI", "bootx64.efi"),
        Architecture(11, "ARM64 UEFI", "bootaa64.efi"),
        Architecture(16, "x64 UEFI HTTP", "bootx64.efi", http=True),
    )
}


@dataclass(frozen=True, kw_only=True)
class Dhcp:
    """A message; `op` 1 is from a client, 2 from a server. Options keep their order."""

    op: int
    xid: int
    mac: str
    options: tuple[tuple[int, bytes], ...]
    secs: int = 0
    broadcast: bool = False
    ciaddr: str = NOBODY
    yiaddr: str = NOBODY
    siaddr: str = NOBODY
    file: str = ""

    def __post_init__(self) -> None:
        require(self.op in (1, 2), "op={op}: choose 1, a client’s, or 2, a server’s", op=self.op)
        require(0 <= self.xid < 2**32, "xid={xid}: choose 0 to 2^32 − 1", xid=self.xid)
        require(0 <= self.secs < 2**16, "secs={secs}: choose 0 to 65535", secs=self.secs)
        check_mac(self.mac)
        for name in ("ciaddr", "yiaddr", "siaddr"):
            address(getattr(self, name), name)
        require(self.file.isascii() and len(self.file) < 128, "file={file}: give up to 127 ASCII letters", file=self.file)  # fmt: skip
        for code, raw in self.options:
            require(0 < code < END and len(raw) < 256, "option={code}: choose 1 to 254 and up to 255 bytes", code=code)  # fmt: skip

    @property
    def kind(self) -> str:
        """Its name, from option 53."""
        return KINDS.get((self.option(53) or b"\0")[0], "")

    def option(self, code: int) -> bytes | None:
        """The bytes of an option, None where there is none."""
        return next((raw for each, raw in self.options if each == code), None)

    def pack(self) -> bytes:
        """At least 300 bytes, as BOOTP wants it."""
        ips = (address(each).packed for each in (self.ciaddr, self.yiaddr, self.siaddr, NOBODY))
        mac = bytes.fromhex(self.mac.replace(":", ""))
        flags = BROADCAST if self.broadcast else 0
        head = _HEAD.pack(self.op, 1, 6, 0, self.xid, self.secs, flags, *ips, mac, b"", self.file.encode())  # fmt: skip
        options = b"".join(bytes([code, len(raw)]) + raw for code, raw in self.options)
        return (head + COOKIE + options + bytes([END])).ljust(300, b"\0")


def client_options(kind: int, architecture: int, uuid: bytes) -> tuple[tuple[int, bytes], ...]:
    """What a network card's firmware says of itself in DISCOVER and REQUEST."""
    require(kind in KINDS, "kind={kind}: choose 1 to 8", kind=kind)
    require(architecture in ARCHITECTURES, "architecture={value}: choose one of {values}", value=architecture, values=", ".join(map(str, ARCHITECTURES)))  # fmt: skip
    require(len(uuid) == 16, "uuid={n}: a UUID has 16 bytes", n=len(uuid))
    return (
        (53, bytes([kind])),
        (55, bytes(ASKED)),
        (60, ARCHITECTURES[architecture].class_id.encode()),
        (93, architecture.to_bytes(2, "big")),
        (94, bytes([1, 2, 1])),
        (97, b"\0" + uuid),
    )


def unpack(raw: bytes) -> Dhcp:
    """The message again; ParameterError where it is none."""
    require(len(raw) >= _HEAD.size + 4 and raw[_HEAD.size : _HEAD.size + 4] == COOKIE, "bytes={n}: a DHCP message has 240 or more, and its cookie at 236", n=len(raw))  # fmt: skip
    op, _kind, _length, _hops, xid, secs, flags, ci, yi, si, _gi, mac, _sname, file = _HEAD.unpack_from(raw)  # fmt: skip
    return Dhcp(
        op=op, xid=xid, secs=secs, broadcast=bool(flags & BROADCAST), mac=mac[:6].hex(":"),
        ciaddr=_ip(ci), yiaddr=_ip(yi), siaddr=_ip(si), file=text(file), options=_options(raw),
    )  # fmt: skip


def _options(raw: bytes) -> tuple[tuple[int, bytes], ...]:
    at, found = _HEAD.size + 4, []
    while at < len(raw) and raw[at] != END:
        if raw[at] == PAD:
            at += 1
            continue
        require(at + 1 < len(raw) and at + 2 + raw[at + 1] <= len(raw), "option={code}: it ends behind the message", code=raw[at])  # fmt: skip
        found.append((raw[at], raw[at + 2 : at + 2 + raw[at + 1]]))
        at += 2 + raw[at + 1]
    return tuple(found)


def _ip(raw: bytes) -> str:
    return str(IPv4Address(raw)) if len(raw) == 4 else hexed(raw)


def fields(raw: bytes) -> tuple[Field, ...]:
    """Every byte of a message by its name."""
    cursor = Cursor(raw)
    cursor.rows(_FIXED)
    while cursor.left:
        code = raw[cursor.at]
        if code == END:
            cursor.take(1, Message.of("End of the options"), Message.of("255: no option follows."), "option")  # fmt: skip
            break
        if code == PAD:
            cursor.take(1, Message.of("Padding"), Message.of("0 fills up; it has no length."), "reserved")  # fmt: skip
            continue
        length = raw[cursor.at + 1] if cursor.left > 1 else 0
        name, why = _OPTIONS.get(code, (Message.of("Option {code}", code=code), _UNKNOWN))
        cursor.take(2 + length, name, why, "option", _option_value)
    cursor.take(cursor.left, Message.of("Padding"), Message.of("Zeros up to the 300 bytes that BOOTP messages have at least."), "reserved", hexed)  # fmt: skip
    return cursor.done()


def _option_value(raw: bytes) -> Value:
    code, body = raw[0], raw[2:]
    if code == 53 and len(body) == 1:
        return KINDS.get(body[0], number(body))
    if code in (60, 66, 67):
        return text(body)
    if code in (1, 3, 54) and len(body) == 4:
        return _ip(body)
    if code == 93 and int.from_bytes(body, "big") in ARCHITECTURES:
        return ARCHITECTURES[int.from_bytes(body, "big")].name
    if code == 94 and len(body) == 3:
        return f"UNDI {body[1]}.{body[2]}"
    if code == 55:
        return ", ".join(map(str, body))
    return number(body) if 0 < len(body) <= 4 else hexed(body)


# fmt: off
_UNKNOWN = Message.of("A code, a length, so many bytes: who does not know the code skips it.")
_FIXED: tuple[Row, ...] = (
    (1, "kind", Message.of("op"), Message.of("1: a client asks; 2: a server answers."), number),
    (1, "kind", Message.of("Hardware type"), Message.of("1 is Ethernet."), number),
    (1, "length", Message.of("Hardware address length"), Message.of("6 bytes, a MAC address."), number),
    (1, "number", Message.of("hops"), Message.of("Relays count themselves here."), number),
    (4, "number", Message.of("xid"), Message.of("A random number of the client: it knows its answers by it."), hexed),
    (2, "number", Message.of("secs"), Message.of("Seconds since the client began to ask."), number),
    (2, "flags", Message.of("flags"), Message.of("The highest bit asks for answers to all: the client has no address yet."), hexed),
    (4, "address", Message.of("ciaddr"), Message.of("The client’s address, where it has one already."), _ip),
    (4, "address", Message.of("yiaddr"), Message.of('The address that the server lends: "your address".'), _ip),
    (4, "address", Message.of("siaddr"), Message.of("Next server: where the boot file is fetched. Not the DHCP server, unless it is the same machine."), _ip),
    (4, "address", Message.of("giaddr"), Message.of("The relay that carried the request, if one did."), _ip),
    (16, "address", Message.of("chaddr"), Message.of("The client’s MAC address, zeros behind it."), hexed),
    (64, "name", Message.of("sname"), Message.of("The boot server’s name; seldom used."), text),
    (128, "name", Message.of("Boot file (file)"), Message.of("The boot file to ask the next server for."), text),
    (4, "magic", Message.of("Magic cookie"), Message.of("63 82 53 63: options follow."), hexed),
)
_OPTIONS = {
    1: (Message.of("Option 1, subnet mask"), Message.of("Which addresses are on the same network.")),
    3: (Message.of("Option 3, router"), Message.of("The way to all other networks.")),
    51: (Message.of("Option 51, lease"), Message.of("Seconds that the address is lent for.")),
    53: (Message.of("Option 53, message type"), Message.of("1 DISCOVER, 2 OFFER, 3 REQUEST, 5 ACK.")),
    50: (Message.of("Option 50, requested address"), Message.of("The address of the offer that the client takes.")),
    54: (Message.of("Option 54, server identifier"), Message.of("The DHCP server whose offer is meant.")),
    55: (Message.of("Option 55, what is asked"), Message.of("Codes of the options that the client wants to know.")),
    60: (Message.of("Option 60, class"), Message.of("PXEClient says that the network card’s firmware asks, not an operating system; a proxyDHCP answers only those.")),
    66: (Message.of("Option 66, TFTP server"), Message.of("The boot server’s name or address, as siaddr.")),
    67: (Message.of("Option 67, boot file"), Message.of("The boot file’s name, as the field file.")),
    93: (Message.of("Option 93, architecture"), Message.of("By it a server chooses the boot file: 0 BIOS, 7 x64 UEFI, 11 ARM64 UEFI, 16 x64 UEFI by HTTP.")),
    94: (Message.of("Option 94, network interface"), Message.of("The version of the card’s programming interface, UNDI.")),
    97: (Message.of("Option 97, UUID"), Message.of("The machine’s own number: a byte 0, then its 16 bytes.")),
}
# fmt: on
