"""Exercises of the directory chapter: match a filter, find the policy in force, replicate."""

from coursekit.exercises.directory.converge import CONVERGE
from coursekit.exercises.directory.ldapmatch import MATCH
from coursekit.exercises.directory.policy import POLICY

__all__ = ["EXERCISES"]

EXERCISES = (MATCH, POLICY, CONVERGE)
