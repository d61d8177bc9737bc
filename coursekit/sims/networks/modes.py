"""The five network modes of a VM, built from bridges, engines and routes; who reaches whom.

Nothing is looked up in a table: a machine's modes become links (what one switch joins),
addresses, default gateways and NAT engines, and a connection is tried: there, and the answer
back. Modelled after VirtualBox: its NAT engine is a process that uses the host's own stack,
one for each VM; "NAT network" shares one. Left out: firewalls, names, Wi-Fi's refusal of
foreign MACs. Source: VirtualBox user manual, chapter Virtual Networking.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Interface
from itertools import pairwise
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.networks.addresses import address, interface

__all__ = ["cells", "matrix", "try_open"]

Mode = Literal["host-only", "internal", "bridged", "NAT", "NAT network"]
MODES: tuple[Mode, ...] = get_args(Mode)
Answer = Literal["yes", "PF", "no"]
MACHINES = ("vm1", "vm2", "host", "lan", "internet")
COLUMNS = ("VM→host", "host→VM", "VM↔VM", "VM→LAN/Internet", "LAN→VM")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine: its address on each link, its gateway, and whether it passes packets on.

    `engine_of`: it is a NAT engine inside that machine, and sends with that machine's address.
    `masquerade`: the link on which it hides the others behind its own address.
    """

    name: str
    cards: dict[str, str]
    gateway: str = ""
    router: bool = False
    masquerade: str = ""
    engine_of: str = ""


@dataclass(frozen=True)
class World:
    """All machines; `forwards`: a VM's name -> the engine that has a port forward to it."""

    machines: dict[str, Machine]
    forwards: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tried:
    """Whether a connection opens, by which machines the request went, and why it ended."""

    opens: bool
    hops: tuple[str, ...]
    why: Message


def world(one: Mode, other: Mode, *, forward: bool = False) -> World:
    """Host, LAN, Internet, and two VMs in these modes; `forward`: both engines forward a port."""
    for name, mode in (("vm1", one), ("vm2", other)):
        require(mode in MODES, "{name}={mode}: choose one of {modes}", name=name, mode=mode, modes=", ".join(MODES))  # fmt: skip
    box = {"lan": "192.168.1.10/24"}
    if "host-only" in (one, other):
        box["hostonly"] = "192.168.56.1/24"
    machines = {
        "host": Machine(name="host", cards=box, gateway="192.168.1.1"),
        "lan": Machine(name="lan", cards={"lan": "192.168.1.50/24"}, gateway="192.168.1.1"),
        "gateway": Machine(
            name="gateway", cards={"lan": "192.168.1.1/24", "wan": "203.0.113.1/24"},
            router=True, masquerade="wan",
        ),
        "internet": Machine(name="internet", cards={"wan": "203.0.113.80/24"}),
    }  # fmt: skip
    forwards = {}
    for number, (name, mode) in enumerate((("vm1", one), ("vm2", other)), 1):
        machines[name] = _vm(name, mode, number)
        if mode in ("NAT", "NAT network"):
            engine = _engine(name, mode)
            machines[engine.name] = engine
            if forward:
                forwards[name] = engine.name
    return World(machines, forwards)


def _vm(name: str, mode: Mode, number: int) -> Machine:
    last = 100 + number
    cards, gateway = {
        "bridged": ({"lan": f"192.168.1.{last}/24"}, "192.168.1.1"),
        "NAT": ({f"nat-{name}": "10.0.2.15/24"}, "10.0.2.2"),
        "NAT network": ({"natnet": f"10.0.2.{3 + number}/24"}, "10.0.2.1"),
        "host-only": ({"hostonly": f"192.168.56.{last}/24"}, ""),
        "internal": ({"internal": f"10.10.10.{last}/24"}, ""),
    }[mode]
    return Machine(name=name, cards=cards, gateway=gateway)


