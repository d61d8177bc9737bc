"""One read from a disk in the machine, or from a server over the network: how long, and where it goes.

Modelled: device = latency + size / rate; remote = round trip + CPU + size / goodput + the server,
which answers from its memory with share h. Option: requests from many clients queue at the server's
storage (M/M/1: its time is divided by 1 − ρ). Left out: caches other than h, queues elsewhere, TCP's
start, requests in parallel. Devices are typical data sheets, as in the chapter on RAID.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.goodput import GIGABIT, Link, goodput_mb_s

__all__ = ["CPU_S", "DEVICES", "PARTS", "PART_NAMES", "Bar", "Device", "Duel", "Part", "Request", "break_even", "device", "duel", "local", "remote", "streaming_mb_s", "winner_map"]  # fmt: skip

CPU_S = 0.00003  # of both machines, per request
Part = Literal["seek", "rotation", "round trip", "wire", "cpu", "queue", "media"]
PARTS: tuple[Part, ...] = get_args(Part)
PART_NAMES: dict[Part, Message] = {
    "seek": Message.of("Seek"),
    "rotation": Message.of("Rotation"),
    "round trip": Message.of("Round trip"),
    "wire": Message.of("Bytes on the wire"),
    "cpu": Message.of("CPU"),
    "queue": Message.of("Waiting at the server"),
    "media": Message.of("Medium"),
}
_EQUAL = 1e-12  # seconds


@dataclass(frozen=True)
class Device:
    """Where data lie; `access_s` is a flash or memory chip's own latency."""

    name: str
    mb_s: float
    access_s: float = 0.0
    seek_s: float = 0.0
    rotation_s: float = 0.0

    def __post_init__(self) -> None:
        require(self.mb_s > 0, "mb_s={rate}: choose more than 0 MB/s", rate=self.mb_s)
        for name in ("access_s", "seek_s", "rotation_s"):
            require(getattr(self, name) >= 0, "{name}={value}: choose 0 s or more", name=name, value=getattr(self, name))  # fmt: skip

    def time_s(self, size: float) -> float:
        """Of one random read."""
        return self.seek_s + self.rotation_s + self.access_s + size / (self.mb_s * 1e6)


DEVICES = {
    each.name: each
    for each in (
        Device("hdd", 200, seek_s=0.0085, rotation_s=0.004167),  # 7200 rpm
        Device("sata_ssd", 550, access_s=0.0001),
        Device("nvme", 3500, access_s=0.00008),
        Device("ram", 20_000, access_s=0.000001),
    )
}
RAM = DEVICES["ram"]


def device(name: str) -> Device:
    """One of `DEVICES`; ParameterError names them."""
    require(name in DEVICES, "device={name}: choose one of {names}", name=name, names=", ".join(DEVICES))  # fmt: skip
    return DEVICES[name]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One read over the network: its size, the server's device and hit ratio, what others ask.

    `per_s` requests like this one reach the server's storage each second; 0: nobody else is there.
    """

    size: int = 4096
    server: Device = DEVICES["hdd"]
    link: Link = GIGABIT
    hit: float = 0.5
    cpu_s: float = CPU_S
    per_s: float = 0.0

    def __post_init__(self) -> None:
        require(1 <= self.size <= 2**30, "size={size}: choose 1 byte to 1 GiB", size=self.size)
        require(0 <= self.hit <= 1, "hit={hit}: choose 0 to 1", hit=self.hit)
        require(self.cpu_s >= 0, "cpu_s={cpu}: choose 0 s or more", cpu=self.cpu_s)
        require(self.per_s >= 0, "per_s={rate}: choose 0 requests a second or more", rate=self.per_s)  # fmt: skip
        require(self.busy < 1, "per_s={rate}: the server’s storage is busy {busy:.0%} of the time, its queue grows for ever; choose less than {most:.0f}", rate=self.per_s, busy=self.busy, most=1 / self.service_s)  # fmt: skip

    @property
    def service_s(self) -> float:
        """Mean time of the server's storage for one request."""
        return self.hit * RAM.time_s(self.size) + (1 - self.hit) * self.server.time_s(self.size)

    @property
    def busy(self) -> float:
        """Share of time it works: ρ of M/M/1."""
        return self.per_s * self.service_s


@dataclass(frozen=True)
class Bar:
    """The time of one request in its parts, seconds; parts of no time are left out."""

    parts: tuple[tuple[Part, float], ...]

    @property
    def total_s(self) -> float:
        return sum(seconds for _part, seconds in self.parts)

    def __getitem__(self, part: Part) -> float:
        return dict(self.parts).get(part, 0.0)


