"""Checks of the chapter on storage over the network."""

from typing import Any

from coursekit.i18n import mark
from coursekit.realtools import nbdkit
from coursekit.realtools.check import SAME, SHOWN, Check, Fact, between
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.message import Message
from coursekit.sims.netstorage import latency

DEEP, SLOW_READS, FAST_READS = 16, 60, 10_000
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
        Fact(Message.of("Own memory (a file in the cache)"), 1 / latency.local(RAM, nbdkit.SIZE).total_s, SHOWN, mark("reads/s"), Message.of("The tool takes longer than the memory: system calls, threads.")),
        Fact(Message.of("Faster: own hard disk or the server’s memory"), WINNERS[slow.winner], SAME),
        Fact(Message.of("Faster: own memory or the server’s"), WINNERS[fast.winner], SAME),
        Fact(Message.of("The server’s memory beats the hard disk so many times"), slow.local.total_s / slow.remote.total_s, SHOWN),
    )  # fmt: skip


def _ask_nbd(source: Source) -> tuple[Any, ...]:
    with nbdkit.served(source, _delay_ms()) as hdd:
        one = hdd.per_s(SLOW_READS, tries=1)
        many = hdd.per_s(SLOW_READS * DEEP // 2, DEEP, tries=1)
    with nbdkit.served(source) as memory, nbdkit.file_disk(source) as file:
        far, near = memory.per_s(FAST_READS), file.per_s(FAST_READS)
    return one, many, far, near, _winner(one, far), _winner(near, far), far / one


def _winner(own: float, server: float) -> Message:
    return WINNERS["remote" if server > own else "local"]


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
)  # fmt: skip
