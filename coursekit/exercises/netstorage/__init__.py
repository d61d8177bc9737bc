"""Exercises of the network storage chapter: is the disk over the network faster?"""

from coursekit.exercises.netstorage.faster import FASTER

__all__ = ["EXERCISES"]

EXERCISES = (FASTER,)
