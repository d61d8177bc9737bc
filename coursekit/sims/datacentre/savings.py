"""What somebody leaves out of a design to save money or trouble, one thing at a time."""

from collections.abc import Callable
from dataclasses import replace

from coursekit.sims.datacentre.deltas import Change
from coursekit.sims.datacentre.design import Design
from coursekit.sims.message import Message

__all__ = ["SAVINGS", "save"]


def _ha(**values: bool) -> Callable[[Design], Design]:
    return lambda design: replace(design, ha=replace(design.ha, **values))


def _one_strip(design: Design) -> Design:
    return replace(design, racks=tuple(replace(rack, pdus=1) for rack in design.racks))


def _one_supply(design: Design) -> Design:
    return replace(design, hosts=tuple(replace(host, psus=1) for host in design.hosts))


def _all_copies(design: Design) -> Design:
    """Nothing changes where the data are not copies on hosts."""
    storage = design.storage
    if storage.kind != "hci":
        return design
    return replace(design, storage=replace(storage, min_size=storage.size))


def _one_copy(design: Design) -> Design:
    storage = design.storage
    return replace(design, storage=replace(storage, min_size=1)) if storage.kind == "hci" else design  # fmt: skip


def _one_rack(design: Design) -> Design:
    """Everything in the first rack; copies are then kept apart by host."""
    first = design.racks[0].id
    hosts = tuple(replace(host, rack=first) for host in design.hosts)
    storage = replace(design.storage, rack=first if design.storage.rack else "", domain="host")
    return replace(design, racks=design.racks[:1], hosts=hosts, storage=storage)


SAVINGS = {
    "power": Change(Message.of("one feed, no batteries"), lambda one: replace(one, power=replace(one.power, feeds=1, ups_min=0))),
    "pdu": Change(Message.of("one strip of sockets in each rack"), _one_strip),
    "supply": Change(Message.of("one power supply in each host"), _one_supply),
    "rack": Change(Message.of("all hosts in the first rack"), _one_rack),
    "copies": Change(Message.of("all copies must be there (min_size = size)"), _all_copies),
    "alone": Change(Message.of("one copy is enough (min_size = 1)"), _one_copy),
    "quorum": Change(Message.of("no majority is asked for"), _ha(quorum=False)),
    "witness": Change(Message.of("no witness"), _ha(witness=False)),
    "ha": Change(Message.of("nothing is started elsewhere"), _ha(enabled=False)),
}  # fmt: skip


def save(design: Design, name: str) -> Design:
    """The design without this."""
    return SAVINGS[name].make(design)
