"""Hidden cases: drawn anew from the course's secret, never stored.

The seed is HMAC(secret, exercise, learner, attempt): a regrade asks the same again, and no
two learners are asked the same, unless the teacher wants it so.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise
from coursekit.sims.message import ParameterError, require

SECRET = "secret"  # noqa: S105  (name of the file in the folder of marks)
_LEAST = 16  # bytes


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
