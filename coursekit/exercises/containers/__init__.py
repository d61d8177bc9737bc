"""Exercises of the containers chapter: a CPU quota, layers as one tree, machines and containers."""

from coursekit.exercises.containers.counting import COUNTING
from coursekit.exercises.containers.layers import LAYERS
from coursekit.exercises.containers.throttling import THROTTLED

__all__ = ["EXERCISES"]

EXERCISES = (THROTTLED, LAYERS, COUNTING)
