"""Publishing ports: who reaches a container, and which addresses are rewritten on the way.

Modelled: a host with bridge networks of containers, `-p [address:]host port:port[/udp]` as a rule
that rewrites the destination, masquerading for what leaves, names answered on networks the user
made, networks that do not see each other, a host port given away once. A packet is followed step
by step. Left out: IPv6, host and macvlan networks, firewalls of one's own (note: Docker's rules
are read before those of ufw). A container that calls a published port of its host is served by
the engine's proxy, so the callee sees the bridge's address. Sources: Docker documents, "Bridge
network driver" and "Port publishing": what is not published is open to the host and to containers
of the same network, published ports to everyone who reaches the host.
"""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from coursekit.sims.message import Message, ParameterError, require

__all__ = ["Container", "Host", "Journey", "Publish", "Step", "journey", "parse"]

ANY = "0.0.0.0"  # noqa: S104  (Docker's own word for every address of the host)
PATTERN = re.compile(r"(?:(\d+\.\d+\.\d+\.\d+):)?(\d+):(\d+)(?:/(tcp|udp))?")
MOST_PORT = 65_535
DEFAULT_NETWORK = "bridge"


@dataclass(frozen=True)
class Publish:
    """`-p ip:host:port/proto`."""

    ip: str
    host_port: int
    port: int
    proto: str = "tcp"

    def clashes(self, other: "Publish") -> bool:
        """Both would hold one port of the host."""
        same = (self.host_port, self.proto) == (other.host_port, other.proto)
        return same and (ANY in (self.ip, other.ip) or self.ip == other.ip)

    def __str__(self) -> str:
        return f"{self.ip}:{self.host_port}->{self.port}/{self.proto}"


@dataclass(frozen=True)
class Container:
    """Its name, address and network, the port it listens on, and what it publishes."""

    name: str
    ip: str
    network: str
    listens: int
    published: tuple[Publish, ...] = ()


@dataclass(frozen=True)
class Host:
    """The host's address, its networks (name -> range) and its containers."""

    ip: str
    networks: dict[str, str]
    containers: tuple[Container, ...] = field(default=())

    def __post_init__(self) -> None:
        for one in self.containers:
            inside = one.network in self.networks and IPv4Address(one.ip) in IPv4Network(self.networks[one.network])  # fmt: skip
            require(inside, "{name}={ip}: its address must lie in its network", name=one.name, ip=one.ip)  # fmt: skip
        taken: list[Publish] = []
        for wanted in (each for one in self.containers for each in one.published):
            clash = next((each for each in taken if each.clashes(wanted)), None)
            require(clash is None, "port={port}: {ip}:{port} of the host is given away already", port=wanted.host_port, ip=wanted.ip)  # fmt: skip
            taken.append(wanted)

    def named(self, name: str) -> Container | None:
        """The container of this name."""
        return next((each for each in self.containers if each.name == name), None)


@dataclass(frozen=True)
class Step:
    """Where the packet is, with which addresses, and what is done to it there."""

    where: str
    src: str
    dst: str
    why: Message


@dataclass(frozen=True)
class Journey:
    """The packet's way; `opens`: a container that listens got it."""

    steps: tuple[Step, ...]
    opens: bool

    @property
    def why(self) -> Message:
        """How it ended."""
        return self.steps[-1].why


def parse(text: str) -> Publish | None:
    """What follows `-p`; nothing for an empty text."""
    if not text.strip():
        return None
    found = PATTERN.fullmatch(text.strip())
    if not found:
        raise ParameterError("p={text}: write host port:port, as 8080:80 or 127.0.0.1:8080:80/tcp", text=text)  # fmt: skip
    ip, host_port, port, proto = found.groups()
    for number in (int(host_port), int(port)):
        require(1 <= number <= MOST_PORT, "p={text}: a port is 1 to {most}", text=text, most=MOST_PORT)  # fmt: skip
    if ip:
        try:
            IPv4Address(ip)
        except ValueError:
            raise ParameterError("p={text}: {ip} is no address", text=text, ip=ip) from None
    return Publish(ip or ANY, int(host_port), int(port), proto or "tcp")


def journey(host: Host, source: str, target: str, port: int) -> Journey:
    """A TCP connection from `source` ("outside", "host" or a container) to a name or an address.

    `target`: "host" (its address on the LAN), "localhost", a container's name, or ":name" for
    that container's address.
    """
    inside = host.named(source)
    src = {"outside": "203.0.113.9", "host": host.ip}.get(source) or (inside.ip if inside else "")
    require(bool(src), "from={source}: choose outside, host or a container", source=source)
    walk = _Walk(host, source, inside, src)
    return walk.to(target, port)


