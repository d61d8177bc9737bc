"""Exercises of the volumes chapter: read a GPT, place extents, fill a snapshot's store."""

from coursekit.exercises.volumes.extents import EXTENTS
from coursekit.exercises.volumes.gptparse import GPT
from coursekit.exercises.volumes.snapshot import SNAPSHOT

__all__ = ["EXERCISES"]

EXERCISES = (GPT, EXTENTS, SNAPSHOT)
