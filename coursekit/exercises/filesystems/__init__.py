"""Exercises of the file systems chapter: replace a file safely, check a file system."""

from coursekit.exercises.filesystems.fsck import FSCK
from coursekit.exercises.filesystems.replace import REPLACE

__all__ = ["EXERCISES"]

EXERCISES = (REPLACE, FSCK)
