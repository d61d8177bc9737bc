"""DHCP on one link, message by message: DORA, renewal, a rogue server, an empty pool.

Modelled: clients that come one after another, the first OFFER wins, retransmission, T1, T2,
expiry, a server that dies or comes back, addresses somebody uses already. Left out: lost
messages, clients that switch off. Sources: RFC 2131, RFC 2132. Servers: `dhcp`; times: `leases`.
"""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np

from coursekit.sims.message import Message, require
from coursekit.sims.networks.dhcp import DELAY_S, LEASE_S, OFFER_HOLD_S, Server, pool_of
from coursekit.sims.networks.leases import next_ask, times, wait

__all__ = ["play", "trace"]

Kind = Literal["kill", "start", "release", "join"]
Phase = Literal["INIT", "SELECTING", "REQUESTING", "BOUND", "RENEWING", "REBINDING", "OFF"]
GOOD, ROGUE = "192.168.1.2", "192.168.1.66"
DECLINE_WAIT_S = 10.0
START_GAP_S = 2.0  # between two clients


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link with its server, perhaps a faster one nobody asked for, and its clients.

    `taken`: so many addresses at the start of the pool are used without a lease; `jitter`: each
    wait varies by a second; the record ends at `until_s`, `after_loss_s` after the first address
    was lost, or after `most` events.
    """

    clients: int = 2
    pool: int = 5
    lease_s: float = LEASE_S
    delay_s: float = DELAY_S
    offer_hold_s: float = OFFER_HOLD_S
    rogue: bool = False
    rogue_delay_s: float = DELAY_S / 2
    taken: int = 0
    dies_at_s: float | None = None
    jitter: bool = True
    until_s: float = 7200.0
    after_loss_s: float = math.inf
    most: int = 400
    seed: int = 1

    def __post_init__(self) -> None:
        require(1 <= self.clients <= 6, "clients={n}: choose 1 to 6", n=self.clients)
        require(1 <= self.pool <= 100, "pool={n}: choose 1 to 100", n=self.pool)
        require(0 <= self.taken <= self.pool, "taken={n}: choose 0 to {pool}, the pool", n=self.taken, pool=self.pool)  # fmt: skip
        for name in ("lease_s", "delay_s", "rogue_delay_s", "until_s", "after_loss_s", "most"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)


@dataclass(frozen=True)
class Deed:
    """What the learner does, and when; `client` counts from 0."""

    at_s: float
    kind: Kind
    client: int = 0


@dataclass(frozen=True)
class Client:
    """What one client knows."""

    name: str
    phase: Phase = "OFF"
    ip: str = ""
    server: str = ""
    t1: float = 0.0
    t2: float = 0.0
    expiry: float = 0.0


@dataclass(frozen=True)
class Sent:
    """One message; `dst` is a name, or "all" for a broadcast."""

    name: str
    src: str
    dst: str
    ip: str
    xid: int


@dataclass(frozen=True)
class State:
    """Just after an event: a message was sent, or a client changed by itself."""

    t: float
    sent: Sent | None
    clients: tuple[Client, ...]
    leases: tuple[tuple[str, str, float], ...]  # address, client, until; of the good server
    alive: bool
    deeds: int  # how many of the learner's deeds are done
    why: Message


@dataclass(frozen=True)
class Played:
    """The states in order of time; `lost`: when a client first lost its address, if one did."""

    states: tuple[State, ...]
    lost: float | None


def play(link: Link, deeds: Sequence[Deed] = ()) -> Played:
    """The whole record of a link."""
    for deed in deeds:
        kinds = ", ".join(get_args(Kind))
        require(deed.kind in get_args(Kind), "kind={kind}: choose one of {kinds}", kind=deed.kind, kinds=kinds)  # fmt: skip
        require(0 <= deed.client < link.clients, "client={n}: choose 0 to {last}", n=deed.client, last=link.clients - 1)  # fmt: skip
        require(deed.at_s >= 0, "at_s={at}: choose 0 or more", at=deed.at_s)
    run = _Run(link)
    for deed in sorted(deeds, key=lambda each: each.at_s):
        run.at(deed.at_s, run.do, deed)
    run.go()
    return Played(tuple(run.states), run.lost)


def trace(link: Link, deeds: Sequence[Deed] = ()) -> list[dict[str, Any]]:
    """The same as plain events: send, state, bind."""
    events: list[dict[str, Any]] = []
    before: tuple[Client, ...] = ()
    for state in play(link, deeds).states:
        if state.sent:
            one = state.sent
            events.append({"t": state.t, "kind": "send", "msg": one.name, "src": one.src, "dst": one.dst, "xid": one.xid})  # fmt: skip
        for was, now in zip(before, state.clients, strict=False):
            if was.phase != now.phase:
                events.append({"t": state.t, "kind": "state", "client": now.name, "state": now.phase})  # fmt: skip
            if now.phase == "BOUND" and was != now:
                events.append({"t": state.t, "kind": "bind", "client": now.name, "ip": now.ip, "t1": now.t1, "t2": now.t2, "expiry": now.expiry})  # fmt: skip
        before = state.clients
    return events


@dataclass
class _Run:
    """The link while it is played: a queue of events by (time, order)."""

    link: Link
    states: list[State] = field(default_factory=list)
    lost: float | None = None
    deeds: int = 0

    def __post_init__(self) -> None:
        link = self.link
        self.rng = np.random.default_rng((link.seed, 4)) if link.jitter else None
        self.good = Server(GOOD, pool_of("192.168.1.100", link.pool), link.lease_s, link.offer_hold_s)  # fmt: skip
        self.rogue = Server(ROGUE, pool_of("192.168.1.200", 50), link.lease_s, link.offer_hold_s)
        self.used = set(self.good.pool[: link.taken])
        self.alive = True
        self.clients = [Client(chr(ord("A") + i)) for i in range(link.clients)]
        self.version = [0] * link.clients  # timers of an older version are void
        self.tries = [0] * link.clients
        self.xid = [0] * link.clients
        self.queue: list[tuple[float, int, Any, tuple[Any, ...]]] = []
        self.count = 0
        self.record(0.0, Message.of("Nobody has an address yet."))
        if link.dies_at_s is not None:
            self.at(link.dies_at_s, self.turn, False)
        for i in range(link.clients):
            self.at(START_GAP_S * i, self.discover, i)

    def at(self, t: float, what: Any, *args: Any) -> None:
        self.count += 1
        heapq.heappush(self.queue, (t, self.count, what, args))

    def later(self, t: float, what: Any, i: int) -> None:
        """A timer of client `i`: void when something else happened to it meanwhile."""
        version = self.version[i]
        self.at(t, lambda now: what(now, i) if self.version[i] == version else None)

    def go(self) -> None:
        while self.queue and self.queue[0][0] <= self.link.until_s:
            over = self.lost is not None and self.queue[0][0] > self.lost + self.link.after_loss_s
            if over or len(self.states) >= self.link.most:
                return
            t, _count, what, args = heapq.heappop(self.queue)
            what(t, *args)

    def record(self, t: float, why: Message, sent: Sent | None = None) -> None:
        leases = tuple((ip, each.client, each.until) for ip, each in sorted(self.good.bound.items()) if each.until > t)  # fmt: skip
        self.states.append(State(t, sent, tuple(self.clients), leases, self.alive, self.deeds, why))

    def send(self, t: float, name: str, i: int, why: Message, *, by: str = "", to: str = "all") -> Sent:  # fmt: skip
        client = self.clients[i]
        sent = Sent(name, by or client.name, to, client.ip, self.xid[i])
        self.record(t, why, sent)
        return sent

    def change(self, i: int, **values: Any) -> Client:
        self.clients[i] = replace(self.clients[i], **values)
        return self.clients[i]

    # What the learner does

    def do(self, t: float, deed: Deed) -> None:
        self.deeds += 1
        if deed.kind in ("kill", "start"):
            self.turn(t, deed.kind == "start")
        elif deed.kind == "release":
            self.leave(t, deed.client)
        else:
            self.discover(t, deed.client)

    def turn(self, t: float, on: bool) -> None:
        self.alive = on
        self.record(t, Message.of("The DHCP server is back.") if on else Message.of("The DHCP server dies. Nobody notices: every client keeps its address for now."))  # fmt: skip

    def leave(self, t: float, i: int) -> None:
        client = self.clients[i]
        if client.ip and client.server == GOOD and self.alive:
            self.good.release(client.name)
        self.version[i] += 1
        self.change(i, phase="OFF", ip="", server="")
        why = Message.of(
            "{who} gives its address back; the server remembers whose it was.", who=client.name
        )
        self.record(t, why, Sent("RELEASE", client.name, client.server or "all", client.ip, self.xid[i]))  # fmt: skip

    # The client

    def discover(self, t: float, i: int, again: bool = False) -> None:
        self.version[i] += 1
        self.tries[i] = self.tries[i] + 1 if again else 0
        self.xid[i] += 1
        self.change(i, phase="SELECTING", ip="", server="")
        who = self.clients[i].name
        why = Message.of("Still no offer: {who} asks again.", who=who) if again else Message.of("{who} has no address and asks everybody: who lends me one?", who=who)  # fmt: skip
        self.send(t, "DISCOVER", i, why)
        for server, delay in self.servers():
            self.at(t + delay, self.offer, server, i, self.version[i])
        self.later(t + wait(self.tries[i], self.rng), self.rediscover, i)

    def rediscover(self, t: float, i: int) -> None:
        self.discover(t, i, again=True)

    def servers(self) -> list[tuple[Server, float]]:
        found = [(self.good, self.link.delay_s)]
        return [*found, (self.rogue, self.link.rogue_delay_s)] if self.link.rogue else found

    def silent(self, server: Server) -> bool:
        return server is self.good and not self.alive

    def offer(self, t: float, server: Server, i: int, version: int) -> None:
        if self.silent(server):
            return
        client = self.clients[i]
        ip = server.discover(t, client.name)
        if ip is None:
            self.record(t, Message.of("Every address of the pool is lent: the server keeps silent, {who} learns nothing.", who=client.name))  # fmt: skip
            return
        why = Message.of("The server sets {ip} aside and offers it to {who}.", ip=ip, who=client.name)  # fmt: skip
        if server is self.rogue:
            why = Message.of("A second server nobody asked for offers {ip}, and it is faster.", ip=ip)  # fmt: skip
        self.record(t, why, Sent("OFFER", server.ip, client.name, ip, self.xid[i]))
        delay = self.link.rogue_delay_s if server is self.rogue else self.link.delay_s
        self.at(t + delay, self.take, server, i, ip, version)

    def take(self, t: float, server: Server, i: int, ip: str, version: int) -> None:
        client = self.clients[i]
        if version != self.version[i] or client.phase != "SELECTING":
            return  # a later offer: the first one was taken
        self.version[i] += 1
        self.change(i, phase="REQUESTING", ip=ip, server=server.ip)
        self.send(t, "REQUEST", i, Message.of("{who} takes the first offer and says so to all: the other servers take theirs back.", who=client.name))  # fmt: skip
        for each, delay in self.servers():
            self.at(t + delay, self.answer, each, i, server.ip, t)
        self.later(t + wait(0, self.rng), self.rediscover, i)

    def answer(self, t: float, server: Server, i: int, server_id: str, asked: float) -> None:
        """A server hears a REQUEST."""
        client = self.clients[i]
        if self.silent(server) or client.phase not in ("REQUESTING", "RENEWING", "REBINDING"):
            return
        said = server.request(t, client.name, client.ip, server_id)
        if said is None:
            return
        why = Message.of("The server lends {ip} to {who} for {lease:g} s.", ip=client.ip, who=client.name, lease=server.lease) if said == "ACK" else Message.of("The server refuses {ip}: {who} must begin again.", ip=client.ip, who=client.name)  # fmt: skip
        self.record(t, why, Sent(said, server.ip, client.name, client.ip, self.xid[i]))
        delay = self.link.rogue_delay_s if server is self.rogue else self.link.delay_s
        self.at(t + delay, self.bind if said == "ACK" else self.refused, i, asked, server.ip)

    def refused(self, t: float, i: int, _asked: float, _server: str) -> None:
        self.discover(t, i)

    def bind(self, t: float, i: int, asked: float, server: str) -> None:
        client = self.clients[i]
        if client.phase not in ("REQUESTING", "RENEWING", "REBINDING"):
            return
        self.version[i] += 1
        if client.ip in self.used:
            self.declined(t, i)
            return
        lease = times(
            self.link.lease_s
        )  # counted from the request, so never longer than the server's
        self.change(i, phase="BOUND", server=server, t1=asked + lease.t1, t2=asked + lease.t2, expiry=asked + lease.expiry)  # fmt: skip
        self.record(t, Message.of("{who} uses {ip} now: renews at half of the lease, asks everybody at seven eighths.", who=client.name, ip=client.ip))  # fmt: skip
        self.later(asked + lease.t1, self.renew, i)
        self.later(asked + lease.t2, self.renew, i)
        self.later(asked + lease.expiry, self.expire, i)

    def declined(self, t: float, i: int) -> None:
        client = self.clients[i]
        self.send(t, "DECLINE", i, Message.of("{who} finds {ip} in use by somebody without a lease, and declines it.", who=client.name, ip=client.ip), to=client.server)  # fmt: skip
        self.good.decline(client.name, client.ip)
        self.change(i, phase="INIT", ip="", server="")
        self.later(t + DECLINE_WAIT_S, self.discover, i)

    def renew(self, t: float, i: int) -> None:
        client = self.clients[i]
        if client.phase == "BOUND" or (client.phase == "RENEWING" and t >= client.t2):
            client = self.change(i, phase="REBINDING" if t >= client.t2 else "RENEWING")
        rebinding = client.phase == "REBINDING"
        why = Message.of("{who} asks everybody to prolong {ip}: its own server does not answer.", who=client.name, ip=client.ip) if rebinding else Message.of("{who} asks its server to prolong {ip}.", who=client.name, ip=client.ip)  # fmt: skip
        self.send(t, "REQUEST", i, why, to="all" if rebinding else client.server)
        for each, delay in self.servers():
            if rebinding or each.ip == client.server:
                self.at(t + delay, self.answer, each, i, "", t)
        limit = client.expiry if rebinding else client.t2
        then = next_ask(t, limit)
        if then is not None:
            self.later(then, self.renew, i)

    def expire(self, t: float, i: int) -> None:
        client = self.clients[i]
        self.lost = t if self.lost is None else self.lost
        self.change(i, phase="INIT", ip="", server="")
        self.record(t, Message.of("{who}'s lease is over: it must stop using {ip} at once.", who=client.name, ip=client.ip))  # fmt: skip
        self.discover(t, i)
