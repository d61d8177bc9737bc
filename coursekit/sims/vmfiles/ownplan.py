"""A learner's own backup plan, day by day, judged over four weeks beside usual ones.

The rule is a function `backup(day, history)`: which letter of `plans.TYPES` is made on a day,
`history` being the letters so far. Modelled: what `plans` models; every piece is readable with
the same chance. Source: `plans`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coursekit.sims.message import require
from coursekit.sims.vmfiles import plans
from coursekit.sims.vmfiles.plans import TYPES, Item, Plan

__all__ = ["DAYS", "USUAL", "Judged", "judge", "letters"]

DAYS = 28
USUAL = {kind: plans.usual(kind, DAYS) for kind in plans.USUAL}  # a name -> four weeks of letters


@dataclass(frozen=True)
class Judged:
    """A plan's items, what they store and move in GB, and its longest chain.

    `worst`: the chance that the day with the longest chain can be restored; `day` is that day.
    """

    types: str
    items: tuple[Item, ...]
    stored_gb: float
    moved_gb: float
    longest: int
    day: int
    worst: float


def letters(rule: Callable[[int, str], Any], days: int = DAYS) -> str:
    """What the rule says for each day; ParameterError names the day that cannot be."""
    require(days >= 1, "days={n}: choose 1 or more", n=days)
    history = ""
    for day in range(days):
        said = rule(day, history)
        known = isinstance(said, str) and len(said) == 1 and said in TYPES
        require(known, "day={day}: your function says {said}; choose F, I, D or S", day=day, said=repr(said))  # fmt: skip
        require(day > 0 or said == "F", "day=0: your function says {said}; the first backup is F, a full", said=said)  # fmt: skip
        history += said
    return history


def judge(types: str, readable: float = 0.99) -> Judged:
    """What these letters cost, and how surely the worst day comes back."""
    items = plans.items(Plan(types=types, readable=readable))
    longest = max(items, key=lambda each: len(each.chain))
    pieces = len(longest.chain)
    return Judged(
        types, items, sum(each.stored_gb for each in items), sum(each.moved_gb for each in items),
        pieces, longest.number, plans.survival(readable, pieces),
    )  # fmt: skip
