"""Exercises of the network storage chapter: which disk is faster, where copies lie, who goes on."""

from coursekit.exercises.netstorage.faster import FASTER
from coursekit.exercises.netstorage.place import PLACE
from coursekit.exercises.netstorage.survivors import SURVIVORS

__all__ = ["EXERCISES"]

EXERCISES = (FASTER, PLACE, SURVIVORS)
