"""Turns what a run left behind into a mark. Trusted code reading untrusted text.

The text is JSON and nothing else: no NaN or Infinity, few digits, little depth. Answers are
compared with the reference's, here, where no learner's code runs.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from coursekit.exercises.compare import UNANSWERED, diagnose, explained, same
from coursekit.exercises.contract import Args, Exercise
from coursekit.grading.cases import Hidden
from coursekit.grading.gather import Found
from coursekit.grading.intake import RefusedError
from coursekit.grading.kernel import MAX_BYTES
from coursekit.sims.message import Message

Status = Literal["graded", "blank", "failed", "refused", "lost", "absent", "waiting"]

DEPTH = 25
DIGITS = 45
SHOWN = 500  # characters of a value on a page


@dataclass(frozen=True)
class Failure:
    """The first hidden case that is not right, as text: for pages that may show it."""

    call: str
    expected: str
    said: Message | str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The mark of one learner for one exercise."""

    exercise: str
    passed: int = 0
    total: int
    weight: float = 1.0
    status: Status
    reason: Message | None = None
    failure: Failure | None = None

    @property
    def score(self) -> float:
        """Share of the hidden cases that are right."""
        return self.passed / self.total


class UnreadableError(RefusedError):
    """A document that is not what a run writes."""


def mark(
    hidden: Hidden, text: str | None, problem: Found | None = None, why: Message | None = None
) -> Mark:
    """The mark for one document; without one, `problem` or `why` says what happened instead."""
    if problem is not None:
        return _unasked(hidden.exercise, problem)
    if text is None:
        return plain(hidden.exercise, "failed", why)
    try:
        said = document(text, len(hidden.cases))
    except UnreadableError as unreadable:
        why = Message.of("the answers cannot be read: {why}", why=unreadable.message)
        return plain(hidden.exercise, "failed", why)
    if said.answers is None:
        function = hidden.exercise.function
        missing = Message.of("no function {function}", function=function)
        failed = Message.of("its cell failed: {error}", error=explained(said.error))
        return plain(hidden.exercise, "failed", failed if said.error else missing)
    return _graded(hidden, said.answers)


def plain(exercise: Exercise, status: Status, reason: Message | None) -> Mark:
    """The mark where no case is right, and why."""
    return Mark(
        exercise=exercise.id,
        total=exercise.hidden,
        weight=exercise.weight,
        status=status,
        reason=reason,
    )


def _unasked(exercise: Exercise, problem: Found) -> Mark:
    if problem.kind == "stub":
        return plain(exercise, "blank", Message.of("not answered"))
    if problem.kind == "syntax":
        return plain(exercise, "failed", Message.of("not Python: {why}", why=problem.problem))
    return plain(exercise, "failed", problem.problem)


def _graded(hidden: Hidden, answers: Sequence[Mapping[str, Any]]) -> Mark:
    exercise, total = hidden.exercise, len(hidden.cases)
    given = [each.get("answer", UNANSWERED) for each in answers]
    if all(each is None for each in given):
        return plain(exercise, "blank", Message.of("not answered"))
    pairs = zip(hidden.expected, given, strict=True)
    right = [same(expected, each, exercise.tolerance) for expected, each in pairs]
    marked = replace(plain(exercise, "graded", None), passed=sum(right), total=total)
    if all(right):
        return marked
    wrong = diagnose(exercise, hidden.cases, given)
    reason = Message(wrong.feedback) if wrong else _most_common(answers, total, total - sum(right))
    return replace(marked, reason=reason, failure=_failure(hidden, answers, right.index(False)))


def _failure(hidden: Hidden, answers: Sequence[Mapping[str, Any]], at: int) -> Failure:
    return Failure(
        call=_call(hidden.exercise.function, hidden.cases[at])[:SHOWN],
        expected=repr(hidden.expected[at])[:SHOWN],
        said=_said(answers[at]),
    )


def _call(function: str, args: Args) -> str:
    return f"{function}({', '.join(f'{name}={value!r}' for name, value in args.items())})"


def _said(answer: Mapping[str, Any]) -> Message | str:
    match answer:
        case {"error": error}:
            return explained(error)
        case {"late": _}:
            return Message.of("no answer in time")
    return _words(repr(answer["answer"]), SHOWN)


def _most_common(answers: Sequence[Mapping[str, Any]], total: int, failed: int) -> Message:
    """The sentence for a function that is wrong in no way we planned."""
    errors = Counter(each["error"] for each in answers if "error" in each)
    late = sum("late" in each for each in answers)
    if errors and max(errors.values()) >= late:
        error, count = errors.most_common(1)[0]
        return Message.of(
            "{count} of {total} cases failed: {error}",
            count=count,
            total=total,
            error=explained(error),
        )
    if late:
        return Message.of("{count} of {total} cases had no answer in time", count=late, total=total)
    return Message.of("{count} of {total} answers are wrong", count=failed, total=total)


@dataclass(frozen=True)
class Document:
    """What a run says of one exercise; `answers` is None where there was nothing to ask."""

    answers: Sequence[Mapping[str, Any]] | None
    error: str


def document(text: str, count: int) -> Document:
    """Read the text of a run; UnreadableError unless it is exactly what a run writes."""
    said = parse(text)
    if not isinstance(said, dict):
        raise UnreadableError(Message.of("not an object"))
    answers, error = said.get("answers"), said.get("error", "")
    if not isinstance(error, str):
        raise UnreadableError(Message.of("the error is not text"))
    if answers is None:
        return Document(None, _words(error))
    if not isinstance(answers, list) or len(answers) != count:
        raise UnreadableError(Message.of("not an answer for each case"))
    return Document([_one(each) for each in answers], _words(error))


def _words(text: str, most: int = 300) -> str:
    """Text from an untrusted hand as one short line that any file can hold."""
    return "".join(each if each.isprintable() else " " for each in text[:most])


def _one(said: Any) -> Mapping[str, Any]:
    """One answer: exactly one of an answer, an error, a time."""
    match said:
        case {"answer": answer, **rest} if not rest:
            return {"answer": answer}
        case {"error": str(error), **rest} if not rest:
            return {"error": _words(error)}
        case {"late": int() | float() as late, **rest} if not rest:
            return {"late": late}
    raise UnreadableError(Message.of("an answer of another form"))


def parse(text: str) -> Any:
    """Strict JSON: standard, small, shallow, finite."""
    if len(text) > MAX_BYTES:
        raise UnreadableError(Message.of("too large"))
    try:
        value = json.loads(text, parse_constant=_constant, parse_int=_integer, parse_float=_float)
    except (json.JSONDecodeError, RecursionError) as why:
        raise UnreadableError(Message.of("not JSON ({why})", why=type(why).__name__)) from None
    _shallow(value)
    return value


def _constant(name: str) -> None:
    raise UnreadableError(Message.of("{name} is not JSON", name=name))


def _integer(digits: str) -> int:
    if len(digits) > DIGITS:
        raise UnreadableError(Message.of("a number of too many digits"))
    return int(digits)


def _float(digits: str) -> float:
    if len(digits) > DIGITS or not math.isfinite(float(digits)):
        raise UnreadableError(Message.of("a number that is too long or too large"))
    return float(digits)


def _shallow(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH):
        if not level:
            return
        lists = (
            each.values() if isinstance(each, dict) else each
            for each in level
            if isinstance(each, (dict, list))
        )
        level = [one for each in lists for one in each]
    raise UnreadableError(Message.of("nested too deep"))
