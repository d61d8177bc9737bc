"""One design of a small datacentre: racks, network, hosts, storage, power, backup, machines, services.

A design that exists is consistent: every name in it is known, every number within its rule. Whether
it is big enough (memory, processors, rack units, space) is asked with `shortages`, so that a learner
may see a design that is too small. `read` takes the JSON form, `plain` gives it back.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from coursekit.sims.datacentre.catalogue import DISKS, HOSTS, RACK_UNITS, VCPUS_PER_CORE
from coursekit.sims.datacentre.parts import (
    MOST_HOSTS,
    MOST_RACKS,
    Backup,
    Ha,
    Host,
    Net,
    Power,
    Rack,
    Service,
    Storage,
    Vm,
)
from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.netstorage.redundancy import replicas
from coursekit.sims.netstorage.sizing import Cluster, size
from coursekit.sims.raid.layouts import Array, usable

__all__ = ["Design", "check", "data_tb", "domains", "domains_of", "shortages", "usable_tb"]


@dataclass(frozen=True, kw_only=True)
class Design:
    """Everything that was bought, and what runs on it."""

    racks: tuple[Rack, ...]
    net: Net = Net()  # noqa: RUF009  (frozen)
    hosts: tuple[Host, ...]
    storage: Storage = Storage()  # noqa: RUF009
    ha: Ha = Ha()  # noqa: RUF009
    power: Power = Power()  # noqa: RUF009
    backup: Backup = Backup()  # noqa: RUF009
    vms: tuple[Vm, ...]
    services: tuple[Service, ...]

    def __post_init__(self) -> None:
        require(1 <= len(self.racks) <= MOST_RACKS, "racks={n}: choose 1 to {most} racks", n=len(self.racks), most=MOST_RACKS)  # fmt: skip
        require(1 <= len(self.hosts) <= MOST_HOSTS, "hosts={n}: choose 1 to {most} hosts", n=len(self.hosts), most=MOST_HOSTS)  # fmt: skip
        for kind, names in (("racks", self.racks), ("hosts", self.hosts), ("vms", self.vms)):
            _once(kind, [each.id for each in names])
        _once("services", [each.name for each in self.services])
        self._check_places()
        self._check_services()

    def _check_places(self) -> None:
        racks, hosts = {each.id for each in self.racks}, {each.id for each in self.hosts}
        for host in self.hosts:
            _known(f"hosts.{host.id}.rack", host.rack, racks)
        if self.storage.kind == "nas":
            _known("storage.rack", self.storage.rack, racks)
        for vm in self.vms:
            _known(f"vms.{vm.id}.host", vm.host, hosts)

    def _check_services(self) -> None:
        names = {each.name for each in self.services}
        for vm in self.vms:
            _known(f"vms.{vm.id}.service", vm.service, names)
        for service in self.services:
            for dep in service.deps:
                _known(f"services.{service.name}.deps", dep, names)
        ring = _ring({each.name: each.deps for each in self.services})
        require(not ring, "services={names}: no service may need itself by way of others", names=", ".join(ring))  # fmt: skip

    @cached_property
    def machines(self) -> dict[str, Host]:
        """The hosts by name."""
        return {each.id: each for each in self.hosts}


def _once(kind: str, names: Sequence[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    require(not twice, "{kind}={name}: a name is given once", kind=kind, name=", ".join(twice))


def _known(name: str, value: str, known: set[str]) -> None:
    require(value in known, "{name}={value}: choose one of {known}", name=name, value=value, known=", ".join(sorted(known)))  # fmt: skip


def _ring(deps: dict[str, tuple[str, ...]]) -> list[str]:
    """Services that wait for each other, none of which could ever be up."""
    left = dict(deps)
    while free := [name for name, needs in left.items() if not set(needs) & left.keys()]:
        for name in free:
            del left[name]
    return sorted(left)


# How big it is


def data_tb(design: Design) -> float:
    """What the machines keep, in TB (10¹² bytes)."""
    return sum(vm.disk_gb for vm in design.vms) / 1000


def usable_tb(design: Design) -> float:
    """Space for it, in TB: chapter 8 for RAID, chapter 11 for copies on the hosts."""
    storage = design.storage
    disk = DISKS[storage.disk].tb
    if storage.kind == "hci":
        cluster = Cluster(hosts=len(design.hosts), disks=storage.disks, disk_tb=disk, scheme=replicas(storage.size))  # fmt: skip
        return size(cluster).usable_tb
    arrays = len(design.hosts) if storage.kind == "local" else 1
    return usable(Array(level=str(storage.raid), disks=storage.disks)) * disk * arrays  # type: ignore[arg-type]


def shortages(design: Design) -> tuple[Message, ...]:
    """Where it is too small: memory, processors, rack units, space; one sentence each."""
    found = [each for host in design.hosts for each in _host_short(design, host)]
    for rack in design.racks:
        units = sum(HOSTS[host.model].units for host in design.hosts if host.rack == rack.id)
        if units > RACK_UNITS:
            found.append(Message.of("racks.{rack}={units} U: a rack holds {most} U", rack=rack.id, units=units, most=RACK_UNITS))  # fmt: skip
    need, space = data_tb(design), usable_tb(design)
    if need > space:
        found.append(Message.of("vms.disk_gb={need:.2f} TB: the storage holds {space:.2f} TB", need=need, space=space))  # fmt: skip
    if design.storage.kind == "hci" and (places := domains(design)) < design.storage.size:
        found.append(Message.of("storage.size={size}: there are {n} places for copies", size=design.storage.size, n=places))  # fmt: skip
    return tuple(found)


def domains(design: Design) -> int:
    """Places that fail together, of which each copy takes one: hosts, or racks with hosts."""
    return len(domains_of(design, [host.id for host in design.hosts]))


def domains_of(design: Design, names: Collection[str]) -> set[str]:
    """The places in which these hosts stand."""
    by_host = design.storage.domain == "host"
    return {host.id if by_host else host.rack for host in design.hosts if host.id in names}


def _host_short(design: Design, host: Host) -> list[Message]:
    model, own = HOSTS[host.model], [vm for vm in design.vms if vm.host == host.id]
    ram, vcpu = sum(vm.ram for vm in own), sum(vm.vcpu for vm in own)
    found = []
    if ram > model.ram_gb:
        found.append(Message.of("hosts.{host}={ram} GB: it has {most} GB of memory", host=host.id, ram=ram, most=model.ram_gb))  # fmt: skip
    if vcpu > (most := VCPUS_PER_CORE * model.cores):
        found.append(Message.of("hosts.{host}={vcpu} vCPU: it has {most}, 4 for each core", host=host.id, vcpu=vcpu, most=most))  # fmt: skip
    return found


def check(design: Design) -> None:
    """ParameterError, the first of `shortages`, if it is too small."""
    for message in shortages(design):
        raise ParameterError(message.text, **message.values)
