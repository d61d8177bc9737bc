"""Questions as data: what is asked, what is right, and a reason for every wrong answer.

Nothing here draws. Right answers are computed from simulations by the chapter that asks.
Texts are message ids or `Message`s; they are translated where they are shown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from coursekit.sims.message import Message, ParameterError, require

Said = str | Message
Kind = Literal["single", "multiple", "numeric", "order", "match"]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A lab in a state worth seeing: the name of the lab, its controls, actions and moment."""

    lab: str
    values: Mapping[str, Any] = field(default_factory=dict)
    actions: tuple[tuple[Any, ...], ...] = ()
    moment: int | None = None  # None: the last one


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One option, or one wrong number: why somebody would give it, and where to see it fail."""

    text: Said = ""
    right: bool = False
    why: Said = ""
    scene: Scene | None = None
    value: float | None = None  # numeric questions: the wrong number this choice stands for


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question.

    `choices`: the options (single, multiple), the known wrong numbers (numeric), the items in
    their right order (order). `pairs`: the left and right sides that belong together (match).
    `answer`: the right number (numeric), accepted within the relative `tolerance`.
    """

    id: str
    kind: Kind
    prompt: Said
    because: Said
    hints: tuple[Said, Said, Said]
    choices: tuple[Choice, ...] = ()
    pairs: tuple[tuple[Said, Said], ...] = ()
    answer: float = math.nan
    unit: Said = ""
    tolerance: float = 0.01
    scene: Scene | None = None

    def __post_init__(self) -> None:
        rights = sum(choice.right for choice in self.choices)
        ok = {
            "single": rights == 1 and len(self.choices) >= 2,
            "multiple": rights >= 1 and len(self.choices) >= 3,
            "numeric": math.isfinite(self.answer),
            "order": len(self.choices) >= 3,
            "match": len(self.pairs) >= 3,
        }
        require(
            ok.get(self.kind, False),
            "{id}: a {kind} question is not complete",
            id=self.id,
            kind=self.kind,
        )

    def order(self, seed: int) -> tuple[int, ...]:
        """The places of the options on the screen, shuffled by the seed and the question."""
        count = len(self.pairs) if self.kind == "match" else len(self.choices)
        rng = np.random.default_rng([seed, *self.id.encode()])
        places = rng.permutation(count)
        if self.kind in ("order", "match") and (places == np.arange(count)).all():
            places = np.roll(places, 1)  # never hand out the answer
        return tuple(int(place) for place in places)

    def mark(self, answer: Any) -> "Mark":
        """The verdict on an answer.

        `answer` is an index of `choices` (single), a list of them (multiple), a number
        (numeric), the indices in the order given (order), or for each left side the index of
        the right side given (match). ParameterError when it has not that form.
        """
        return _MARKERS[self.kind](self, answer)


@dataclass(frozen=True)
class Mark:
    """The verdict on one answer: right or not, the reason, and where to see it."""

    right: bool
    why: Said
    scene: Scene | None = None


def _single(question: Question, answer: Any) -> Mark:
    choice = question.choices[_index(question, answer, len(question.choices))]
    if choice.right:
        return Mark(True, question.because, question.scene)
    return Mark(False, choice.why, choice.scene)


def _multiple(question: Question, answer: Any) -> Mark:
    given = {_index(question, each, len(question.choices)) for each in _several(question, answer)}
    for place, choice in enumerate(question.choices):  # one reason at a time, the first
        if choice.right != (place in given):
            return Mark(False, choice.why, choice.scene)
    return Mark(True, question.because, question.scene)


def _numeric(question: Question, answer: Any) -> Mark:
    if (
        isinstance(answer, bool)
        or not isinstance(answer, (int, float))
        or not math.isfinite(answer)
    ):
        raise ParameterError("answer={answer}: give a number", answer=answer)
    if _near(answer, question.answer, question.tolerance):
        return Mark(True, question.because, question.scene)
    for choice in question.choices:
        if choice.value is not None and _near(answer, choice.value, question.tolerance):
            return Mark(False, choice.why, choice.scene)
    high = Message("Too high. {hint}", {"hint": _message(question.hints[0])})
    low = Message("Too low. {hint}", {"hint": _message(question.hints[0])})
    return Mark(False, high if answer > question.answer else low, question.scene)


def _order(question: Question, answer: Any) -> Mark:
    given = [_index(question, each, len(question.choices)) for each in _several(question, answer)]
    for place, item in enumerate(given):
        if place != item:
            return Mark(False, question.choices[item].why, question.choices[item].scene)
    return Mark(len(given) == len(question.choices), question.because, question.scene)


def _match(question: Question, answer: Any) -> Mark:
    given = [_index(question, each, len(question.pairs)) for each in _several(question, answer)]
    for place, item in enumerate(given):
        if place != item:
            left, right = question.pairs[place][0], question.pairs[item][1]
            why = Message.of(
                "“{left}” does not go with “{right}”. {hint}",
                left=_message(left), right=_message(right), hint=_message(question.hints[0]),
            )  # fmt: skip
            return Mark(False, why, question.scene)
    return Mark(len(given) == len(question.pairs), question.because, question.scene)


def wrong_numbers(
    answer: float, tolerance: float, wrong: Sequence[tuple[float, Said]]
) -> tuple[Choice, ...]:
    """The known wrong numbers, but those too near to the answer or to one before."""
    kept: list[tuple[float, Said]] = []
    for value, why in wrong:
        taken = [answer, *(each for each, _why in kept)]
        if all(abs(value - each) > 3 * tolerance * max(abs(value), abs(each)) for each in taken):
            kept.append((value, why))
    return tuple(Choice(value=value, why=why) for value, why in kept)


_MARKERS = {
    "single": _single,
    "multiple": _multiple,
    "numeric": _numeric,
    "order": _order,
    "match": _match,
}


def _near(given: float, wanted: float, tolerance: float) -> bool:
    return math.isclose(given, wanted, rel_tol=tolerance, abs_tol=1e-12)


def _message(said: Said) -> Message:
    """A nested sentence is translated with the one around it only as a Message."""
    return said if isinstance(said, Message) else Message(said)


def _several(question: Question, answer: Any) -> Sequence[Any]:
    if not isinstance(answer, (list, tuple)):
        raise ParameterError("answer={answer}: {id} wants a list", answer=answer, id=question.id)
    return answer


def _index(question: Question, answer: Any, count: int) -> int:
    if isinstance(answer, bool) or not isinstance(answer, int) or not 0 <= answer < count:
        raise ParameterError(
            "answer={answer}: {id} has options 0 to {last}",
            answer=answer, id=question.id, last=count - 1,
        )  # fmt: skip
    return answer


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What a lab asks before it runs: a question, and the state of the lab that answers it."""

    question: Question
    scene: Scene
    change: Said  # one thing to change afterwards


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One sentence of the notes the course grew from, judged."""

    id: str
    quote: Said
    verdict: Literal["right", "imprecise", "wrong", "incomplete"]
    correct: Said
    source: str
    scene: Scene
    question: str  # the id of the question that asks about it
