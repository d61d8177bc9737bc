"""Exercises of the file systems chapter: follow pointers, replace a file safely, check a volume."""

from coursekit.exercises.filesystems.fsck import FSCK
from coursekit.exercises.filesystems.locate import LOCATE
from coursekit.exercises.filesystems.replace import REPLACE

__all__ = ["EXERCISES"]

EXERCISES = (LOCATE, REPLACE, FSCK)