def _bar(**seconds: float) -> Bar:
    named = {part: seconds.get(part.replace(" ", "_"), 0.0) for part in PARTS}
    return Bar(tuple((part, time) for part, time in named.items() if time))


def local(disk: Device, size: int) -> Bar:
    """A read from the machine's own disk."""
    require(1 <= size <= 2**30, "size={size}: choose 1 byte to 1 GiB", size=size)
    return _bar(seek=disk.seek_s, rotation=disk.rotation_s, media=disk.access_s + size / (disk.mb_s * 1e6))  # fmt: skip


def remote(request: Request) -> Bar:
    """The same over the network: the mean of hits and misses."""
    disk, miss = request.server, 1 - request.hit
    chips = request.hit * RAM.time_s(request.size)
    return _bar(
        seek=miss * disk.seek_s,
        rotation=miss * disk.rotation_s,
        round_trip=request.link.rtt_s,
        wire=request.size / (goodput_mb_s(request.link) * 1e6),
        cpu=request.cpu_s,
        queue=request.service_s * request.busy / (1 - request.busy),
        media=chips + miss * (disk.access_s + request.size / (disk.mb_s * 1e6)),
    )


@dataclass(frozen=True)
class Duel:
    """Both bars, who is faster, and the hit ratio where they meet (None: it changes nothing)."""

    local: Bar
    remote: Bar
    break_even: float | None

    @property
    def winner(self) -> Literal["local", "remote", "equal"]:
        ahead = self.local.total_s - self.remote.total_s
        return "equal" if abs(ahead) < _EQUAL else "remote" if ahead > 0 else "local"

    @property
    def why(self) -> tuple[Message, ...]:
        """The verdict in sentences."""
        ms = {"local": self.local.total_s * 1e3, "remote": self.remote.total_s * 1e3}
        said = [
            Message.of("In the machine {local:.3g} ms, over the network {remote:.3g} ms.", **ms)
        ]
        if self.break_even is None:
            said.append(Message.of("The server’s disk is as fast as its memory: the hit ratio changes nothing."))  # fmt: skip
        elif self.break_even > 1:
            said.append(Message.of("Even with every request answered from the server’s memory the local disk is faster: the network alone takes longer."))  # fmt: skip
        elif self.break_even <= 0:
            said.append(Message.of("The server is faster even if its memory never has the data."))
        else:
            said.append(Message.of("Both take the same time when the server’s memory answers {share:.1f} % of the requests.", share=100 * self.break_even))  # fmt: skip
        return tuple(said)


def duel(disk: Device, request: Request) -> Duel:
    """The machine's own disk against the server."""
    return Duel(local(disk, request.size), remote(request), break_even(disk, request))


def break_even(disk: Device, request: Request) -> float | None:
    """h* = (c + r − L) / (r − m): above 1 the server never wins, below 0 always.

    Queues are left out: they would move it with the load. None where the server's disk takes as
    long as its memory.
    """
    r, m = request.server.time_s(request.size), RAM.time_s(request.size)
    if r == m:
        return None
    c = request.link.rtt_s + request.cpu_s + request.size / (goodput_mb_s(request.link) * 1e6)
    return (c + r - disk.time_s(request.size)) / (r - m)


def winner_map(disk: Device, request: Request, sizes: Sequence[int], hits: Sequence[float]) -> np.ndarray:  # fmt: skip
    """log10(local / remote) of each pair, shape (hits, sizes): above 0 the server wins.

    The line of `break_even` over `sizes` parts the two sides. No queue.
    """
    require(len(sizes) > 0 and len(hits) > 0, "sizes={n}: give one size and one hit ratio or more", n=len(sizes))  # fmt: skip
    size, hit = np.asarray(sizes, float)[None, :], np.asarray(hits, float)[:, None]
    server = hit * _times(RAM, size) + (1 - hit) * _times(request.server, size)
    way = request.link.rtt_s + request.cpu_s + size / (goodput_mb_s(request.link) * 1e6)
    ahead: np.ndarray = np.log10(_times(disk, size) / (way + server))
    return ahead


def _times(disk: Device, size: np.ndarray) -> np.ndarray:
    return disk.time_s(0) + size / (disk.mb_s * 1e6)


def streaming_mb_s(server_mb_s: float, link: Link, clients: int = 1) -> float:
    """MB/s that each client gets of a long read, all on the server's one link."""
    require(server_mb_s > 0, "mb_s={rate}: choose more than 0 MB/s", rate=server_mb_s)
    require(clients >= 1, "clients={n}: choose 1 or more", n=clients)
    return min(server_mb_s, goodput_mb_s(link)) / clients
