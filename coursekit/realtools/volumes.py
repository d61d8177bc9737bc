"""Checks of the chapter on partitions and LVM."""

from collections.abc import Sequence
from hashlib import sha256

from coursekit.i18n import mark
from coursekit.realtools import gdisk, sfdisk, volumes_lvm
from coursekit.realtools.check import SAME, Check, Fact
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.message import Message
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import gpt, gptread, mbr
from coursekit.sims.volumes.gpt import Geometry, Partition
from coursekit.sims.volumes.mbr import Entry, Table

DISK = Geometry(sectors=131_072)  # 64 MiB
GUID = "11111111-2222-3333-4444-555555555555"
PARTITIONS = {
    1: Partition(
        type=gpt.ESP, guid="AAAAAAAA-0000-0000-0000-000000000001", first=2048, last=34_815,
        name="EFI system",
    ),
    2: Partition(
        type=gpt.LINUX, guid="AAAAAAAA-0000-0000-0000-000000000002", first=34_816, last=131_038,
        name="data",
    ),
}  # fmt: skip
MBR = (Entry(first=2048, count=1024, active=True), Entry(first=4096, count=2048, type=0x82))
SIGNATURE = 0xCAFE1234
DAMAGED = 512 + 56  # a byte of the disk's GUID in the first header: its checksum no longer fits
TABLE, FIRST_34 = 446, 34


def _disk() -> Sparse:
    return gpt.write(DISK, GUID, tuple(PARTITIONS.values()))


def _damaged() -> Sparse:
    disk = _disk()
    return disk.write(DAMAGED, bytes([disk.read(DAMAGED, 1)[0] ^ 1]))


def _digest(disk: Sparse) -> str:
    return sha256(disk.whole()).hexdigest()


def _short(digest: str) -> str:
    """Enough of a digest to tell disks apart by eye."""
    return digest[:16] + "…"


def _gpt() -> tuple[Fact, ...]:
    sector = mbr.make_sector(Table(MBR, disk_signature=SIGNATURE))
    wiped = _disk().erase(0, FIRST_34 * 512)
    bad = gptread.read(_damaged()).primary
    return (
        Fact(Message.of("64 MiB with two partitions: SHA-256 of the whole disk"), _short(_digest(_disk())), SAME),
        Fact(Message.of("the first 8 bytes of sector 1"), _disk().read(512, 8).hex(), SAME),
        Fact(Message.of("one bit of the first header turned: is it still believed?"), not bad.faults, SAME),
        Fact(Message.of("partitions listed then"), len(gptread.read(_damaged()).partitions), SAME),
        Fact(Message.of("SHA-256 after the repair"), _short(_digest(gptread.repair(_damaged()))), SAME),
        Fact(Message.of("sectors 0 to 33 wiped, then recovered from the end: SHA-256"), _short(_digest(gptread.repair(wiped))), SAME),
        Fact(Message.of("MBR: bytes of the first entry"), sector[TABLE : TABLE + 16].hex(), SAME),
        Fact(Message.of("MBR: bytes of the second entry"), sector[TABLE + 16 : TABLE + 32].hex(), SAME),
        Fact(Message.of("MBR: the last two bytes of sector 0"), sector[510:].hex(), SAME),
    )  # fmt: skip


def _ask_gpt(source: Source) -> Sequence[object]:
    with source.shell() as shell:
        found: list[object] = [_short(gdisk.make(shell, DISK, GUID, PARTITIONS))]
        found.append(gdisk.part(shell, 512, 8))
        gdisk.flip(shell, DAMAGED, _disk().read(DAMAGED, 1)[0])
        found.append("Main header: ERROR" not in gdisk.verify(shell))
        found += [gdisk.listed(shell), _short(gdisk.rewrite(shell))]
        gdisk.wipe(shell, FIRST_34)
        found.append(_short(gdisk.recover(shell)))
        sfdisk.make(shell, 8192, SIGNATURE, MBR)
        return [*found, *(gdisk.part(shell, at, n) for at, n in ((TABLE, 16), (TABLE + 16, 16), (510, 2)))]  # fmt: skip


CHECKS = (
    Check(
        name="volumes-tables",
        title=mark("The same table, byte by byte, and back from its second copy"),
        question=mark("Does a true tool write the bytes that the lab shows, and does the copy at the end save it?"),
        differs=mark("The tools ask before they repair, and print more than is compared here."),
        facts=_gpt,
        ask=_ask_gpt,
        places=(Place("here", (gdisk.SGDISK, sfdisk.SFDISK)),),
    ),
    *volumes_lvm.CHECKS,
)  # fmt: skip
