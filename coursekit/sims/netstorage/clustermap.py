"""The map of a storage cluster: racks, hosts, OSDs and their weights; every node has it.

`placement` computes with it where copies go, and says what is modelled. Source: Ceph, CRUSH maps.
"""

from dataclasses import dataclass
from math import inf
from typing import Literal, get_args

from coursekit.sims.message import require

__all__ = ["HOST_ITEM", "RACK_ITEM", "ClusterMap", "Domain", "Host", "Osd", "grid"]

Domain = Literal["host", "rack"]

HOST_ITEM = 1000  # a host draws under another number than an OSD of the same number
RACK_ITEM = 2000


@dataclass(frozen=True)
class Osd:
    """One disk and its daemon; the weight is usually its size in TB."""

    id: int
    weight: float = 1.0

    def __post_init__(self) -> None:
        require(0 <= self.id < HOST_ITEM, "osd={id}: choose 0 to 999", id=self.id)
        require(0 <= self.weight < inf, "weight={x}: choose 0 or more", x=self.weight)


@dataclass(frozen=True)
class Host:
    """A machine with OSDs, in a rack: no two copies of a group on one host."""

    id: int
    osds: tuple[Osd, ...]
    rack: int = 0

    def __post_init__(self) -> None:
        most = RACK_ITEM - HOST_ITEM - 1
        require(0 <= self.id <= most, "host={id}: choose 0 to {most}", id=self.id, most=most)
        require(self.rack >= 0, "rack={id}: choose 0 or more", id=self.rack)

    @property
    def weight(self) -> float:
        """The sum of its OSDs: what CRUSH writes at the bucket."""
        return sum(osd.weight for osd in self.osds)


@dataclass(frozen=True)
class ClusterMap:
    """What every node knows. `out` OSDs keep their place and weight, and get no copy.

    No two copies of a group share a `domain`.
    """

    hosts: tuple[Host, ...]
    out: frozenset[int] = frozenset()
    domain: Domain = "host"

    def __post_init__(self) -> None:
        require(self.domain in get_args(Domain), "domain={domain}: choose host or rack", domain=self.domain)  # fmt: skip
        ids = [host.id for host in self.hosts]
        require(ids == sorted(set(ids)), "hosts={ids}: give them in ascending order, each once", ids=ids)  # fmt: skip
        osds = [osd.id for host in self.hosts for osd in host.osds]
        twice = sorted({osd for osd in osds if osds.count(osd) > 1})
        require(not twice, "osd={ids}: each OSD has one host only", ids=twice)

    @property
    def osds(self) -> tuple[Osd, ...]:
        """Every OSD, host by host."""
        return tuple(osd for host in self.hosts for osd in host.osds)

    @property
    def domains(self) -> dict[int, tuple[Host, ...]]:
        """The hosts of each failure domain, by the number under which it draws, ascending."""
        if self.domain == "host":
            return {HOST_ITEM + host.id: (host,) for host in self.hosts}
        racks = sorted({host.rack for host in self.hosts})
        return {RACK_ITEM + rack: tuple(host for host in self.hosts if host.rack == rack) for rack in racks}  # fmt: skip

    def host_of(self, osd: int) -> int:
        """The number of the host that carries an OSD."""
        found = [host.id for host in self.hosts if any(each.id == osd for each in host.osds)]
        require(bool(found), "osd={osd}: no host has it", osd=osd)
        return found[0]

    def osds_of_host(self, host: int) -> tuple[int, ...]:
        """The OSDs of a host; ParameterError names the hosts there are."""
        known = [each.id for each in self.hosts]
        require(host in known, "host={host}: choose one of {known}", host=host, known=known)
        return tuple(osd.id for each in self.hosts if each.id == host for osd in each.osds)

    def osds_of_rack(self, rack: int) -> tuple[int, ...]:
        """The OSDs of all hosts of a rack; ParameterError names the racks there are."""
        known = sorted({each.rack for each in self.hosts})
        require(rack in known, "rack={rack}: choose one of {known}", rack=rack, known=known)
        return tuple(osd.id for each in self.hosts if each.rack == rack for osd in each.osds)


def grid(
    hosts: int, per_host: int = 1, weight: float = 1.0, *, racks: int = 1, domain: Domain = "host"
) -> ClusterMap:
    """Hosts of equal OSDs, numbered through: host h has the OSDs per_host·h and on.

    Racks are filled one after the other, as evenly as can be.
    """
    require(hosts >= 1, "hosts={n}: choose 1 or more", n=hosts)
    require(1 <= per_host <= HOST_ITEM // hosts, "per_host={n}: choose 1 to {most}, 1000 OSDs in all", n=per_host, most=HOST_ITEM // hosts)  # fmt: skip
    require(1 <= racks <= hosts, "racks={n}: choose 1 to {most}, the hosts", n=racks, most=hosts)

    def one(host: int) -> Host:
        osds = tuple(Osd(host * per_host + each, weight) for each in range(per_host))
        return Host(host, osds, host * racks // hosts)

    return ClusterMap(tuple(map(one, range(hosts))), domain=domain)
