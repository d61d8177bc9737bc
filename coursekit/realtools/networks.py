"""Checks of the chapter on virtual networks."""

from collections.abc import Iterable

from coursekit.i18n import mark
from coursekit.realtools import linux_bridge, nat, netns
from coursekit.realtools.check import DIFFERENT, SAME, Check, Fact, between
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.message import Message
from coursekit.sims.networks import dhcpstory, leases
from coursekit.sims.networks.dhcp import Server, pool_of
from coursekit.sims.networks.lan import Lan, Played, Sent, play
from coursekit.sims.networks.napt import Forward, Napt, Packet, port_class

STATIONS, PORTS = 4, (1, 2, 3, 4)
A, B, C, D = range(STATIONS)
# A and B talk; C speaks to A, who is known; D, the silent one, is spoken to, and answers.
TALKS = ((A, B), (A, B), (C, A), (B, D), (B, D))


def _frames(talks: Iterable[tuple[int, int]]) -> tuple[Sent, ...]:
    """A ping and its answer for each."""
    said = [pair for one, other in talks for pair in ((one, other), (other, one))]
    return tuple(Sent(float(i), *pair) for i, pair in enumerate(said))


def _left(played: Played) -> tuple[int, ...]:
    """How many frames left by each port."""
    return tuple(sum(port in state.passed.out for state in played.states) for port in PORTS)


def _bridge() -> tuple[Fact, ...]:
    first = play(Lan(stations=STATIONS), _frames(TALKS[:1]))
    whole = play(Lan(stations=STATIONS), _frames(TALKS))
    hub = play(Lan(device="hub", stations=STATIONS), _frames(TALKS))
    table = tuple(f"{'ABCD'[entry.station]}: {entry.port}" for entry in whole.states[-1].table)
    ports = Message.of("ports 1 to 4")
    return (
        Fact(Message.of("A card alone is promiscuous (flag 0x100)"), False, SAME),
        Fact(Message.of("The same card as a port of the bridge"), True, SAME),
        Fact(Message.of("How many asked for it (promiscuity)"), 1, SAME),
        Fact(Message.of("A asks B, B answers: frames out of {ports}", ports=ports), _left(first), SAME),
        Fact(Message.of("Four talks more: frames out of {ports}", ports=ports), _left(whole), SAME),
        Fact(Message.of("What the bridge has learned, station: port"), table, SAME),
        Fact(Message.of("The same talks through a hub: frames out of {ports}", ports=ports), _left(hub), SAME),
    )  # fmt: skip


def _ask_bridge(source: Source) -> tuple[object, ...]:
    with source.shell() as shell:
        linux_bridge.build(shell, STATIONS)
        alone = linux_bridge.flags(shell, 1)
        linux_bridge.plug(shell, PORTS)
        joined, asked = linux_bridge.flags(shell, 1), linux_bridge.promiscuity(shell, 1)
        linux_bridge.ping(shell, *TALKS[0])
        first = linux_bridge.sent(shell, PORTS)
        for talk in TALKS[1:]:
            linux_bridge.ping(shell, *talk)
        whole, table = linux_bridge.sent(shell, PORTS), linux_bridge.table(shell)
        linux_bridge.become_hub(shell, PORTS)
        for talk in TALKS:
            linux_bridge.ping(shell, *talk)
        after = linux_bridge.sent(shell, PORTS)
    return (
        bool(alone & linux_bridge.IFF_PROMISC), bool(joined & linux_bridge.IFF_PROMISC), asked,
        first, whole, tuple(f"{'ABCD'[int(mac[-1], 16) - 10]}: {port}" for mac, port in table),
        tuple(b - a for a, b in zip(whole, after, strict=True)),
    )  # fmt: skip


PORT, OPEN = 40_000, 8080  # both clients' source port; the router's port that is forwarded


def _napt() -> tuple[tuple[str | int, ...], tuple[bool, bool]]:
    """The ports outside, where the answers go, and whether outside reaches in: without, with forward."""
    router = nat.OUTSIDE
    engine, found = Napt(router), list[str | int]()
    for i, inside in enumerate(nat.CLIENTS.values()):
        asked = engine.outbound(i, Packet("tcp", inside, PORT, nat.SERVER, nat.WEB, "SYN")).packet
        answer = Packet("tcp", nat.SERVER, nat.WEB, router, asked.sport, "SYN+ACK")
        back = engine.inbound(i, answer).packet
        found += [asked.sport, f"{back.dst}:{back.dport}"]
    knock = Packet("tcp", nat.SERVER, PORT, router, OPEN, "SYN")
    opened = Napt(router, forwards=(Forward("tcp", OPEN, nat.CLIENTS["c1"], nat.WEB),))
    reached = [each.inbound(9, knock).action == "translate" for each in (engine, opened)]
    return tuple(found), (reached[0], reached[1])


