"""Many designs at once: every combination of a few choices, each scored and, if wished, lived through.

A choice is five words; `build` makes a design of them. A row of the table depends on its choice, the
budget, the years and the seed only: whoever works it out, and in whatever order, the table is the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import product
from typing import Literal, TypeVar

import numpy as np

from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.longrun import live
from coursekit.sims.datacentre.parts import Backup, Ha, Host, Net, Power, Rack, Storage
from coursekit.sims.datacentre.samples import SERVICES, VMS, machines
from coursekit.sims.datacentre.scenarios import Scenario, scenarios
from coursekit.sims.datacentre.score import Measured, judge, measure, score
from coursekit.sims.datacentre.spof import spof
from coursekit.sims.message import Message, require

__all__ = ["BACKUPS", "DOUBLED", "HOSTS", "STORAGE", "Choice", "Point", "Row", "build", "choices", "frontier", "measured", "points", "row", "rows"]  # fmt: skip

HOSTS = (1, 2, 3)
STORAGE = ("local", "nas", "hci")
DOUBLED = ("nothing", "power", "network", "both")
BACKUPS = {
    "none": Backup(restore_mb_s=400),
    "daily": Backup(enabled=True, interval_h=24, restore_mb_s=400),
    "safe": Backup(enabled=True, interval_h=6, immutable=True, offsite=True, restore_mb_s=400),
}


@dataclass(frozen=True, order=True)
class Choice:
    """How many hosts, where the data are, what there is two of, which backups, one rack or one a host."""

    hosts: int = 2
    storage: Literal["local", "nas", "hci"] = "nas"
    doubled: Literal["nothing", "power", "network", "both"] = "both"
    backup: Literal["none", "daily", "safe"] = "safe"
    racks: Literal["one", "each"] = "one"

    def __post_init__(self) -> None:
        allowed = {"hosts": HOSTS, "storage": STORAGE, "doubled": DOUBLED, "backup": tuple(BACKUPS), "racks": ("one", "each")}  # fmt: skip
        for name, known in allowed.items():
            value = getattr(self, name)
            require(value in known, "{name}={value}: choose one of {known}", name=name, value=value, known=", ".join(map(str, known)))  # fmt: skip
        require(self.hosts > 1 or self.storage != "hci", "storage=hci: copies need 2 hosts or more")
        require(self.hosts > 1 or self.racks == "one", "racks=each: one host stands in one rack")

    @property
    def name(self) -> str:
        """Its five words."""
        return " ".join(str(getattr(self, each.name)) for each in fields(self))


def choices() -> tuple[Choice, ...]:
    """Every combination that can be."""
    every = product(HOSTS, STORAGE, DOUBLED, BACKUPS, ("one", "each"))
    return tuple(Choice(*each) for each in every if each[0] > 1 or (each[1] != "hci" and each[4] == "one"))  # type: ignore[arg-type]  # fmt: skip


def build(choice: Choice) -> Design:
    """The design that these words stand for; its machines are spread over the hosts."""
    power = 2 if choice.doubled in ("power", "both") else 1
    network = 2 if choice.doubled in ("network", "both") else 1
    racks = choice.hosts if choice.racks == "each" else 1
    names = [f"h{n}" for n in range(1, choice.hosts + 1)]
    homes = {vm.id: names[at % choice.hosts] for at, vm in enumerate(VMS)}
    several = choice.hosts > 1
    return Design(
        racks=tuple(Rack(id=f"R{n}", pdus=power, tors=network) for n in range(1, racks + 1)),
        net=Net(cores=network, wans=network),
        hosts=tuple(Host(id=name, rack=f"R{at % racks + 1}", psus=power, nics=network) for at, name in enumerate(names)),
        storage=_storage(choice),
        ha=Ha(enabled=several and choice.storage != "local", quorum=several, witness=choice.hosts == 2),
        power=Power(feeds=power, ups_min=15 if power == 2 else 0),
        backup=BACKUPS[choice.backup],
        vms=machines(homes),
        services=SERVICES,
    )  # fmt: skip


def _storage(choice: Choice) -> Storage:
    if choice.storage == "local":
        return Storage(kind="local", disk="ssd4", disks=4, raid=5)
    if choice.storage == "nas":
        return Storage(kind="nas", disk="ssd4", disks=6, raid=6, ctrls=2, rack="R1")
    size = min(3, choice.hosts)
    domain: Literal["host", "rack"] = "rack" if choice.racks == "each" else "host"
    return Storage(kind="hci", disk="ssd4", disks=4, size=size, min_size=size - 1, domain=domain)


@dataclass(frozen=True)
class Row:
    """One design of the table; `hours`: away in a year, the mean of its services (None: not lived through)."""

    choice: Choice
    total: float
    parts: tuple[float, ...]
    eur: float
    watts: float
    spofs: int
    hours: float | None


def row(choice: Choice, budget: float, years: int = 0, seed: int = 1) -> Row:
    """The row of one choice."""
    design = build(choice)
    made = score(design, budget)
    hours = float(np.mean(live(design, years, seed).a_year)) if years else None
    return Row(choice, made.total, tuple(made.parts.values()), made.cost.total, made.cost.watts, len(spof(design)), hours)  # fmt: skip


One = TypeVar("One", "Row", "Point")


@cache
def _faults(choice: Choice) -> tuple[Scenario, ...]:
    return scenarios(build(choice))


@cache
def measured(choice: Choice) -> Measured:
    """What a choice is, whatever the budget; backups change nothing in the twelve faults."""
    return measure(build(choice), _faults(replace(choice, backup="none")))


@dataclass(frozen=True)
class Point:
    """A design for its price and its points only; why it gets none."""

    choice: Choice
    eur: float
    total: float
    parts: tuple[float, ...]
    refused: tuple[Message, ...]


def points(budget: float) -> tuple[Point, ...]:
    """All designs of `choices` for a budget, quickly."""
    made = [(each, judge(measured(each), budget)) for each in choices()]
    return tuple(Point(each, one.cost.total, one.total, tuple(one.parts.values()), one.refused) for each, one in made)  # fmt: skip


def rows(some: Sequence[Choice], budget: float, years: int = 0, seed: int = 1) -> list[Row]:
    """The rows of some choices: a piece of work for one worker."""
    return [row(choice, budget, years, seed) for choice in some]


def frontier(table: "Iterable[One]") -> "list[One]":
    """The rows that none beats in both: cheaper and better; in the order of their price."""
    best, found = -1.0, []
    for each in sorted(table, key=lambda one: (one.eur, -one.total)):
        if each.total > best:
            best = each.total
            found.append(each)
    return found
