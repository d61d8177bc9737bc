"""A check: a question, what the simulation predicts, and what the tool says to it.

`facts()` asks the simulation, `ask(source)` the tool, both in the same order; `compare` puts them
side by side. What must be equal is judged by `SAME`; what depends on the clock by a law
(`within`, `between`, `at_most`) or only shown (`SHOWN`). `DIFFERENT` is a difference that we know
and explain: it fails too when it is no longer there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.realtools.places import Place
from coursekit.realtools.source import Source, Transcript
from coursekit.sims.message import Message, require

__all__ = ["DIFFERENT", "SAME", "SHOWN", "Check", "Fact", "Judge", "Row", "at_least", "at_most", "between", "compare", "within"]  # fmt: skip


@dataclass(frozen=True)
class Judge:
    """How a tool's value is held against the prediction; `law` says it where it is no equality."""

    holds: Callable[[Any, Any], bool]
    law: str = ""  # shown after the prediction, such as "± 5 %"
    known: bool = False  # a difference that is expected and explained
    counts: bool = True  # False: only shown


@dataclass(frozen=True)
class Fact:
    """One line of a check. `why` is a sentence for the reader, always shown beside the line."""

    about: Message
    predicted: Any  # text, number, bool, or a tuple of them; None: the simulation says nothing
    judge: Judge
    unit: str = ""
    why: Message | None = None


@dataclass(frozen=True)
class Row:
    """A fact with the tool's answer."""

    fact: Fact
    real: Any

    @property
    def holds(self) -> bool:
        """Whether the tool did what the check says it does, known differences included."""
        return self.fact.judge.holds(self.fact.predicted, self.real)

    @property
    def verdict(self) -> str:
        """One of "same", "law", "known", "shown", "differs"."""
        judge = self.fact.judge
        if not judge.counts:
            return "shown"
        if not self.holds:
            return "differs"
        return "known" if judge.known else "law" if judge.law else "same"


@dataclass(frozen=True)
class Check:
    """A cell “For real”. `differs` says what the model leaves out and the tool does not."""

    name: str  # chapter-idea, as in "balancing-orders"
    title: str  # message ids
    question: str
    differs: str
    facts: Callable[[], Sequence[Fact]]
    ask: Callable[[Source], Sequence[Any]]
    places: tuple[Place, ...]  # the first that is available is used

    @property
    def chapter(self) -> str:
        """The slug of its chapter."""
        return self.name.partition("-")[0]

    def place(self) -> Place | None:
        """Where it can be put to the tool on this machine; None: only the recording is here."""
        return next((each for each in self.places if each.ready()), None)


def compare(check: Check, source: Source) -> tuple[Row, ...]:
    """Prediction and answer, line by line; ParameterError when their numbers differ."""
    facts, real = check.facts(), check.ask(source)
    require(
        len(facts) == len(real),
        "check={name}: {predicted} predictions, {answered} answers",
        name=check.name, predicted=len(facts), answered=len(real),
    )  # fmt: skip
    return tuple(Row(fact, each) for fact, each in zip(facts, real, strict=True))


def run(check: Check, place: Place) -> tuple[tuple[Row, ...], Transcript]:
    """Put a check to the tool in this place; the rows, and what was typed and printed."""
    source = place.source()
    rows = compare(check, source)
    return rows, source.transcript(check.name, place.versions(), place.system())


SAME = Judge(lambda predicted, real: predicted == real)
SHOWN = Judge(lambda _predicted, _real: True, counts=False)
DIFFERENT = Judge(lambda predicted, real: predicted != real, known=True)


def within(share: float, plus: float = 0.0) -> Judge:
    """The prediction, give or take this share of it and this much."""
    law = f"± {share:.0%}".replace("%", " %") + (f" + {plus:g}" if plus else "")
    return Judge(lambda predicted, real: abs(real - predicted) <= share * predicted + plus, law)


def between(slack: float = 0.0) -> Judge:
    """The prediction is a pair (least, most); the clock may add `slack`."""
    return Judge(
        lambda predicted, real: predicted[0] - slack <= real <= predicted[1] + slack,
        f"± {slack:g}" if slack else "…",
    )


def at_most(factor: float = 1.0) -> Judge:
    """No more than the prediction, times `factor`."""
    return Judge(lambda predicted, real: real <= predicted * factor, _bound("≤", factor))


def at_least(factor: float = 1.0) -> Judge:
    """No less than the prediction, times `factor`."""
    return Judge(lambda predicted, real: real >= predicted * factor, _bound("≥", factor))


def _bound(sign: str, factor: float) -> str:
    """The sign alone, or how much of the prediction it is."""
    return sign if factor == 1 else f"({sign} {factor:.0%})".replace("%", " %")
