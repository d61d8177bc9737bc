"""How big a hyperconverged cluster must be so that it can lose a host and heal itself.

Modelled: equal hosts, each with disks, memory and one storage network; space after redundancy and
below the nearfull mark; what is left if a lost host must fit on the others; memory for all machines
on one host less; the writes that copies send over the network. Left out: processors, the metadata
of the file store, growth over time, how full one OSD gets by chance. Sources: Ceph documentation,
hardware recommendations and pools; VMware vSAN planning; Proxmox VE administration guide.
"""

from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.redundancy import LIMITS, Scheme, replicas

__all__ = ["ADVISED_GBPS", "MINIMUM", "Cluster", "Least", "Line", "Sized", "hosts_needed", "size"]

FILL = LIMITS["nearfull"]  # the part of the disks that may be used
ADVISED_GBPS = 10.0  # rebuild and copies share the network
MB_PER_GBIT = 125.0
MOST_HOSTS = 64

Verdict = Literal["yes", "no", "careful"]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Hosts, what each has, and what runs on them together; TB are 10¹² bytes."""

    hosts: int = 4
    disks: int = 6  # of a host
    disk_tb: float = 4.0
    scheme: Scheme = replicas(3)  # noqa: RUF009  (frozen)
    ram_gb: float = 256.0  # of a host
    vm_ram_gb: float = 512.0  # of all machines
    data_tb: float = 15.0
    write_mb_s: float = 200.0
    gbps: float = 10.0  # of a host, for storage

    def __post_init__(self) -> None:
        require(1 <= self.hosts <= MOST_HOSTS, "hosts={n}: choose 1 to {most}", n=self.hosts, most=MOST_HOSTS)  # fmt: skip
        require(self.disks >= 1, "disks={n}: choose 1 or more", n=self.disks)
        for name in ("disk_tb", "ram_gb", "gbps"):
            value = getattr(self, name)
            require(0 < value < inf, "{name}={value}: choose more than 0", name=name, value=value)
        for name in ("vm_ram_gb", "data_tb", "write_mb_s"):
            value = getattr(self, name)
            require(0 <= value < inf, "{name}={value}: choose 0 or more", name=name, value=value)

    @property
    def link_mb_s(self) -> float:
        """What a host's cable for storage carries."""
        return self.gbps * MB_PER_GBIT


@dataclass(frozen=True)
class Line:
    """One question about the cluster and its answer."""

    about: Literal["places", "space", "rebuild", "memory", "network"]
    verdict: Verdict
    why: Message


@dataclass(frozen=True)
class Sized:
    """Space in TB, memory in GB, network in MB/s, and a verdict line for each question."""

    raw_tb: float
    usable_tb: float
    rebuildable_tb: float  # so much may be used if a lost host is to be rebuilt on the others
    ram_all_gb: float
    ram_n1_gb: float  # for machines, if one host may fail
    network_mb_s: float  # that the writes put on the network between the hosts
    host_mb_s: float  # of it, leaving and entering an average host
    lines: tuple[Line, ...]

    def line(self, about: str) -> Line:
        """The line about something."""
        return next(each for each in self.lines if each.about == about)

    @property
    def holds(self) -> bool:
        """Whether a host may be lost at any time, with nothing to regret."""
        return all(each.verdict != "no" for each in self.lines)


def size(cluster: Cluster) -> Sized:
    """The numbers and the verdicts."""
    raw = cluster.hosts * cluster.disks * cluster.disk_tb
    usable = raw / cluster.scheme.overhead * FILL
    rebuildable = usable * (cluster.hosts - 1) / cluster.hosts
    ram_n1 = (cluster.hosts - 1) * cluster.ram_gb
    crossing = _crossing(cluster)
    lines = (
        _places(cluster), _space(cluster, usable), _rebuild(cluster, rebuildable),
        _memory(cluster, ram_n1), _network(cluster, crossing),
    )  # fmt: skip
    return Sized(
        raw, usable, rebuildable, cluster.hosts * cluster.ram_gb, ram_n1, crossing,
        crossing / cluster.hosts, lines,
    )  # fmt: skip


def _crossing(cluster: Cluster) -> float:
    """MB/s between hosts: the first piece of a write stays where the machine runs."""
    scheme = cluster.scheme
    return cluster.write_mb_s * (scheme.size - 1) / scheme.k


