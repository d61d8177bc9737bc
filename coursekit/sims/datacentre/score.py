"""A hundred points for a design and a budget: availability, durability, performance, cost, recovery.

The weights are a teaching choice and are said with the result: another school weighs them otherwise.
"""

from dataclasses import dataclass
from math import log10

from coursekit.sims.datacentre.cost import Cost, cost
from coursekit.sims.datacentre.design import Design, shortages
from coursekit.sims.datacentre.durability import Durability, durability
from coursekit.sims.datacentre.performance import Performance, performance
from coursekit.sims.datacentre.scenarios import Recovery, Scenario, recover, scenarios
from coursekit.sims.message import Message, require

__all__ = ["CERTAIN", "MOST", "OVER", "PARTS", "Measured", "Score", "judge", "measure", "recovered", "score"]  # fmt: skip

MOST = {"availability": 30, "durability": 25, "performance": 20, "cost": 15, "recovery": 10}
PARTS = tuple(MOST)
OVER = 1.25  # of the budget: beyond it nothing counts
DAY_H, WORKDAY_H = 24, 8  # of lost work, until it runs again: full marks up to here
CERTAIN = 1e-4  # a chance of loss below which no more is given


@dataclass(frozen=True)
class Score:
    """Points by part, their sum, what they come from, and why it may be nothing at all."""

    parts: dict[str, float]
    budget: float
    cost: Cost
    performance: Performance
    durability: Durability
    scenarios: tuple[Scenario, ...]
    recovery: tuple[Recovery, ...]
    refused: tuple[Message, ...]

    @property
    def total(self) -> float:
        """The sum; 0 if the design is too small for its machines or too dear."""
        return 0.0 if self.refused else sum(self.parts.values())


@dataclass(frozen=True)
class Measured:
    """What a design is, whatever the budget: the shares of the points that do not ask for it."""

    shares: dict[str, float]  # 0 to 1, without the cost
    cost: Cost
    performance: Performance
    durability: Durability
    scenarios: tuple[Scenario, ...]
    recovery: tuple[Recovery, ...]
    short: tuple[Message, ...]


def measure(design: Design, faults: tuple[Scenario, ...] = ()) -> Measured:
    """All that costs time; `faults`: its scenarios, where they are known (backups change none)."""
    speed, kept, back = performance(design), durability(design), recover(design)
    faults = faults or scenarios(design)
    shares = {
        "availability": sum(each.value for each in faults) / len(faults),
        "durability": min(1.0, -log10(max(kept.total, CERTAIN)) / 4),
        "performance": 1.0 if speed.rho <= 0.5 else 2 * max(0.0, 1 - speed.rho),
        "recovery": sum(map(recovered, back)) / len(back),
    }
    return Measured(shares, cost(design), speed, kept, faults, back, shortages(design))


def judge(one: Measured, budget: float) -> Score:
    """The points for a budget in euros."""
    require(budget > 0, "budget={budget}: choose more than 0 €", budget=budget)
    cheap = min(1.0, max(0.0, (OVER * budget - one.cost.total) / (0.5 * budget)))
    shares = {**one.shares, "cost": cheap}
    points = {name: most * shares[name] for name, most in MOST.items()}
    refused = (*one.short, *_dear(one.cost.total, budget))
    return Score(points, budget, one.cost, one.performance, one.durability, one.scenarios, one.recovery, refused)  # fmt: skip


def score(design: Design, budget: float) -> Score:
    """The design's points for a budget in euros."""
    return judge(measure(design), budget)


def recovered(back: Recovery) -> float:
    """What one event leaves of its points, 0 to 1: how much work is lost, how late it is back."""
    if back.rpo_h is None or back.rto_h is None:
        return 0.0
    return min(1.0, DAY_H / back.rpo_h) * min(1.0, WORKDAY_H / back.rto_h if back.rto_h else 1.0)


def _dear(total: float, budget: float) -> tuple[Message, ...]:
    if total <= OVER * budget:
        return ()
    return (Message.of("cost={total:.0f} €: at most {most:.0f} €, a quarter over the budget", total=total, most=OVER * budget),)  # fmt: skip
