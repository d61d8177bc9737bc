"""Fresh networks questions from a seed: direct ("by which ports?") and inverse ("which mode?").

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Question, Scene
from coursekit.sims.message import Message
from coursekit.sims.networks.addresses import BROADCAST, station_mac
from coursekit.sims.networks.bridge import Bridge
from coursekit.sims.networks.lan import station_name
from coursekit.sims.networks.leases import times
from coursekit.sims.networks.modes import COLUMNS, MODES, Mode, matrix
from coursekit.sims.networks.napt import Napt, Packet, buckets
from coursekit.sims.networks.routing import Route, lookup

Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 1])
    return MAKERS[seed % len(MAKERS)](rng, f"networks-fresh-{seed}")


def _ports(rng: np.random.Generator, name: str) -> Question:
    """Direct: out of how many ports does the last of a few frames go?"""
    ports = int(rng.integers(4, 9))
    bridge, told = Bridge(ports), []
    for t in range(int(rng.integers(2, 5))):
        src, dst = (int(x) for x in rng.choice(ports, 2, replace=False))
        everybody = rng.random() < 0.25
        out = bridge.receive(t, src + 1, station_mac(src), BROADCAST if everybody else station_mac(dst)).out  # fmt: skip
        told.append(f"{station_name(src)}→{'*' if everybody else station_name(dst)}")
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=len(out),
        prompt=Message.of("A fresh learning bridge has {ports} ports, a station on each. Frames: {frames} (* is broadcast). By how many ports does the last one leave?", ports=ports, frames=", ".join(told)),
        because=Message.of("The bridge knows only who has sent before. The last frame leaves by {count}.", count=len(out)),
        choices=tuple(
            Choice(value=value, why=why)
            for value, why in (
                (ports, _("Never by the port it came from.")),
                (ports - 1, _("That is flooding: but the destination has sent before, so the bridge knows its port.")),
                (1, _("That needs a known destination: this one has not sent anything yet, or is everybody.")),
            )
            if value != len(out)
        ),
        hints=(_("Who has sent a frame so far?"), _("Those, and only those, are in the table."), _("Is the last destination in it?")),
        scene=Scene(lab="networks-switch", values={"stations": ports, "traffic": "all"}, moment=ports),
    )  # fmt: skip


def _lease(rng: np.random.Generator, name: str) -> Question:
    """Direct and inverse by turns: T1, T2 of a lease; the lease of a T2."""
    hours = 8 * int(rng.integers(1, 10))
    when = times(hours * 3600)
    inverse = rng.random() < 0.5
    answer = hours if inverse else when.t2 / 3600
    prompt = (
        Message.of("A client begins to ask all servers {n:g} h after it got its address. How long is the lease?", n=when.t2 / 3600)
        if inverse
        else Message.of("A lease lasts {n} h. After how many hours does the client ask all servers?", n=hours)
    )  # fmt: skip
    wrong = (
        [(2 * when.t2 / 3600, _("You took it for T1, half of the lease: asking everybody is T2."))]
        if inverse
        else [(when.t1 / 3600, _("That is T1, when it asks its own server.")), (hours, _("That is the end of the lease."))]
    )  # fmt: skip
    scene = Scene(lab="networks-dhcp", values={"lease_s": 3600, "clients": 1}, actions=((60.0, "kill", 0),))  # fmt: skip
    return Question(
        id=name, kind="numeric", tolerance=1e-6, answer=answer, unit=_("hours"), prompt=prompt, scene=scene,
        because=Message.of("T2 is at seven eighths: {t2:g} h of {lease} h.", t2=when.t2 / 3600, lease=hours),
        choices=tuple(Choice(value=value, why=why, scene=scene) for value, why in wrong),
        hints=(_("T1 is one half, T2 seven eighths."), _("Asking all servers is T2."), _("Seven eighths is 0.875.")),
    )  # fmt: skip


def _mode(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from what works to the mode."""
    right: Mode = MODES[int(rng.integers(len(MODES)))]
    table = {mode: matrix(mode) for mode in MODES}
    words = {"yes": _("yes"), "PF": _("only by port forward"), "no": _("no")}
    picked = [COLUMNS[i] for i in (0, 2, 3, 4)]
    told: dict[str, Any] = {f"a{i}": Message(words[table[right][column]]) for i, column in enumerate(picked)}  # fmt: skip
    scene = Scene(lab="networks-modes", values={"one": right, "other": right})
    return Question(
        id=name, kind="single", scene=scene,
        prompt=Message.of("Two VMs in one mode. A VM reaches the host: {a0}. The other VM: {a1}. The LAN: {a2}. The LAN reaches a VM: {a3}. Which mode is it?", **told),
        because=_("The links decide: who is on one switch with whom, and whether an engine stands between."),
        choices=tuple(
            Choice(
                text=_MODE_NAMES[mode], right=mode == right,
                why="" if mode == right else _difference(mode, table[mode], table[right]),
                scene=Scene(lab="networks-modes", values={"one": mode, "other": mode}),
            )
            for mode in MODES
        ),
        hints=(_("Can the LAN reach the VM?"), _("Can the VM reach the LAN?"), _("What remains is told apart by VM to VM, and VM to host.")),
    )  # fmt: skip


