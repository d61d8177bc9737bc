"""What still works when some components have failed: power, switches, hosts, storage, machines, services.

Modelled: which path each host has to power and network; votes and sides when racks no longer hear each
other; where the data can still be read and written; which machines run on, which are started elsewhere
and in what order; which services that leaves. Left out: time (a state is what it settles to), load, a
failure that is only half one. Sources: chapter 2 for votes, chapter 8 for RAID, chapter 11 for copies.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from coursekit.sims.datacentre.catalogue import HOSTS, VCPUS_PER_CORE
from coursekit.sims.datacentre.components import SHORT, check_failed, dead_disks
from coursekit.sims.datacentre.design import Design, domains, domains_of
from coursekit.sims.datacentre.parts import RAIDS, Host, Rack, Vm
from coursekit.sims.message import require
from coursekit.sims.netstorage.quorum import quorum

__all__ = ["Lack", "Partition", "Side", "State", "check_partition", "evaluate", "lacks"]

BRIDGED_MIN = 15  # batteries of so many minutes bear a short cut of the power
Partition = Sequence[Collection[str]]
Lack = Literal["anti", "memory", "vcpu"]


@dataclass(frozen=True)
class Side:
    """Hosts that hear each other: their votes, whether they may act, whether they have the data."""

    racks: frozenset[str]
    hosts: tuple[str, ...]
    votes: int
    active: bool
    storage: bool
    runs: dict[str, str] = field(default_factory=dict)  # machine -> host


@dataclass(frozen=True)
class State:
    """The whole: services that are up, machines that run, and what lives of the rest."""

    up: dict[str, bool]
    sides: tuple[Side, ...]
    data_lost: bool
    split_brain: bool
    alive: frozenset[str]  # feeds, PDUs, switches, cores, lines, controllers and hosts

    @property
    def running(self) -> list[str]:
        """Machines that run somewhere, in order of their names."""
        return sorted({vm for side in self.sides for vm in side.runs})

    @property
    def places(self) -> dict[str, str]:
        """Where each machine runs; one that runs twice, on the later side."""
        return {vm: host for side in self.sides for vm, host in side.runs.items()}

    @property
    def share(self) -> float:
        """The part of the services that is up."""
        return sum(self.up.values()) / len(self.up)


def evaluate(design: Design, failed: Collection[str] = (), partition: Partition | None = None) -> State:  # fmt: skip
    """The state with these components failed; `partition`: sets of racks that no longer hear each other."""
    check_failed(design, failed)
    check_partition(design, partition)
    failed = frozenset(failed)
    alive = _alive(design, failed)
    cut, dead = partition is not None, dead_disks(failed)
    lost = _data_lost(design, dead)
    racks = [frozenset(each) for each in partition or [[rack.id for rack in design.racks]]]
    sides = tuple(_side(design, alive, at, part, cut=cut, lost=lost, dead=dead) for at, part in enumerate(racks))  # fmt: skip
    up = _services(design, {vm for side in sides for vm in side.runs}, wan=_any(alive, "wan:"))
    return State(up, sides, lost, _split(design, sides, cut=cut), alive)


def check_partition(design: Design, partition: Partition | None) -> None:
    """ParameterError unless the sets hold every rack once."""
    if partition is not None:
        racks = sorted(rack for part in partition for rack in part)
        known = sorted(rack.id for rack in design.racks)
        require(racks == known, "partition={sets}: each of the racks {racks} belongs to one set", sets=[list(each) for each in partition], racks=", ".join(known))  # fmt: skip


# Power and network


def _alive(design: Design, failed: frozenset[str]) -> frozenset[str]:
    """Everything that has power and is not broken itself."""
    counted = (("core", design.net.cores), ("wan", design.net.wans), ("nasctrl", design.storage.ctrls))  # fmt: skip
    alive = {f"{kind}:{n}" for kind, count in counted for n in range(1, count + 1)} - failed
    alive |= {f"feed:{n}" for n in range(1, design.power.feeds + 1) if _fed(design, n, failed)}
    for rack in design.racks:
        if f"rack:{rack.id}" not in failed:
            alive |= _in_rack(design, rack, alive, failed)
    alive |= {f"host:{host.id}" for host in design.hosts if _lives(host, alive, failed)}
    return frozenset(alive)


def _fed(design: Design, n: int, failed: frozenset[str]) -> bool:
    bridged = SHORT in failed and design.power.ups_min >= BRIDGED_MIN
    return f"feed:{n}" not in failed or design.power.gen or bridged


def _in_rack(design: Design, rack: Rack, alive: set[str], failed: frozenset[str]) -> set[str]:
    """Sockets a hang on feed 1, b on feed 2 where there is one; a switch hangs on its own sockets."""
    feeds = {"a": "feed:1", "b": f"feed:{design.power.feeds}"}
    found = {f"pdu:{rack.id}:{each}" for each in "ab"[: rack.pdus] if feeds[each] in alive} - failed
    for each in "ab"[: rack.tors]:
        if f"pdu:{rack.id}:{each if rack.pdus == 2 else 'a'}" in found:
            found |= {f"tor:{rack.id}:{each}"} - failed
    return found


def _lives(host: Host, alive: set[str], failed: frozenset[str]) -> bool:
    """A host needs a socket it is plugged into, a switch it is plugged into, and a core switch."""
    power = any(f"pdu:{host.rack}:{each}" in alive for each in "ab"[: host.psus])
    network = any(f"tor:{host.rack}:{each}" in alive for each in "ab"[: host.nics])
    return f"host:{host.id}" not in failed and power and network and _any(alive, "core:")


def _any(alive: Collection[str], kind: str) -> bool:
    return any(name.startswith(kind) for name in alive)


# Data, votes, machines


def _data_lost(design: Design, dead: int) -> bool:
    storage = design.storage
    return dead >= storage.size if storage.kind == "hci" else dead > RAIDS[storage.raid]


def _side(design: Design, alive: frozenset[str], at: int, racks: frozenset[str], *, cut: bool, lost: bool, dead: int) -> Side:  # fmt: skip
    """Side number `at`: the witness stands with the first."""
    own = tuple(host.id for host in design.hosts if host.rack in racks and f"host:{host.id}" in alive)  # fmt: skip
    witness = design.ha.witness and len(design.hosts) % 2 == 0
    votes = len(own) + (witness and at == 0)
    active = not (design.ha.enabled and design.ha.quorum) or votes >= quorum(len(design.hosts) + witness)  # fmt: skip
    storage = not lost and _reaches(design, alive, own, racks, active=active, cut=cut, dead=dead)
    side = Side(racks, own, votes, active, storage)
    return replace(side, runs=_placed(design, side)) if storage else side


def _reaches(design: Design, alive: frozenset[str], own: tuple[str, ...], racks: frozenset[str], *, active: bool, cut: bool, dead: int) -> bool:  # fmt: skip
    """Whether these hosts can read and write the data, if there are any."""
    storage = design.storage
    if storage.kind == "nas":
        parts = all(_any(alive, kind) for kind in ("nasctrl:", "core:", f"pdu:{storage.rack}:", f"tor:{storage.rack}:"))  # fmt: skip
        return parts and (not cut or storage.rack in racks)
    if storage.kind == "hci":
        down = domains(design) - len(domains_of(design, own))
        return active and storage.size - min(storage.size, down + dead) >= storage.min_size
    return True


def _placed(design: Design, side: Side) -> dict[str, str]:
    """The machines at home on this side, then those that are started here instead of at home."""
    runs = {vm.id: vm.host for vm in design.vms if vm.host in side.hosts}
    if design.storage.kind != "local" and design.ha.enabled and side.active:
        away = [vm for vm in design.vms if vm.id not in runs]
        for vm in sorted(away, key=lambda vm: (vm.prio, -vm.ram, vm.id)):
            host = next(
                (name for name in sorted(side.hosts) if _fits(design, vm, name, runs)), None
            )
            if host:
                runs[vm.id] = host
    return runs


def _fits(design: Design, vm: Vm, name: str, runs: dict[str, str]) -> bool:
    return lacks(design, vm, name, runs) is None


def lacks(design: Design, vm: Vm, name: str, runs: Mapping[str, str]) -> Lack | None:
    """Why a machine cannot be started on this host beside those that run there; None: it can."""
    model = HOSTS[design.machines[name].model]
    there = [each for each in design.vms if runs.get(each.id) == name]
    if vm.anti and any(each.service == vm.service for each in there):
        return "anti"
    if sum(each.ram for each in there) + vm.ram > model.ram_gb:
        return "memory"
    vcpu = sum(each.vcpu for each in there) + vm.vcpu
    return "vcpu" if vcpu > VCPUS_PER_CORE * model.cores else None


def _services(design: Design, running: set[str], *, wan: bool) -> dict[str, bool]:
    """A service is up with enough machines, all that it needs, and a line if people come from outside."""
    up: dict[str, bool] = {}
    left = list(design.services)
    while left:
        service = next(each for each in left if set(each.deps) <= up.keys())
        left.remove(service)
        count = sum(vm.service == service.name and vm.id in running for vm in design.vms)
        needs = all(up[dep] for dep in service.deps) and (wan or not service.public)
        up[service.name] = count >= service.need and needs
    return {service.name: up[service.name] for service in design.services}


def _split(design: Design, sides: tuple[Side, ...], *, cut: bool) -> bool:
    """Both sides would start everything, on data that both can write."""
    shared = design.storage.kind != "local" and design.ha.enabled and not design.ha.quorum
    return cut and shared and all(side.hosts for side in sides)
