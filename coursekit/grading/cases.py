"""Hidden cases: drawn anew from the course's secret, never stored.

The seed is HMAC(secret, exercise, learner, attempt): a regrade asks the same again, and no
two learners are asked the same, unless the teacher wants it so.
"""

import ast
import hashlib
import hmac
import inspect
import json
import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Function, made_of
from coursekit.sims.message import ParameterError, require

SECRET = "secret"  # noqa: S105  (name of the file in the folder of marks)
_LEAST = 16  # bytes
_DECIDING = ("coursekit.sims", "coursekit.exercises", "coursekit.values")
_JUDGES = ("coursekit.exercises.compare", "coursekit.exercises.inside")


@dataclass(frozen=True)
class Hidden:
    """The cases of one exercise for one learner, with the reference's answers."""

    exercise: Exercise
    cases: tuple[Args, ...]
    expected: tuple[Any, ...]


def secret(out: Path, given: Path | None = None) -> bytes:
    """The course's secret: from a file, or the one in the folder of marks, made if need be."""
    path = given or out / SECRET
    if given is None and not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    try:
        key = path.read_bytes().strip()
    except OSError as why:
        raise ParameterError("secret={path}: {why}", path=str(path), why=why.strerror) from None
    require(
        len(key) >= _LEAST,
        "secret={path}: too short, {least} characters or more",
        path=str(path),
        least=_LEAST,
    )
    return key


def seed(key: bytes, exercise: str, learner: str, attempt: int) -> int:
    """What the cases of one learner are drawn from."""
    said = json.dumps([exercise, learner, attempt]).encode()
    return int.from_bytes(hmac.digest(key, said, hashlib.sha256), "big")


def named(key: bytes, *, same_cases: bool) -> str:
    """A name for a set of cases: another secret, or the same cases for all, is another set."""
    said = json.dumps(["cases", same_cases]).encode()
    return hmac.digest(key, said, hashlib.sha256).hex()[:16]


def version(exercise: Exercise, teacher: Sequence[Mapping[str, Any]]) -> str:
    """A hash of all that decides a mark beside the answers and the seed.

    The source of the reference, of the generator, of the planned mistakes and of what they
    import from the course; how answers are asked and compared; the numbers of the exercise;
    the code of the teacher's notebook.
    """
    whole: list[Function] = [
        exercise.reference,
        exercise.cases,
        *(each.function for each in exercise.wrong),
    ]
    whole += [exercise.judge] if exercise.judge else []
    functions = [part for each in whole for part in made_of(each)]
    modules = {function.__module__ for function in functions} | set(_JUDGES)
    sources = {name: _source(name) for name in sorted(_reached(modules))}
    own = [inspect.getsource(function) for function in functions]
    numbers = [exercise.id, exercise.tolerance, exercise.weight, exercise.hidden]
    said = json.dumps([numbers, sources, own, list(teacher)], sort_keys=True, default=dict)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _reached(modules: Iterable[str]) -> set[str]:
    """These modules and what of the course's own they import, on the floors that decide."""
    reached, left = set[str](), [name for name in modules if name.startswith(_DECIDING)]
    while left:
        name = left.pop()
        if name not in reached:
            reached.add(name)
            left += [each for each in _imports(name) if each.startswith(_DECIDING)]
    return reached


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(_source(module))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            inside = (f"{node.module}.{each.name}" for each in node.names)
            yield from (name for name in inside if name in sys.modules)


@cache
def _source(module: str) -> str:
    return Path(str(import_module(module).__file__)).read_text("utf-8")


def hidden(exercise: Exercise, key: bytes, learner: str = "", attempt: int = 1) -> Hidden:
    """The cases of a learner, in an order of their own; no learner: the same for all.

    A reference that fails on a case is an error: then nobody is marked.
    """
    rng = np.random.default_rng(seed(key, exercise.id, learner, attempt))
    cases = exercise.draw(rng, exercise.hidden)
    shuffled = tuple(cases[i] for i in rng.permutation(len(cases)))
    try:
        return Hidden(exercise, shuffled, tuple(map(exercise.answer, shuffled)))
    except Exception as why:
        raise ParameterError(
            "exercise={exercise}: nobody is marked, its reference fails: {why}",
            exercise=exercise.id,
            why=str(why),
        ) from why
