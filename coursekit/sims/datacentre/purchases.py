"""A design bettered step by step: what each change cost, what it brought, what could come next.

Modelled: the changes of `deltas`, one after the other, for one budget. Left out: selling again; what is
bought is given back only by going back in time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from coursekit.sims.datacentre.deltas import CHANGES, Delta, apply, best, deltas
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.score import Score, score
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["Deed", "State", "Told", "tell"]


@dataclass(frozen=True)
class Deed:
    """Buying a change of `CHANGES`."""

    what: str

    def __post_init__(self) -> None:
        require(self.what in CHANGES, "what={what}: choose among {known}", what=self.what, known=", ".join(CHANGES))  # fmt: skip


@dataclass(frozen=True)
class State:
    """The design after a purchase: its points, what the last one did and why; what is offered next."""

    design: Design
    made: Score
    deed: Deed | None
    points: float  # of the last purchase, of scores rounded to two decimals
    eur: float
    why: Message
    bought: tuple[str, ...]

    @cached_property
    def offers(self) -> tuple[Delta, ...]:
        """Every change that could be made now."""
        return deltas(self.design, self.made.budget)

    @cached_property
    def best(self) -> Delta | None:
        """The one that gives most points for its price; None when none gives any."""
        return best(self.offers)


@dataclass(frozen=True)
class Told:
    """The state at the beginning and after each purchase."""

    states: tuple[State, ...]


def tell(design: Design, budget: float, deeds: Sequence[Deed] = ()) -> Told:
    """One purchase after the other. What cannot be bought, or changes nothing, leaves the design as it is."""
    first = State(design, score(design, budget), None, 0.0, 0.0, Message.of("Nothing has been bought yet."), ())  # fmt: skip
    states = [first]
    for deed in deeds:
        states.append(_buy(states[-1], deed))
    return Told(tuple(states))


def _buy(before: State, deed: Deed) -> State:
    about = CHANGES[deed.what].about
    try:
        design = apply(before.design, deed.what)
    except ParameterError as no:
        return _same(before, deed, Message.of("Not possible: {why}.", why=no.message))
    if design == before.design:
        return _same(before, deed, Message.of("The design has it already: {change}.", change=about))
    made = score(design, before.made.budget)
    points = round(round(made.total, 2) - round(before.made.total, 2), 2)
    eur = made.cost.total - before.made.cost.total
    why = _why(before.made, made, about)
    return State(design, made, deed, points, eur, why, (*before.bought, deed.what))


def _same(before: State, deed: Deed, why: Message) -> State:
    return State(before.design, before.made, deed, 0.0, 0.0, why, before.bought)


def _why(before: Score, after: Score, about: Message) -> Message:
    """What moved: the sum of the parts that rose, and of those that fell."""
    if after.refused:
        return Message.of("{change}: no points at all any more, {why}.", change=about, why=after.refused[0])  # fmt: skip
    moves = [round(after.parts[name] - before.parts[name], 6) for name in after.parts]
    up, down = sum(each for each in moves if each > 0), -sum(each for each in moves if each < 0)
    if up and down:
        return Message.of("{change}: {up:.2f} points won, {down:.2f} lost by its price.", change=about, up=up, down=down)  # fmt: skip
    if up:
        return Message.of("{change}: {up:.2f} points won, none lost.", change=about, up=up)
    if down:
        return Message.of("{change}: nothing won, {down:.2f} points lost by its price.", change=about, down=down)  # fmt: skip
    return Message.of("{change}: no part of the score moved.", change=about)
