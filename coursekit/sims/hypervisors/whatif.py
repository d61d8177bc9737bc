"""What if: every technique on a workload, with large pages, another price or another count.

Modelled: the costs of `costs` beside each other and against the bare CPU, which gets the same
pages. With pages of 2 MiB a walk saves the last level of each table it reads: 3 references in
place of 4, and 15 in place of 24. One price of one technique, and one count of the workload, may
be scaled. Left out: large pages also make misses rarer; scale their count for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from coursekit.sims.hypervisors.costs import (
    PARTS,
    TECHNIQUES,
    WORKLOADS,
    Technique,
    Workload,
    cost,
    parts,
)
from coursekit.sims.hypervisors.walk import Walk, references
from coursekit.sims.message import require

__all__ = ["PRICES", "Compared", "Share", "WhatIf", "compare", "large"]

PRICES = tuple(each.name for each in fields(Technique))
NESTED = references(Walk())


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """`factor` percent on one price of `technique`, `amount` percent on one count of `workload`."""

    workload: str = "cpu"
    technique: str = "hw_npt"
    huge: bool = False
    price: str = "refs"
    factor: int = 100
    count: str = "misses"
    amount: int = 100

    def __post_init__(self) -> None:
        rules = {"workload": WORKLOADS, "technique": TECHNIQUES, "price": PRICES, "count": PARTS}
        for name, among in rules.items():
            value = getattr(self, name)
            require(value in among, "{name}={value}: choose one of {among}", name=name, value=value, among=", ".join(among))  # fmt: skip
        for name in ("factor", "amount"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)


@dataclass(frozen=True)
class Share:
    """What one part of a workload takes: how often, the price, cycles; and on the bare CPU."""

    part: str
    count: float
    price: float
    cycles: float
    bare: float

    @property
    def extra(self) -> float:
        """Cycles more than on the bare CPU."""
        return self.cycles - self.bare


@dataclass(frozen=True)
class Compared:
    """`times`: each technique against the bare CPU; `shares` of the chosen one, in `PARTS` order."""

    what: WhatIf
    times: Mapping[str, float]
    shares: tuple[Share, ...]

    @property
    def cycles(self) -> float:
        """All cycles of the chosen technique."""
        return sum(share.cycles for share in self.shares)

    @property
    def dearest(self) -> Share:
        """Where it loses most against the bare CPU."""
        return max(self.shares, key=lambda share: share.extra)

    @property
    def order(self) -> list[str]:
        """Techniques, fastest first; equal ones in the order of the table."""
        return sorted(self.times, key=lambda name: self.times[name])


def compare(what: WhatIf) -> Compared:
    """Every technique on this workload."""
    workload = _scaled_workload(WORKLOADS[what.workload], what)
    known = {name: _scaled(name, what) for name in TECHNIQUES}
    bare, chosen = known["native"], known[what.technique]
    total = cost(bare, workload)
    require(total > 0, "workload={cycles} cycles: let it do something", cycles=0)
    mine, native = parts(chosen, workload), parts(bare, workload)
    shares = tuple(
        Share(part, getattr(workload, part), getattr(chosen, part), mine[part], native[part])
        for part in PARTS
    )
    return Compared(what, {name: cost(each, workload) / total for name, each in known.items()}, shares)  # fmt: skip


def large(technique: Technique) -> Technique:
    """The same with pages of 2 MiB in every table that a walk reads."""
    nested = technique.refs == NESTED
    host = Walk(guest_large=True, host_large=True) if nested else Walk(host=0, guest_large=True)
    return replace(technique, refs=references(host))


def _scaled(name: str, what: WhatIf) -> Technique:
    technique = large(TECHNIQUES[name]) if what.huge else TECHNIQUES[name]
    if name != what.technique:
        return technique
    return replace(technique, **{what.price: getattr(technique, what.price) * what.factor / 100})


def _scaled_workload(workload: Workload, what: WhatIf) -> Workload:
    return replace(workload, **{what.count: getattr(workload, what.count) * what.amount / 100})