def _nat() -> tuple[Fact, ...]:
    (first, to_first, second, to_second), (closed, opened) = _napt()
    low, high = port_class(PORT)
    chance = Message.of(
        "Our router takes the next port upwards; Linux draws one of the free ones by chance."
    )
    both = {"n": PORT}
    return (
        Fact(Message.of("c1 asks from port {n}: its port outside", **both), first, SAME),
        Fact(Message.of("c2 asks from port {n} too: its port outside", **both), second, DIFFERENT, "", chance),
        Fact(Message.of("It is another than c1’s"), second != first, SAME),
        Fact(Message.of("It is one of"), (float(low), float(high)), between()),
        Fact(Message.of("The answer to c1’s port goes to"), to_first, SAME),
        Fact(Message.of("The answer to c2’s port goes to"), to_second, SAME),
        Fact(Message.of("From outside, port {n} of the router reaches c1", n=OPEN), closed, SAME),
        Fact(Message.of("The same with a port forward"), opened, SAME),
    )  # fmt: skip


def _ask_nat(source: Source) -> tuple[object, ...]:
    with source.shell() as shell:
        nat.build(shell)
        nat.masquerade(shell)
        one, other = nat.ask_from(shell, PORT)
        nat.serve(shell, "c1")
        closed = nat.reached(shell, OPEN)
        nat.forward(shell, OPEN, "c1")
        opened = nat.reached(shell, OPEN)
    first, second = one.reply.dport, other.reply.dport
    return (
        first, second, second != first, float(second),
        f"{one.original.src}:{one.original.sport}", f"{other.original.src}:{other.original.sport}",
        closed == "c1", opened == "c1",
    )  # fmt: skip


FIRST, SIZE, HOURS = "10.0.0.11", 10, 1


def _messages() -> str:
    """What client and server of our model say to each other, up to the address."""
    played = dhcpstory.play(dhcpstory.Link(clients=1, pool=SIZE, lease_s=HOURS * 3600.0))
    said = [state.sent.name for state in played.states if state.sent]
    return " ".join(said[: said.index("ACK") + 1])


def _dhcp() -> tuple[Fact, ...]:
    server = Server(nat.INSIDE, pool_of(FIRST, SIZE), lease=HOURS * 3600.0)
    given = []
    for name in nat.CLIENTS:
        address = server.discover(0.0, name) or ""
        server.request(0.0, name, address, nat.INSIDE)
        given.append(address)
    times = leases.times(server.lease)
    return (
        Fact(Message.of("The first client: what is said, in order"), _messages(), SAME),
        Fact(Message.of("Addresses given to {a} and {b}", a="c1", b="c2"), tuple(given), SAME),
        Fact(Message.of("Lease of {n} s: renew after (T1)", n=HOURS * 3600), times.t1, SAME, "s"),
        Fact(Message.of("Lease of {n} s: ask anybody after (T2)", n=HOURS * 3600), times.t2, SAME, "s"),
    )  # fmt: skip


def _ask_dhcp(source: Source) -> tuple[object, ...]:
    with source.shell() as shell:
        nat.build(shell, addresses=False)
        found = nat.lease(shell, FIRST, pool_of(FIRST, SIZE)[-1], HOURS)
    return (
        " ".join(found[0].messages),
        tuple(each.address for each in found),
        found[0].t1,
        found[0].t2,
    )


SWITCH = (netns.IP, netns.BUSYBOX)
ROUTER = (netns.NFT, netns.CONNTRACK, *SWITCH)
LEASER = (nat.DNSMASQ, *SWITCH)

CHECKS = (
    Check(
        name="networks-bridge",
        title=mark("Four stations, put to Linux’s bridge"),
        question=mark("By which ports do frames leave a bridge, and a hub, and what happens to a card that joins?"),
        differs=mark("Our model names a frame’s ports one by one; Linux counts them. The stations know each other’s MAC here, so nobody has to ask for it."),
        facts=_bridge,
        ask=_ask_bridge,
        places=(Place("namespace", SWITCH), Place("vm", SWITCH)),
    ),
    Check(
        name="networks-nat",
        title=mark("Two clients with one port, put to Linux’s NAT"),
        question=mark("Two machines behind one address ask the same server from the same port: how are the answers told apart?"),
        differs=mark("Our model finds the next free port, so that one can foresee it; Linux draws, so that nobody outside can."),
        facts=_nat,
        ask=_ask_nat,
        places=(Place("namespace", ROUTER), Place("vm", ROUTER)),
    ),
    Check(
        name="networks-dhcp",
        title=mark("Two clients, put to dnsmasq"),
        question=mark("A machine without an address asks for one: what is said, and what does it get?"),
        differs=mark("dnsmasq is told here to give addresses in order and not to try them by a ping first; left alone, it derives them from the MAC address and pings first."),
        facts=_dhcp,
        ask=_ask_dhcp,
        places=(Place("namespace", LEASER), Place("vm", LEASER)),
    ),
)  # fmt: skip
