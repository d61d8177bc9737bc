"""Copies or pieces: what redundancy across nodes costs, bears, and asks of the cluster.

Modelled: an object kept as k data pieces and m more (a copy is k = 1) on k+m failure domains;
space, losses it bears, the chance to lose it when each domain is dead independently, disk reads
and writes of one small write, its network rounds, and what products ask for. Left out: repair
(see `recovery`), correlated failures, caches, Ceph's journal. Sources: Ceph documentation (pools,
erasure code, monitor settings) and OSDMonitor.cc for min_size; VMware vSAN planning and erasure
coding pages; chapter 8 for the small write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.failover.availability import k_of_n
from coursekit.sims.message import Message, require

__all__ = [
    "CARDS", "LIMITS", "Card", "Scheme", "Way", "Write", "erasure", "loss", "replicas",
    "small_write",
]  # fmt: skip

Way = Literal["copies", "stripe", "delta"]
MOST = 64


@dataclass(frozen=True)
class Scheme:
    """k pieces carry the data, m more are computed; r copies are 1 + (r − 1)."""

    k: int
    m: int

    def __post_init__(self) -> None:
        require(1 <= self.k <= MOST, "k={n}: choose 1 to {most}", n=self.k, most=MOST)
        require(0 <= self.m <= MOST, "m={n}: choose 0 to {most}", n=self.m, most=MOST)

    @property
    def copied(self) -> bool:
        """Whether every piece is a whole copy."""
        return self.k == 1

    @property
    def size(self) -> int:
        """Pieces, and failure domains, of an object."""
        return self.k + self.m

    @property
    def overhead(self) -> float:
        """Bytes on disks for one byte of data."""
        return self.size / self.k

    @property
    def tolerance(self) -> int:
        """Domains that may be lost, whichever they are."""
        return self.m

    @property
    def min_size(self) -> int:
        """Ceph's default: pieces that must be there for I/O to go on."""
        return self.size - self.size // 2 if self.copied else self.k + min(1, self.m)

    @property
    def domains_to_rebuild(self) -> int:
        """Domains with which a lost one can be replaced: one more than it fills."""
        return self.size + 1

    @property
    def name(self) -> Message:
        """As people say it."""
        if self.copied:
            return Message.of("{size} copies", size=self.size) if self.m else Message.of("1 copy")
        return Message.of("erasure {k}+{m}", k=self.k, m=self.m)


def replicas(r: int) -> Scheme:
    """r whole copies."""
    require(r >= 1, "r={n}: choose 1 or more", n=r)
    return Scheme(1, r - 1)


def erasure(k: int, m: int) -> Scheme:
    """Erasure code k+m."""
    require(k >= 2, "k={n}: choose 2 or more; with 1 every piece is a copy", n=k)
    require(m >= 1, "m={n}: choose 1 or more", n=m)
    return Scheme(k, m)


def loss(scheme: Scheme, p: float) -> float:
    """Chance that an object is lost when each of its domains is dead with chance `p`."""
    require(0 <= p <= 1, "p={x}: choose a share from 0 to 1", x=p)
    return k_of_n(scheme.tolerance + 1, [p] * scheme.size)


@dataclass(frozen=True)
class Write:
    """What one small write makes the disks of its domains do."""

    reads: int
    writes: int

    @property
    def total(self) -> int:
        """Disk operations for one of the client's."""
        return self.reads + self.writes


def small_write(scheme: Scheme, way: Way = "stripe") -> Write:
    """Disk operations of a write smaller than a piece.

    Copies are written, nothing is read. An erasure code reads the stripe's k pieces and writes
    all k+m (`stripe`), or reads the old piece and the m computed ones and writes these (`delta`).
    """
    require(way in get_args(Way), "way={way}: choose copies, stripe or delta", way=way)
    require((way == "copies") <= scheme.copied, "way={way}: k={k} makes pieces, not copies", way=way, k=scheme.k)  # fmt: skip
    if scheme.copied:
        return Write(0, scheme.size)
    return Write(scheme.k, scheme.size) if way == "stripe" else Write(1 + scheme.m, 1 + scheme.m)


@dataclass(frozen=True)
class Card:
    """What a product offers under a name, and the hosts that it asks for."""

    product: Literal["Ceph", "vSAN", "Proxmox HA"]
    name: Message
    hosts: int  # with which it works
    rebuild_hosts: int  # with which a lost host can be replaced
    overhead: float | None  # None: it keeps no data itself
    tolerates: int
    source: str


def _mirror(ftt: int) -> Card:
    """n+1 copies and n witnesses: a majority of 2n+1 components decides."""
    name = Message.of("mirror, FTT = {n}", n=ftt)
    hosts = 2 * ftt + 1
    return Card("vSAN", name, hosts, hosts + 1, ftt + 1.0, ftt, _VSAN)


def _vsan(name: Message, scheme: Scheme, hosts: int = 0) -> Card:
    """`hosts`: from how many the product chooses it, where that is more than it fills."""
    least = max(hosts, scheme.size)
    rebuild = max(hosts, scheme.domains_to_rebuild)
    return Card("vSAN", name, least, rebuild, scheme.overhead, scheme.tolerance, _VSAN)


def _ceph(scheme: Scheme) -> Card:
    return Card("Ceph", scheme.name, scheme.size, scheme.domains_to_rebuild, scheme.overhead, scheme.tolerance, _CEPH)  # fmt: skip


_VSAN = "VMware vSAN, planning and deployment: failures to tolerate, RAID 5 or 6 erasure coding"
_CEPH = "Ceph documentation: pools, erasure code"
_PVE = "Proxmox VE administration guide: high availability"

CARDS = (
    _ceph(replicas(2)), _ceph(replicas(3)), _ceph(erasure(4, 2)), _ceph(erasure(8, 3)),
    _ceph(erasure(10, 4)),
    _mirror(1), _mirror(2), _mirror(3),
    _vsan(Message.of("RAID 5, 3+1 (original architecture)"), erasure(3, 1)),
    _vsan(Message.of("RAID 6, 4+2"), erasure(4, 2)),
    _vsan(Message.of("RAID 5, 2+1 (express architecture, 3 to 5 hosts)"), erasure(2, 1)),
    _vsan(Message.of("RAID 5, 4+1 (express architecture, 6 hosts or more)"), erasure(4, 1), hosts=6),
    Card("Proxmox HA", Message.of("a majority of three votes"), 3, 3, None, 1, _PVE),
)  # fmt: skip

LIMITS: Mapping[str, float] = {  # of a Ceph cluster: seconds, and shares of an OSD's space
    "heartbeat_grace_s": 20.0, "out_after_s": 600.0,
    "nearfull": 0.85, "backfillfull": 0.90, "full": 0.95,
}  # fmt: skip
