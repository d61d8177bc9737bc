"""What it costs to take each single point of failure out of a design, by the cheapest change that does it.

A change removes a point if nothing stops any more when that component alone fails, or if nothing
stops that stopped before. Left out: two changes made together, which a point may ask for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coursekit.sims.datacentre.cost import cost
from coursekit.sims.datacentre.deltas import CHANGES, Change
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.spof import spof
from coursekit.sims.message import Message, ParameterError

__all__ = ["DOUBLED", "Remedy", "remedies"]


def _doubled(design: Design) -> Design:
    racks = tuple(replace(rack, pdus=2, tors=2) for rack in design.racks)
    hosts = tuple(replace(host, psus=2, nics=2) for host in design.hosts)
    return replace(design, racks=racks, hosts=hosts)


DOUBLED = Change(Message.of("two PDUs and two switches in each rack, every host plugged into both"), _doubled)  # fmt: skip


@dataclass(frozen=True)
class Remedy:
    """A single point of failure, what it takes, and the cheapest change that removes it with its euros; or none."""

    component: str
    services: tuple[str, ...]
    about: Message | None = None
    eur: float | None = None


def remedies(design: Design) -> tuple[Remedy, ...]:
    """All single points, the cheapest to remove first; those that no change removes at the end."""
    before = cost(design).total
    tried = sorted(_tried(design), key=lambda each: cost(each[1]).total)
    left = [(about, cost(after).total - before, spof(after)) for about, after in tried]
    found = [_remedy(name, tuple(services), left) for name, services in spof(design).items()]
    return tuple(sorted(found, key=lambda each: (each.eur is None, each.eur or 0.0)))


def _tried(design: Design) -> list[tuple[Message, Design]]:
    found = []
    for change in (*CHANGES.values(), DOUBLED):
        try:
            after = change.make(design)
        except ParameterError:  # this design has no room for it
            continue
        if after != design:
            found.append((change.about, after))
    return found


def _remedy(name: str, services: tuple[str, ...], left: Sequence[tuple[Message, float, Mapping[str, list[str]]]]) -> Remedy:  # fmt: skip
    for about, eur, points in left:
        if name not in points:
            return Remedy(name, services, about, eur)
    return Remedy(name, services)
