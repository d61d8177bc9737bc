"""Checks of the chapter on storage over the network."""

from typing import Any

from coursekit.i18n import mark
from coursekit.realtools import ipxe, nbdkit
from coursekit.realtools.check import DIFFERENT, SAME, SHOWN, Check, Fact, between
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.message import Message
from coursekit.sims.netstorage import latency, pxe, pxestory, tftp, tftpstory

DEEP, SLOW_READS, FAST_READS = 16, 60, 5000
BLK = 1428  # what QEMU's server allows
FILES = {"kernel": 50_000, "initrd": 30 * BLK}
HDD, RAM = latency.DEVICES["hdd"], latency.DEVICES["ram"]
WINNERS = {
    "remote": Message.of("the server’s memory"),
    "local": Message.of("the machine’s own"),
    "equal": Message.of("both alike"),
}


def _hdd_s() -> float:
    return latency.local(HDD, nbdkit.SIZE).total_s


def _delay_ms() -> int:
    """What stands for the hard disk: nbdkit delays by whole milliseconds."""
    return round(_hdd_s() * 1000)


def _nbd_facts() -> tuple[Fact, ...]:
    memory = latency.Request(size=nbdkit.SIZE, server=RAM, hit=1.0)
    slow, fast = latency.duel(HDD, memory), latency.duel(RAM, memory)
    one = 1 / _hdd_s()
    return (
        Fact(Message.of("Hard disk, one read after the other"), (one / 2, one), between(), mark("reads/s"), Message.of("Never more than 1 / {ms} ms.", ms=_delay_ms())),
        Fact(Message.of("Hard disk, {n} reads at a time", n=DEEP), (DEEP * one / 2, DEEP * one), between(), mark("reads/s"), Message.of("So many wait together: the disk of this check has as many arms, a true one has one.")),
        Fact(Message.of("A server’s memory, one read after the other"), 1 / latency.remote(memory).total_s, SHOWN, mark("reads/s"), Message.of("The prediction has a gigabit and a switch between; here there is no wire.")),
        Fact(Message.of("Own memory (a file in the cache)"), 1 / latency.local(RAM, nbdkit.SIZE).total_s, SHOWN, mark("reads/s"), Message.of("The tool takes its own time beside the memory’s: a system call for each read.")),
        Fact(Message.of("Faster: own hard disk or the server’s memory"), WINNERS[slow.winner], SAME),
        Fact(Message.of("Faster: own memory or the server’s"), WINNERS[fast.winner], SAME),
        Fact(Message.of("The server’s memory beats the hard disk so many times"), slow.local.total_s / slow.remote.total_s, SHOWN),
    )  # fmt: skip


def _ask_nbd(source: Source) -> tuple[Any, ...]:
    with nbdkit.served(source, _delay_ms()) as hdd:
        one = hdd.per_s(SLOW_READS, tries=1)
        many = hdd.per_s(SLOW_READS * DEEP // 2, DEEP, tries=1)
    with nbdkit.served(source) as memory:
        far = memory.per_s(FAST_READS)
    near = nbdkit.file_per_s(source)
    return one, many, far, near, _winner(one, far), _winner(near, far), far / one


def _winner(own: float, server: float) -> Message:
    return WINNERS["remote" if server > own else "local"]


def _dhcp_said() -> tuple[str, ...]:
    """The kinds of messages of the model's boot, in their order."""
    names = [each.name for each in pxestory.tell(pxe.Boot()).events if each.protocol == "DHCP"]
    return tuple(dict.fromkeys(names))


def _transfer(size: int) -> tftp.Transfer:
    return tftp.Transfer(size=size, blk=BLK)


def _acks(size: int) -> int:
    """Acknowledgements of the model's exchange."""
    packets = [tftp.unpack(each.packet) for each in tftpstory.tell(_transfer(size)).states]
    return sum(each.op == "ACK" for each in packets)


def _pxe_facts() -> tuple[Fact, ...]:
    given = pxe.Boot()
    whole = Message.of("A file of whole blocks ends with an empty one: only a short block says that it is the last.")  # fmt: skip
    more = Message.of("The model leaves out the round trip of the OACK: the client acknowledges it too.")  # fmt: skip
    facts = [
        Fact(Message.of("DHCP, kinds of messages in their order"), _dhcp_said(), SAME),
        Fact(Message.of("What the card says of its machine (option 93)"), given.architecture, SAME),
        Fact(Message.of("… and of itself (option 60)"), given.machine.class_id, SAME),
        Fact(Message.of("The boot file that is offered"), None, SHOWN),
        Fact(Message.of("Block size, after client and server agreed"), BLK, SAME, mark("bytes")),
    ]
    for name, size in FILES.items():
        named, even = {"name": name, "size": size}, size % BLK == 0
        facts += [
            Fact(Message.of("{name}, {size} bytes: blocks", **named), _transfer(size).blocks, SAME, why=whole if even else None),
            Fact(Message.of("{name}: bytes of the last one", **named), size - BLK * (_transfer(size).blocks - 1), SAME),
            Fact(Message.of("{name}: acknowledgements", **named), _acks(size), DIFFERENT, why=more),
        ]  # fmt: skip
    absent = next(code for code, says in tftp.ERRORS.items() if says == "File not found")
    facts += [
        Fact(Message.of("A file that is not there: number of the error"), absent, SAME),
        Fact(Message.of("The machine starts, without any disk"), pxestory.tell(given).ok, SAME),
    ]
    return tuple(facts)


def _ask_pxe(source: Source) -> tuple[Any, ...]:
    found = ipxe.boot(source, FILES)
    heard: list[Any] = [found.dhcp, found.architecture, found.class_id, found.offered]
    heard.append(found.files[ipxe.BOOT_FILE].blk)
    for name in FILES:
        file = found.files[name]
        heard += [file.packets["DATA"], file.last, file.packets["ACK"]]
    return (*heard, found.files[ipxe.ABSENT].error, found.runs)


CHECKS = (
    Check(
        name="netstorage-nbd",
        title=mark("A slow disk, a server’s memory and a file, read by QEMU"),
        question=mark("When is a disk across the network faster than one inside?"),
        differs=mark("The hard disk is a server that waits as long as a true one would take; the network is this machine’s own. Who is faster is compared, and that nothing beats 1 / delay; other figures are shown."),
        facts=_nbd_facts,
        ask=_ask_nbd,
        places=(Place("here", (nbdkit.NBDKIT, nbdkit.QEMU_IMG)),),
    ),
    Check(
        name="netstorage-pxe",
        title=mark("A machine without a disk starts from the network"),
        question=mark("What goes over the wire until a machine without a disk runs?"),
        differs=mark("iPXE asks twice before it believes an offer, and one program is DHCP and TFTP server at once. What is started here is one sector; a kernel would be fetched in the same way, block by block."),
        facts=_pxe_facts,
        ask=_ask_pxe,
        places=(Place("here", (ipxe.QEMU,)),),
    ),
)  # fmt: skip
