"""Asks a function its cases: in the learner's own notebook and in the graded run.

Standard library only, nothing of the course: the graded run gets the text of this file,
where `import coursekit` fails. What is returned is plain data; nothing is judged here.
"""

import base64
import contextlib
import json
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

DEPTH = 20  # lists in lists
PARTS = 5000  # values in one answer
TEXT = 20_000  # characters in one text
BITS = 128  # of an integer


class Late(BaseException):
    """Not an Exception: a learner's `except Exception` must not swallow it."""


class NotPlainError(Exception):
    """An answer that has no JSON form; its text says why."""


def ask(
    function: Callable[..., Any],
    cases: Sequence[dict[str, Any]],
    *,
    seconds: float = 2.0,
    budget: float = 10.0,
) -> list[dict[str, Any]]:
    """For each case {"answer": …}, {"error": text} or {"late": seconds}.

    Each call gets its own copy of the arguments. Once `budget` seconds are spent the cases
    that are left are late, unasked.
    """
    end = time.monotonic() + budget
    said = []
    with Path(os.devnull).open("w", encoding="utf-8") as sink:
        for args in cases:
            allowed = min(seconds, end - time.monotonic())
            said.append(call(function, args, allowed, sink) if allowed > 0 else {"late": budget})
    return said


def call(
    function: Callable[..., Any], args: dict[str, Any], seconds: float, sink: TextIO
) -> dict[str, Any]:
    """What the function says to one case; what it prints goes to the sink."""
    copy = handed(args)
    try:
        with (
            contextlib.redirect_stdout(sink),
            contextlib.redirect_stderr(sink),
            limit(seconds),
        ):
            return {"answer": plain(function(**copy))}
    except Late:
        return {"late": round(seconds, 3)}
    except KeyboardInterrupt:
        raise
    except BaseException as why:  # noqa: BLE001  (a learner's code may raise anything)
        return {"error": sentence(why)}


def handed(args: dict[str, Any]) -> dict[str, Any]:
    """A copy of the arguments of a case as a function gets them: images of bytes as `bytes`."""
    copy: dict[str, Any] = json.loads(json.dumps(args), object_hook=_opened)
    return copy


def _opened(value: dict[str, Any]) -> Any:
    """The bytes that {"$bytes": {"length", "parts": [[offset, base64], …]}} stands for."""
    if value.keys() != {"$bytes"}:
        return value
    made, at = [], 0
    for start, text in sorted(value["$bytes"]["parts"]):
        data = base64.b64decode(text)
        made += [bytes(start - at), data]
        at = start + len(data)
    return b"".join([*made, bytes(value["$bytes"]["length"] - at)])


def sentence(why: BaseException) -> str:
    """Name and text of an error, short, on one line."""
    try:
        text = " ".join(str(why).split())
    except BaseException:  # noqa: BLE001  (its __str__ is a learner's code too)
        text = ""
    name = "" if isinstance(why, NotPlainError) else type(why).__name__
    return ": ".join(part for part in (name, text[:200]) if part)


@contextlib.contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise `Late` in a block that lasts longer, again every second should it be swallowed.

    Works in a main thread on Linux and macOS; elsewhere the block is not cut short.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def late(*_: object) -> None:
        raise Late

    before = signal.signal(signal.SIGALRM, late)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def plain(value: Any) -> Any:
    """The JSON-like form of an answer; numpy's numbers and arrays become plain ones."""
    return _plain(value, DEPTH, iter(range(PARTS)))


def _plain(value: Any, depth: int, parts: Iterator[int]) -> Any:
    if depth < 0 or next(parts, None) is None:
        raise NotPlainError("the answer is too large")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float, str)):
        return _scalar(value)
    if isinstance(value, (list, tuple)):
        return [_plain(each, depth - 1, parts) for each in value]
    if isinstance(value, dict):
        return {_key(key): _plain(each, depth - 1, parts) for key, each in value.items()}
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return _plain(value.tolist(), depth - 1, parts)
    raise NotPlainError(f"the answer is not JSON-like: {type(value).__name__}")


def _scalar(value: float | str) -> float | str:
    if isinstance(value, str):
        if len(value) > TEXT:
            raise NotPlainError("the answer is too large")
        return str.__str__(value)
    if isinstance(value, int):
        if value.bit_length() > BITS:
            raise NotPlainError("the answer is too large")
        return int.__int__(value)
    if not math.isfinite(value):
        raise NotPlainError(f"the answer is not a number that JSON has: {float.__repr__(value)}")
    return float.__float__(value)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise NotPlainError(f"the answer is not JSON-like: a key of type {type(key).__name__}")
    return str.__str__(key)
