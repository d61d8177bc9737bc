"""Exercises of the database chapter: recover from a log, run a schedule, go back to a moment."""

from coursekit.exercises.databases.isolation import RUN
from coursekit.exercises.databases.pitr import PITR
from coursekit.exercises.databases.recover import RECOVER

__all__ = ["EXERCISES"]

EXERCISES = (RECOVER, RUN, PITR)
