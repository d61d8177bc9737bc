"""The exercises of the chapters that are built: find one, list them, answer a case."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from coursekit.chapters import CHAPTERS
from coursekit.exercises.contract import Exercise
from coursekit.sims.message import ParameterError

__all__ = ["answer", "exercises", "find"]


@cache
def exercises(chapter: str = "") -> tuple[Exercise, ...]:
    """All exercises in the order of the course, or those of one chapter (its slug)."""
    rooms = [each.slug for each in CHAPTERS if each.built and chapter in ("", each.slug)]
    return tuple(
        exercise
        for slug in rooms
        for exercise in import_module(f"coursekit.exercises.{slug}").EXERCISES
    )


def find(exercise: str) -> Exercise:
    """The exercise with this id; ParameterError names the ids there are."""
    for one in exercises():
        if one.id == exercise:
            return one
    ids = ", ".join(each.id for each in exercises())
    raise ParameterError("exercise={exercise}: choose one of {ids}", exercise=exercise, ids=ids)


def answer(exercise: str, args: Mapping[str, Any]) -> Any:
    """The reference's JSON-like answer to one case of an exercise."""
    return find(exercise).answer(args)
