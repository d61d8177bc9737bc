"""Exercises of the VM files chapter: keep layers, plan a restore, read an ISO image."""

from coursekit.exercises.vmfiles.descriptor import DESCRIPTOR
from coursekit.exercises.vmfiles.layers import LAYERS
from coursekit.exercises.vmfiles.restoring import RESTORING

__all__ = ["EXERCISES"]

EXERCISES = (LAYERS, RESTORING, DESCRIPTOR)
