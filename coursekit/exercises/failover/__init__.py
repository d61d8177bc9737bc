"""Exercises of the failover chapter: who is Active when, how available, which health check."""

from coursekit.exercises.failover.availability import AVAILABILITY
from coursekit.exercises.failover.health import HEALTH
from coursekit.exercises.failover.timeline import TIMELINE

__all__ = ["EXERCISES"]

EXERCISES = (TIMELINE, AVAILABILITY, HEALTH)
