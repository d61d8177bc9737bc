"""What follows from the latencies: who is fastest at what, how many clients a link bears, a write.

The decision card: each kind of local disk before a server of SSDs at several link speeds. Writes: a
local one, one with copies on other nodes (the primary waits for all of them), one of an erasure code
(old data and parity are read first). Left out: as in `latency`; the nodes' own queues.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.goodput import RATES, Link, goodput_mb_s
from coursekit.sims.netstorage.latency import DEVICES, Device, Request, local, remote

__all__ = ["ARRAY", "CARD_RATES", "WORKS", "Cell", "Round", "Work", "Write", "card", "clients_until", "writes"]  # fmt: skip

ARRAY = Device("4 × sata_ssd", 4 * 550, access_s=0.0001)
CARD_RATES = (1.0, 10.0, 25.0)
CARD_DISKS = ("hdd", "sata_ssd", "nvme")
Work = Literal["4 KiB", "1 MiB", "stream"]
WORKS: tuple[Work, ...] = get_args(Work)
_SIZES = {"4 KiB": 4096, "1 MiB": 2**20}


@dataclass(frozen=True)
class Cell:
    """One cell of the card: values by place, place 0 is the machine's own disk, else a rate in Gb/s.

    Values are seconds of one read, or MB/s of a stream.
    """

    disk: str
    work: Work
    values: tuple[tuple[float, float], ...]

    @property
    def best(self) -> float:
        """The place that wins; the local disk wins ties."""
        sign = 1 if self.work == "stream" else -1
        return max(self.values, key=lambda each: sign * each[1])[0]

    @property
    def beaten_at(self) -> tuple[float, ...]:
        """The rates in Gb/s at which the server beats the local disk."""
        own = self.values[0][1]
        if self.work == "stream":
            return tuple(rate for rate, value in self.values[1:] if value > own)
        return tuple(rate for rate, value in self.values[1:] if value < own)


def card(hit: float = 0.5, *, server: Device = ARRAY, link: Link | None = None, rates: Sequence[float] = CARD_RATES) -> tuple[Cell, ...]:  # fmt: skip
    """Nine cells: three local disks by three kinds of work, one client."""
    require(len(rates) > 0, "rates={n}: give one link or more", n=len(rates))
    links = [replace(link or Link(), gbps=rate) for rate in rates]
    return tuple(
        Cell(name, work, _values(DEVICES[name], work, server, hit, links))
        for name in CARD_DISKS
        for work in WORKS
    )


def _values(disk: Device, work: Work, server: Device, hit: float, links: Sequence[Link]) -> tuple[tuple[float, float], ...]:  # fmt: skip
    if work == "stream":
        over = [(each.gbps, min(server.mb_s, goodput_mb_s(each))) for each in links]
        return ((0.0, disk.mb_s), *over)
    size = _SIZES[work]
    asked = [Request(size=size, server=server, link=each, hit=hit) for each in links]
    return (
        (0.0, local(disk, size).total_s),
        *((each.link.gbps, remote(each).total_s) for each in asked),
    )


def clients_until(disk_mb_s: float = 200.0, rates: Sequence[float] = RATES) -> tuple[tuple[float, float], ...]:  # fmt: skip
    """Rate in Gb/s, and the clients that stream at once until each gets less than a local disk."""
    require(disk_mb_s > 0, "mb_s={rate}: choose more than 0 MB/s", rate=disk_mb_s)
    return tuple((rate, goodput_mb_s(Link(gbps=rate)) / disk_mb_s) for rate in rates)


@dataclass(frozen=True)
class Round:
    """One step of a write that the next one waits for: a way over the network, a medium."""

    network_s: float
    media_s: float
    what: Message

    @property
    def total_s(self) -> float:
        return self.network_s + self.media_s


@dataclass(frozen=True)
class Write:
    """One small write, round after round."""

    name: Message
    rounds: tuple[Round, ...]

    @property
    def total_s(self) -> float:
        return sum(each.total_s for each in self.rounds)


def writes(disk: Device = DEVICES["nvme"], rtt_s: float = 0.0002, size: int = 4096, copies: int = 3) -> tuple[Write, ...]:  # fmt: skip
    """A local write, one with copies, one of an erasure code: the same medium, more rounds."""
    require(copies >= 2, "copies={n}: choose 2 or more", n=copies)
    media = local(disk, size).total_s
    alone = Round(0.0, media, Message.of("The disk of the machine stores the data."))
    primary = Round(rtt_s, media, Message.of("The client sends the data to the primary, which stores them."))  # fmt: skip
    others = Round(rtt_s, media, Message.of("The primary sends them to the other copies ({n}) at the same time and waits for all.", n=copies - 1))  # fmt: skip
    reading = Round(rtt_s, media, Message.of("The old data and the old parities are read: the new parities come from them."))  # fmt: skip
    coded = Round(rtt_s, media, Message.of("The new data and the new parities are sent to their nodes at the same time."))  # fmt: skip
    return (
        Write(Message.of("Local disk"), (alone,)),
        Write(Message.of("Copies: {n}", n=copies), (primary, others)),
        Write(Message.of("Erasure code, part of a stripe"), (primary, reading, coded)),
    )
