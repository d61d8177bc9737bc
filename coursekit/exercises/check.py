"""What the `check` cell of a learner's notebook says about their function.

It runs the visible cases, then fresh ones drawn from a seed, and names the first that
fails: what was asked, what was answered and the line that asks it again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.exercises import find
from coursekit.exercises.compare import answered, diagnose, earned, explained
from coursekit.exercises.contract import Args, Exercise, Wrong
from coursekit.exercises.inside import ask, handed
from coursekit.i18n import _, number, speaking
from coursekit.sims.message import require
from coursekit.values import BYTES

FRESH = 20  # cases drawn from the seed
LONGEST = 500  # characters of an argument that are shown


@dataclass(frozen=True)
class Failure:
    """The first case that fails: its place among the `visible` cases, then the fresh ones."""

    args: Args
    said: Mapping[str, Any]  # what `inside.ask` reports
    expected: Any
    place: int
    visible: int
    share: float = 0.0  # of the case, that the answer earns where many are right

    @property
    def is_visible(self) -> bool:
        """Whether its answer may be shown."""
        return self.place < self.visible

    @property
    def number(self) -> int:
        """Its number among its kind, from 1."""
        return self.place + 1 - (0 if self.is_visible else self.visible)


@dataclass(frozen=True)
class Report:
    """What came of a check."""

    exercise: Exercise
    passed: int
    total: int
    seed: int
    blank: bool
    failure: Failure | None
    wrong: Wrong | None


def check(
    exercise: str,
    function: Callable[..., Any],
    visible: Sequence[Mapping[str, Any]] = (),
    *,
    seed: int = 1,
    fresh: int = FRESH,
    seconds: float = 2.0,
    lang: str = "",
) -> None:
    """Run a learner's function on the visible cases and on `fresh` others; print what came."""
    report = examine(find(exercise), function, visible, seed=seed, fresh=fresh, seconds=seconds)
    with speaking(lang):
        print("\n".join(describe(report)))  # noqa: T201  (printing is what a check cell is for)


def case(exercise: str, number: int, *, seed: int = 1) -> Args:
    """Fresh case `number` (from 1) of a seed: what `check` says failed, to try again by hand."""
    return handed(_fresh(exercise, number, seed))


def _fresh(exercise: str, number: int, seed: int) -> Args:
    """The same in its JSON-like form."""
    require(number >= 1, "number={number}: cases count from 1", number=number)
    require(seed >= 0, "seed={seed}: choose 0 or more", seed=seed)
    return find(exercise).cases(np.random.default_rng([seed, number]))


def examine(
    exercise: Exercise,
    function: Callable[..., Any],
    visible: Sequence[Mapping[str, Any]],
    *,
    seed: int,
    fresh: int = FRESH,
    seconds: float = 2.0,
) -> Report:
    """The check as data, without a word printed."""
    drawn = [_fresh(exercise.id, number, seed) for number in range(1, fresh + 1)]
    cases = [*(dict(each["args"]) for each in visible), *drawn]
    expected = [*(each["answer"] for each in visible), *map(exercise.answer, drawn)]
    said = ask(function, cases, seconds=seconds)
    given = [answered(exercise, each) for each in said]
    triples = zip(cases, expected, given, strict=True)
    shares = [earned(exercise, args, e, g) for args, e, g in triples]
    right = [share == 1 for share in shares]
    first = right.index(False) if False in right else None
    return Report(
        exercise=exercise,
        passed=sum(right),
        total=len(right),
        seed=seed,
        blank=all(each is None for each in given),
        failure=None
        if first is None
        else Failure(
            cases[first], said[first], expected[first], first, len(visible), shares[first]
        ),
        wrong=diagnose(exercise, cases, given),
    )


def describe(report: Report) -> list[str]:
    """The lines a learner reads, in the language in use."""
    exercise, failure = report.exercise.id, report.failure
    if report.blank:
        return [_("{exercise}: not answered yet.", exercise=exercise)]
    if failure is None:
        return [_("{exercise}: all {total} cases pass.", exercise=exercise, total=report.total)]
    counted = _(
        "{exercise}: {passed} of {total} cases pass. The first that does not:",
        exercise=exercise,
        passed=report.passed,
        total=report.total,
    )
    hint = (
        [_("What may be the cause: {cause}", cause=_(report.wrong.feedback))]
        if report.wrong
        else []
    )
    judged = [_judged(failure)] if report.exercise.judge and "answer" in failure.said else []
    return [counted, *_asked(report, failure), _said(failure), *judged, *hint]


def _asked(report: Report, failure: Failure) -> list[str]:
    function, exercise = report.exercise.function, report.exercise.id
    call = f"{function}({', '.join(f'{name}={_short(value)}' for name, value in failure.args.items())})"
    if failure.is_visible:
        where = _("visible case {number}: {call}", number=failure.number, call=call)
        known = repr(failure.expected)[:LONGEST]
        judged = report.exercise.judge is not None
        wanted = _("One possible answer: {answer}", answer=known) if judged else _("Expected: {expected}", expected=known)  # fmt: skip
        return ["  " + where, "  " + wanted]
    again = f'{function}(**case("{exercise}", {failure.number}, seed={report.seed}))'
    where = _(
        "case {number} of seed {seed}: {call}", number=failure.number, seed=report.seed, call=call
    )
    return ["  " + where, "  " + _("To ask it again: {line}", line=again)]


def _judged(failure: Failure) -> str:
    return "  " + _("It earns {share} % of this case.", share=number(100 * failure.share))


def _short(value: Any) -> str:
    """An argument as Python writes it; of a long one only the ends, of bytes how many."""
    if isinstance(value, dict) and value.keys() == {BYTES}:
        return f"<bytes: {value[BYTES]['length']}>"
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 40]} … {text[-30:]}"


def _said(failure: Failure) -> str:
    if "late" in failure.said:
        return "  " + _("No answer within {seconds} s.", seconds=number(failure.said["late"]))
    if "error" in failure.said:
        return "  " + _("Your function failed: {error}", error=explained(failure.said["error"]))
    return "  " + _("Your answer: {answer}", answer=repr(failure.said["answer"])[:500])
