"""Exercises of the networks chapter: a bridge, a NAPT engine, the broken link of a host-only VM."""

from coursekit.exercises.networks.masquerading import MASQUERADING
from coursekit.exercises.networks.switching import SWITCHING
from coursekit.exercises.networks.unreachable import UNREACHABLE

__all__ = ["EXERCISES"]

EXERCISES = (SWITCHING, MASQUERADING, UNREACHABLE)
