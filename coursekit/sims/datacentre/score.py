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

__all__ = ["MOST", "OVER", "PARTS", "Score", "score"]

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


def score(design: Design, budget: float) -> Score:
    """The design's points for a budget in euros."""
    require(budget > 0, "budget={budget}: choose more than 0 €", budget=budget)
    spent, speed, kept = cost(design), performance(design), durability(design)
    faults, back = scenarios(design), recover(design)
    parts = {
        "availability": sum(each.value for each in faults) / len(faults),
        "durability": min(1.0, -log10(max(kept.total, CERTAIN)) / 4),
        "performance": 1.0 if speed.rho <= 0.5 else 2 * max(0.0, 1 - speed.rho),
        "cost": min(1.0, max(0.0, (OVER * budget - spent.total) / (0.5 * budget))),
        "recovery": sum(map(_recovered, back)) / len(back),
    }
    points = {name: MOST[name] * share for name, share in parts.items()}
    return Score(points, budget, spent, speed, kept, faults, back, _refused(design, spent, budget))


def _recovered(back: Recovery) -> float:
    if back.rpo_h is None or back.rto_h is None:
        return 0.0
    return min(1.0, DAY_H / back.rpo_h) * min(1.0, WORKDAY_H / back.rto_h if back.rto_h else 1.0)


def _refused(design: Design, spent: Cost, budget: float) -> tuple[Message, ...]:
    over = spent.total > OVER * budget
    dear = Message.of("cost={total:.0f} €: at most {most:.0f} €, a quarter over the budget", total=spent.total, most=OVER * budget)  # fmt: skip
    return (*shortages(design), *((dear,) if over else ()))
