"""Room for the death of a host: seven machines on a few hosts, and what is left of them when one dies.

Modelled: memory and vCPUs that each host gives, the restart of its machines on the others (`evaluate`:
in order of priority, the larger first), machines of one service kept apart. N+1 holds if no machine is
left out for want of room and every service stays up, whichever host dies. Left out: load, and memory
that a hypervisor needs for itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from coursekit.sims.datacentre.catalogue import HOSTS, VCPUS_PER_CORE
from coursekit.sims.datacentre.design import Design, shortages
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.parts import Host
from coursekit.sims.datacentre.samples import D1, VMS, machines
from coursekit.sims.datacentre.why import NO_ROOM, reasons
from coursekit.sims.message import Message, require

__all__ = ["LEAST", "MOST", "Death", "Headroom", "Load", "cluster", "headroom"]

LEAST, MOST = 2, 4  # hosts


@dataclass(frozen=True)
class Load:
    """A host: GB of memory and vCPUs that its machines take, and what it has."""

    host: str
    vms: tuple[str, ...]
    ram: int
    ram_most: int
    vcpu: int
    vcpu_most: int

    @property
    def fits(self) -> bool:
        """Whether it has what its machines take."""
        return self.ram <= self.ram_most and self.vcpu <= self.vcpu_most


@dataclass(frozen=True)
class Death:
    """A host dies: where its machines run then, which do not and why, which services are down."""

    host: str
    moved: dict[str, str]
    left: dict[str, Message]
    down: tuple[str, ...]
    loads: tuple[Load, ...]
    room: bool  # whether none is left for want of memory or vCPUs

    @property
    def holds(self) -> bool:
        """Whether this death is borne."""
        return self.room and not self.down


@dataclass(frozen=True)
class Headroom:
    """All hosts alive, then each death."""

    design: Design
    loads: tuple[Load, ...]
    deaths: tuple[Death, ...]
    short: tuple[Message, ...]

    @property
    def n_plus_1(self) -> bool:
        """Whether it fits and any one host may die."""
        return not self.short and all(death.holds for death in self.deaths)


def cluster(hosts: int, model: str, homes: Mapping[str, int], *, apart: bool = True) -> Design:
    """So many hosts of a model on one NAS, each machine at home on host number `homes` (from 1).

    A machine whose host is not there is at home on the last. `apart`: those of the directory, and
    those of the database, are kept on different hosts.
    """
    require(LEAST <= hosts <= MOST, "hosts={hosts}: choose {least} to {most}", hosts=hosts, least=LEAST, most=MOST)  # fmt: skip
    for vm, at in homes.items():
        require(at >= 1, "vm={vm}, host {at}: hosts are numbered from 1", vm=vm, at=at)
    vms = machines({vm.id: f"h{min(homes.get(vm.id, 1), hosts)}" for vm in VMS})
    if not apart:
        vms = tuple(replace(vm, anti=False) for vm in vms)
    like = replace(D1.hosts[0], model=model)
    boxes: tuple[Host, ...] = tuple(replace(like, id=f"h{n}") for n in range(1, hosts + 1))
    return replace(D1, hosts=boxes, vms=vms)


@cache
def headroom(design: Design) -> Headroom:
    """What fits, and what is left of it at each host's death."""
    homes = {vm.id: vm.host for vm in design.vms}
    deaths = tuple(_death(design, host.id) for host in design.hosts)
    return Headroom(design, _loads(design, homes), deaths, shortages(design))


def _loads(design: Design, places: Mapping[str, str]) -> tuple[Load, ...]:
    found = []
    for host in design.hosts:
        own, model = [vm for vm in design.vms if places.get(vm.id) == host.id], HOSTS[host.model]
        ram, vcpu = sum(vm.ram for vm in own), sum(vm.vcpu for vm in own)
        names = tuple(vm.id for vm in own)
        found.append(Load(host.id, names, ram, model.ram_gb, vcpu, VCPUS_PER_CORE * model.cores))
    return tuple(found)


def _death(design: Design, host: str) -> Death:
    failed = [f"host:{host}"]
    state = evaluate(design, failed)
    found = reasons(design, failed, state)
    places = state.places
    homes = {vm.id: vm.host for vm in design.vms}
    left = {vm: found[f"vm:{vm}"].text for vm in homes if vm not in places}
    kept_apart = {vm for vm, why in left.items() if _only_apart(why)}
    return Death(
        host=host, moved={vm: at for vm, at in places.items() if homes[vm] != at}, left=left,
        down=tuple(name for name, is_up in state.up.items() if not is_up),
        loads=_loads(design, places), room=kept_apart == set(left),
    )  # fmt: skip


def _only_apart(why: Message) -> bool:
    """Whether it is left out because another machine of its service runs, and for nothing else."""
    return why.values.get("why") == NO_ROOM["anti"]
