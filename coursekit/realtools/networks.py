"""Checks of the chapter on virtual networks."""

from collections.abc import Iterable

from coursekit.i18n import mark
from coursekit.realtools import linux_bridge, netns
from coursekit.realtools.check import SAME, Check, Fact
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.message import Message
from coursekit.sims.networks.lan import Lan, Played, Sent, play

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


SWITCH = (netns.IP, netns.BUSYBOX)

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
)  # fmt: skip
