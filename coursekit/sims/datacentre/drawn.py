"""Designs and failures to ask about, drawn by chance: the three of the chapter, some things chosen otherwise.

Chance weighs what tells right answers from wrong ones more than what is likely in life.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from coursekit.sims.datacentre.components import components
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.samples import D0, D1, D2
from coursekit.sims.message import ParameterError

__all__ = ["failures", "varied"]

TWO_RACKS = replace(
    D1,
    racks=(*D1.racks, replace(D1.racks[0], id="R2")),
    hosts=tuple(
        replace(host, rack=rack) for host, rack in zip(D1.hosts, ("R1", "R2"), strict=True)
    ),
)
BASES = (D0, D1, TWO_RACKS, D2)


def varied(rng: np.random.Generator) -> Design:
    """One of the designs with some changes: those that tell answers apart more often than others."""
    design = BASES[int(rng.choice(len(BASES), p=(0.1, 0.2, 0.4, 0.3)))]
    for change in (_needs, _moved, _grown, _ha):
        if _some(rng):
            design = _tried(design, change, rng)
    for at in rng.permutation(len(CHANGES))[: int(rng.integers(3))]:
        design = _tried(design, CHANGES[at], rng)
    return design


def _tried(design: Design, change: Any, rng: np.random.Generator) -> Design:
    try:
        changed: Design = change(design, rng)
    except ParameterError:  # a change that this design cannot bear
        return design
    return changed


def _some(rng: np.random.Generator) -> bool:
    return bool(rng.random() < 0.5)


def _two(rng: np.random.Generator) -> int:
    return 1 + int(rng.random() < 0.5)


def _racks(design: Design, rng: np.random.Generator) -> Design:
    return replace(design, racks=tuple(replace(rack, pdus=_two(rng), tors=_two(rng)) for rack in design.racks))  # fmt: skip


def _net(design: Design, rng: np.random.Generator) -> Design:
    return replace(design, net=replace(design.net, cores=_two(rng), wans=_two(rng)))


def _hosts(design: Design, rng: np.random.Generator) -> Design:
    hosts = tuple(replace(host, model="H2" if rng.random() < 0.6 else "H1", psus=_two(rng), nics=_two(rng)) for host in design.hosts)  # fmt: skip
    return replace(design, hosts=hosts)


def _ha(design: Design, rng: np.random.Generator) -> Design:
    ha = replace(design.ha, enabled=bool(rng.random() < 0.75), quorum=_some(rng), witness=_some(rng))  # fmt: skip
    return replace(design, ha=ha)


def _power(design: Design, rng: np.random.Generator) -> Design:
    ups = float(rng.choice([0, 10, 15, 15, 30]))
    return replace(design, power=replace(design.power, feeds=_two(rng), ups_min=ups, gen=bool(rng.random() < 0.2)))  # fmt: skip


def _storage(design: Design, rng: np.random.Generator) -> Design:
    storage = design.storage
    if storage.kind == "hci":
        size = int(rng.integers(2, 4))
        domain = "host" if _some(rng) else "rack"
        return replace(design, storage=replace(storage, size=size, min_size=int(rng.integers(1, size + 1)), domain=domain))  # type: ignore[arg-type]  # fmt: skip
    raid = int(rng.choice([0, 5, 6, 10]))
    return replace(design, storage=replace(storage, raid=raid, ctrls=_two(rng)))


def _moved(design: Design, rng: np.random.Generator) -> Design:
    """Some machines at home on another host."""
    names = [host.id for host in design.hosts]
    vms = tuple(replace(vm, host=str(rng.choice(names))) if rng.random() < 0.4 else vm for vm in design.vms)  # fmt: skip
    return replace(design, vms=vms)


def _grown(design: Design, rng: np.random.Generator) -> Design:
    """Machines that need more, so that not all fit elsewhere."""
    factor = int(rng.integers(2, 5))
    vms = tuple(replace(vm, ram=vm.ram * factor if _some(rng) else vm.ram, anti=_some(rng), prio=int(rng.integers(4))) for vm in design.vms)  # fmt: skip
    return replace(design, vms=vms)


def _needs(design: Design, rng: np.random.Generator) -> Design:
    """Other needs: more machines, other services, people from outside."""
    names = [each.name for each in design.services]
    services = tuple(
        replace(each, need=1 + int(rng.random() < 0.2), public=_some(rng), deps=each.deps if _some(rng) else tuple(names[: int(rng.integers(0, at + 1))]))
        for at, each in enumerate(design.services)
    )  # fmt: skip
    return replace(design, services=services)


CHANGES = (_racks, _net, _hosts, _power, _storage)


LIKELY = {"host": 3.0, "core": 4.0, "tor": 3.0}  # what tells answers apart


def failures(design: Design, rng: np.random.Generator) -> list[str]:
    """Up to three components; now and then the line, a feed for a short while, two or three disks."""
    names = [name for name in components(design) if name != "disks:1"]
    weights = np.array([LIKELY.get(name.partition(":")[0], 1.0) for name in names])
    count = int(rng.choice((0, 1, 1, 2, 3)))
    failed = [
        str(name) for name in rng.choice(names, count, replace=False, p=weights / weights.sum())
    ]
    borne = design.power.ups_min > 0 or design.power.gen
    for name, chance in (("wan:1", 0.3), ("feed:1", 0.4 if borne else 0.05)):
        if rng.random() < chance and name not in failed:
            failed.append(name)
    if rng.random() < 0.15:
        failed.append(f"disks:{int(rng.integers(1, 4))}")
    if rng.random() < (0.85 if any(name.startswith("feed") for name in failed) else 0.05):
        failed.append("short")
    return failed
