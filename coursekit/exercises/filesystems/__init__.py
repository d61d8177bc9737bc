"""Exercises of the file systems chapter: follow the pointers of an inode."""

from coursekit.exercises.filesystems.locate import LOCATE

__all__ = ["EXERCISES"]

EXERCISES = (LOCATE,)
