"""E14.3: a design of one's own for a budget, worth what it scores."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.form import plain, read
from coursekit.sims.datacentre.parts import Backup, Ha, Host, Net, Power, Rack, Storage
from coursekit.sims.datacentre.samples import D0, D1, D2, SERVICES, VMS, machines
from coursekit.sims.datacentre.score import score
from coursekit.sims.message import ParameterError

__all__ = ["ENOUGH", "FACTORS", "MY_DESIGN", "allowed", "points", "worth"]

ENOUGH = 75  # points of 100 that earn everything
FACTORS = (0.5, 1.0, 1.5, 2.0)  # what becomes of disk_gb and iops before a design is scored
LIMITS = {"restore_mb_s": 400, "interval_h": 1, "ups_min": 30}  # they cost nothing in the catalogue


def my_design(budget: int) -> dict[str, Any]:
    """A design for this budget in euros."""
    return plain(max(_candidates(), key=lambda one: sum(points(one, budget))))


def points(design: Design, budget: float) -> list[float]:
    """The score with each of the factors."""
    return [score(_grown(design, factor), budget).total for factor in FACTORS]


def worth(design: Design, budget: float) -> float:
    """The mean share of 75 points, over all factors; 0 unless the design is `allowed`."""
    if not allowed(design):
        return 0.0
    return sum(min(1.0, each / ENOUGH) for each in points(design, budget)) / len(FACTORS)


def _grown(design: Design, factor: float) -> Design:
    vms = tuple(replace(vm, disk_gb=vm.disk_gb * factor, iops=vm.iops * factor) for vm in design.vms)  # fmt: skip
    return replace(design, vms=vms)


def allowed(design: Design) -> bool:
    """The seven machines and four services as they are, and nothing that the catalogue gives away."""
    homes = tuple(replace(vm, host="") for vm in design.vms)
    backup, power = design.backup, design.power
    return (
        sorted(homes, key=lambda vm: vm.id) == sorted((replace(vm, host="") for vm in VMS), key=lambda vm: vm.id)
        and sorted(design.services, key=lambda each: each.name) == sorted(SERVICES, key=lambda each: each.name)
        and backup.restore_mb_s <= LIMITS["restore_mb_s"] and backup.interval_h >= LIMITS["interval_h"]
        and power.ups_min <= LIMITS["ups_min"] and design.storage.mttr_h == Storage().mttr_h
    )  # fmt: skip


def _judge(args: Mapping[str, Any], answer: Any) -> float:
    try:
        design = read(answer)
    except (ParameterError, TypeError, ValueError, AttributeError):
        return 0.0
    return worth(design, args["budget"])


# The reference: three designs, of which it takes the one that is worth most


@cache
def _candidates() -> tuple[Design, ...]:
    return (_one_host(), _two_hosts(), _two_and_a_nas())


SAFE = Backup(enabled=True, interval_h=1, immutable=True, offsite=True, restore_mb_s=400)


def _one_host() -> Design:
    """Little money: no second host, but a second feed, and backups that survive everything."""
    return Design(
        racks=(Rack(id="R1", pdus=2, tors=2),), net=Net(), hosts=(Host(id="h1", rack="R1", psus=2, nics=2),),
        storage=Storage(kind="local", disk="ssd4", disks=6, raid=5), power=Power(feeds=2), backup=SAFE,
        vms=machines({vm.id: "h1" for vm in VMS}), services=SERVICES,
    )  # fmt: skip


def _pair(storage: Storage, net: Net, power: Power) -> Design:
    homes = {"dc1": "h1", "db1": "h1", "web1": "h1", "dc2": "h2", "db2": "h2", "web2": "h2", "file1": "h2"}  # fmt: skip
    return Design(
        racks=(Rack(id="R1", pdus=2, tors=2),), net=net, storage=storage, power=power, backup=SAFE,
        hosts=tuple(Host(id=name, rack="R1", model="H1", psus=2, nics=2) for name in ("h1", "h2")),
        ha=Ha(enabled=True, quorum=True, witness=True), vms=machines(homes), services=SERVICES,
    )  # fmt: skip


def _two_hosts() -> Design:
    """Two small hosts that keep two copies."""
    return _pair(Storage(kind="hci", disk="ssd4", disks=4, size=2, min_size=1), Net(), Power(feeds=2))  # fmt: skip


def _two_and_a_nas() -> Design:
    """Two small hosts, a NAS that bears two dead disks, two of everything else."""
    storage = Storage(kind="nas", disk="ssd4", disks=6, raid=6, ctrls=2, rack="R1")
    return _pair(storage, Net(cores=2, wans=2), Power(feeds=2, ups_min=15))


# Planned mistakes


ONE = replace(D0, vms=machines({vm.id: "h1" for vm in VMS}))


def _always(budget: int, *, design: Design) -> dict[str, Any]:  # noqa: ARG001  (that is the mistake)
    return plain(design)


def _bare(budget: int) -> dict[str, Any]:
    """The reference without what survives a deletion."""
    design = read(my_design(budget))
    return plain(replace(design, backup=Backup(restore_mb_s=400)))


def _cases(rng: np.random.Generator) -> Args:
    return {"budget": int(rng.integers(40, 121)) * 1000}


MY_DESIGN = Exercise(
    id="E14.3",
    chapter="datacentre",
    title=mark("A datacentre of your own"),
    reference=my_design,
    cases=_cases,
    judge=_judge,
    weight=2.0,
    samples=(
        Sample({"budget": 70_000}, plain(D1)),
        Sample({"budget": 120_000}, plain(D1)),
        Sample({"budget": 40_000}, plain(ONE)),
    ),
    wrong=(
        Wrong("one of everything", partial(_always, design=ONE), mark("That is one of everything, without a backup: the first dead host or the first deletion takes it all. Begin with what costs least and saves most.")),
        Wrong("two hosts and a NAS, as they are", partial(_always, design=D1), mark("That is the second design of the chapter as it stands: no backup of it survives ransomware or a fire, and that costs 26 points.")),
        Wrong("three racks for every budget", partial(_always, design=D2), mark("That is the design with three racks: dear for a small budget, and storage.mttr_h has to stay 24 hours here.")),
        Wrong("no backups", _bare, mark("Failures are seen to, but there is no backup: a deletion, ransomware or a fire takes everything, whatever the RAID level.")),
    ),
)  # fmt: skip
