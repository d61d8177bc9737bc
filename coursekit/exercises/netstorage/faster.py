"""E11.1: the disk in the machine or the one over the network, and where the balance tips."""

from functools import partial
from typing import Any, Literal

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import require
from coursekit.sims.netstorage.goodput import Link, goodput_mb_s
from coursekit.sims.netstorage.latency import CPU_S, DEVICES, RAM, Request, break_even, duel

Answer = dict[str, Any]
Name = Literal["hdd", "sata_ssd", "nvme", "ram"]
NAMES = tuple(DEVICES)


def faster(local: Name, server: Name, io_bytes: int, gbps: float, rtt_ms: float, h: float) -> Answer:  # fmt: skip
    """Both times in ms, who is faster, and the hit ratio where they meet."""
    require(rtt_ms > 0, "rtt_ms={rtt}: choose more than 0 ms", rtt=rtt_ms)
    link = Link(gbps=gbps, rtt_s=rtt_ms / 1e3)
    fight = duel(DEVICES[local], Request(size=io_bytes, server=DEVICES[server], link=link, hit=h))
    return {
        "local_ms": fight.local.total_s * 1e3, "remote_ms": fight.remote.total_s * 1e3,
        "winner": fight.winner, "break_even_h": fight.break_even,
    }  # fmt: skip


def _cases(rng: np.random.Generator) -> Args:
    """The ranges of the task, evenly on a logarithmic scale; some of them a draw."""
    local, server = (str(rng.choice(NAMES, p=[0.3, 0.3, 0.3, 0.1])) for _ in range(2))
    size = int(2 ** rng.uniform(9, 23))
    gbps, rtt_ms = float(10 ** rng.uniform(-1, 2)), float(10 ** rng.uniform(np.log10(0.05), np.log10(5)))  # fmt: skip
    h = float(rng.choice([0.0, 1.0, rng.random(), rng.random()]))
    link = Link(gbps=gbps, rtt_s=rtt_ms / 1e3)
    even = break_even(DEVICES[local], Request(size=size, server=DEVICES[server], link=link))
    if even is not None and 0 < even < 1 and rng.random() < 0.25:
        h = even
    return {"local": local, "server": server, "io_bytes": size, "gbps": gbps, "rtt_ms": rtt_ms, "h": h}  # fmt: skip


def _bent(
    local: Name, server: Name, io_bytes: int, gbps: float, rtt_ms: float, h: float, *,
    raw: bool = False, bits: float = 1, ways: float = 1, cpu_s: float = CPU_S,
    swapped: bool = False, clamped: bool = False, even_misses: bool = True,
) -> Answer:  # fmt: skip
    """The same with a rule bent: the link's rate, the round trip, who answers, the balance."""
    own, disk, memory = (each.time_s(io_bytes) for each in (DEVICES[local], DEVICES[server], RAM))
    rate = (gbps * 125 if raw else goodput_mb_s(Link(gbps=gbps))) * bits
    way = ways * rtt_ms / 1e3 + cpu_s + io_bytes / (rate * 1e6)
    hit, miss = (1 - h, h) if swapped else (h, 1 - h)
    there = way + hit * memory + miss * disk
    even = None
    if disk != memory:
        even = (way + (disk if even_misses else 0) - own) / (disk - memory)
        even = min(1.0, max(0.0, even)) if clamped else even
    ahead = own - there
    winner = "equal" if abs(ahead) < 1e-12 else "remote" if ahead > 0 else "local"
    return {"local_ms": own * 1e3, "remote_ms": there * 1e3, "winner": winner, "break_even_h": even}


FASTER = Exercise(
    id="E11.1",
    chapter="netstorage",
    title=mark("Local disk or network disk?"),
    reference=faster,
    cases=_cases,
    samples=(
        Sample(
            {"local": "hdd", "server": "hdd", "io_bytes": 4096, "gbps": 1.0, "rtt_ms": 0.2, "h": 0.5},
            {"local_ms": 12.68748, "remote_ms": 6.609147085082872, "winner": "remote", "break_even_h": 0.02087332025422819},
        ),
        Sample(
            {"local": "nvme", "server": "ram", "io_bytes": 4096, "gbps": 10.0, "rtt_ms": 0.2, "h": 1.0},
            {"local_ms": 0.08117028571428572, "remote_ms": 0.23468526850828733, "winner": "local", "break_even_h": None},
        ),
        Sample(
            {"local": "sata_ssd", "server": "hdd", "io_bytes": 4096, "gbps": 10.0, "rtt_ms": 0.2, "h": 1.0},
            {"local_ms": 0.10744727272727274, "remote_ms": 0.23468526850828733, "winner": "local", "break_even_h": 1.0100295787199236},
        ),
        Sample(
            {"local": "hdd", "server": "nvme", "io_bytes": 1048576, "gbps": 10.0, "rtt_ms": 0.2, "h": 0.0},
            {"local_ms": 17.909880000000005, "remote_ms": 1.50059308097869, "winner": "remote", "break_even_h": -50.3098737749161},
        ),
    ),
    wrong=(
        Wrong(
            "rate of the link",
            partial(_bent, raw=True),
            mark("You divide by the rate of the link: 52 of the 1500 bytes of a packet are headers, and 38 more surround it on the wire."),
        ),
        Wrong(
            "bits as bytes",
            partial(_bent, bits=8),
            mark("You take gigabits for gigabytes: links are sold in bits, eight to a byte."),
        ),
        Wrong(
            "hits and misses swapped",
            partial(_bent, swapped=True),
            mark("You swap hits and misses: h is the share that the server’s memory answers, 1 − h comes from its disk."),
        ),
        Wrong(
            "one way",
            partial(_bent, ways=0.5),
            mark("You count the way there only: a request goes and its answer comes back, a whole round trip."),
        ),
        Wrong(
            "no CPU",
            partial(_bent, cpu_s=0.0),
            mark("You leave out the 0.03 ms of CPU that each request over the network takes."),
        ),
        Wrong(
            "clamped",
            partial(_bent, clamped=True),
            mark("You keep the break-even between 0 and 1: a value above 1 says that the server never wins, one below 0 that it always does."),
        ),
        Wrong(
            "no miss in the balance",
            partial(_bent, even_misses=False),
            mark("Your break-even forgets the server’s disk: with no hit at all the request takes the way over the network and the disk."),
        ),
    ),
)  # fmt: skip
