"""The next euro: one change at a time, what it adds to the score and to the price."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import inf

from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.parts import Host
from coursekit.sims.datacentre.score import score
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["CHANGES", "Change", "Delta", "apply", "best", "deltas", "worth"]


@dataclass(frozen=True)
class Change:
    """Something that could be bought or set, and how."""

    about: Message
    make: Callable[[Design], Design]


@dataclass(frozen=True)
class Delta:
    """What one change does: points (of scores rounded to two decimals) and euros; why it cannot be."""

    name: str
    about: Message
    points: float
    eur: float
    total: float
    refused: Message | None = None


def _net(**values: int) -> Callable[[Design], Design]:
    return lambda design: replace(design, net=replace(design.net, **values))


def _backup(**values: bool) -> Callable[[Design], Design]:
    return lambda design: replace(design, backup=replace(design.backup, enabled=True, **values))


def _third_host(design: Design) -> Design:
    """One more, like the first, in the first rack, empty."""
    names = {host.id for host in design.hosts}
    free = next(f"h{n}" for n in range(1, len(names) + 2) if f"h{n}" not in names)
    like: Host = replace(design.hosts[0], id=free, rack=design.racks[0].id)
    return replace(design, hosts=(*design.hosts, like))


def _raid6(design: Design) -> Design:
    require(
        design.storage.kind != "hci", "storage.kind=hci: copies on the hosts have no RAID level"
    )
    return replace(design, storage=replace(design.storage, raid=6))


CHANGES = {
    "core": Change(Message.of("a second core switch"), _net(cores=2)),
    "wan": Change(Message.of("a second line to the Internet"), _net(wans=2)),
    "gbps": Change(Message.of("25 Gb/s instead of 10"), _net(gbps=25)),
    "feed": Change(Message.of("a second feed"), lambda one: replace(one, power=replace(one.power, feeds=2))),
    "raid6": Change(Message.of("RAID 6"), _raid6),
    "immutable": Change(Message.of("immutable backups"), _backup(immutable=True)),
    "offsite": Change(Message.of("backups off-site"), _backup(offsite=True)),
    "both": Change(Message.of("immutable backups, off-site"), _backup(immutable=True, offsite=True)),
    "generator": Change(Message.of("a generator"), lambda one: replace(one, power=replace(one.power, gen=True))),
    "host": Change(Message.of("one more host"), _third_host),
}  # fmt: skip


def worth(delta: Delta) -> float:
    """Points for 1000 €; without end where points are to be had for nothing."""
    if delta.eur > 0:
        return 1000 * delta.points / delta.eur
    return inf if delta.points > 0 else 0.0


def best(some: Iterable[Delta]) -> Delta | None:
    """The change that gives most for its price, and of several that are free the one that gives most."""
    gains = [each for each in some if each.points > 0 and each.refused is None]
    return max(gains, key=lambda one: (worth(one), one.points), default=None)


def apply(design: Design, name: str) -> Design:
    """The design with one change made; ParameterError if it cannot be."""
    return CHANGES[name].make(design)


def deltas(design: Design, budget: float) -> tuple[Delta, ...]:
    """Every change that changes something, in the order of the list; what two would make alike, once."""
    before = score(design, budget)
    found, seen = [], [design]
    for name, change in CHANGES.items():
        try:
            after = change.make(design)
        except ParameterError as why:
            found.append(Delta(name, change.about, 0.0, 0.0, round(before.total, 2), why.message))
            continue
        if after not in seen:
            seen.append(after)
            made = score(after, budget)
            points = round(round(made.total, 2) - round(before.total, 2), 2)
            found.append(Delta(name, change.about, points, made.cost.total - before.cost.total, made.total))  # fmt: skip
    return tuple(found)
