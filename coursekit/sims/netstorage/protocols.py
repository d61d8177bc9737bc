"""Protocols that bring a disk or a file from elsewhere: what they serve, where they listen, who locks.

Modelled: what their own documents say. Left out: versions, performance, authentication. The ports of
NBD, iSCSI and TFTP are those of the models beside this one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage import iscsi, nbd

__all__ = ["CARDS", "UNITS", "Card", "Unit", "card", "fits"]

Unit = Literal["files", "blocks", "objects"]
UNITS: tuple[Unit, ...] = get_args(Unit)


@dataclass(frozen=True)
class Card:
    """One protocol; `ports` is empty where there is no IP below. `shared`: many may write at once."""

    name: str
    unit: Unit
    transport: str
    ports: tuple[int, ...]
    shared: bool
    locks: Message
    says: Message
    source: str


_NOBODY = Message.of("Nobody: one host writes, or a cluster file system on top arbitrates (OCFS2, GFS2, VMFS).")  # fmt: skip
CARDS: tuple[Card, ...] = (
    Card("NFS", "files", "TCP", (2049,), True, Message.of("The server: since version 4 locks belong to the protocol."), Message.of("Close-to-open: who opens a file sees what was there when the last writer closed it. With sync the server answers once the data are stored."), "RFC 8881"),
    Card("SMB", "files", "TCP", (445,), True, Message.of("The server, which also tells clients what they may cache."), Message.of("The file shares of Windows; Samba elsewhere."), "MS-SMB2"),
    Card("iSCSI", "blocks", "TCP", (iscsi.PORT,), False, _NOBODY, Message.of("SCSI commands in TCP: the host sees one more disk."), "RFC 7143"),
    Card("NBD", "blocks", "TCP", (nbd.PORT,), False, _NOBODY, Message.of("Read, write, flush, trim: so small that this chapter runs one."), "NBD proto.md"),
    Card("Fibre Channel", "blocks", "Fibre Channel", (), False, _NOBODY, Message.of("SCSI on a network of its own, with its own cards and switches; no IP."), "INCITS FCP-4"),
    Card("NVMe-oF", "blocks", "TCP, RDMA, Fibre Channel", (4420,), False, _NOBODY, Message.of("The commands and the many queues of NVMe over a network."), "NVMe over Fabrics 1.1"),
    Card("S3", "objects", "HTTP", (80, 443), True, Message.of("Nobody needs to: an object is replaced as a whole, the last one stays."), Message.of("Whole objects by name: no write into the middle."), "Amazon S3 API"),
    Card("RADOS", "objects", "TCP", (3300, 6789), True, Message.of("The primary of each placement group orders the writes."), Message.of("Ceph’s own objects: its block devices and its file system are made of them."), "Ceph documentation"),
)  # fmt: skip


def card(name: str) -> Card:
    """One protocol; ParameterError names them."""
    names = [each.name for each in CARDS]
    require(name in names, "protocol={name}: choose one of {names}", name=name, names=", ".join(names))  # fmt: skip
    return CARDS[names.index(name)]


def fits(unit: Unit, *, shared: bool = False, cards: Sequence[Card] = CARDS) -> tuple[str, ...]:
    """Protocols that serve this; `shared`: two hosts write at the same time, with nothing on top."""
    require(unit in UNITS, "unit={unit}: choose one of {units}", unit=unit, units=", ".join(UNITS))
    return tuple(each.name for each in cards if each.unit == unit and (each.shared or not shared))
