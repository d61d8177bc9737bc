"""One packet from a VM to a server on the Internet and back: who rewrites which header field.

Modelled: ARP on each link, the switch that changes nothing, routers (TTL, both MACs), NAPT
(source on the way out, destination on the way back). Built on `arp`, `bridge`, `routing` and
`napt`. Left out: checksums (they follow), fragments; a router answers no ICMP here.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.networks.addresses import address, interface
from coursekit.sims.networks.arp import Arp, Cache, resolve
from coursekit.sims.networks.bridge import Bridge
from coursekit.sims.networks.napt import Napt, Packet
from coursekit.sims.networks.routing import DEFAULT, Route, lookup

__all__ = ["travel"]

Way = Literal["bridged", "masquerade", "routed"]
Code = Literal["ok", "ttl", "no_return_path"]
SERVER, SERVER_PORT, VM_PORT = "203.0.113.80", 443, 40000
MACS = {
    ("vm", "virtual"): "08:00:27:00:00:0a",
    ("vm", "lan"): "08:00:27:00:00:0a",
    ("host", "virtual"): "0a:00:27:00:00:00",
    ("host", "lan"): "02:00:00:00:01:10",
    ("gateway", "lan"): "02:00:00:00:01:01",
    ("gateway", "wan"): "02:00:00:00:02:01",
    ("server", "wan"): "02:00:00:00:02:80",
}
HOP_S = 0.0005


class Header(NamedTuple):
    """The fields that matter, as on the wire."""

    src_mac: str
    dst_mac: str
    ttl: int
    src: str
    sport: int
    dst: str
    dport: int


@dataclass(frozen=True, kw_only=True)
class Trip:
    """Which way the VM is connected, the TTL it starts with, the LAN router's way back."""

    way: Way = "masquerade"
    ttl: int = 64
    return_route: bool = False

    def __post_init__(self) -> None:
        ways = ", ".join(get_args(Way))
        require(self.way in get_args(Way), "way={way}: choose one of {ways}", way=self.way, ways=ways)  # fmt: skip
        require(1 <= self.ttl <= 255, "ttl={ttl}: choose 1 to 255", ttl=self.ttl)


