"""Strict reading of what a run left behind. Trusted code reading untrusted text.

JSON and nothing else: no NaN or Infinity, few digits, little depth. Needs no exercise: a
worker, which knows none, reads with it too.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.grading.intake import RefusedError
from coursekit.grading.kernel import MAX_BYTES
from coursekit.sims.message import Message

DEPTH = 25
DIGITS = 45


class UnreadableError(RefusedError):
    """A document that is not what a run writes."""


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
        return Document(None, words(error))
    if not isinstance(answers, list) or len(answers) != count:
        raise UnreadableError(Message.of("not an answer for each case"))
    return Document([_one(each) for each in answers], words(error))


def words(text: str, most: int = 300) -> str:
    """Text from an untrusted hand as one short line that any file can hold."""
    return "".join(each if each.isprintable() else " " for each in text[:most])


def _one(said: Any) -> Mapping[str, Any]:
    """One answer: exactly one of an answer, an error, a time."""
    match said:
        case {"answer": answer, **rest} if not rest:
            return {"answer": answer}
        case {"error": str(error), **rest} if not rest:
            return {"error": words(error)}
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
