"""A group of VRRP routers as data: the nodes, the links between them, what happens to them.

Source: RFC 9568; keepalived.conf(5) for scripts, preemption and gratuitous ARP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any, Literal, get_args

from coursekit.sims.failover.timers import OWNER, Version, check_timers
from coursekit.sims.message import ParameterError, require

__all__ = ["DEEDS", "Cluster", "Deed", "Event", "Link", "Node", "Script", "event_from"]

Deed = Literal["crash", "stop", "restart", "prio", "check", "cut", "heal", "lose_garp"]
Health = Literal["ok", "fail", "hang"]
DEEDS: tuple[str, ...] = get_args(Deed)
HEALTH: tuple[str, ...] = get_args(Health)
MOST_NODES = 8


@dataclass(frozen=True, kw_only=True)
class Script:
    """A tracked check: after `fall` failures it is bad, after `rise` successes good again.

    `weight` 0: a bad check takes the node out (Fault). Below 0 it is added to the priority
    while the check is bad, above 0 while it is good. `timeout`: when a hanging check counts
    as failed; None is one interval.
    """

    interval: float = 1.0
    fall: int = 1
    rise: int = 1
    weight: int = 0
    timeout: float | None = None

    def __post_init__(self) -> None:
        require(self.interval > 0, "interval={x}: choose more than 0", x=self.interval)
        for name, value in (("fall", self.fall), ("rise", self.rise)):
            require(value >= 1, "{name}={value}: choose 1 or more", name=name, value=value)
        require(-253 <= self.weight <= 253, "weight={x}: choose -253 to 253", x=self.weight)
        fits = self.timeout is None or 0 <= self.timeout <= self.interval
        require(
            fits, "timeout={x}: choose 0 to the interval of {most} s",
            x=self.timeout, most=self.interval,
        )  # fmt: skip

    @property
    def patience(self) -> float:
        """Seconds after which a hanging check has failed."""
        return self.interval if self.timeout is None else self.timeout


@dataclass(frozen=True, kw_only=True)
class Node:
    """One router: `prio` 255 owns the address; `start` is when it starts."""

    id: str
    ip: str
    prio: int = 100
    adv: float = 1.0
    preempt: bool = True
    preempt_delay: float = 0.0
    version: Version = 3
    vmac: bool = False
    script: Script | None = None
    start: float = 0.0

    def __post_init__(self) -> None:
        check_timers(self.prio, self.adv, self.version)
        delay = self.preempt_delay
        require(0 <= delay <= 1000, "preempt_delay={x}: choose 0 to 1000 seconds", x=delay)
        require(self.start >= 0, "start={x}: choose 0 or more", x=self.start)
        try:
            IPv4Address(self.ip)
        except ValueError:
            raise ParameterError("ip={ip}: not an IPv4 address", ip=self.ip) from None

    @property
    def address(self) -> int:
        """The address as a number: ties go to the higher one."""
        return int(IPv4Address(self.ip))


@dataclass(frozen=True, kw_only=True)
class Link:
    """What happens to messages between two nodes, both ways."""

    one: str
    other: str
    delay: float = 0.0
    loss: float = 0.0

    def __post_init__(self) -> None:
        require(self.delay >= 0, "delay={x}: choose 0 or more", x=self.delay)
        require(0 <= self.loss <= 1, "loss={x}: choose a share from 0 to 1", x=self.loss)


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The nodes and how they hear each other.

    `links` names the pairs that differ from `delay` and `loss`. `garp_delay`: when the second
    burst of gratuitous ARP follows the first; 0: never. `fencing`: a node that takes over
    after silence first has the old Active switched off.
    """

    nodes: tuple[Node, ...]
    delay: float = 0.0
    loss: float = 0.0
    links: tuple[Link, ...] = ()
    garp_delay: float = 5.0
    fencing: bool = False

    def __post_init__(self) -> None:
        count, ids = len(self.nodes), [node.id for node in self.nodes]
        require(
            1 <= count <= MOST_NODES, "nodes={count}: choose 1 to {most}",
            count=count, most=MOST_NODES,
        )  # fmt: skip
        require(len(set(ids)) == count, "id={ids}: each node needs its own", ids=", ".join(ids))
        addresses = {node.ip for node in self.nodes}
        require(len(addresses) == count, "ip: each node needs its own address")
        require(self.garp_delay >= 0, "garp_delay={x}: choose 0 or more", x=self.garp_delay)
        Link(one="", other="", delay=self.delay, loss=self.loss)
        for link in self.links:
            self.index(link.one)
            self.index(link.other)

    def index(self, name: str) -> int:
        """The place of a node; ParameterError names the nodes there are."""
        ids = [node.id for node in self.nodes]
        require(
            name in ids, "id={name}: no such node; choose one of {ids}",
            name=name, ids=", ".join(ids),
        )  # fmt: skip
        return ids.index(name)

    def link(self, one: int, other: int) -> Link:
        """The link between two nodes."""
        pair = {self.nodes[one].id, self.nodes[other].id}
        usual = Link(one="", other="", delay=self.delay, loss=self.loss)
        return next((each for each in self.links if {each.one, each.other} == pair), usual)


@dataclass(frozen=True)
class Event:
    """Something done to a node: `prio` for "prio", `health` for "check", `other` for "cut", "heal"."""

    at_s: float
    kind: Deed
    node: str
    other: str = ""
    prio: int = 100
    health: Health = "ok"

    def __post_init__(self) -> None:
        require(self.at_s >= 0, "at_s={x}: choose 0 or more", x=self.at_s)
        require(
            self.kind in DEEDS, "kind={kind}: choose one of {deeds}",
            kind=self.kind, deeds=", ".join(DEEDS),
        )  # fmt: skip
        if self.kind == "prio":
            fits = 1 <= self.prio < OWNER
            require(fits, "prio={prio}: choose 1 to 254 for a change", prio=self.prio)
        require(
            self.health in HEALTH, "health={x}: choose one of {known}",
            x=self.health, known=", ".join(HEALTH),
        )  # fmt: skip

    @property
    def plain(self) -> list[Any]:
        """The short form `[t, kind, id]`, with one more value where the kind has one."""
        extra = {"prio": self.prio, "check": self.health, "cut": self.other, "heal": self.other}
        more = [extra[self.kind]] if self.kind in extra else []
        return [self.at_s, self.kind, self.node, *more]


_EXTRA = {
    "prio": ("prio", int),
    "check": ("health", str),
    "cut": ("other", str),
    "heal": ("other", str),
}


def event_from(plain: Sequence[Any]) -> Event:
    """An event from its short form; ParameterError shows the form."""
    parts = list(plain) if isinstance(plain, (list, tuple)) else []
    kind = parts[1] if len(parts) >= 3 else None
    name, wanted = _EXTRA.get(kind, ("", str)) if isinstance(kind, str) else ("", str)
    fits = len(parts) == (4 if name else 3) and isinstance(parts[2], str)
    fits = fits and isinstance(parts[0], (int, float)) and (not name or type(parts[3]) is wanted)
    if not fits:
        raise ParameterError(
            "event={plain}: expected [time, kind, node], and a fourth value for prio, check, cut, heal",
            plain=plain,
        )
    return Event(float(parts[0]), parts[1], parts[2], **({name: parts[3]} if name else {}))
