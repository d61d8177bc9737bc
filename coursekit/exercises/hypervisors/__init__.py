"""Exercises of the hypervisors chapter: migrate live, admit by slots, share a crowded CPU."""

from coursekit.exercises.hypervisors.admission import ADMISSION
from coursekit.exercises.hypervisors.migration import MIGRATION
from coursekit.exercises.hypervisors.shares import SHARES

__all__ = ["EXERCISES"]

EXERCISES = (MIGRATION, ADMISSION, SHARES)
