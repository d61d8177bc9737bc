"""Checks of the chapter on failover."""

from collections.abc import Sequence

from coursekit.i18n import mark
from coursekit.realtools import doubled, keepalived, netns
from coursekit.realtools.check import SAME, Check, Fact, between, within
from coursekit.realtools.haproxy import HAPROXY
from coursekit.realtools.keepalived import Advert, Deed
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.balancing.doubled import Double, takeover
from coursekit.sims.balancing.turns import letters, round_robin
from coursekit.sims.failover import vrrp
from coursekit.sims.failover.cluster import Cluster, Event, Node
from coursekit.sims.message import Message

ADVERT_S = 0.1
RARE = 1.0  # s between two deeds in the simulation: everything has settled
CLOSE = within(0.05, 0.005)  # the true routers need some milliseconds
LATE = Message.of("The model thinks in no time; a process has to be woken first.")

Deeds = Sequence[tuple[Deed, str]]
COMES_BACK: Deeds = (("crash", "r1"), ("start", "r1"))
LEAVES_POLITELY: Deeds = (*COMES_BACK, ("stop", "r1"))


def _played(
    priorities: tuple[int, int], deeds: Deeds, *, preempt: bool = True
) -> tuple[Advert, ...]:
    """The advertisements of our VRRP, for the same deeds."""
    one, other = priorities
    nodes = (
        Node(id="r1", ip=keepalived.ADDRESS["r1"], prio=one, adv=ADVERT_S, preempt=preempt),
        Node(id="r2", ip=keepalived.ADDRESS["r2"], prio=other, adv=ADVERT_S, preempt=preempt, start=RARE),
    )  # fmt: skip
    kinds = {"start": "restart"}
    events = [
        Event((i + 2.25) * RARE, kinds.get(deed, deed), name)  # type: ignore[arg-type]
        for i, (deed, name) in enumerate(deeds)
    ]
    record = vrrp.play(Cluster(nodes=nodes), events, until=(len(deeds) + 3) * RARE)
    said = [entry for entry in record.trace if entry["kind"] == "advert"]
    return tuple(Advert(each["t"], each["from"], each["prio"]) for each in said)


def _told(polite: Sequence[Advert], far: Sequence[Advert], stubborn: Sequence[Advert]) -> tuple[str | float, ...]:  # fmt: skip
    """Who spoke after whom, and the silences; of the simulation and of Keepalived alike."""
    first, second, third = map(keepalived.handovers, (polite, far, stubborn))
    speakers = tuple(" ".join(each.by for each in one) for one in (first, third))
    return *speakers, first[1].gap, second[1].gap, first[-1].gap


def _vrrp() -> tuple[Fact, ...]:
    seen = _told(
        _played((150, 100), LEAVES_POLITELY),
        _played((200, 50), COMES_BACK[:1]),
        _played((150, 100), COMES_BACK, preempt=False),
    )
    about = (
        (Message.of("r1 crashes, comes back, then stops: who speaks"), SAME, "", None),
        (Message.of("The same with nopreempt, up to its return: who speaks"), SAME, "", None),
        (Message.of("Crash, priorities {one} and {other}: silence", one=150, other=100), CLOSE, "s", LATE),
        (Message.of("Crash, priorities {one} and {other}: silence", one=200, other=50), CLOSE, "s", LATE),
        (Message.of("Orderly stop (a last word of priority 0): silence"), CLOSE, "s", LATE),
    )  # fmt: skip
    return tuple(
        Fact(said, value, judge, unit, why)
        for (said, judge, unit, why), value in zip(about, seen, strict=True)
    )


def _ask_vrrp(source: Source) -> tuple[str | float, ...]:
    with source.shell() as shell:
        netns.lan(shell, keepalived.ADDRESS)
        return _told(
            keepalived.group(shell, (150, 100), ADVERT_S, LEAVES_POLITELY),
            keepalived.group(shell, (200, 50), ADVERT_S, COMES_BACK[:1]),
            keepalived.group(shell, (150, 100), ADVERT_S, COMES_BACK, preempt=False),
        )


PRIORITIES = (150, 100)
SLOWER_S = 0.3  # the interval of two balancers: long beside what a busy machine adds
COUNTED = 12  # answers after the cut


def _doubled() -> tuple[Fact, ...]:
    away = takeover(Double(advert=SLOWER_S, priority=PRIORITIES[1]))
    shared = letters(round_robin(len(doubled.WEB), COUNTED)).count("a")
    asked = Message.of(
        "The client asks only every {seconds} s, and its first request must find the way.",
        seconds=doubled.EVERY_S,
    )
    return (
        Fact(Message.of("From the cut to the first answer of the other"), (away.best, away.worst), between(0.3), "s", asked),
        Fact(Message.of("Of {n} answers after it, from web server a", n=COUNTED), shared, within(0.25), "", Message.of("A request of before the cut may come through late.")),
    )  # fmt: skip


def _ask_doubled(source: Source) -> tuple[float | int, ...]:
    with source.shell() as shell:
        seen = doubled.unplug(shell, PRIORITIES, SLOWER_S)
    return seen.seconds, seen.after[:COUNTED].count("a")


ROUTERS = (keepalived.KEEPALIVED, netns.IP, netns.TCPDUMP, netns.BUSYBOX)

BALANCERS = (HAPROXY, keepalived.KEEPALIVED, netns.IP, netns.BUSYBOX)

CHECKS = (
    Check(
        name="failover-vrrp",
        title=mark("Two routers, put to Keepalived"),
        question=mark("The router that answers dies, comes back, and stops: who speaks when?"),
        differs=mark("Keepalived sends its gratuitous ARP five times and logs what it does; the silences are those of the standard."),
        facts=_vrrp,
        ask=_ask_vrrp,
        places=(Place("namespace", ROUTERS), Place("vm", ROUTERS)),
    ),
    Check(
        name="failover-doubled",
        title=mark("Two balancers, one unplugged: HAProxy and Keepalived"),
        question=mark("The balancer that answers is unplugged: how long do its clients wait?"),
        differs=mark("The client notices only when it asks, and learns the new way from a gratuitous ARP; connections that were open are lost."),
        facts=_doubled,
        ask=_ask_doubled,
        places=(Place("namespace", BALANCERS), Place("vm", BALANCERS)),
    ),
)  # fmt: skip
