"""Labs of the hypervisors chapter, in the order of the notebook."""

from coursekit.labs.hypervisors.guest import GuestLab

LABS = (GuestLab,)

__all__ = ["LABS"]
