"""Exercises of the last chapter: what still works, what stops everything, a design of one's own."""

from coursekit.exercises.datacentre.evaluate import EVALUATE
from coursekit.exercises.datacentre.mydesign import MY_DESIGN
from coursekit.exercises.datacentre.spof import SPOF

__all__ = ["EXERCISES"]

EXERCISES = (EVALUATE, SPOF, MY_DESIGN)