def _places(cluster: Cluster) -> Line:
    scheme = cluster.scheme
    if cluster.hosts < scheme.size:
        return Line("places", "no", Message.of("{scheme}: {need} hosts are needed, one for each piece; there are {hosts}.", scheme=scheme.name, need=scheme.size, hosts=cluster.hosts))  # fmt: skip
    if cluster.hosts < scheme.domains_to_rebuild:
        return Line("places", "careful", Message.of("Each piece has a host, but when one is lost there is no other to rebuild it on: {need} hosts could heal themselves.", need=scheme.domains_to_rebuild))  # fmt: skip
    return Line("places", "yes", Message.of("A lost host can be rebuilt: the others are enough for {scheme}.", scheme=scheme.name))  # fmt: skip


def _space(cluster: Cluster, usable: float) -> Line:
    why = Message.of("Data {data:.1f} TB, usable {usable:.1f} TB below the nearfull mark.", data=cluster.data_tb, usable=usable)  # fmt: skip
    return Line("space", "yes" if cluster.data_tb <= usable else "no", why)


def _rebuild(cluster: Cluster, rebuildable: float) -> Line:
    if cluster.data_tb <= rebuildable:
        return Line("rebuild", "yes", Message.of("If a host is lost, its data fit on the others: {data:.1f} of {most:.1f} TB.", data=cluster.data_tb, most=rebuildable))  # fmt: skip
    return Line("rebuild", "no", Message.of("If a host is lost, its data do not fit on the others: {data:.1f} TB, and {most:.1f} may be used.", data=cluster.data_tb, most=rebuildable))  # fmt: skip


def _memory(cluster: Cluster, ram_n1: float) -> Line:
    if cluster.vm_ram_gb <= ram_n1:
        return Line("memory", "yes", Message.of("If a host is lost, all machines find memory: {used:.0f} of {most:.0f} GB.", used=cluster.vm_ram_gb, most=ram_n1))  # fmt: skip
    return Line("memory", "no", Message.of("If a host is lost, machines of {short:.0f} GB find no memory and stay off.", short=cluster.vm_ram_gb - ram_n1))  # fmt: skip


def _network(cluster: Cluster, crossing: float) -> Line:
    each, link = crossing / cluster.hosts, cluster.link_mb_s
    if each > link:
        return Line("network", "no", Message.of("Copies put {each:.0f} MB/s on a host’s link of {link:.0f} MB/s: writes wait for the network.", each=each, link=link))  # fmt: skip
    if cluster.gbps < ADVISED_GBPS:
        return Line("network", "careful", Message.of("Copies put {each:.0f} MB/s on a host’s link of {link:.0f} MB/s; a rebuild shares what is left, 10 Gb/s or more are advised.", each=each, link=link))  # fmt: skip
    return Line("network", "yes", Message.of("Copies put {each:.0f} MB/s on a host’s link of {link:.0f} MB/s.", each=each, link=link))  # fmt: skip


@dataclass(frozen=True)
class Least:
    """Smallest number of failure domains: to work, and to heal after one is lost."""

    name: Message
    works: int
    heals: int
    why: Message


MINIMUM = (
    Least(Message.of("mirror, FTT = 1"), 3, 4, Message.of("Two hosts have a copy each, the third the witness: two of three decide. vSAN can run two hosts with a witness elsewhere.")),
    Least(Message.of("3 copies, domain host"), 3, 4, Message.of("One host for each copy, one more to rebuild a lost one on.")),
    Least(Message.of("3 copies, domain rack"), 3, 4, Message.of("One rack for each copy: no switch and no power strip takes two.")),
    Least(Message.of("erasure 4+2, domain host"), 6, 7, Message.of("One host for each piece, one more to rebuild a lost one on.")),
    Least(Message.of("Proxmox HA"), 3, 3, Message.of("Three votes, so that two are a majority; two nodes and a QDevice also make three.")),
)  # fmt: skip


def hosts_needed(cluster: Cluster) -> int | None:
    """The fewest such hosts that hold the data and the machines and can lose one; None beyond 64."""
    per_host = cluster.disks * cluster.disk_tb / cluster.scheme.overhead * FILL
    need = max(cluster.scheme.domains_to_rebuild, 1 + ceil(cluster.data_tb / per_host - 1e-9), 1 + ceil(cluster.vm_ram_gb / cluster.ram_gb - 1e-9))  # fmt: skip
    return need if need <= MOST_HOSTS else None
