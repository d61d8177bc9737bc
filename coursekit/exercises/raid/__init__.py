"""Exercises of the RAID chapter: map an address, bring bytes back, choose a level."""

from coursekit.exercises.raid.choice import CHOICE
from coursekit.exercises.raid.mapping import MAPPING
from coursekit.exercises.raid.recovery import RECOVERY

__all__ = ["EXERCISES"]

EXERCISES = (MAPPING, RECOVERY, CHOICE)