def _engine(name: str, mode: Mode) -> Machine:
    if mode == "NAT":
        return Machine(name=f"engine-{name}", cards={f"nat-{name}": "10.0.2.2/24"}, engine_of="host")  # fmt: skip
    return Machine(name="engine", cards={"natnet": "10.0.2.1/24"}, engine_of="host")


def address_of(machine: Machine) -> str:
    """The address others would try: the first of its cards."""
    return str(interface(next(iter(machine.cards.values()))).ip)


def try_open(here: World, src: str, dst: str, *, by_forward: bool = False) -> Tried:
    """Try a connection from one machine to another, request and answer.

    `by_forward`: to the port of the host that is forwarded to `dst`, not to its own address.
    """
    require(src != dst, "dst={dst}: choose another machine than the one that asks", dst=dst)
    if by_forward:
        return _by_forward(here, src, dst)
    for target in _targets(here, src, dst):
        request = _walk(here, src, target)
        if request.opens and request.hops[-1] == dst:
            return _answered(here, request)
    if request.opens:
        text = Message.of("{ip} is the asking machine's own address here: the packet never leaves it.", ip=target)  # fmt: skip
        return Tried(False, request.hops, text)
    return request


def _targets(here: World, src: str, dst: str) -> list[str]:
    """Addresses to try: for the host those of all its cards and of the engine before `src`."""
    machine = here.machines[dst]
    found = [str(interface(card).ip) for card in machine.cards.values()]
    links = here.machines[src].cards
    for each in here.machines.values():
        if each.engine_of == dst and set(each.cards) & set(links):
            found.insert(0, address_of(each))
    return found


def _walk(here: World, src: str, to: str) -> Tried:
    """Follow a packet from machine to machine; `opens`: it arrived at an owner of `to`."""
    at, hops = here.machines[src], [src]
    for _hop in range(8):
        if _owns(at, to):
            return Tried(True, tuple(hops), Message.of("it arrives"))
        link, via = _next(at, to)
        if not link:
            return Tried(False, tuple(hops), Message.of("{name} has no route to {ip}.", name=_said(at.name), ip=to))  # fmt: skip
        nxt = _neighbour(here, link, via)
        if nxt is None:
            return Tried(False, tuple(hops), Message.of("Nobody on the link of {name} has the address {ip}.", name=_said(at.name), ip=via))  # fmt: skip
        at = here.machines[nxt]
        hops.append(nxt)
        if at.engine_of:  # from here on it is the machine's own packet, or for the machine
            hops.append(at.engine_of)
            if _owns(at, to):
                return Tried(True, tuple(hops), Message.of("it arrives"))
            at = here.machines[at.engine_of]
        elif not _owns(at, to) and not at.router:
            return Tried(False, tuple(hops), Message.of("{name} does not forward packets of others.", name=_said(at.name)))  # fmt: skip
    return Tried(False, tuple(hops), Message.of("the packet goes round in circles"))


def _answered(here: World, request: Tried) -> Tried:
    """Whether the answer finds back: to the address the target saw."""
    seen_as = _sender(here, request.hops)
    back = _walk(here, request.hops[-1], seen_as)
    if back.opens:
        return Tried(True, request.hops, Message.of("The request arrives from {ip} and the answer finds back.", ip=seen_as))  # fmt: skip
    return Tried(False, request.hops, Message.of("The request arrives, but the answer to {ip} does not find back.", ip=seen_as))  # fmt: skip


def _sender(here: World, hops: tuple[str, ...]) -> str:
    """The source address the last machine sees: the last one that hid the others."""
    source = _source(here, hops[0], hops[1] if len(hops) > 1 else hops[0])
    for before, name in pairwise(hops[1:]):
        machine = here.machines[before]
        if machine.engine_of:
            inner = here.machines[machine.engine_of]
            source = address_of(inner)
        elif machine.masquerade and _shares(here, before, name) == machine.masquerade:
            source = str(interface(machine.cards[machine.masquerade]).ip)
    return source


