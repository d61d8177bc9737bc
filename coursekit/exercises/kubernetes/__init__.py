"""Exercises of the Kubernetes chapter: one turn of the autoscaler, a rolling update, the scheduler."""

from coursekit.exercises.kubernetes.autoscaler import AUTOSCALER
from coursekit.exercises.kubernetes.placing import PLACING
from coursekit.exercises.kubernetes.updating import UPDATING

__all__ = ["EXERCISES"]

EXERCISES = (AUTOSCALER, UPDATING, PLACING)
