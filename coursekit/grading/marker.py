"""Turns what a run left behind into a mark.

Answers are compared with the reference's, here, where no learner's code runs.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from coursekit.exercises.compare import answered, diagnose, earned, explained
from coursekit.exercises.contract import Args, Exercise
from coursekit.grading.cases import Hidden
from coursekit.grading.document import UnreadableError, document, words
from coursekit.grading.gather import Found
from coursekit.sims.message import Message

Status = Literal["graded", "blank", "failed", "refused", "lost", "absent", "waiting"]

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
    passed: float = 0  # a judged case may be right in part
    total: int
    weight: float = 1.0
    status: Status
    reason: Message | None = None
    failure: Failure | None = None

    @property
    def score(self) -> float:
        """Share of the hidden cases that are right."""
        return self.passed / self.total


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
    given = [answered(exercise, each) for each in answers]
    if all(each is None for each in given):
        return plain(exercise, "blank", Message.of("not answered"))
    triples = zip(hidden.cases, hidden.expected, given, strict=True)
    shares = [earned(exercise, args, expected, each) for args, expected, each in triples]
    right = [share == 1 for share in shares]
    marked = replace(plain(exercise, "graded", None), passed=_whole(sum(shares)), total=total)
    if all(right):
        return marked
    wrong = diagnose(exercise, hidden.cases, given)
    failed = [each for each, good in zip(answers, right, strict=True) if not good]
    reason = Message(wrong.feedback) if wrong else _most_common(failed, total, exercise)
    return replace(marked, reason=reason, failure=_failure(hidden, answers, right.index(False)))


def _whole(count: float) -> float:
    """A whole number as one: 40, not 40.0."""
    return int(count) if count == int(count) else round(count, 4)


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
    return words(repr(answer["answer"]), SHOWN)


def _most_common(failed: Sequence[Mapping[str, Any]], total: int, exercise: Exercise) -> Message:
    """The sentence for a function that is wrong in no way we planned."""
    errors = Counter(each["error"] for each in failed if "error" in each)
    late = sum("late" in each for each in failed)
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
    if exercise.judge:
        return Message.of("{count} of {total} answers do not earn everything", count=len(failed), total=total)  # fmt: skip
    return Message.of("{count} of {total} answers are wrong", count=len(failed), total=total)