_MODE_NAMES = {
    "host-only": _("host-only"), "internal": _("internal"), "bridged": _("bridged"), "NAT": "NAT",
    "NAT network": _("NAT network"),
}  # fmt: skip


def _difference(mode: str, mine: dict[str, Any], right: dict[str, Any]) -> Message:
    column = next(each for each in COLUMNS if mine[each] != right[each])
    answer = Message({"yes": _("yes"), "PF": _("only by port forward"), "no": _("no")}[mine[column]])  # fmt: skip
    return Message.of("With {mode}, {column} would be: {answer}.", mode=Message(_MODE_NAMES[mode]), column=Message(_COLUMN_NAMES[column]), answer=answer)  # fmt: skip


_COLUMN_NAMES = dict(zip(COLUMNS, (_("VM to host"), _("host to VM"), _("VM to VM"), _("VM to LAN"), _("LAN to VM")), strict=True))  # fmt: skip


def _route(rng: np.random.Generator, name: str) -> Question:
    """Direct: which of four routes does a packet take?"""
    b, c = int(rng.integers(1, 200)), int(rng.integers(1, 200))
    routes = (Route("0.0.0.0/0", "g0"), Route("10.0.0.0/8", "g1"), Route(f"10.{b}.0.0/16", "g2"), Route(f"10.{b}.{c}.0/24", "g3"))  # fmt: skip
    dst = (f"8.8.{b}.{c}", f"10.{b + 1}.{c}.9", f"10.{b}.{c + 1}.9", f"10.{b}.{c}.9")[int(rng.integers(4))]  # fmt: skip
    taken = lookup(routes, dst)
    right = taken.via if taken else ""
    told = "; ".join(f"{each.prefix} → {each.via}" for each in routes)
    return Question(
        id=name, kind="single", scene=ROUTE_SCENE,
        prompt=Message.of("Routes: {routes}. Where does a packet for {dst} go?", routes=told, dst=dst),
        because=Message.of("Of all prefixes that fit {dst}, the longest wins: {via}.", dst=dst, via=right),
        choices=tuple(
            Choice(
                text=each.via, right=each.via == right,
                why="" if each.via == right else Message.of("{prefix} does not fit {dst}, or a longer prefix does.", prefix=each.prefix, dst=dst),
                scene=ROUTE_SCENE,
            )
            for each in routes
        ),
        hints=(_("Which prefixes fit the address?"), _("Compare as many bits as the prefix is long."), _("The longest of those that fit wins.")),
    )  # fmt: skip


ROUTE_SCENE = Scene(lab="networks-path", values={"way": "routed"}, moment=4)


def _port(rng: np.random.Generator, name: str) -> Question:
    """Direct: the outside port of the last of several connections."""
    sport, count = int(rng.choice([511, 1023, 5000, 40000])), int(rng.integers(2, 5))
    other = bool(rng.random() < 0.4)
    nat = Napt("203.0.113.1")
    for i in range(count):
        last = "192.0.2.20" if other and i == count - 1 else "192.0.2.10"
        port = nat.outbound(0, Packet("tcp", f"10.0.0.{i + 1}", sport, last, 443, "SYN")).packet.sport  # fmt: skip
    where = _("another server") if other else _("the same server")
    scene = Scene(lab="networks-napt", values={"traffic": "collide"}, moment=4)
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=port, scene=scene,
        prompt=Message.of("{before} machines hold connections from port {sport} to one server through a NAPT router. One more opens its own, from the same port, to {where}. Which outside port does it get?", before=count - 1, sport=sport, where=Message(where)),
        because=Message.of("{port}: a port is taken only towards the same destination, and the search goes upwards inside its class (1–511, 512–1023, 1024–65535).", port=port),
        choices=tuple(
            Choice(value=value, why=why, scene=scene)
            for value, why in (
                (sport, _("It is taken: an answer from that server could not be told apart.")),
                (sport + count - 1, _("Upwards, yes: but look whether the port is taken towards this destination, and where its class ends.")),
            )
            if value != port
        ),
        hints=(_("Is the port taken towards this destination?"), _("If so, the next free one upwards."), _("After the end of a class its beginning follows.")),
    )  # fmt: skip


def _table(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many connections Linux makes room for."""
    mib = int(2 ** rng.integers(4, 14))
    answer = buckets(mib << 20)
    scene = Scene(lab="networks-ceiling", values={"destinations": 5})
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=answer, scene=scene,
        prompt=Message.of("A Linux router has {mib} MiB of memory. How many connections does its table hold, by default (a bucket for each 16,384 bytes, at least 1,024, at most 262,144)?", mib=mib),
        because=Message.of("{answer}: the memory divided by 16,384, within its bounds.", answer=answer),
        choices=tuple(
            Choice(value=value, why=why, scene=scene)
            for value, why in (((mib << 20) // 16_384, _("That is the division; look at the bounds.")), (64_512, _("That is how many ports there are towards one destination, another limit.")))
            if value != answer
        ),
        hints=(_("A MiB is 2²⁰ bytes, a bucket's share is 2¹⁴."), _("64 buckets for each MiB."), _("Never less than 1,024, never more than 262,144.")),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (_ports, _lease, _mode, _route, _port, _table)
