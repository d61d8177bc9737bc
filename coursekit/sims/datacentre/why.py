"""Why something does not work: the first thing that it lacks, and what that thing lacks in turn.

Everything that is dead in a state (`evaluate`) gets a sentence and names what is behind it, down to
what has failed of itself. Nothing is decided here again: who lives and what runs is read from the
state. Names are those of components; beside them `storage:k` (of side k of a cut), `vm:dc1`,
`service:web`. Left out: second reasons, where one thing would be dead for two.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from coursekit.sims.datacentre.components import SHORT, components, dead_disks, named
from coursekit.sims.datacentre.design import Design, domains, domains_of
from coursekit.sims.datacentre.evaluate import Lack, Side, State, lacks
from coursekit.sims.datacentre.parts import RAIDS, Host, Vm
from coursekit.sims.datacentre.samples import called
from coursekit.sims.message import Message
from coursekit.sims.netstorage.quorum import quorum

__all__ = ["NO_ROOM", "Reason", "chain", "groups", "reasons", "strained", "told"]

MANY = 3  # links from which on a service's own sentence says nothing new

NO_ROOM: dict[Lack, Message] = {
    "anti": Message.of("another machine of its service runs there, and they are kept apart"),
    "memory": Message.of("no host has the memory left"),
    "vcpu": Message.of("no host has the vCPUs left"),
}


@dataclass(frozen=True)
class Reason:
    """What does not work, why, and which other things that do not work are behind it."""

    what: str
    text: Message
    because: tuple[str, ...] = ()


def reasons(design: Design, failed: Collection[str], state: State) -> dict[str, Reason]:
    """Everything that does not work in this state, which these failures have led to, by name."""
    found: list[Reason] = []
    for name in components(design):
        dead = name in failed if name.startswith("rack:") else name not in state.alive
        if dead and not name.startswith("disks:"):
            found.append(_component(design, name, failed, state))
    found += _unpowered(design, state)
    found += _storages(design, failed, state)
    found += [_machine(design, vm, state) for vm in design.vms if vm.id not in state.places]
    found += _services(design, state)
    return {each.what: each for each in found}


def chain(found: Mapping[str, Reason], what: str) -> tuple[Reason, ...]:
    """From this thing down to what has failed of itself, always by the first that is behind it."""
    path: list[Reason] = []
    while what in found:
        path.append(found[what])
        what = next((each for each in found[what].because if each in found), "")
    return tuple(path)


def told(found: Mapping[str, Reason], service: str) -> tuple[Message, ...]:
    """Why a service is down, in sentences down to the bottom; its own only where none is below it."""
    path = chain(found, f"service:{service}")
    below = [each for each in path if not each.what.startswith("service:")]
    return tuple(each.text for each in (path if len(path) < MANY or not below else below))


def groups(
    found: Mapping[str, Reason],
) -> tuple[tuple[tuple[str, ...], tuple[Reason, ...]], ...]:
    """Services that are down by what is at the bottom of it: their names, and the way of the first one."""
    together: dict[str, tuple[list[str], tuple[Reason, ...]]] = {}
    for name in found:
        if name.startswith("service:"):
            path = chain(found, name)
            together.setdefault(path[-1].what, ([], path))[0].append(name.removeprefix("service:"))
    return tuple((tuple(names), path) for names, path in together.values())


def strained(design: Design, failed: Collection[str], state: State) -> frozenset[str]:
    """What works, but has lost something: hosts with one path left, feeds on batteries, services short of machines."""
    found = {f"host:{host.id}" for host in design.hosts if _halved(design, host, state)}
    found |= {name for name in failed if name.startswith("feed:") and name in state.alive}
    for service, is_up in state.up.items():
        own = [vm for vm in design.vms if vm.service == service]
        if is_up and any(vm.id not in state.places for vm in own):
            found.add(f"service:{service}")
    parts = dead_disks(failed) or any(name.startswith("nasctrl:") for name in failed)
    if parts and any(side.storage for side in state.sides):
        found.add("storage")
    return frozenset(found)


def _halved(design: Design, host: Host, state: State) -> bool:
    paths = [*_plugs(design, host, "pdu"), *_plugs(design, host, "tor")]
    return f"host:{host.id}" in state.alive and any(name not in state.alive for name in paths)


def _plugs(design: Design, host: Host, kind: str) -> list[str]:
    """The strips of sockets, or switches, that a host is plugged into."""
    rack = next(each for each in design.racks if each.id == host.rack)
    there, own = (rack.pdus, host.psus) if kind == "pdu" else (rack.tors, host.nics)
    return [f"{kind}:{rack.id}:{letter}" for letter in "ab"[: min(there, own)]]


# Components


def _component(design: Design, name: str, failed: Collection[str], state: State) -> Reason:
    kind, _colon, rest = name.partition(":")
    if kind == "feed":
        return Reason(name, _dark(design, name, failed))
    if name in failed:
        return Reason(name, Message.of("{what} is broken", what=named(name)))
    rack = f"rack:{design.machines[rest].rack if kind == 'host' else rest.partition(':')[0]}"
    if rack in failed:
        return Reason(name, Message.of("{what} stood in {rack}", what=named(name), rack=named(rack)), (rack,))  # fmt: skip
    if kind == "host":
        return _host(design, design.machines[rest], state)
    behind = _behind(design, name)
    return Reason(name, Message.of("{what} has no power: it hangs on {behind}", what=named(name), behind=named(behind)), (behind,))  # fmt: skip


def _unpowered(design: Design, state: State) -> list[Reason]:
    """Controllers of a NAS that are whole, in a rack without power: the state counts them as alive."""
    rack = design.storage.rack
    pdus = tuple(name for name in components(design) if name.startswith(f"pdu:{rack}:"))
    if design.storage.kind != "nas" or set(pdus) & state.alive:
        return []
    whole = [f"nasctrl:{n}" for n in range(1, design.storage.ctrls + 1) if f"nasctrl:{n}" in state.alive]  # fmt: skip
    return [Reason(name, Message.of("{what} has no power: all PDUs of its rack are dead", what=named(name)), pdus) for name in whole]  # fmt: skip


def _behind(design: Design, name: str) -> str:
    """What a strip of sockets, or a switch, has its power from."""
    kind, rack, letter = name.split(":")
    if kind == "pdu":
        return f"feed:{1 if letter == 'a' else design.power.feeds}"
    pdus = next(each.pdus for each in design.racks if each.id == rack)
    return f"pdu:{rack}:{letter if pdus == 2 else 'a'}"


def _dark(design: Design, name: str, failed: Collection[str]) -> Message:
    minutes = design.power.ups_min
    if not minutes:
        return Message.of("{feed} is off, and there is neither battery nor generator", feed=named(name))  # fmt: skip
    if SHORT in failed:
        return Message.of("{feed} is off for a quarter of an hour, the batteries hold {n} minutes", feed=named(name), n=minutes)  # fmt: skip
    return Message.of("{feed} is off for hours, the batteries hold {n} minutes, and there is no generator", feed=named(name), n=minutes)  # fmt: skip


def _host(design: Design, host: Host, state: State) -> Reason:
    """Power first, then the network: nothing asks a host without power for its network."""
    what = f"host:{host.id}"
    power, network = _plugs(design, host, "pdu"), _plugs(design, host, "tor")
    if not set(power) & state.alive:
        return Reason(what, _no_power(design, host, power, state), tuple(power))
    if not set(network) & state.alive:
        text = Message.of("{what} has no network: its only card hangs on {one}", what=named(what), one=named(network[0]))  # fmt: skip
        if host.nics == 2 and len(network) == 1:
            text = Message.of("{what} has no network: both its cards hang on {one}", what=named(what), one=named(network[0]))  # fmt: skip
        elif len(network) == 2:
            text = Message.of("{what} has no network: {one} and {two} are both dead", what=named(what), one=named(network[0]), two=named(network[1]))  # fmt: skip
        return Reason(what, text, tuple(network))
    cores = tuple(f"core:{n}" for n in range(1, design.net.cores + 1))
    return Reason(what, Message.of("{what} reaches nobody: no core switch works", what=named(what)), cores)  # fmt: skip


def _no_power(design: Design, host: Host, power: list[str], state: State) -> Message:
    what = named(f"host:{host.id}")
    if host.psus == 1:
        return Message.of("{what} has no power: its only supply hangs on {one}", what=what, one=named(power[0]))  # fmt: skip
    if len(power) == 1:
        return Message.of("{what} has no power: both its supplies hang on {one}", what=what, one=named(power[0]))  # fmt: skip
    feeds = {_behind(design, name) for name in power}
    if len(feeds) == 1 and not feeds & state.alive:
        return Message.of("{what} has no power: both its supplies hang on {one}, by way of two strips of sockets", what=what, one=named(feeds.pop()))  # fmt: skip
    return Message.of("{what} has no power: {one} and {two} are both dead", what=what, one=named(power[0]), two=named(power[1]))  # fmt: skip


# Data


def _storages(design: Design, failed: Collection[str], state: State) -> list[Reason]:
    dead = dead_disks(failed)
    return [
        Reason(f"storage:{at}", *_storage(design, dead, state, side))
        for at, side in enumerate(state.sides)
        if not side.storage
    ]


def _storage(design: Design, dead: int, state: State, side: Side) -> tuple[Message, tuple[str, ...]]:  # fmt: skip
    storage = design.storage
    if state.data_lost:
        bears = storage.size - 1 if storage.kind == "hci" else RAIDS[storage.raid]
        return Message.of("the data are lost: dead disks {n}, it bears {bears}", n=dead, bears=bears), ()  # fmt: skip
    if storage.kind == "nas":
        return _nas(design, state)
    gone = tuple(f"host:{host.id}" for host in design.hosts if f"host:{host.id}" not in state.alive)
    if not side.active:
        return _minority(design, side), gone
    down = domains(design) - len(domains_of(design, side.hosts))
    left = storage.size - min(storage.size, down + dead)
    return Message.of("of the {size} copies of the data {left} can be reached, and {least} must be", size=storage.size, left=left, least=storage.min_size), gone  # fmt: skip


def _nas(design: Design, state: State) -> tuple[Message, tuple[str, ...]]:
    rack = design.storage.rack
    kinds = (
        ("nasctrl:", Message.of("no controller of the NAS works")),
        (f"pdu:{rack}:", Message.of("the NAS has no power")),
        (f"tor:{rack}:", Message.of("the NAS has no network: no switch of its rack works")),
        ("core:", Message.of("the NAS reaches nobody: no core switch works")),
    )
    for kind, text in kinds:
        parts = tuple(name for name in components(design) if name.startswith(kind))
        if not set(parts) & state.alive:
            return text, parts
    return Message.of("the NAS is on the other side of the cut"), ()


def _minority(design: Design, side: Side) -> Message:
    needed = quorum(len(design.hosts) + (design.ha.witness and len(design.hosts) % 2 == 0))
    return Message.of("the hosts that are left have no majority: votes {votes}, needed {needed}", votes=side.votes, needed=needed)  # fmt: skip


# Machines and services


def _machine(design: Design, vm: Vm, state: State) -> Reason:
    """Why a machine runs neither at home nor elsewhere."""
    what, home = f"vm:{vm.id}", f"host:{vm.host}"
    alive = home in state.alive
    values = {"vm": vm.id, "host": vm.host}
    at = next(k for k, side in enumerate(state.sides) if design.machines[vm.host].rack in side.racks)  # fmt: skip
    if alive and (design.storage.kind == "local" or not design.ha.enabled):
        return Reason(
            what, Message.of("{vm} cannot reach its data from {host}", **values), (f"storage:{at}",)
        )
    if design.storage.kind == "local":
        text = Message.of("{vm} runs nowhere else: its data are on the disks of {host}", **values)
    elif not design.ha.enabled:
        text = Message.of("{vm} is not started elsewhere: nobody is there to do it", **values)
    else:
        return _not_restarted(design, vm, state, alive=alive, at=at)
    return Reason(what, text, (home,))


def _not_restarted(design: Design, vm: Vm, state: State, *, alive: bool, at: int) -> Reason:
    """Started again it would be on a side that may act and has the data, on a host with room."""
    what, behind = f"vm:{vm.id}", f"storage:{at}" if alive else f"host:{vm.host}"
    able = [side for side in state.sides if side.hosts and side.active and side.storage]
    if able:
        return Reason(what, Message.of("{vm} is not started elsewhere: {why}", vm=vm.id, why=_no_room(design, vm, able)), (behind,))  # fmt: skip
    if alive:
        return Reason(what, Message.of("{vm} cannot reach its data from {host}", vm=vm.id, host=vm.host), (behind,))  # fmt: skip
    left = [(k, side) for k, side in enumerate(state.sides) if side.hosts]
    if not left:
        return Reason(what, Message.of("{vm} cannot be started elsewhere: no host is left", vm=vm.id), (behind,))  # fmt: skip
    at, side = next((each for each in left if each[1].active), left[0])
    if not side.active:
        return Reason(what, Message.of("{vm} is not started elsewhere: {why}", vm=vm.id, why=_minority(design, side)), (behind,))  # fmt: skip
    return Reason(what, Message.of("{vm} cannot be started elsewhere: its data are out of reach", vm=vm.id), (f"storage:{at}",))  # fmt: skip


def _no_room(design: Design, vm: Vm, sides: Iterable[Side]) -> Message:
    """The lack that money could cure, if any host has it; otherwise that they are kept apart."""
    found = {lacks(design, vm, host, side.runs) for side in sides for host in side.hosts}
    order: tuple[Lack, ...] = ("memory", "vcpu", "anti")
    return NO_ROOM[next(each for each in order if each in found)]


def _services(design: Design, state: State) -> list[Reason]:
    found = []
    for service in design.services:
        if state.up[service.name]:
            continue
        own = [vm for vm in design.vms if vm.service == service.name]
        away = tuple(f"vm:{vm.id}" for vm in own if vm.id not in state.places)
        deps = [dep for dep in service.deps if not state.up[dep]]
        name, what = called(service.name), f"service:{service.name}"
        running = len(own) - len(away)
        if running < service.need:
            found.append(Reason(what, Message.of("{name}: machines that run {n}, needed {need}", name=name, n=running, need=service.need), away))  # fmt: skip
        elif deps:
            found.append(Reason(what, Message.of("{name} needs another service: {dep}", name=name, dep=called(deps[0])), (f"service:{deps[0]}",)))  # fmt: skip
        else:
            lines = tuple(f"wan:{n}" for n in range(1, design.net.wans + 1))
            found.append(Reason(what, Message.of("{name} has users outside, and no line to the Internet works", name=name), lines))  # fmt: skip
    return found
