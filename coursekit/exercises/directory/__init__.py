"""Exercises of the directory chapter: match a filter."""

from coursekit.exercises.directory.ldapmatch import MATCH

__all__ = ["EXERCISES"]

EXERCISES = (MATCH,)