class _Walk:
    """One packet on its way."""

    def __init__(self, host: Host, source: str, inside: Container | None, src: str) -> None:
        self.host, self.source, self.inside, self.src = host, source, inside, src
        self.steps: list[Step] = []

    def to(self, target: str, port: int) -> Journey:
        if target == "localhost":
            return self._localhost(port)
        if target == "host":
            return self._published(self.host.ip, port)
        if target.startswith(":"):
            return self._address(self._container(target[1:]), port)
        return self._name(self._container(target), port)

    def _container(self, name: str) -> Container:
        found = self.host.named(name)
        if found is None:
            raise ParameterError("to={name}: there is no such container", name=name)
        return found

    def _localhost(self, port: int) -> Journey:
        if self.source == "outside":
            return self._end(f"127.0.0.1:{port}", False, Message.of("Outside, 127.0.0.1 is the caller’s own machine: nothing of this host is there."))  # fmt: skip
        if self.inside:
            own = self.inside.listens == port
            why = Message.of("In a container, 127.0.0.1 is the container itself, and it listens there.") if own else Message.of("In a container, 127.0.0.1 is the container itself: the host’s ports are not there.")  # fmt: skip
            return self._end(f"127.0.0.1:{port}", own, why)
        self.src = "127.0.0.1"
        return self._published("127.0.0.1", port)

    def _published(self, address: str, port: int) -> Journey:
        wanted = Publish(address, port, 0)
        for one in self.host.containers:
            for rule in one.published:
                if rule.proto == "tcp" and rule.clashes(wanted):
                    return self._forward(one, rule, address)
        return self._end(f"{address}:{port}", False, Message.of("No rule has this port of the host, and no program of the host listens there: refused."))  # fmt: skip

    def _forward(self, one: Container, rule: Publish, address: str) -> Journey:
        self._step("host", f"{address}:{rule.host_port}", Message.of("The host’s rule rewrites the destination: {ip}:{port} (DNAT).", ip=one.ip, port=rule.port))  # fmt: skip
        if self.source != "outside":
            self.src = _gateway(self.host, one.network)
            self._step("host", f"{one.ip}:{rule.port}", Message.of("It leaves through the bridge, with the bridge’s address as its source."))  # fmt: skip
        return self._arrive(one, rule.port)

    def _name(self, one: Container, port: int) -> Journey:
        if self.inside is None:
            return self._end(f"{one.name}:{port}", False, Message.of("Container names are known to containers of their network only: no address for {name}.", name=one.name))  # fmt: skip
        if self.inside.network == DEFAULT_NETWORK or self.inside.network != one.network:
            why = Message.of("The default network answers no names: no address for {name}.", name=one.name) if self.inside.network == DEFAULT_NETWORK else Message.of("{name} is in another network: no address for it here.", name=one.name)  # fmt: skip
            return self._end(f"{one.name}:{port}", False, why)
        self._step("dns", f"{one.name}:{port}", Message.of("The engine’s name server at 127.0.0.11 answers: {name} is {ip}.", name=one.name, ip=one.ip))  # fmt: skip
        return self._arrive(one, port)

    def _address(self, one: Container, port: int) -> Journey:
        if self.source == "outside":
            return self._end(f"{one.ip}:{port}", False, Message.of("{ip} is a private address behind the host: no router outside knows a way, and the host closes what is not published.", ip=one.ip))  # fmt: skip
        if self.inside and self.inside.network != one.network:
            return self._end(f"{one.ip}:{port}", False, Message.of("The host drops what goes from one bridge network to another."))  # fmt: skip
        if self.source == "host":
            self.src = _gateway(self.host, one.network)
        return self._arrive(one, port)

    def _arrive(self, one: Container, port: int) -> Journey:
        opens = one.listens == port
        why = Message.of("{name} listens on port {port}: the connection opens.", name=one.name, port=port) if opens else Message.of("Nothing in {name} listens on port {port}: refused.", name=one.name, port=port)  # fmt: skip
        return self._end(f"{one.ip}:{port}", opens, why, where=one.name)

    def _step(self, where: str, dst: str, why: Message) -> None:
        self.steps.append(Step(where, self.src, dst, why))

    def _end(self, dst: str, opens: bool, why: Message, *, where: str = "") -> Journey:
        self._step(where or self.source, dst, why)
        return Journey(tuple(self.steps), opens)


def _gateway(host: Host, network: str) -> str:
    """The bridge's own address: the first of its range."""
    return str(next(IPv4Network(host.networks[network]).hosts()))
