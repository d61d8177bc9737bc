"""Why a service is up or down: the first thing that is missing on its way, in one sentence.

Nothing is decided here: a state of `evaluate` is read, in the order in which `evaluate` asks.
"""

from coursekit.sims.datacentre.components import dead_disks
from coursekit.sims.datacentre.design import Design, domains, domains_of
from coursekit.sims.datacentre.evaluate import Side, State
from coursekit.sims.datacentre.parts import Host, Service, Vm
from coursekit.sims.message import Message
from coursekit.sims.netstorage.quorum import quorum

__all__ = ["host_reason", "reason"]


def reason(design: Design, failed: tuple[str, ...], state: State, name: str) -> Message:
    """Why this service is up, or what it lacks; `state` is that of these failures, not of a partition."""
    service = next(each for each in design.services if each.name == name)
    if state.up[name]:
        return _up(design, state, service)
    own = [vm for vm in design.vms if vm.service == name]
    running = [vm for vm in own if vm.id in state.running]
    if len(own) < service.need:
        return Message.of("It asks for {need} machines and has {n}.", need=service.need, n=len(own))
    if len(running) < service.need:
        missing = [vm for vm in own if vm not in running]
        return _stopped(design, failed, state, missing)
    if waits := [dep for dep in service.deps if not state.up[dep]]:
        return Message.of("Its machines run, but it needs “{dep}”, which is down.", dep=waits[0])
    return Message.of("Its machines run, but no line to the Internet is left.")


def _up(design: Design, state: State, service: Service) -> Message:
    places = state.places
    own = [vm for vm in design.vms if vm.service == service.name and vm.id in places]
    moved = [vm for vm in own if places[vm.id] != vm.host]
    if len(own) - len(moved) >= service.need:
        at = next(vm for vm in own if vm not in moved)
        return Message.of("{vm} runs at home on {host}.", vm=at.id, host=at.host)
    return Message.of("{vm} has been started elsewhere, on {host}.", vm=moved[0].id, host=places[moved[0].id])  # fmt: skip


def _stopped(design: Design, failed: tuple[str, ...], state: State, missing: list[Vm]) -> Message:
    """Why too few of its machines run: data, hosts, storage, votes, restarts, room."""
    if state.data_lost:
        return Message.of("The data are lost: {n} dead disks are more than the storage bears.", n=dead_disks(failed))  # fmt: skip
    side = state.sides[0]
    if not side.hosts:
        why = host_reason(failed, state, design.machines[missing[0].host])
        return Message.of("No host is left. {why}", why=why)
    if not side.storage:
        return _no_storage(design, failed, state, side)
    return _not_restarted(design, failed, state, side, missing[0])


def _no_storage(design: Design, failed: tuple[str, ...], state: State, side: Side) -> Message:
    storage = design.storage
    if storage.kind == "hci":
        if not side.active:
            return _no_majority(design, side)
        down = domains(design) - len(domains_of(design, side.hosts)) + dead_disks(failed)
        left = storage.size - min(storage.size, down)
        return Message.of("Of {size} copies {left} may be left, and the storage stops below {least}.", size=storage.size, left=left, least=storage.min_size)  # fmt: skip
    if not any(name.startswith("nasctrl:") for name in state.alive):
        return Message.of("No controller of the NAS is left.")
    if not any(name.startswith(f"pdu:{storage.rack}:") for name in state.alive):
        return Message.of("The NAS has no power: no sockets of rack {rack} are left.", rack=storage.rack)  # fmt: skip
    return Message.of(
        "Nobody reaches the NAS: no switch of rack {rack} is left.", rack=storage.rack
    )


def _no_majority(design: Design, side: Side) -> Message:
    hosts = len(design.hosts)
    votes = hosts + (design.ha.witness and hosts % 2 == 0)  # of an odd number it is not asked
    return Message.of("{votes} of {all} votes are left, and {least} are a majority: nothing is started.", votes=side.votes, all=votes, least=quorum(votes))  # fmt: skip


def _not_restarted(design: Design, failed: tuple[str, ...], state: State, side: Side, vm: Vm) -> Message:  # fmt: skip
    why = host_reason(failed, state, design.machines[vm.host])
    if design.storage.kind == "local":
        return Message.of("{vm} is gone with its host, and its data are in that host alone. {why}", vm=vm.id, why=why)  # fmt: skip
    if not design.ha.enabled:
        return Message.of("{vm} is gone with its host, and nothing starts it elsewhere: high availability is off. {why}", vm=vm.id, why=why)  # fmt: skip
    if not side.active:
        return _no_majority(design, side)
    return Message.of("{vm} is gone with its host, and no other host has room for it. {why}", vm=vm.id, why=why)  # fmt: skip


def host_reason(failed: tuple[str, ...], state: State, host: Host) -> Message:
    """What a host that does not work lacks first."""
    power = any(f"pdu:{host.rack}:{each}" in state.alive for each in "ab"[: host.psus])
    network = any(f"tor:{host.rack}:{each}" in state.alive for each in "ab"[: host.nics])
    if f"host:{host.id}" in failed:
        return Message.of("Host {host} itself has failed.", host=host.id)
    if f"rack:{host.rack}" in failed:
        return Message.of("Rack {rack} is gone with all that stands in it.", rack=host.rack)
    if not power:
        return Message.of("Host {host} has no power: none of the sockets it is plugged into works.", host=host.id)  # fmt: skip
    if not network:
        return Message.of("Host {host} has no network: none of the switches it is plugged into works.", host=host.id)  # fmt: skip
    return Message.of("Host {host} has no network: no core switch works.", host=host.id)
