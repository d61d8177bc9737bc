"""Exercises of the balancing chapter: smooth turns, size a pool, count moved keys."""

from coursekit.exercises.balancing.keys import KEYS
from coursekit.exercises.balancing.sizing import SIZING
from coursekit.exercises.balancing.smooth import SMOOTH

__all__ = ["EXERCISES"]

EXERCISES = (SMOOTH, SIZING, KEYS)
