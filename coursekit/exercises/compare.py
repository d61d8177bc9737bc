"""When an answer is right, and which planned mistake explains the wrong ones.

Numbers are equal by value (3 and 3.0), floats within a relative tolerance; true and false
are not numbers; lists and objects have the same length and the same keys.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from coursekit.exercises.contract import RAISED, Args, Exercise, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import Message

USUAL = 1e-6  # relative tolerance of floats where the exercise states none

UNANSWERED = object()  # stands for the answer of a function that failed: equals nothing


def answered(exercise: Exercise, said: Mapping[str, Any]) -> Any:
    """The answer in what `inside.ask` reports of a case; UNANSWERED where there is none."""
    error = str(said.get("error", ""))
    if exercise.raises and error.partition(":")[0] == RAISED["$raises"]:
        return dict(RAISED)
    return said.get("answer", UNANSWERED)


def earned(exercise: Exercise, args: Args, expected: Any, given: Any) -> float:
    """What an answer earns of its case: all or nothing, or what the exercise's judge says."""
    if given is UNANSWERED or exercise.judge is None:
        return float(same(expected, given, exercise.tolerance))
    return min(1.0, max(0.0, exercise.judge(args, given)))


def same(expected: Any, given: Any, tolerance: float | None = None) -> bool:
    """Whether an answer equals the expected one."""
    if expected is UNANSWERED or given is UNANSWERED:
        return False
    if isinstance(expected, bool) or isinstance(given, bool):
        return expected is given
    if isinstance(expected, (int, float)) and isinstance(given, (int, float)):
        return _same_number(expected, given, tolerance)
    if isinstance(expected, list) and isinstance(given, list):
        return len(expected) == len(given) and all(
            same(e, g, tolerance) for e, g in zip(expected, given, strict=True)
        )
    if isinstance(expected, dict) and isinstance(given, dict):
        return expected.keys() == given.keys() and all(
            same(each, given[key], tolerance) for key, each in expected.items()
        )
    return type(expected) is type(given) and bool(expected == given)


def _same_number(expected: float, given: float, tolerance: float | None) -> bool:
    if isinstance(expected, int):
        return expected == given
    return math.isclose(expected, given, rel_tol=USUAL if tolerance is None else tolerance)


def diagnose(exercise: Exercise, cases: Sequence[Args], given: Sequence[Any]) -> Wrong | None:
    """The planned mistake that gives every wrong answer of the learner, if one does.

    Of several, the one with the fewest mistakes that the learner did not make.
    """
    expected = [exercise.answer(args) for args in cases]
    failed = _lacking(exercise, cases, expected, given)
    fits: list[tuple[int, Wrong]] = []
    for wrong in exercise.wrong if failed else ():
        answers = mistaken(exercise, wrong, cases)
        if all(same(answers[i], given[i], exercise.tolerance) for i in failed):
            fits.append((len(_lacking(exercise, cases, expected, answers) - failed), wrong))
    return min(fits, key=lambda fit: fit[0])[1] if fits else None


def mistaken(exercise: Exercise, wrong: Wrong, cases: Sequence[Args]) -> list[Any]:
    """What a planned mistake answers; a case it fails on equals no answer."""
    return [_try(exercise, wrong, args) for args in cases]


def _try(exercise: Exercise, wrong: Wrong, args: Args) -> Any:
    try:
        return exercise.answer_of(wrong.function, args)
    except (ValueError, ArithmeticError, LookupError):
        return UNANSWERED


def _lacking(
    exercise: Exercise, cases: Sequence[Args], expected: Sequence[Any], given: Sequence[Any]
) -> set[int]:
    triples = enumerate(zip(cases, expected, given, strict=True))
    return {i for i, (args, e, g) in triples if earned(exercise, args, e, g) < 1}


_KINDS = (  # what `inside` says of an answer, before a colon and the detail
    mark("the answer is too large"),
    mark("the answers are too large"),
    mark("the answer is not JSON-like"),
    mark("the answer is not a number that JSON has"),
)


def explained(text: str) -> Message | str:
    """What `inside` says of a failed case, to be translated where it is our own sentence."""
    kind, _, detail = text.partition(": ")
    if kind not in _KINDS:
        return text
    return (
        Message.of("{kind}: {detail}", kind=Message(kind), detail=detail)
        if detail
        else Message(kind)
    )