@dataclass(frozen=True)
class Step:
    """At one device: the header before and after (None: it began or ended here), or an ARP."""

    t: float
    device: str
    link: str  # the link the frame is on afterwards
    reply: bool
    before: Header | None
    after: Header | None
    arp: tuple[Arp, ...]
    why: Message

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the fields that this device rewrote."""
        if self.before is None or self.after is None:
            return ()
        return tuple(name for name in Header._fields if getattr(self.before, name) != getattr(self.after, name))  # fmt: skip


class Frame(NamedTuple):
    """A frame on a link, for a capture: an ARP or an IP packet with a TCP segment."""

    t: float
    link: str
    arp: Arp | None
    header: Header | None
    reply: bool


@dataclass(frozen=True)
class Travelled:
    """The steps in order, how it ended, and every frame that was on a link."""

    states: tuple[Step, ...]
    code: Code
    frames: tuple[Frame, ...]


@dataclass
class _Node:
    name: str
    cards: dict[str, str]
    routes: list[Route] = field(default_factory=list)
    outside: str = ""  # the link towards which it masquerades
    napt: Napt | None = None
    caches: dict[str, Cache] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for link, card in self.cards.items():
            ip = interface(card)
            self.routes.append(Route(str(ip.network), link))
            self.caches[link] = Cache(MACS[self.name, link], str(ip.ip))
        if self.outside:
            self.napt = Napt(self.caches[self.outside].ip)

    def owns(self, ip: str) -> bool:
        return any(cache.ip == ip for cache in self.caches.values())


def travel(trip: Trip) -> Travelled:
    """Follow the packet out and its answer back, as far as they get."""
    run = _Run(_nodes(trip))
    vm = run.nodes["vm"]
    source = next(iter(vm.caches.values())).ip
    code = run.send("vm", Header("", "", trip.ttl, source, VM_PORT, SERVER, SERVER_PORT), reply=False)  # fmt: skip
    if code == "ok" and run.last is not None:
        got = run.last
        back = Header("", "", 64, got.dst, got.dport, got.src, got.sport)
        code = run.send("server", back, reply=True)
    return Travelled(tuple(run.steps), code, tuple(run.frames))


def _nodes(trip: Trip) -> dict[str, _Node]:
    gateway = _Node("gateway", {"lan": "192.168.1.1/24", "wan": "203.0.113.1/24"}, outside="wan")
    server = _Node("server", {"wan": f"{SERVER}/24"})
    nodes = {"gateway": gateway, "server": server}
    if trip.way == "bridged":
        vm = _Node("vm", {"lan": "192.168.1.101/24"}, [Route(DEFAULT, "192.168.1.1")])
        return {"vm": vm, **nodes}
    vm = _Node("vm", {"virtual": "192.168.122.101/24"}, [Route(DEFAULT, "192.168.122.1")])
    cards = {"virtual": "192.168.122.1/24", "lan": "192.168.1.10/24"}
    outside = "lan" if trip.way == "masquerade" else ""
    host = _Node("host", cards, [Route(DEFAULT, "192.168.1.1")], outside=outside)
    if trip.return_route:
        gateway.routes.append(Route("192.168.122.0/24", "192.168.1.10"))
    return {"vm": vm, "host": host, **nodes}


class _Run:
    def __init__(self, nodes: dict[str, _Node]) -> None:
        self.nodes = nodes
        self.steps: list[Step] = []
        self.frames: list[Frame] = []
        self.t = 0.0
        self.last: Header | None = None
        self.switches = {link: Bridge(4) for link in ("virtual", "lan", "wan")}

    def send(self, name: str, header: Header, *, reply: bool) -> Code:
        """From node to node until somebody keeps it or drops it."""
        at, before = self.nodes[name], None
        arrived = ""
        while True:
            if before is not None:
                header = before._replace(ttl=before.ttl - 1)
                if header.ttl == 0:
                    self.step(at.name, "", before, None, reply, Message.of("The TTL would become 0: the router drops the packet."))  # fmt: skip
                    return "ttl"
            header, note = self.translate(at, header, arrived)
            if (hop := self.next(at, header.dst, arrived)) is None:
                self.step(at.name, "", before, None, reply, Message.of("{device} knows no way to {ip} but the Internet, where private addresses go nowhere: the answer is lost.", device=DEVICES[at.name], ip=header.dst))  # fmt: skip
                return "no_return_path"
            link, via = hop
            header = self.hide(at, header, link)
            known = self.ask(at, link, via, reply)
            header = header._replace(src_mac=at.caches[link].mac, dst_mac=known)
            why = self.why(at, before, header, note)
            self.step(at.name, link, before, header, reply, why)
            self.frames.append(Frame(self.t, link, None, header, reply))
            self.cross(link, header, reply)
            at, before, arrived = self.owner(link, via), header, link
            if at.owns(header.dst) and not self.expected(at, header, arrived):
                self.last = header
                self.step(at.name, link, header, None, reply, Message.of("{device} keeps it: the address is its own.", device=DEVICES[at.name]))  # fmt: skip
                return "ok"

    def expected(self, at: _Node, header: Header, arrived: str) -> bool:
        """Whether the address is the router's own but the packet is for somebody behind it."""
        if at.napt is None or arrived != at.outside:
            return False
        return ("tcp", header.dport, header.src, header.sport) in at.napt.replies

    def translate(self, at: _Node, header: Header, arrived: str) -> tuple[Header, bool]:
        """What comes back to a router that masquerades: the destination is rewritten."""
        if at.napt is None or not arrived or arrived != at.outside:
            return header, False
        packet = Packet("tcp", header.src, header.sport, header.dst, header.dport, "SYN+ACK")
        said = at.napt.inbound(self.t, packet).packet
        return header._replace(dst=said.dst, dport=said.dport), True

    def hide(self, at: _Node, header: Header, link: str) -> Header:
        """What leaves a router that masquerades: the source is rewritten."""
        if at.napt is None or link != at.outside:
            return header
        packet = Packet("tcp", header.src, header.sport, header.dst, header.dport, "SYN")
        said = at.napt.outbound(self.t, packet).packet
        return header._replace(src=said.src, sport=said.sport)

    def next(self, at: _Node, dst: str, arrived: str) -> tuple[str, str] | None:
        """The link and the next address; None: only the Internet's side is left."""
        route = lookup(at.routes, dst)
        if route is None:
            return None
        if route.via in at.cards:
            return route.via, dst
        link = next(link for link, card in at.cards.items() if address(route.via) in interface(card).network)  # fmt: skip
        return (link, route.via) if link != arrived or at.name != "gateway" else None

    def ask(self, at: _Node, link: str, via: str, reply: bool) -> str:
        """The MAC of the next hop, asked for on the link when it is not known."""
        on_link = {n.caches[link].ip: n.caches[link] for n in self.nodes.values() if link in n.caches}  # fmt: skip
        asked = resolve(self.t, at.caches[link], via, on_link)
        if asked:
            for arp in asked:
                self.tick()
                self.frames.append(Frame(self.t, link, arp, None, reply))
            self.steps.append(Step(self.t, at.name, link, reply, None, None, asked, Message.of("{device} asks the link who has {ip}; the answer is a MAC address.", device=DEVICES[at.name], ip=via)))  # fmt: skip
        return at.caches[link].find(self.t, via) or ""

    def cross(self, link: str, header: Header, reply: bool) -> None:
        """The switch of the link: it reads MACs and rewrites nothing."""
        if link == "wan":
            return
        ports = {mac: i for i, mac in enumerate(sorted(m for (_n, on), m in MACS.items() if on == link), 1)}  # fmt: skip
        self.switches[link].receive(self.t, ports[header.src_mac], header.src_mac, header.dst_mac)
        self.step(f"switch-{link}", link, header, header, reply, Message.of("A switch reads the MAC addresses and changes nothing."))  # fmt: skip

    def owner(self, link: str, ip: str) -> _Node:
        return next(n for n in self.nodes.values() if link in n.caches and n.caches[link].ip == ip)

    def why(self, at: _Node, before: Header | None, after: Header, translated: bool) -> Message:
        if before is None:
            return Message.of("{device} writes the packet: the other end's IP address, but the next hop's MAC address.", device=DEVICES[at.name])  # fmt: skip
        if translated:
            return Message.of("{device} finds the connection in its table: the destination becomes {ip}:{port}; then it routes.", device=DEVICES[at.name], ip=after.dst, port=after.dport)  # fmt: skip
        if (before.src, before.sport) != (after.src, after.sport):
            return Message.of("{device} routes (TTL, both MAC addresses) and hides the sender behind {ip}:{port}.", device=DEVICES[at.name], ip=after.src, port=after.sport)  # fmt: skip
        return Message.of("{device} routes: TTL less one, both MAC addresses new, IP addresses and ports untouched.", device=DEVICES[at.name])  # fmt: skip

    def step(self, device: str, link: str, before: Header | None, after: Header | None, reply: bool, why: Message) -> None:  # fmt: skip
        self.tick()
        self.steps.append(Step(self.t, device, link, reply, before, after, (), why))

    def tick(self) -> None:
        self.t = round(self.t + HOP_S, 6)


DEVICES = {
    "vm": Message.of("The VM"),
    "host": Message.of("The host"),
    "gateway": Message.of("The LAN's router"),
    "server": Message.of("The server"),
    "switch-virtual": Message.of("The virtual switch"),
    "switch-lan": Message.of("The LAN's switch"),
}