def _source(here: World, src: str, nxt: str) -> str:
    """The address a machine sends from towards its neighbour."""
    link = _shares(here, src, nxt)
    cards = here.machines[src].cards
    return str(interface(cards[link]).ip) if link else address_of(here.machines[src])


def _shares(here: World, one: str, other: str) -> str:
    links = [link for link in here.machines[one].cards if link in here.machines[other].cards]
    return links[0] if links else ""


def _by_forward(here: World, src: str, dst: str) -> Tried:
    """Through the host's forwarded port: reach the host, then its engine hands it in."""
    if dst not in here.forwards:
        return Tried(False, (src,), Message.of("No port of the host is forwarded to {name}.", name=_said(dst)))  # fmt: skip
    if src == "host":
        to_host = Tried(True, ("host",), Message.of("it arrives"))
    else:
        to_host = try_open(here, src, "host")
    if not to_host.opens:
        return to_host
    hops = (*to_host.hops, here.forwards[dst], dst)
    return Tried(True, hops, Message.of("Only through the port of the host that is forwarded to {name}.", name=_said(dst)))  # fmt: skip


def _owns(machine: Machine, ip: str) -> bool:
    return any(str(interface(card).ip) == ip for card in machine.cards.values())


def _next(machine: Machine, to: str) -> tuple[str, str]:
    """The link to send on and the next address: direct, or the gateway; empty: no route."""
    for hop in (to, machine.gateway):
        for link, card in machine.cards.items():
            if hop and _on(interface(card), hop):
                return link, hop
    return "", ""


def _on(card: IPv4Interface, ip: str) -> bool:
    return address(ip) in card.network


def _neighbour(here: World, link: str, ip: str) -> str | None:
    """Who answers ARP for this address on the link."""
    for machine in here.machines.values():
        if link in machine.cards and str(interface(machine.cards[link]).ip) == ip:
            return machine.name
    return None


def cells(one: Mode, other: Mode, *, forward: bool = True) -> dict[tuple[str, str], tuple[Answer, Tried]]:  # fmt: skip
    """For every pair of machines: yes, PF (only by the port forward) or no, and how it went."""
    here = world(one, other, forward=forward)
    found: dict[tuple[str, str], tuple[Answer, Tried]] = {}
    for src in MACHINES:
        for dst in MACHINES:
            if src != dst:
                found[src, dst] = _cell(here, src, dst)
    return found


def _cell(here: World, src: str, dst: str) -> tuple[Answer, Tried]:
    direct = try_open(here, src, dst)
    if direct.opens or dst not in here.forwards:
        return ("yes" if direct.opens else "no"), direct
    detour = try_open(here, src, dst, by_forward=True)
    return ("PF", detour) if detour.opens else ("no", direct)


def matrix(mode: Mode) -> dict[str, Answer]:
    """The five questions of the manual's table for two VMs in one mode.

    Between VMs the table asks for direct contact; a detour by a forwarded port of the host
    (see `cells`) does not count there.
    """
    found = cells(mode, mode)
    plain = cells(mode, mode, forward=False)
    outside = [found["vm1", "lan"][0], found["vm1", "internet"][0]]
    require(outside[0] == outside[1], "mode={mode}: LAN and Internet differ", mode=mode)
    answers = (found["vm1", "host"][0], found["host", "vm1"][0], plain["vm1", "vm2"][0], outside[0], found["lan", "vm1"][0])  # fmt: skip
    return dict(zip(COLUMNS, answers, strict=True))


NAMES = {
    "vm1": Message.of("VM 1"),
    "vm2": Message.of("VM 2"),
    "host": Message.of("the host"),
    "lan": Message.of("the LAN machine"),
    "internet": Message.of("the Internet server"),
    "gateway": Message.of("the LAN's router"),
    "engine": Message.of("the NAT engine"),
    "engine-vm1": Message.of("the NAT engine of VM 1"),
    "engine-vm2": Message.of("the NAT engine of VM 2"),
}


def _said(name: str) -> Message:
    return NAMES[name]
