"""The machines of a user's day with Kerberos: who has which key, clock and ticket, who is down.

Modelled and left out: see `kerberosplay`, which tells the story.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from coursekit.sims.directory.kerberos import Account, Authenticator, Key, Realm, Sealed, key_of
from coursekit.sims.directory.kerberoscard import Packet
from coursekit.sims.message import Message, ParameterError

__all__ = ["CLIENT", "Cached", "Deed", "Host", "State", "World", "host_key", "lab", "rings"]

CLIENT = "client"
Deed = tuple[Any, ...]  # what, and with what
UNSAID = ""  # before the first deed


@dataclass(frozen=True)
class Host:
    """A server: name, address, the account whose password it holds, a group that it asks for."""

    name: str
    address: str
    account: str
    password: str
    needs: str = ""

    @property
    def spn(self) -> str:
        """The name that clients ask a ticket for."""
        return f"cifs/{self.name}"


@dataclass(frozen=True)
class World:
    """The domain's accounts, the machines, whose clock is off by how much, who is down.

    `adjusts`: the client takes over the KDC's time for its talks with the KDC, as Windows does.
    """

    realm: Realm
    user: str
    typed: str
    hosts: tuple[Host, ...]
    kdcs: tuple[str, ...] = ("dc1", "dc2")
    clocks: Mapping[str, float] = field(default_factory=dict)
    down: frozenset[str] = frozenset()
    adjusts: bool = False

    @property
    def kdc(self) -> str:
        """The first KDC that answers, none: an empty text."""
        return next((each for each in self.kdcs if each not in self.down), "")

    def host(self, name: str) -> Host:
        """A host by name or address."""
        for each in self.hosts:
            if name in (each.name, each.address):
                return each
        raise ParameterError("host={name}: choose one of {names}", name=name, names=", ".join(each.name for each in self.hosts))  # fmt: skip


@dataclass(frozen=True)
class Cached:
    """A ticket that the client keeps: sealed as it came, with what the client was told."""

    ticket: Sealed
    session: Key
    start: float
    end: float
    renew_till: float


@dataclass(frozen=True)
class State:
    """A moment: a message on its way, or how a deed ended (`done` True or False)."""

    world: World
    t: float = 0
    tgt: Cached | None = None
    tickets: Mapping[str, Cached] = field(default_factory=dict)
    sessions: frozenset[str] = frozenset()
    seen: Mapping[str, tuple[Authenticator, ...]] = field(default_factory=dict)
    serial: int = 0
    shift: float = 0
    heard: Packet | None = None  # the last AP-REQ, for who listens
    deed: Deed = ()
    packet: Packet | None = None
    error: int = 0
    done: bool | None = None
    protocol: str = ""
    why: Message = field(default_factory=lambda: Message(UNSAID))

    def clock(self, machine: str) -> float:
        """The time that a machine believes it is."""
        return self.t + self.world.clocks.get(machine, 0.0)

    @property
    def talk(self) -> float:
        """The time that the client tells a KDC."""
        return self.clock(CLIENT) + self.shift


def rings(world: World) -> dict[str, tuple[Key, ...]]:
    """The keys that each actor has from the begin; a listener on the wire has none."""
    realm = world.realm
    every = tuple(realm.key(each) for each in realm.accounts)
    own = {CLIENT: (key_of(world.user, world.typed, realm.name),), "KDC": (realm.krbtgt, *every)}
    hosts = {each.name: (host_key(world, each),) for each in world.hosts}
    return {**own, **hosts, "listener": ()}


def host_key(world: World, host: Host) -> Key:
    return key_of(host.account, host.password, world.realm.name)


def lab(**changes: Any) -> World:
    """The sample: Alice, two file servers, two KDCs."""
    realm = Realm("LAB.EXAMPLE", (
        Account("amartin", "Rosebud-12", groups=("G_Sales",)),
        Account("files$", "host secret 1", ("cifs/files.lab.example",)),
        Account("web$", "host secret 2", ("cifs/web.lab.example",)),
    ))  # fmt: skip
    hosts = (
        Host("files.lab.example", "10.1.0.20", "files$", "host secret 1", "G_Sales"),
        Host("web.lab.example", "10.1.0.21", "web$", "host secret 2"),
    )
    return replace(World(realm, "amartin", "Rosebud-12", hosts), **changes)
